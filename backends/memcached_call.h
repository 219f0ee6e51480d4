/*
 * The store of one session: one operation on its server, within its time limit, and the items of the session.
 *
 * Unless stated otherwise, times are milliseconds, and points in time are cfs_now()'s. The items of an answer point
 * into the connection's memory, until its next operation.
 */
#ifndef CFS_MEMCACHED_CALL_H
#define CFS_MEMCACHED_CALL_H

#include "memcached_connection.h"
#include "lease.h"

#define KEY_MAX        250 /* of the protocol: doc/protocol.txt, "Keys" */
#define KEY_PREFIX_MAX 5   /* "lock.", "gone.", "mark." */

typedef struct _mc_store {
	cfs_thread *thread;
	cfs_target *target; /* a reference */
	cfs_options options;
	uint32_t server; /* index of the one that has the session */
	mc_connection *connection;
	char token[CFS_TOKEN_SIZE];
	char key[KEY_MAX + 1], lock_key[KEY_MAX + 1], tombstone_key[KEY_MAX + 1], mark_key[KEY_MAX + 1];
	const char *id; /* the end of the key; "": no session is started */
	bool locked;
	bool is_busy; /* without locking: another request had the lock when it was read */
	bool existed;
	bool renewed;         /* the last operation has to be repeated with other credentials */
	bool repeated;        /* that is under way, or a write had to be sent again */
	cfs_lock_times times; /* of the lock that was asked for last */
	cfs_lease lease;      /* of the lock, while it is ours */
	int64_t began;        /* cfs_now() of start() */
	int64_t deadline;     /* of the operation under way */
	uint64_t cas, lock_cas;
	zend_long lifetime; /* s, what start() was called with */
	bool extended;      /* start() has given the session that lifetime */
	mc_note tombstone;  /* what start() read; empty: there was none */
	bool reconnected;   /* since start(): the CAS values may be those of a server that has ended */
	bool unreachable;   /* no server was found, or only a silent one */
	bool has_failed;    /* the error already says what is known about the server */
	cfs_value value;    /* what start() read, as long as the connection holds it */
} mc_store;

/* {{{ One operation */

/* Index of the server that a session is on, by its id. */
uint32_t mc_server_of(cfs_target *target, const char *id);

/* The address of the session's server, for people; the target's. */
const char *mc_address(const mc_store *store);

/* Begins each call of the vtable that may be repeated, and starts its time limit. */
void mc_begin(mc_store *store);

/* Starts only the time limit of an operation. Connecting has a time limit of its own. */
void mc_set_deadline(mc_store *store);

/* Makes sure that there is a usable connection. False: the error says why. */
bool mc_connect(mc_store *store, cfs_error *error);

/* Closes the connection, which must exist. */
void mc_drop_connection(mc_store *store);

/* What one operation does on the store's connection; returns the library's code. */
typedef memcached_return_t (*mc_operation)(mc_store *store, const void *argument);

/* Runs an operation within its time limit; *rc is its code. False: it failed, the error says why, and the connection is
 * gone. Retries once if a kept connection failed, or if the server may have closed the connection because of the request:
 * repeating any operation is harmless, and sets *repeated (may be NULL). */
bool mc_run(mc_store *store, mc_operation operation, const void *argument, memcached_return_t *rc,
	bool *repeated, cfs_error *error);

/* For an answer that its command never has, and which may belong to another command: drops the connection, sets the error,
 * and returns CFS_ERROR. */
cfs_result mc_unexpected(mc_store *store, cfs_error *error);

/* An operation: stores the largest size of an item, in bytes, into its argument, a zend_long; leaves it alone if the server
 * does not say. */
memcached_return_t mc_ask_for_limit(mc_store *store, const void *argument);

/* A lifetime as the protocol takes it, in 32 bits: up to 30 days in seconds from now, beyond that as a point in time.
 * Never 0, which means for ever. */
time_t mc_expiration(zend_long seconds);

/* }}} */

/* {{{ Items */

/* Concatenates the parts of a key into `key`, which must have room for them. */
void mc_set_key(char *key, const char *prefix, const char *kind, const char *id);

/* Bits: what to ask for. */
#define ASK_LOCK      (1u << MC_LOCK)
#define ASK_TOMBSTONE (1u << MC_TOMBSTONE)
#define ASK_SESSION   (1u << MC_SESSION)

mc_items mc_items_of(const mc_store *store, unsigned asked);

/* Reads the items, which are the argument, in one round trip, as part of an operation. Any of them may be missing. */
memcached_return_t mc_get_items(mc_store *store, const void *argument);

/* The same, always by the library, even if the connection could use the text protocol. */
memcached_return_t mc_get_items_by_library(mc_store *store, mc_items *items);

/* A copy of the lock or the tombstone among the items; empty: there is none. */
mc_note mc_note_of(const mc_items *items, mc_kind kind);

/* }}} */

#endif

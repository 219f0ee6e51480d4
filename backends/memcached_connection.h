/*
 * One connection to one Memcached server, on its own libmemcached handle.
 *
 * libmemcached connects, logs in (SASL) and speaks the protocols. A handle has one server, so that trouble with one
 * server does not affect others. It is freed as soon as it is in doubt: a handle that failed once may return the answer
 * to an earlier request (see GHSA-wwmh-39wj-fx59).
 */
#ifndef CFS_MEMCACHED_CONNECTION_H
#define CFS_MEMCACHED_CONNECTION_H

#include "pool.h"
#include "watchdog.h"
#include "memcached_text.h"

/* An expiration time that makes an item expire at once: the server takes more than 30 days as a point in time, here one
 * long past (memcached's doc/protocol.txt, "Expiration times"). */
#define MEMCACHED_AT_ONCE 2592001

/* Results for three items, and for the end of the answer. */
#define MC_RESULT_COUNT (MC_KIND_COUNT + 1)

typedef struct _mc_connection {
	cfs_connection base;                          /* first, for the pool */
	memcached_st *handle;                         /* use mc_connection_library() */
	memcached_result_st results[MC_RESULT_COUNT]; /* fetched; valid until the next fetch */
	bool is_new;                                  /* nothing has been answered on it yet */
	bool is_connecting;                           /* it is not connected yet */
	bool may_ask;                                 /* if it fails, it may ask the server who it is */
	bool is_binary;
	bool is_blocking; /* its socket waits in recv() and send() */
	bool is_certain;  /* its socket is the library's; else check that first */
	bool must_touch;  /* the operation under way must not extend the session that it reads */
	bool may_reject;  /* it extended it, and the server may have closed the connection for that */
	int failure;      /* errno of the operation under way if it went without the library; 0: none */
	mc_buffer buffer; /* what was read without the library */
	int mark;         /* by which we find its socket; 0: there is none */
	dev_t device;     /* these two identify its socket once it was found */
	ino_t inode;
	int64_t retry_interval, timeout, connect_timeout;
	size_t value_max; /* bytes of a session at most */
	size_t may_take;  /* bytes of values that the operation under way may still read */
	bool was_too_much;
	char words[MC_WORDS_MAX]; /* what the server said about this operation; "": not known */
	cfs_watch watch;          /* of the operation under way */
} mc_connection;

/* A connection to the server: one of the pool's, or a new one that connects with its first operation. The caller owns it,
 * and ends that with mc_connection_release() or mc_connection_drop(). NULL: the error says why. */
mc_connection *mc_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error);

/* An operation, which may be several calls of the library, goes between mc_connection_begin() and mc_connection_end(), and
 * must end by the deadline (cfs_now()). begin connects a new connection, moves the deadline by the time that took, and
 * must return MEMCACHED_SUCCESS for the operation to go on. end checks whether the library's last return code can be
 * trusted: no time-out, and no failure of the connection. False: the error says what happened, and the connection can
 * only be dropped. */
memcached_return_t mc_connection_begin(
	mc_connection *connection, int64_t *deadline, cfs_error *error);
bool mc_connection_end(mc_connection *connection, memcached_return_t rc, cfs_error *error);

/* Whether the return code leaves the connection usable. */
bool mc_is_answer(memcached_return_t rc);

/* Whether the connection failed because its time was over. Call it after mc_connection_end() and before the drop. */
bool mc_connection_was_silent(const mc_connection *connection, memcached_return_t rc);

/* Fetches the next of the requested items into the connection's result of that number, which it returns; NULL: there is
 * none, and *rc says why. An item has at most value_max bytes. */
const memcached_result_st *mc_connection_fetch(
	mc_connection *connection, int number, memcached_return_t *rc);

/* The library's handle, for a call that is part of an operation. The call may replace the connection's socket, so the
 * socket is checked before it is used without the library again. */
memcached_st *mc_connection_library(mc_connection *connection);

/* Stores an item, and waits for the answer. */
memcached_return_t mc_connection_store(mc_connection *connection, const mc_item *item);

/* Whether mc_connection_exchange() can be called: the protocol is text, and the socket is known. */
bool mc_connection_has_text(mc_connection *connection);

/* Does what the exchange says in one round trip; sets its `session_max`. If it has to extend the session, but the server
 * cannot, sets `expires` to 0 and only reads the session; in a second round trip, if the server's refusal was news. */
memcached_return_t mc_connection_exchange(mc_connection *connection, mc_exchange *exchange);

/* Stores an item without waiting for the answer, outside of an operation; sending ends by the deadline (cfs_now()). */
memcached_return_t mc_connection_tell(
	mc_connection *connection, const mc_item *item, int64_t deadline);

/* Whether the connection may be the reason for the failure `rc`, so that a retry on a new one may help: the server had
 * closed it, or the answer belonged to an earlier request, which an error may hide. */
bool mc_connection_may_be_why(const mc_connection *connection, memcached_return_t rc);

/* If an operation failed with may_reject set, it may be repeated with must_touch. If that succeeds, call this: it notes
 * that extending was perhaps the reason. */
void mc_connection_note_rejection(mc_connection *connection);

void mc_connection_release(mc_connection *connection, bool keep);
void mc_connection_drop(mc_connection *connection);

#endif

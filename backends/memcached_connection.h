/*
 * One connection to one Memcached server, on a libmemcached handle of its own.
 *
 * libmemcached connects, logs in (SASL) and speaks the protocols. A handle has one server, so that a
 * server's trouble stays its own, and is freed after any doubt: a handle that failed once may return
 * the answer to an earlier request (facts that libmemcached's trackers know as GHSA-wwmh-39wj-fx59).
 */
#ifndef CFS_MEMCACHED_CONNECTION_H
#define CFS_MEMCACHED_CONNECTION_H

#include "pool.h"
#include "watchdog.h"
#include "memcached_text.h"

/* Seconds that the server takes for a point in time long past: more than 30 days is no duration
 * (memcached's doc/protocol.txt, "Expiration times"). */
#define MEMCACHED_AT_ONCE 2592001

/* Results for three items, and for the end of the answer. */
#define MC_RESULT_COUNT 4

typedef struct _mc_connection {
	cfs_connection base;                          /* first, for the pool */
	memcached_st *handle;                         /* to be had from mc_connection_library() */
	memcached_result_st results[MC_RESULT_COUNT]; /* fetched; their bytes end with the next fetch */
	bool is_new;                                  /* nothing has been answered on it yet */
	bool is_connecting;                           /* and so far it does not lead anywhere */
	bool may_ask;                                 /* the server who it is, if it fails */
	bool is_binary;
	bool is_patient; /* its socket waits */
	bool is_certain; /* that its socket is the library's; else that has to be looked at */
	bool must_touch; /* the operation under way is not to extend the session that it reads */
	bool may_mind;   /* it was to, and the server may have closed the connection for that */
	int failure; /* errno of the operation under way, where the library was not there; 0: none */
	mc_buffer buffer; /* what was read without the library */
	int mark;         /* by which its socket is found; 0: there is none */
	dev_t device;     /* these two of its socket, once that was found, by which it is known again */
	ino_t inode;
	int64_t retry_interval, timeout, connect_timeout;
	size_t value_max; /* bytes of a session at most */
	size_t may_take;  /* bytes that the operation under way may still read */
	bool was_too_much;
	char words[MC_WORDS_MAX]; /* of the server, about the operation under way; "": not known */
	cfs_watch watch;          /* of the operation under way */
} mc_connection;

/* A connection to the server: one of the pool's, or a new one that will connect with its first
 * operation. It is the caller's until mc_connection_release() or mc_connection_drop().
 * NULL: the error says why. */
mc_connection *mc_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error);

/* An operation, which may be several calls of the library, goes between the two if the first one returns
 * MEMCACHED_SUCCESS; a new connection is then connected, and the deadline (cfs_now()) later by the time which
 * that has taken. The whole is bounded by the deadline. The second one checks whether the library's last return
 * code is the truth, that is, no time-out and no failure of the connection. If not, the error says what happened,
 * and the connection can only be dropped. */
memcached_return_t mc_connection_begin(
	mc_connection *connection, int64_t *deadline, cfs_error *error);
bool mc_connection_end(mc_connection *connection, memcached_return_t rc, cfs_error *error);

/* Return codes after which the connection is as good as before. */
bool mc_is_answer(memcached_return_t rc);

/* Whether the connection has failed because its time was over. Between mc_connection_end() and the drop. */
bool mc_connection_was_silent(const mc_connection *connection, memcached_return_t rc);

/* Fetches the next item of what was asked for, into its result of that number; NULL: there is none, and the code
 * says why. All items of an operation have value_max bytes at most. */
const memcached_result_st *mc_connection_fetch(
	mc_connection *connection, int number, memcached_return_t *rc);

/* The library's handle, for a call that is part of an operation. It may end the connection and make another one, so
 * that its socket is looked at before it is used without the library. */
memcached_st *mc_connection_library(mc_connection *connection);

/* Stores an item, and waits for the answer. */
memcached_return_t mc_connection_store(mc_connection *connection, const mc_item *item);

/* Whether mc_connection_exchange() can be called: it is text, and the socket is known. */
bool mc_connection_has_text(mc_connection *connection);

/* Does what the exchange says in one round trip; its `session_max` is set here. If it is to extend the session and
 * the server is known not to, or turns out not to, `expires` becomes 0: the session is read as it is, in a second
 * round trip if need be. */
memcached_return_t mc_connection_exchange(mc_connection *connection, mc_exchange *exchange);

/* Stores an item without waiting to hear, outside of an operation, by the deadline. */
memcached_return_t mc_connection_tell(
	mc_connection *connection, const mc_item *item, int64_t deadline);

/* Whether the failure that rc stands for may be one of the connection: the server has closed it, or what
 * came was not the answer to this, which an error does not show. */
bool mc_connection_may_be_why(const mc_connection *connection, memcached_return_t rc);

/* An operation that failed where may_mind is set may be repeated with must_touch. If that goes well, it is to be
 * noted: it is not certain that this was why. */
void mc_connection_note_mind(mc_connection *connection);

void mc_connection_release(mc_connection *connection, bool keep);
void mc_connection_drop(mc_connection *connection);

#endif

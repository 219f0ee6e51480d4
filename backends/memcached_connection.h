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
	cfs_connection base; /* first, for the pool */
	memcached_st *handle;
	memcached_result_st results[MC_RESULT_COUNT]; /* fetched; their bytes end with the next fetch */
	bool is_new;                                  /* nothing has been answered on it yet */
	bool is_binary;
	bool is_patient; /* its socket waits */
	int mark;        /* by which its socket is known; 0: there is none */
	int64_t retry_interval, timeout, connect_timeout;
	int64_t began;   /* cfs_now() of the operation under way */
	cfs_watch watch; /* of the operation under way */
} mc_connection;

/* A connection to the server: one of the pool's, or a new one that will connect with its first
 * operation. It is the caller's until mc_connection_release() or mc_connection_drop().
 * NULL: the error says why. */
mc_connection *mc_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error);

/* An operation, which may be several calls of the library, goes between the two if the first one returns
 * MEMCACHED_SUCCESS; a new connection is then connected. It is bounded as a whole. The second one checks
 * whether the library's last return code is the truth, that is, no time-out and no failure of the
 * connection. If not, the error says what happened, and the connection can only be dropped. */
memcached_return_t mc_connection_begin(mc_connection *connection);
bool mc_connection_end(mc_connection *connection, memcached_return_t rc, cfs_error *error);

/* Return codes after which the connection is as good as before. */
bool mc_is_answer(memcached_return_t rc);

/* Stores an item, and waits for the answer. */
memcached_return_t mc_connection_store(mc_connection *connection, const mc_item *item);

/* What follows is not answered: the library sends it and goes on. */
void mc_connection_quiet(mc_connection *connection, bool quiet);

/* Whether the failure that rc stands for is that no answer came in time. */
bool mc_connection_was_silent(const mc_connection *connection, memcached_return_t rc);

/* Whether the failure that rc stands for may be one of the connection: the server has closed it, or what
 * came was not the answer to this, which an error does not show. */
bool mc_connection_may_be_why(const mc_connection *connection, memcached_return_t rc);

void mc_connection_release(mc_connection *connection, bool keep);
void mc_connection_drop(mc_connection *connection);

#endif

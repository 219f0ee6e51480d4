/*
 * TLS of a connection to a Redis server: who is believed, the handshake, sessions that go on.
 *
 * OpenSSL does it, and hiredis_ssl reads and writes through it. hiredis_ssl alone checks no host name
 * and believes no authority of the system's, hence the contexts made here. They, and the last session
 * of TLS with each server, are kept with the thread's pool. In a build without TLS all of this is there
 * and says so.
 */
#ifndef CFS_REDIS_TLS_H
#define CFS_REDIS_TLS_H

#include "pool.h"
#include <hiredis.h>

/* OpenSSL's SSL of a connection. It belongs to the connection's redisContext. */
typedef struct ssl_st redis_tls;

typedef enum _redis_tls_result {
	REDIS_TLS_DONE,
	REDIS_TLS_WAITS,  /* see redis_tls_awaited() */
	REDIS_TLS_CLOSED, /* the server closed the connection; the error says so */
	REDIS_TLS_FAILED  /* the error says why */
} redis_tls_result;

/* Whether this build has TLS. */
bool redis_tls_is_there(void);

/* Begins TLS with the server, to which the context has just been connected. NULL: the error says why. */
redis_tls *redis_tls_begin(
	cfs_thread *thread, const cfs_server *server, redisContext *context, cfs_error *error);

/* Goes on with the handshake, without waiting. */
redis_tls_result redis_tls_shake_hands(redis_tls *tls, const cfs_server *server, cfs_error *error);

/* What to wait for on the socket, as poll() has it, before what did not get on is tried again: writing
 * may have to read, and the other way round. `events` where TLS does not say. */
int redis_tls_awaited(const redis_tls *tls, int events);

/* Whether something has been read from the socket that hiredis has not: poll() does not know of it. */
bool redis_tls_has_more(const redis_tls *tls);

/* As cfs_connection_is_quiet(). What TLS itself says unasked, as tickets and new keys, is no reply, and
 * is taken in here. */
bool redis_tls_is_quiet(redis_tls *tls);

/* To be called before hiredis reads or writes, lest it takes others' errors, as those of PHP's openssl,
 * for its own. */
void redis_tls_forget_errors(void);

/* Why hiredis could not read or write: REDIS_TLS_CLOSED or REDIS_TLS_FAILED. */
redis_tls_result redis_tls_explain(redis_tls *tls, const cfs_server *server, cfs_error *error);

/* Keeps the session of TLS for the next connection to the server. To be called when something has been
 * read, with which the server's tickets have come. */
void redis_tls_keep_session(redis_tls *tls, cfs_thread *thread, const cfs_server *server);

/* To be called before the context is freed. Writes nothing: the connection may be a parent's. */
void redis_tls_end(redis_tls *tls);

/* Once per process. */
void redis_tls_module_startup(void);
void redis_tls_module_shutdown(void);

#endif

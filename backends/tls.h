/*
 * TLS on one socket: who is believed, the handshake, reading and writing, sessions that go on.
 *
 * OpenSSL does it. The contexts made here check host names and believe the system's authorities. They, and
 * the last session of TLS with each server, are kept with the thread's pool. In a build without TLS all of
 * this is there and says so.
 */
#ifndef CFS_TLS_H
#define CFS_TLS_H

#include "pool.h"

/* OpenSSL's SSL of a socket. */
typedef struct ssl_st cfs_ssl;

typedef enum _cfs_ssl_result {
	CFS_SSL_DONE,
	CFS_SSL_WAITS,  /* see cfs_ssl_awaited(); to be called again with the same arguments */
	CFS_SSL_CLOSED, /* the server closed the connection; the error says so */
	CFS_SSL_FAILED  /* the error says why */
} cfs_ssl_result;

/* Whether this build has TLS. */
bool cfs_ssl_is_there(void);

/* Begins TLS with the server, to which the socket has just been connected. The socket does not block, and stays the
 * caller's. The result is the caller's until cfs_ssl_end(). NULL: the error says why. */
cfs_ssl *cfs_ssl_begin(
	cfs_thread *thread, const cfs_server *server, php_socket_t socket, cfs_error *error);

/* Goes on with the handshake, without waiting. */
cfs_ssl_result cfs_ssl_shake_hands(cfs_ssl *ssl, const cfs_server *server, cfs_error *error);

/* Writes all of the bytes, or reads at least one, up to as many as there is room for; without waiting. */
cfs_ssl_result cfs_ssl_write(cfs_ssl *ssl, const cfs_server *server, const char *bytes,
	size_t length, size_t *written, cfs_error *error);
cfs_ssl_result cfs_ssl_read(cfs_ssl *ssl, const cfs_server *server, char *bytes, size_t room,
	size_t *read, cfs_error *error);

/* What to wait for on the socket, as poll() has it, before what did not get on is tried again: writing
 * may have to read, and the other way round. `events` where TLS does not say. */
int cfs_ssl_awaited(const cfs_ssl *ssl, int events);

/* Whether something has been read from the socket and not yet by cfs_ssl_read(): poll() does not know of it. */
bool cfs_ssl_has_more(const cfs_ssl *ssl);

/* Whether nothing has come that cfs_ssl_read() would read, nor the end of the connection. What TLS itself says
 * unasked, as tickets and new keys, is taken in here. */
bool cfs_ssl_is_quiet(cfs_ssl *ssl);

/* Keeps the session of TLS for the next connection to the server. To be called when something has been
 * read, with which the server's tickets have come. */
void cfs_ssl_keep_session(cfs_ssl *ssl, cfs_thread *thread, const cfs_server *server);

/* Frees it. Writes nothing: the connection may be a parent's. */
void cfs_ssl_end(cfs_ssl *ssl);

/* Once per process. */
void cfs_ssl_module_startup(void);
void cfs_ssl_module_shutdown(void);

#endif

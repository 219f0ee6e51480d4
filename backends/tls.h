/*
 * TLS on one socket: trust, the handshake, reading and writing, resumed sessions.
 *
 * Uses OpenSSL. The contexts check host names and trust the system's authorities. The thread's pool keeps them, and the
 * last TLS session with each server. In a build without TLS, all functions exist and fail with an error that says so.
 */
#ifndef CFS_TLS_H
#define CFS_TLS_H

#include "pool.h"

/* OpenSSL's SSL of a socket. */
typedef struct ssl_st cfs_ssl;

typedef enum _cfs_ssl_result {
	CFS_SSL_DONE,
	CFS_SSL_WAITS,  /* wait as cfs_ssl_awaited() says, then call again with the same arguments */
	CFS_SSL_CLOSED, /* the server closed the connection; the error says so */
	CFS_SSL_FAILED  /* the error says why */
} cfs_ssl_result;

/* Whether this build has TLS. */
bool cfs_ssl_is_there(void);

/* Begins TLS with the server, to which the socket has just been connected. The socket must not block, and stays the
 * caller's. The caller frees the result with cfs_ssl_end(). NULL: the error says why. */
cfs_ssl *cfs_ssl_begin(
	cfs_thread *thread, const cfs_server *server, php_socket_t socket, cfs_error *error);

/* Continues the handshake, without waiting. */
cfs_ssl_result cfs_ssl_handshake(cfs_ssl *ssl, const cfs_server *server, cfs_error *error);

/* Write all of the bytes, and read from one byte up to as many as there is room for; without waiting. */
cfs_ssl_result cfs_ssl_write(cfs_ssl *ssl, const cfs_server *server, const char *bytes,
	size_t length, size_t *written, cfs_error *error);
cfs_ssl_result cfs_ssl_read(cfs_ssl *ssl, const cfs_server *server, char *bytes, size_t room,
	size_t *read, cfs_error *error);

/* What to wait for on the socket, as poll() has it, before trying again after CFS_SSL_WAITS: writing may have to read, and
 * vice versa. `events` if TLS does not say. */
int cfs_ssl_awaited(const cfs_ssl *ssl, int events);

/* Whether OpenSSL has read bytes from the socket that cfs_ssl_read() has not returned yet: poll() does not see these. */
bool cfs_ssl_has_more(const cfs_ssl *ssl);

/* Whether nothing has come that cfs_ssl_read() would read, not even the end of the connection. Processes what TLS itself
 * sends without a request, such as tickets and new keys. */
bool cfs_ssl_is_quiet(cfs_ssl *ssl);

/* Keeps the TLS session for the next connection to the server. Call it once something has been read, because the server's
 * tickets come with that. */
void cfs_ssl_keep_session(cfs_ssl *ssl, cfs_thread *thread, const cfs_server *server);

/* Frees it. Writes nothing: the connection may be a parent's. */
void cfs_ssl_end(cfs_ssl *ssl);

/* Once per process. */
void cfs_ssl_module_startup(void);
void cfs_ssl_module_shutdown(void);

#endif

/*
 * One socket to one server, for any protocol: tries all addresses of its name, within one time limit.
 *
 * The system's getaddrinfo() resolves the name and waits for as long as the system says (resolv.conf: 5 s for each
 * attempt); our time limits do not apply there. We try the addresses in its order, each for its share of the time that
 * is left, so that a dead one leaves time for the next. The thread's pool remembers which one worked, and we try that one
 * first the next time.
 */
#ifndef CFS_SOCKET_H
#define CFS_SOCKET_H

#include "pool.h"

typedef enum _cfs_socket_result {
	CFS_SOCKET_CONNECTED,
	CFS_SOCKET_SILENT, /* none accepted, and at least one did not answer in time */
	CFS_SOCKET_FAILED
} cfs_socket_result;

struct addrinfo;

/* Finds all addresses of the server, which must have a port. The caller frees them with freeaddrinfo(). False: there are
 * none, and the error says why. */
bool cfs_socket_resolve(const cfs_server *server, struct addrinfo **found, cfs_error *error);

/* Connects to the server within `timeout` ms. The caller closes the socket with closesocket(). It does not block, is closed
 * in programs that PHP starts, and sends small messages at once. While it is idle, the system probes it every 15 s, so that
 * firewalls and load balancers on the way do not forget it.
 *
 * `place` is the address that accepted the connection, as inet_ntop() writes it, or the path of the unix socket. On
 * failure, the socket is -1 and the error has the server's name and the reasons; if the server was silent, the caller
 * notes that (cfs_server_was_silent()). */
cfs_socket_result cfs_socket_connect(cfs_thread *thread, const cfs_server *server, int64_t timeout,
	php_socket_t *connected, char place[CFS_PLACE_MAX], cfs_error *error);

/* For a connection that a library could not make: sets the error to what cfs_socket_connect() says about a server with one
 * address, with advice. `failure` is an errno. */
void cfs_socket_explain(const cfs_server *server, int failure, cfs_error *error);

/* Makes the system probe the connection every 15 s while it is idle, as cfs_socket_connect() does. */
void cfs_socket_keep_alive(php_socket_t fresh);

/* Makes recv() itself, and with `sends` also send(), wait for up to `ms`, which saves a poll() each time. False: the system
 * cannot do that. Do not call it for a socket that a parent process has, too: it would block there as well. */
bool cfs_socket_block(php_socket_t socket, int64_t ms, bool sends);

/* Notes that the socket led to a wrong server (such as a replica), although the server's name was right: then the name's
 * other addresses are tried before this one. */
void cfs_socket_distrust(cfs_thread *thread, const cfs_server *server, php_socket_t misled);

#endif

/*
 * One socket to one server, whatever is spoken on it: all addresses of its name, within one time limit.
 *
 * The system's getaddrinfo() resolves the name and waits for it as the system says (resolv.conf: 5 s for each
 * attempt); no time limit of ours holds there. The addresses are tried in its order, each for its share of the
 * time that is left, so that a dead one leaves time for those behind it. The one that worked is remembered with
 * the thread's pool and is tried first the next time.
 */
#ifndef CFS_SOCKET_H
#define CFS_SOCKET_H

#include "pool.h"

typedef enum _cfs_socket_result {
	CFS_SOCKET_CONNECTED,
	CFS_SOCKET_SILENT, /* none accepted, and one at least did not answer in time */
	CFS_SOCKET_FAILED
} cfs_socket_result;

/* Connects to the server within `timeout` ms. The socket is the caller's to close with closesocket(). It does not
 * block, is closed in the programs that PHP starts, and sends small messages at once; one that carries nothing is
 * probed every 15 s, so that whatever lies between does not forget it.
 *
 * `place` is the address that accepted the connection, as inet_ntop() writes it, or the path of the unix socket.
 * Unless it succeeds, the socket is -1 and the error has the server's name and every reason; the caller notes the
 * server as silent, if it is (cfs_server_was_silent()). */
cfs_socket_result cfs_socket_connect(cfs_thread *thread, const cfs_server *server, int64_t timeout,
	php_socket_t *connected, char place[CFS_PLACE_MAX], cfs_error *error);

/* Has the other end of an idle connection probed every 15 s, as cfs_socket_connect() does. */
void cfs_socket_keep_alive(php_socket_t fresh);

/* Notes that the socket led to a wrong server, a replica for instance, although the server's name was right: the
 * name's other addresses are tried before this one. */
void cfs_socket_doubt(cfs_thread *thread, const cfs_server *server, php_socket_t misled);

#endif

/*
 * Who is at the other end, when a new connection to a Memcached comes to nothing.
 *
 * libmemcached hides what the server said, or the server closes the connection before that can be read. So it is
 * asked once more, on a connection of its own, for nothing but its version.
 */
#ifndef CFS_MEMCACHED_PEER_H
#define CFS_MEMCACHED_PEER_H

#include "backend.h"

/* Explains what the server has said. False: it is nothing that only a wrong server says, or one that will not have
 * us. */
bool mc_peer_explain(const cfs_server *server, const char *words, cfs_error *error);

/* What came to nothing. */
typedef enum _mc_attempt {
	MC_NO_TEXT,        /* the text protocol */
	MC_NO_LOGIN,       /* a login in the binary protocol */
	MC_NO_LOGIN_ANSWER /* the same, and nothing was said at all */
} mc_attempt;

/* Asks the server, for at most so many ms, and explains what it says. False: that it is a Memcached, nothing, or
 * nothing that explains it. */
bool mc_peer_ask(cfs_thread *thread, const cfs_server *server, mc_attempt failed, int64_t wait,
	cfs_error *error);

#endif

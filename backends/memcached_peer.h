/*
 * Finds out who is at the other end when a new connection to a Memcached fails.
 *
 * libmemcached hides what the server said, or the server closes the connection before that can be read. So we ask the
 * server for its version on a separate connection.
 */
#ifndef CFS_MEMCACHED_PEER_H
#define CFS_MEMCACHED_PEER_H

#include "backend.h"

/* Explains in `error` what the server said. False: a Memcached that accepts us could have said that, too. */
bool mc_peer_explain(const cfs_server *server, const char *words, cfs_error *error);

/* Explains in `error` that the server did not take the login. */
void mc_peer_explain_login(const cfs_server *server, cfs_error *error);

/* What failed. */
typedef enum _mc_attempt {
	MC_NO_TEXT,        /* the text protocol */
	MC_NO_LOGIN,       /* a login in the binary protocol */
	MC_NO_LOGIN_ANSWER /* the same, and the server said nothing at all */
} mc_attempt;

/* Asks the server, for at most `wait` ms, and explains its answer in `error`. False: it is a Memcached, said nothing, or
 * said nothing that explains the failure. */
bool mc_peer_ask(cfs_thread *thread, const cfs_server *server, mc_attempt failed, int64_t wait,
	cfs_error *error);

#endif

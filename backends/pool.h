/*
 * Connections that wait for the next request, and what is remembered of servers: per thread.
 *
 * Each backend's connection begins with a cfs_connection, which the pool keeps and compares. One
 * serves another target only if place, credentials, database and pool name are equal, and never a
 * process that was forked from the one that made it.
 */
#ifndef CFS_POOL_H
#define CFS_POOL_H

#include "backend.h"
#include "php_network.h"

typedef struct _cfs_connection {
	const cfs_backend *backend;
	cfs_thread *thread;
	cfs_target *target; /* a reference */
	cfs_server *server; /* one of the target's */
	unsigned generation;
	php_socket_t socket; /* -1: not known */
	struct _cfs_connection *next;
	void (*drop)(struct _cfs_connection *connection); /* closes and frees it */
	void (*settle)(struct _cfs_connection
			*connection); /* before that, if there is no doubt about it: waits for what
														 * the server has still to do; NULL: nothing */
} cfs_connection;

/* Fills in a new connection to one of the target's servers, and takes a reference to the target. */
void cfs_connection_init(cfs_connection *connection, const cfs_backend *backend, cfs_thread *thread,
	cfs_target *target, uint32_t server);

/* Gives the reference back. For the backend's drop(), which frees the rest. */
void cfs_connection_end(cfs_connection *connection);

/* Whether it belongs to this process. */
bool cfs_connection_is_ours(const cfs_connection *connection);

/* Whether nothing has come that nobody asked for: the end of the connection, or a reply that is not
 * ours. To be asked before something is sent. */
bool cfs_connection_is_quiet(const cfs_connection *connection);

/* Makes its socket wait in send() and recv() themselves, for up to `ms` each, which saves a poll() each
 * time; or, with 0, no longer. Whether it does so now. Not for a connection of the parent's: both
 * processes would have it so. */
bool cfs_connection_blocks(const cfs_connection *connection, int64_t ms);

/* An idle connection to an equal server, which is the caller's until cfs_pool_put() or its drop(); or
 * NULL. */
cfs_connection *cfs_pool_take(
	cfs_thread *thread, const cfs_backend *backend, const cfs_server *server);

/* Keeps a connection about which there is no doubt. When there are too many, the one that has been
 * idle longest is dropped. */
void cfs_pool_put(cfs_connection *connection);

/* Drops the idle connections to the server's place, whatever credentials they have. */
void cfs_pool_forget(cfs_thread *thread, const cfs_backend *backend, const cfs_server *server);

/* An address as text, IPv6 with its zone, or the path of a unix socket. */
#define CFS_PLACE_MAX 128

/* Whether a Memcached server extends an item's lifetime while it reads it (gats). */
typedef enum _cfs_extending {
	CFS_EXTENDS_MAYBE, /* it was not asked */
	CFS_EXTENDS_HARDLY, /* when it was asked, it closed the connection or failed, which may have had other reasons */
	CFS_EXTENDS_NEVER,
	CFS_EXTENDS
} cfs_extending;

/* What a thread remembers of a server, by its address for people. */
typedef struct _cfs_peer {
	char *address;
	int64_t silent_until;      /* cfs_now() at which it may be asked again; 0: now */
	char place[CFS_PLACE_MAX]; /* which of its addresses was connected to last; "": none */
	uint32_t places;           /* how many addresses it has; 0: not known */
	bool misled;               /* that one led to a wrong server: the others come first */
	bool unnamed; /* connections are not to be named: they may have been closed for that */
	cfs_extending extending; /* of a Memcached */
	/* A command that the next connection begins with, for the last one may have been closed before it was done; NULL:
	 * none. */
	char *unsure;
	size_t unsure_length;
	struct _cfs_peer *next;
} cfs_peer;

/* What is remembered of the server, maybe nothing yet. It stays the thread's, until the next call. */
cfs_peer *cfs_pool_peer(cfs_thread *thread, const cfs_server *server);

/* Notes that the server did not answer in time, and is not to be asked for `retry_interval` ms. Not to be said of
 * a connection that has been answered before: it may be the connection alone that is dead. */
void cfs_server_was_silent(cfs_thread *thread, const cfs_server *server, int64_t retry_interval);

/* Whether that holds now; then the error says so. */
bool cfs_server_is_silent(cfs_thread *thread, const cfs_server *server, cfs_error *error);

/* What a backend keeps for the connections of a thread beside them; freed with the pool, after them. */
void *cfs_pool_extra(cfs_thread *thread);
void cfs_pool_set_extra(cfs_thread *thread, void *extra, void (*free_extra)(void *extra));

/* Drops all connections of the thread. */
void cfs_pool_free(cfs_thread *thread);

#endif

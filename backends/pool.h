/*
 * Per thread: idle connections, kept for the next request, and what the thread remembers about servers.
 *
 * Each backend's connection begins with a cfs_connection, which the pool keeps and compares. A connection serves another
 * target only if place, credentials, database and pool name are equal, and never a process that was forked from the one
 * that made it.
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
	/* Called before drop() if the connection's state is certain: waits for what the server still has to do. May be
	 * NULL. */
	void (*settle)(struct _cfs_connection *connection);
} cfs_connection;

/* Fills in a new connection to one of the target's servers, and takes a reference to the target. */
void cfs_connection_init(cfs_connection *connection, const cfs_backend *backend, cfs_thread *thread,
	cfs_target *target, uint32_t server);

/* Gives the reference to the target back. For the backend's drop(), which frees the rest. */
void cfs_connection_end(cfs_connection *connection);

/* Whether it belongs to this process. */
bool cfs_connection_is_ours(const cfs_connection *connection);

/* False if something unexpected has arrived: the end of the connection, or a reply that is not ours. Call it before
 * sending. */
bool cfs_connection_is_quiet(const cfs_connection *connection);

/* An idle connection to an equal server, or NULL. It belongs to the caller, who returns it with cfs_pool_put() or ends it
 * with its drop(). */
cfs_connection *cfs_pool_take(
	cfs_thread *thread, const cfs_backend *backend, const cfs_server *server);

/* Keeps a connection whose state is certain. If there are too many, drops the one that has been idle longest. */
void cfs_pool_put(cfs_connection *connection);

/* Drops the idle connections to the server's place, whatever credentials they have. */
void cfs_pool_forget(cfs_thread *thread, const cfs_backend *backend, const cfs_server *server);

/* An address as text, IPv6 with its zone, or the path of a unix socket. */
#define CFS_PLACE_MAX 128

/* Whether a Memcached server extends an item's lifetime while it reads it (gats). */
typedef enum _cfs_extending {
	CFS_EXTENDS_MAYBE,  /* it was not asked */
	CFS_EXTENDS_HARDLY, /* asked, it closed the connection or failed, perhaps for another reason */
	CFS_EXTENDS_NEVER,
	CFS_EXTENDS
} cfs_extending;

/* What a thread remembers about a server, by its displayed address. */
typedef struct _cfs_peer {
	char *address;
	uint64_t key;              /* its name in the memory that processes share: shared.h */
	int64_t silent_until;      /* cfs_now() at which it may be asked again; 0: now */
	char place[CFS_PLACE_MAX]; /* which of its addresses was connected to last; "": none */
	uint32_t places;           /* how many addresses it has; 0: not known */
	bool misled;               /* `place` led to a wrong server: try the other addresses first */
	bool unnamed;              /* do not name connections: it may have closed one for that */
	cfs_extending extending;   /* of a Memcached */
	/* A command that the next connection of this user to this database sends first, because the last one may have been
	 * closed before the server carried it out; NULL: none. */
	char *unconfirmed;
	size_t unconfirmed_length;
	char *unconfirmed_user; /* NULL: the default user */
	uint32_t unconfirmed_database;
	struct _cfs_peer *next;
} cfs_peer;

/* What the thread remembers about the server, perhaps nothing yet. It belongs to the thread, and is valid until the next
 * call. */
cfs_peer *cfs_pool_peer(cfs_thread *thread, const cfs_server *server);

/* Notes that the server did not answer in time: no process asks it for `retry_interval` ms. Do not call it for a
 * connection on which the server has answered before: perhaps only the connection is dead. */
void cfs_server_was_silent(cfs_thread *thread, const cfs_server *server, int64_t retry_interval);

/* Notes that the server has answered, which also clears what other processes noted. */
void cfs_server_has_answered(cfs_thread *thread, const cfs_server *server);

/* Whether not to ask the server now, which the error then explains: this process found it silent and the
 * `retry_interval` of that time is not over, or another process did, less than this `retry_interval` (ms) ago. */
bool cfs_server_is_silent(
	cfs_thread *thread, const cfs_server *server, int64_t retry_interval, cfs_error *error);

/* What a backend keeps for all connections of a thread; the pool frees it after them, with free_extra(). */
void *cfs_pool_extra(cfs_thread *thread);
void cfs_pool_set_extra(cfs_thread *thread, void *extra, void (*free_extra)(void *extra));

/* Drops all connections of the thread. */
void cfs_pool_free(cfs_thread *thread);

#endif

/*
 * Which connection serves a session: to the only server, to the session's server among several, to the master that
 * sentinels name, or to the node of a Redis Cluster that has the slot of the session's key.
 *
 * The target's `route` keeps what was learnt about master and nodes, so that a warm request spends no round trip on it.
 * When a server is gone or says that it is the wrong one, the route is learnt again, and the command is sent again. A
 * single server may turn out wrong, too: its name may lead elsewhere by now, while kept connections do not.
 */
#ifndef CFS_REDIS_TOPOLOGY_H
#define CFS_REDIS_TOPOLOGY_H

#include "redis_connection.h"

/* The route of one store's commands. It belongs to the store. */
typedef struct _redis_route {
	cfs_thread *thread;
	cfs_target *target;         /* the store's, which holds the reference */
	const cfs_options *options; /* the store's */
	uint32_t server;            /* CFS_SINGLE, CFS_WEIGHTED: the session's */
	const char *key;            /* of the session; the store's */
	bool fixed;                 /* always use `server`, whatever it says */
	/* Of the command under way: */
	cfs_target *asked;   /* the node that an ASK named, for one attempt; a reference */
	int redirects;       /* how many it has followed */
	int searches;        /* how often another master or node was looked for after a failure */
	uint32_t rejections; /* how many servers said that they are not, or not yet, the right one */
	int64_t pause;       /* ms, before the next attempt */
} redis_route;

/* What an answer means for the route. */
typedef enum _redis_verdict {
	REDIS_DELIVERED, /* it is the answer */
	REDIS_REDIRECT,  /* send the command again; redis_route_open() knows where */
	REDIS_RECONNECT, /* the same, and drop the connection: it leads to the wrong server */
	REDIS_BACKOFF,   /* the same as REDIS_REDIRECT, after route->pause */
	REDIS_UNROUTABLE /* drop the connection; the error says why */
} redis_verdict;

/* Which commands have to be sent along with a command. */
typedef struct _redis_piggyback {
	bool role;   /* ROLE, first */
	bool asking; /* ASKING, before each command */
	bool slots;  /* CLUSTER SLOTS, last */
} redis_piggyback;

/* Index of the server that has the session, chosen as phpredis does, by the first four bytes of the id. 0 unless the
 * target is a CFS_WEIGHTED. */
uint32_t redis_server_of_id(const cfs_target *target, const char *id);

/* The target's server whose settings apply to a session on `server`: with sentinels, the one that stands for the master.
 * It belongs to the target. */
const cfs_server *redis_settings_server(const cfs_target *target, uint32_t server);

/* Whether the target is known to be a Redis Cluster. */
bool redis_is_cluster(const cfs_target *target);

/* Notes that it is one, because a server said that a key beside a session's is elsewhere. */
void redis_set_cluster(cfs_target *target);

/* Whether one node of the cluster is known to have both keys. */
bool redis_have_one_node(const cfs_target *target, const char *key, const char *other);

/* Calls `found` for the master that the sentinels named last, or for each node of the cluster that has slots. */
void redis_each_learnt(const cfs_target *target, cfs_learnt found, void *context);

/* Begins the route of a command. */
void redis_route_begin(redis_route *route);

/* Ends it. May be called again. */
void redis_route_end(redis_route *route);

/* A connection to the server that is known, or presumed, to be the right one, for the caller to release or drop: `current`
 * if it leads there; otherwise `current` (which may be NULL) goes back to the pool. May ask sentinels, each within the
 * options' time limits. NULL: the error says why, and `current` is gone, too. */
redis_connection *redis_route_open(redis_route *route, redis_connection *current, cfs_error *error);

/* Whether no other server can take over, because there are neither sentinels nor a cluster. */
bool redis_route_is_single(const redis_route *route);

/* Which commands have to be sent along with the next attempt. */
redis_piggyback redis_route_piggyback(redis_route *route, const redis_connection *connection);

/* Takes the answer to CLUSTER SLOTS. */
void redis_route_learn(
	redis_route *route, const redis_connection *connection, const redisReply *reply);

/* What the answer means; `role` is the answer to ROLE, or NULL. The error is set if the connection has to be dropped. */
redis_verdict redis_route_judge(redis_route *route, redis_connection *connection,
	const redisReply *role, const redisReply *reply, cfs_error *error);

/* After an attempt that was not answered: whether to send the command again, which is harmless. A connection that the
 * server has closed is replaced once. If the server closes a new one (`was_new`), too, the command is sent again only if
 * another server may have taken over. */
bool redis_route_may_repeat(
	redis_route *route, redis_status status, bool was_new, int64_t deadline);

#endif

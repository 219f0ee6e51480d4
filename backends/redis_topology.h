/*
 * Which connection serves a session: that of the only server, of its server among several, of the
 * master that sentinels name, or of the node of a Redis Cluster that has the slot of its key.
 *
 * What was learnt about master and nodes is kept in the target's `route`: a warm request costs no
 * round trip of its own. It is learnt anew when a server is not there any more, or says that it is
 * not the one, and then the command is sent once more. So it is with a server that is named alone: its
 * name may lead to another one now, to which kept connections do not.
 */
#ifndef CFS_REDIS_TOPOLOGY_H
#define CFS_REDIS_TOPOLOGY_H

#include "redis_connection.h"

/* The way of one store's commands. Belongs to the store. */
typedef struct _redis_way {
	cfs_thread *thread;
	cfs_target *target;         /* the store's, which holds the reference */
	const cfs_options *options; /* the store's */
	uint32_t server;            /* CFS_SINGLE, CFS_WEIGHTED: the session's */
	const char *key;            /* of the session; the store's */
	bool fixed;                 /* to `server`, whatever it says */
	/* Of the command under way: */
	cfs_target *asked; /* a node that said ASK names, for one attempt; a reference */
	int hops;          /* that redirections led */
	int looks;         /* for another master or node, after one failed */
	uint32_t turns;    /* from servers that said that they are not the one, any more or yet */
	int64_t pause;     /* ms, before the next attempt */
} redis_way;

/* What an answer means for the way. */
typedef enum _redis_verdict {
	REDIS_ARRIVED, /* it is the answer */
	REDIS_FURTHER, /* the command is to be sent again; redis_way_open() knows where */
	REDIS_LEAVE,   /* the same, and the connection leads to what it should not: drop it */
	REDIS_LATER,   /* the same after way->pause */
	REDIS_NOWHERE  /* drop the connection; the error says why */
} redis_verdict;

/* What is to be sent along with a command. */
typedef struct _redis_escort {
	bool role;   /* ROLE, in front */
	bool asking; /* ASKING, in front of each command */
	bool slots;  /* CLUSTER SLOTS, behind */
} redis_escort;

/* The server that has the session, as phpredis chooses it: by the first four bytes of the id. 0 unless
 * the target is a CFS_WEIGHTED. */
uint32_t redis_server_of_id(const cfs_target *target, const char *id);

/* That of the target whose settings hold for a session on `server`: with sentinels the master. */
const cfs_server *redis_settings_server(const cfs_target *target, uint32_t server);

/* Whether the target is known to be a Redis Cluster. */
bool redis_is_cluster(const cfs_target *target);

/* Begins the way of a command. */
void redis_way_begin(redis_way *way);

/* Ends it. May be called again. */
void redis_way_end(redis_way *way);

/* A connection to the server that is known, or presumed, to be the right one: `current`, if it leads
 * there, else it is given back. May ask sentinels, each of which has the options' time limits. NULL: the
 * error says why, and `current` is gone. */
redis_connection *redis_way_open(redis_way *way, redis_connection *current, cfs_error *error);

/* Whether no other server can have become the one: there are neither sentinels nor a cluster. */
bool redis_way_is_single(const redis_way *way);

/* What is to be sent along with the next attempt. */
redis_escort redis_way_escort(redis_way *way, const redis_connection *connection);

/* Takes the answer to CLUSTER SLOTS. */
void redis_way_learn(redis_way *way, const redis_connection *connection, const redisReply *reply);

/* What the answer means; `role` is that to ROLE, or NULL. The error is set where the connection is to be
 * dropped. */
redis_verdict redis_way_heed(redis_way *way, redis_connection *connection, const redisReply *role,
	const redisReply *reply, cfs_error *error);

/* Notes that the server did not answer. Whether another may be looked for, within this command. */
bool redis_way_lost(redis_way *way);

#endif

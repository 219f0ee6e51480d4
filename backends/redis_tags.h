/*
 * The sessions of a user: listing the sessions of a tag, and destroying them all.
 */
#ifndef CFS_REDIS_TAGS_H
#define CFS_REDIS_TAGS_H

#include "redis_command.h"
#include "redis_topology.h"

/* State of the calls about tags, with or without a session's store. Times are milliseconds unless stated otherwise. A
 * function that returns false or CFS_ERROR has set the error. */
typedef struct _redis_tags {
	cfs_thread *thread;
	cfs_target *target;         /* the caller's reference */
	const cfs_options *general; /* of all servers */
	redis_connection
		*connection; /* the caller's, or NULL; the calls may replace it, for the caller to keep */
	/* The rest belongs to the calls; zeroed at first. */
	cfs_options options; /* of the server that is asked */
	redis_route route;
	redis_keys keys;            /* of the session that is asked about */
	redis_key key;              /* of the tag */
	char token[CFS_TOKEN_SIZE]; /* of the tombstones that are written; empty: none */
	int grouped; /* how many commands are about the first of several keys; 0: there is one key */
	bool asking;
	redisReply **replies; /* NULL: none */
	int count, room;
} redis_tags;

/* Whether a session and its tags are on the same server. */
bool redis_tags_go_along(const cfs_target *target);

/* Puts the commands that `tagging` asks for into the connection's pipeline, either those that go before a session's
 * commands or those that go after them (`behind`); with `asking`, each after an ASKING. `with_sets`: the tags are on that
 * server, too. Returns how many answers there will be. */
int redis_tags_append(const cfs_tagging *tagging, redis_keys *keys, const char *id,
	const char *prefix, bool with_sets, bool asking, bool behind, redis_connection *connection);

/* The most answers there can be, before and after the session's. */
#define REDIS_TAG_ANSWERS_MAX (2 * (CFS_TAGS_MAX + 2) + 2)

/* Takes those answers, which stay the caller's, and notes in `tagging` what was not done or is not known. */
void redis_tags_take(cfs_tagging *tagging, redisReply **answers, int count, bool asking,
	bool behind, redis_connection *connection, const redis_asker *asker);

/* The calls of cfs_tag_calls. redis_tags_add() is for tags that are not on the session's server. */
cfs_result redis_tags_add(redis_tags *tags, const char *id, cfs_tagging *tagging, cfs_error *error);
cfs_result redis_tags_move(redis_tags *tags, const char *from, const char *to, bool removes,
	const cfs_tags *moved, zend_long lifetime, cfs_error *error);
cfs_result redis_tags_withdraw(
	redis_tags *tags, const char *id, const cfs_tags *withdrawn, cfs_error *error);
void redis_tags_clean(redis_tags *tags, const cfs_tags *crowded);
cfs_result redis_tags_list(redis_tags *tags, const char *tag, cfs_tagged *tagged, cfs_error *error);
cfs_result redis_tags_destroy(
	redis_tags *tags, const char *tag, cfs_logouts *logouts, cfs_error *error);

#endif

/*
 * The store of one session: its commands and their replies, one round trip at a time on the route to its server.
 *
 * A call of the vtable begins with redis_begin(), makes one or more round trips, and ends with redis_concluded(). The
 * replies of a round trip are in its pipeline, whose owner frees them with redis_free_replies(). A function that returns
 * false or CFS_ERROR has set the error, whose text is for people, and free of secrets after redis_concluded(). Times are
 * milliseconds unless stated otherwise.
 */
#ifndef CFS_REDIS_CALL_H
#define CFS_REDIS_CALL_H

#include "redis_topology.h"
#include "redis_command.h"
#include "lease.h"

typedef struct _redis_store {
	cfs_thread *thread;
	cfs_target *target;  /* a reference */
	cfs_options general; /* of all servers */
	cfs_options options; /* of the session's server */
	redis_route route;
	redis_connection *connection; /* NULL: none yet, or dropped */
	redisReply *reply;            /* owns the value that start() gave, */
	zend_string *string;          /* or this does */
	char id[REDIS_ID_MAX + 1];    /* "": no session is started */
	bool for_cluster;             /* the keys are those of a cluster */
	bool locked;                  /* see redis_set_locked() */
	bool is_direct;               /* the first server that was asked answered: no redirect */
	uint64_t connected;           /* the number of the connection, or of the last one */
	bool moved;                   /* the connection is not the one that the lock was taken on */
	cfs_lock_times times;         /* of the lock that was asked for last */
	cfs_lease lease;              /* of the lock, while it is ours */
	bool existed;                 /* when it was read */
	int64_t began;                /* when it began to be read, see cfs_now() */
	zend_long lifetime;           /* s, which it got then */
	bool knows_tombstone;         /* `history` says which tombstone it had when read, if any */
	char read_sha[41];            /* of what was read; "" until needed */
	cfs_tagging *tagging;         /* the caller's; NULL: none */
	bool tags_go_along;           /* the tags are where the session is */
	int tag_answers[2];           /* replies to the tags' commands, in front and behind */
	bool renewed;                 /* the last operation has to be repeated with other credentials */
	bool sent;        /* a server may have carried the operation out, and nothing has undone it */
	bool unreachable; /* the last operation found no server, or a silent one */
	/* One argument of scripts: '1' once the command under way had to be sent again, else '0'; then the tombstone that
	 * the session had when it was read, if any. */
	char history[1 + CFS_TOKEN_ID_LENGTH + 1];
	redis_keys
		keys; /* last, because it is not zeroed, which would cost more than anything else here */
} redis_store;

typedef struct _redis_number {
	char text[24];
} redis_number;

#define REDIS_PIPELINE_MAX 4

/* Commands that make one round trip. */
typedef struct _redis_pipeline {
	int count;
	int main;        /* index of the command whose reply is the result; the others serve it */
	bool keeps_head; /* a retry has to send the commands before it, too */
	bool head_tells; /* those commands' replies also tell whether this is the right server */
	redis_command commands[REDIS_PIPELINE_MAX];
	redisReply *replies[REDIS_PIPELINE_MAX];
	bool reads;                     /* one of the replies is the session */
	zend_string *string;            /* its value, if string_reply does not have it itself */
	const redisReply *string_reply; /* the reply that `string` belongs to */
	int64_t block;                  /* ms for which the server may delay its answer */
	redis_number wait[2];           /* arguments of WAIT */
} redis_pipeline;

/* A number as an argument of a command. */
redis_number redis_number_of(int64_t value);

/* A lifetime in seconds that Redis accepts. PHP takes 0 and less as "expired", phpredis as the default lifetime. */
redis_number redis_lifetime_number(zend_long lifetime);

/* {{{ What a reply is */

static inline bool redis_is_error(const redisReply *reply, const char *code)
{
	return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, code, strlen(code)) == 0;
}

static inline bool redis_is_integer(const redisReply *reply, long long integer)
{
	return reply->type == REDIS_REPLY_INTEGER && reply->integer == integer;
}

static inline bool redis_is_token(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING && (size_t) reply->len == CFS_TOKEN_ID_LENGTH &&
		memcmp(reply->str, CFS_TOKEN_MARK, strlen(CFS_TOKEN_MARK)) == 0;
}

/* }}} */

/* {{{ A call of the vtable */

/* Begins each call. Keeps what was read until the session is started again: a repeated write may go to a server that
 * knows nothing else about the session. */
void redis_begin(redis_store *store);

/* Whether the command under way had to be sent again: then a server may have carried it out already. */
static inline bool redis_is_repeated(const redis_store *store)
{
	return store->history[0] == '1';
}

/* Ends each call: hides secrets in the error, which may contain any text from a server. Returns `result`. */
cfs_result redis_concluded(const redis_store *store, cfs_result result, cfs_error *error);

/* Makes the keys of the session from the store's options. */
bool redis_set_keys(redis_store *store, cfs_error *error);

/* Notes that the lock was taken (true), or that it was released or lost, or that another server now has to say whether
 * it still exists (false). */
void redis_set_locked(redis_store *store, bool locked);

/* Frees what start() has read. */
void redis_forget_value(redis_store *store);

/* Makes sure that there is a connection. Connecting has its own time limit, so it moves the operation's deadline by the
 * time that it took. */
bool redis_connect(redis_store *store, int64_t *deadline, cfs_error *error);

/* Closes the connection, which must exist. */
void redis_drop_connection(redis_store *store);

/* }}} */

/* {{{ One round trip */

/* Sends the pipeline on the store's connection, follows redirects, retries once, and reads the replies, which the caller
 * frees. */
bool redis_call(redis_store *store, redis_pipeline *pipeline, cfs_error *error);

/* The same for a pipeline whose main command is a script: sends the script itself to a server that does not have it. */
bool redis_call_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error);

void redis_free_replies(redis_pipeline *pipeline);

/* Explains an error reply of the server in `error`. */
void redis_reply_error(redis_store *store, redisReply *reply, cfs_error *error);

/* For a reply of a type that its command never has: drops the connection and sets the error. Returns CFS_ERROR. */
cfs_result redis_unexpected(redis_store *store, cfs_error *error);

/* Moves the reply that has the session into the store, and makes `value` point there. CFS_OK, CFS_ABSENT or
 * CFS_ERROR. */
cfs_result redis_take_value(redis_store *store, redis_pipeline *pipeline, redisReply **reply,
	cfs_value *value, cfs_error *error);

/* If the save path asks for replicas, adds WAIT, which tells how many of them have the write. */
void redis_add_wait(redis_store *store, redis_pipeline *pipeline);

/* Checks the reply to that WAIT. Returns `result`, or CFS_ERROR if too few replicas have the write; the master has it in
 * any case. */
cfs_result redis_check_replicas(
	redis_store *store, redis_pipeline *pipeline, cfs_result result, cfs_error *error);

/* The result of a script that ends a request: 1 done; 0 the lock is not ours, or another request wrote; 2 the session
 * has gone; 3 its value could not be set aside. Frees the replies, and concludes the call. */
cfs_result redis_take_result(redis_store *store, redis_pipeline *pipeline, cfs_error *error);

/* redis_call_script() and redis_take_result() */
cfs_result redis_finish_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error);

/* Whether a request may end without waiting for the answer to its last script: it counts no replicas, is not a second
 * attempt, and the connection is kept. With sentinels or a cluster, the answer may be that another server has the lock
 * now; then the lock stays there for what is left of its lease, so only a lock that is renewed (a short lease) will do. */
bool redis_may_post(const redis_store *store, const redis_script *script);

/* Sends the script and does not wait. If the answer is that the lock was not ours any more, *when_lost is increased later
 * (may be NULL). False: it could not be sent. */
bool redis_post_script(redis_store *store, const redis_command *command, uint64_t *when_lost);

/* }}} */

#endif

/*
 * One connection to one Redis server: handshake, pipeline, replies.
 *
 * hiredis formats and parses; the bytes go through a stream. One session at a time uses a connection. If it is in doubt
 * which reply answers which command, the connection is closed.
 *
 * A release whose answer no request needs is posted: it is sent, and the next exchange reads its answer first. If the
 * server closes the connection instead, the next connection begins by sending the release again. Before a connection is
 * closed in good order, it waits for that answer: closing a socket that holds unread bytes sends a reset, on which the
 * server may drop what it has not read yet.
 */
#ifndef CFS_REDIS_CONNECTION_H
#define CFS_REDIS_CONNECTION_H

#include "pool.h"
#include "redis_errors.h"
#include <hiredis.h>

typedef struct _redis_connection redis_connection;

/* How an exchange ended. */
typedef enum _redis_status {
	REDIS_ANSWERED,
	REDIS_STALE, /* nothing was sent: the server had closed it, or sent an unexpected reply */
	REDIS_UNKNOWN_USER, /* as REDIS_REFUSED, but the next connection logs in without the user */
	REDIS_REFUSED, /* the server answered, and did not accept our credentials or our database */
	REDIS_CLOSED,  /* the server closed the connection before it answered: worth a retry */
	REDIS_NAME_REFUSED, /* as REDIS_CLOSED, perhaps because we named it: the next gets no name */
	REDIS_SILENT,       /* it did not answer in time */
	REDIS_FAILED
} redis_status;

/* A connection to the server: one of the pool's, else a new one, made within the options' connect_timeout. The caller
 * owns it, and ends that with redis_connection_release() or redis_connection_drop(). NULL: the error says why; a server
 * that did not answer in time is not asked again until the options' retry_interval is over. */
redis_connection *redis_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error);

/* Puts a command into the pipeline; `lengths` may be NULL. Copies the arguments, except the first one of 4 kB or more,
 * which the caller must keep until the pipeline has been sent or given up. */
void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths);

/* Put a part of a command into the pipeline: bytes as the protocol has them; or further arguments, as above. If there is
 * no memory, the pipeline is not sent. */
void redis_connection_append_text(redis_connection *connection, const char *text, size_t length);
void redis_connection_append_arguments(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths);
void redis_connection_append_failed(redis_connection *connection);

/* One of the replies to come is a session: see redis_reader.h. */
void redis_connection_expect_value(redis_connection *connection);
zend_string *redis_connection_take_value(redis_connection *connection, const redisReply **reply);

/* Sends the pipeline and reads its `count` replies, all before `deadline` (see cfs_now()): one round trip. On
 * REDIS_ANSWERED the caller frees the replies, which may be error replies, with freeReplyObject(). Otherwise all are NULL
 * and the connection can only be dropped; except after REDIS_REFUSED and REDIS_UNKNOWN_USER: there the caller frees the
 * replies, too, and may use the connection to undo what the server did without our credentials. */
redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error);

/* A script that is sent without waiting for its answer. */
typedef struct _redis_post {
	size_t head;         /* bytes that its command begins with */
	cfs_value again;     /* what replaces them if the server has lost the script */
	cfs_value key;       /* one of its keys, by which proxies route the mark that is sent later */
	uint64_t *when_lost; /* counts answers that the lock was lost; may be NULL */
} redis_post;

/* Whether a script may be posted: the server answered a moment ago, and no other answer is due. */
bool redis_connection_may_post(redis_connection *connection);

/* Sends the pipeline, which must be that script, and does not wait. If the answer is an error, it is counted, and the
 * connection is not used any more. False: it could not be sent, and the connection can only be dropped. */
bool redis_connection_post(redis_connection *connection, const redis_post *post, int64_t deadline);

/* Sends the pipeline just before the connection is dropped, and does not wait: a silent server may still carry out the
 * commands that it has, and then what undoes them has to follow. */
void redis_connection_send_unanswered(redis_connection *connection);

/* The server that it leads to; valid as long as the connection. */
const cfs_server *redis_connection_server(const redis_connection *connection);

/* Whether nothing has been answered on it yet, so that a failure is not due to its age. */
bool redis_connection_is_new(const redis_connection *connection);

/* Tells it from every other one of its thread, ended ones too, whose addresses are used again. 0: of NULL. */
uint64_t redis_connection_number(const redis_connection *connection);

/* Whether this process made it, not the one that this process was forked from. */
bool redis_connection_is_ours(const redis_connection *connection);

/* Notes that it leads to a wrong server, whatever the server's name says: neither it nor idle connections to the same
 * place are kept, and the next one tries another address of the name first, if there is one. Returns how many addresses
 * the name has. */
uint32_t redis_connection_distrust(redis_connection *connection);

/* Notes that a command got an answer that it never has. Which answer belongs to which command is then unknown, so the
 * connection is not used again. */
void redis_connection_doubt(redis_connection *connection);

/* What the server does not know or does not allow us; kept as long as the connection lives. */
bool redis_connection_lacks_getex(const redis_connection *connection);
void redis_connection_set_lacks_getex(redis_connection *connection);
bool redis_connection_knows_scripts(const redis_connection *connection, unsigned scripts);
void redis_connection_set_knows_scripts(redis_connection *connection, unsigned scripts);
void redis_connection_set_lost_scripts(redis_connection *connection);
bool redis_connection_lacks_scripts(const redis_connection *connection);
void redis_connection_set_lacks_scripts(redis_connection *connection);

/* Gives it back to the pool if `keep`; else waits for the answer to a post, and closes it. */
void redis_connection_release(redis_connection *connection, bool keep);

/* Closes it: its state is in doubt. */
void redis_connection_drop(redis_connection *connection);

#endif

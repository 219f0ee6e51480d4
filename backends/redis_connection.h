/*
 * One connection to one Redis server: handshake, pipeline, replies.
 *
 * hiredis formats and parses; the bytes go through a stream. A connection is used by one session at a time. Whatever
 * leaves a doubt about which reply answers what ends with the connection closed.
 *
 * A release that nobody waits for is posted: it is sent, and its answer is the first thing that is read with the next
 * exchange. If the server closes the connection instead, the next one begins with it. A connection that will not be kept waits for it: to close a socket with something unread in it sends a
 * reset, and the server may drop what it has not read yet.
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
	REDIS_STALE, /* nothing was sent: the server had closed the connection, or said what nobody asked */
	REDIS_STRANGER, /* as REDIS_REFUSED, but the next connection will log in without the user */
	REDIS_REFUSED,  /* the server answered, and did not accept our credentials or our database */
	REDIS_CLOSED, /* the server closed the connection before it had answered: worth a second try */
	REDIS_UNNAMED, /* as REDIS_CLOSED, on a new one; the next will not be given a name, which may be why */
	REDIS_SILENT, /* it did not answer in time */
	REDIS_FAILED
} redis_status;

/* A connection to the server: one of the pool's, or else a new one within the options'
 * connect_timeout. It is the caller's until redis_connection_release() or redis_connection_drop().
 * NULL: the error says why, and a server that did not answer in time is not asked again before the
 * options' retry_interval is over. */
redis_connection *redis_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error);

/* Puts a command into the pipeline. The arguments are copied; `lengths` may be NULL. */
void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths);

/* Puts a part of a command into the pipeline: bytes as the protocol has them, or arguments behind those. Or notes that
 * there was no memory for it: then the pipeline is not sent. */
void redis_connection_append_text(redis_connection *connection, const char *text, size_t length);
void redis_connection_append_arguments(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths);
void redis_connection_append_failed(redis_connection *connection);

/* One of the replies to come is a session: see redis_reader.h. */
void redis_connection_expect_value(redis_connection *connection);
zend_string *redis_connection_take_value(redis_connection *connection, const redisReply **reply);

/* Sends the pipeline and reads its `count` replies, all before `deadline` (see cfs_now()). One round
 * trip. On REDIS_ANSWERED the replies, error replies among them, are the caller's to free with
 * freeReplyObject(); else all are NULL and the connection can only be dropped, except after
 * REDIS_REFUSED and REDIS_STRANGER: there the replies are the caller's too, and the connection may be used to undo what
 * the server did without our credentials. */
redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error);

/* A script whose answer nobody waits for. */
typedef struct _redis_post {
	size_t head;         /* bytes with which its command begins, */
	cfs_value again;     /* and those to begin with instead if the server has lost the script */
	uint64_t *when_lost; /* counts answers that the lock was not ours any more; NULL: nobody does */
} redis_post;

/* Whether a script may be posted: a moment ago the server was there, and it will be asked again, for the connection is
 * going to be kept. */
bool redis_connection_may_post(redis_connection *connection);

/* Sends the pipeline, which is that script, and does not wait. An answer that is an error is counted,
 * and the connection is not used any more then. False: it could not be sent, and the connection can only be dropped. */
bool redis_connection_post(redis_connection *connection, const redis_post *post, int64_t deadline);

/* Sends the pipeline before the connection is dropped, without hope of an answer: a server that has
 * been silent may yet do what it was asked, and is to undo it then. */
void redis_connection_leave_word(redis_connection *connection);

/* Where it leads; as long as the connection lives. */
const cfs_server *redis_connection_server(const redis_connection *connection);

/* Whether nothing has been answered on it yet, so that a failure is not due to its age. */
bool redis_connection_is_new(const redis_connection *connection);

/* Whether it belongs to this process, and not to the one that this was forked from. */
bool redis_connection_is_ours(const redis_connection *connection);

/* Notes that it leads to a wrong server, whatever its name says: it is not kept, nor are the idle ones to the same
 * place, and the next one is tried at another address first, if the name has more. Returns how many it has. */
uint32_t redis_connection_doubt(redis_connection *connection);

/* Properties of the server behind it, or of what we may do there, kept as long as the connection lives. */
bool redis_connection_lacks_getex(const redis_connection *connection);
void redis_connection_set_lacks_getex(redis_connection *connection);
bool redis_connection_knows_scripts(const redis_connection *connection, unsigned scripts);
void redis_connection_set_knows_scripts(redis_connection *connection, unsigned scripts);
void redis_connection_set_lost_scripts(redis_connection *connection);
bool redis_connection_lacks_scripts(const redis_connection *connection);
void redis_connection_set_lacks_scripts(redis_connection *connection);

/* Gives it back: to the pool if `keep`, else it is closed, once what was posted is answered. */
void redis_connection_release(redis_connection *connection, bool keep);

/* Closes it: its state is in doubt. */
void redis_connection_drop(redis_connection *connection);

#endif

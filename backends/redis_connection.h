/*
 * One connection to one Redis server: dialling, handshake, pipeline, deadline.
 *
 * hiredis connects, formats and parses; the waiting is bounded here, because hiredis bounds
 * each read and not an operation. A connection is used by one session at a time. Whatever leaves a
 * doubt about which reply answers what ends with the connection closed.
 */
#ifndef CFS_REDIS_CONNECTION_H
#define CFS_REDIS_CONNECTION_H

#include "pool.h"
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

/* Puts a command into the pipeline. The arguments are copied. */
void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths);

/* Sends the pipeline and reads its `count` replies, all before `deadline` (see cfs_now()). One round
 * trip. On REDIS_ANSWERED the replies, error replies among them, are the caller's to free with
 * freeReplyObject(); else all are NULL and the connection can only be dropped, except after
 * REDIS_REFUSED and REDIS_STRANGER: there the replies are the caller's too, and the connection may be used to undo what
 * the server did without our credentials. */
redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error);

/* Sends the pipeline before the connection is dropped, without hope of an answer: a server that has
 * been silent may yet do what it was asked, and is to undo it then. */
void redis_connection_leave_word(redis_connection *connection);

/* Whose command was refused. */
typedef struct _redis_asker {
	const cfs_options *options; /* of the session */
	bool in_cluster;
	const char *secrets[2]; /* that may be in what the server says; NULL: none */
} redis_asker;

/* Makes the error of what the server said, with advice where there is some. Hides the password and the asker's
 * secrets in `words`, in place. The asker may be NULL, where it was not about a session. */
void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error);

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
bool redis_connection_lacks_scripts(const redis_connection *connection);
void redis_connection_set_lacks_scripts(redis_connection *connection);

/* Gives it back: to the pool if `keep`, else it is closed. */
void redis_connection_release(redis_connection *connection, bool keep);

/* Closes it: its state is in doubt. */
void redis_connection_drop(redis_connection *connection);

#endif

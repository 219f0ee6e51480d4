/*
 * Reads a server's replies: hiredis' parser, with limits, and with the session as a PHP string.
 *
 * hiredis trusts the size that a reply announces, and keeps what has arrived until the reply is complete. Here, each reply
 * has a limit: the options' value_max for a session, and another one for a list, which describes other servers. A larger
 * reply is refused as soon as its size shows, mostly at its first line.
 *
 * Bytes are received directly into the parser's buffer. A session that has arrived whole is copied once, from there into
 * PHP's string; the rest of a longer one is received into that string itself.
 */
#ifndef CFS_REDIS_READER_H
#define CFS_REDIS_READER_H

#include "backend.h"
#include <hiredis.h>

typedef struct _redis_reader {
	redisReader *hiredis;
	redisReplyObjectFunctions functions;       /* hiredis', behind ours */
	const redisReplyObjectFunctions *original; /* hiredis' */
	size_t value_max;                          /* bytes of a session at most */
	size_t allowed;                /* bytes of memory that the reply under way may take */
	size_t used;                   /* bytes that its parsed part takes */
	size_t awaited;                /* bytes that it is known to lack */
	const char *fault;             /* why it was refused, "its reply ..."; NULL: it was not */
	bool of_session;               /* value_max was the limit */
	bool expects_value;            /* one of the replies to come is a session */
	zend_string *value;            /* that session; NULL: not yet, or it is a short one */
	const redisReply *value_reply; /* the reply that it belongs to */
	zend_string *direct;           /* the same while the rest is received into it; else NULL */
	bool has_bytes;                /* the rest has been received into it */
	size_t arrived;                /* bytes of it there, and of what follows it */
	char opening[8];               /* how the first reply on the connection began */
	size_t opening_length;
} redis_reader;

/* Prepares a reader for a new connection. False: there is no memory. */
bool redis_reader_begin(redis_reader *reader);

/* Frees its memory. Accepts a zeroed reader. */
void redis_reader_end(redis_reader *reader);

/* Sets how many bytes a session may have in replies from now on. */
void redis_reader_set_max(redis_reader *reader, size_t value_max);

/* Where to receive the server's next bytes, and how many there is room for (NULL: there is no memory); and notes how many
 * came. */
char *redis_reader_room(redis_reader *reader, size_t *room);
void redis_reader_took(redis_reader *reader, size_t received);

/* Parses the next reply, which the caller frees with freeReplyObject(); *reply is NULL while it is incomplete. False: it is
 * no reply, or too large; redis_reader_explain() tells. */
bool redis_reader_reply(redis_reader *reader, redisReply **reply);

/* Whether there are bytes after the last reply. */
bool redis_reader_has_more(const redis_reader *reader);

/* Announces that one of the replies to come is a session. If it is a long one that fits into memory_limit, its reply has the
 * length but no bytes: they are in a string of PHP's. redis_reader_take_value() gives that to the caller, who frees it, and
 * sets *reply to its reply; NULL: there is none. */
void redis_reader_expect_value(redis_reader *reader);
zend_string *redis_reader_take_value(redis_reader *reader, const redisReply **reply);

/* To be called between two exchanges: frees what only a large reply needed. False: an earlier reply was invalid, and
 * nothing can be read any more. */
bool redis_reader_rest(redis_reader *reader);

/* Sets the error to why redis_reader_reply() failed: what was too large, or which other program answers at that port. */
void redis_reader_explain(const redis_reader *reader, const cfs_server *server, cfs_error *error);

#endif

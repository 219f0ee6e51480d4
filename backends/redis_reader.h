/*
 * What a server answers: hiredis' parser, with limits, and with the session as a string of PHP's.
 *
 * hiredis believes what a reply says of its own size, and keeps what has come until the reply is complete. A reply
 * has a limit here: a session is no larger than the options' value_max; lists, which tell of other servers, have
 * a limit of their own, be it less. What is larger is refused when that shows, which is mostly at its first line.
 *
 * Bytes are received right into the parser's buffer, and a session is copied once: from there into PHP's string.
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
	size_t used;                   /* that it takes, without what has not been parsed */
	size_t awaited;                /* bytes that the reply under way is known to lack */
	const char *fault;             /* why it was refused, "its reply ..."; NULL: it was not */
	bool of_session;               /* value_max was the limit */
	bool expects_value;            /* one of the replies to come is a session */
	zend_string *value;            /* that session; NULL: not yet, or it is a short one */
	const redisReply *value_reply; /* to which it belongs */
	char opening[8];               /* how the first reply on the connection began */
	size_t opening_length;
} redis_reader;

/* Begins to read on a new connection. False: there is no memory. */
bool redis_reader_begin(redis_reader *reader);

/* Frees what it has. May be called of one that is all zeros. */
void redis_reader_end(redis_reader *reader);

/* How large a session may be, in replies from now on. */
void redis_reader_set_max(redis_reader *reader, size_t value_max);

/* Where the next bytes of the server go, and how many there is room for; and how many came. NULL: there is no memory.
 */
char *redis_reader_room(redis_reader *reader, size_t *room);
void redis_reader_took(redis_reader *reader, size_t received);

/* The next reply, the caller's to free with freeReplyObject(); NULL: it is not complete. False: it is no reply, or too
 * large. */
bool redis_reader_reply(redis_reader *reader, redisReply **reply);

/* Whether there is something behind the last reply. */
bool redis_reader_has_more(const redis_reader *reader);

/* One of the replies to come is a session. If it is a long one that fits into memory_limit, its reply has the length
 * and no bytes: they are in a string of PHP's, which redis_reader_take_value() gives to the caller, and `reply` is the
 * one that it belongs to. NULL: there is none. */
void redis_reader_expect_value(redis_reader *reader);
zend_string *redis_reader_take_value(redis_reader *reader, const redisReply **reply);

/* Between two exchanges: gives back what was needed for a large reply. False: an earlier reply was none, and nothing can
 * be read any more. */
bool redis_reader_rest(redis_reader *reader);

/* Why redis_reader_reply() failed: what was too large, or who is at the other end, if it is no Redis. */
void redis_reader_explain(const redis_reader *reader, const cfs_server *server, cfs_error *error);

#endif

/*
 * What a server may send: hiredis' parser, with limits.
 *
 * hiredis believes what a reply says of its own size, and keeps what has come until the reply is complete. A reply
 * has a limit here: a session is no larger than the options' value_max; lists, which tell of other servers, have
 * a limit of their own, be it less. What is larger is refused when that shows, which is mostly at its first line.
 */
#ifndef CFS_REDIS_READER_H
#define CFS_REDIS_READER_H

#include "backend.h"
#include <hiredis.h>

typedef struct _redis_limits {
	redisReplyObjectFunctions functions;       /* hiredis', behind ours */
	const redisReplyObjectFunctions *original; /* hiredis' */
	size_t value_max;                          /* bytes of a session at most */
	size_t allowed;    /* bytes of memory that the reply under way may take */
	size_t used;       /* that it takes, without what has not been parsed */
	const char *fault; /* why it was refused, "its reply ..."; NULL: it was not */
	bool of_session;   /* value_max was the limit */
	char opening[8];   /* how the first reply on the connection began */
	size_t opening_length;
} redis_limits;

/* Puts limits on the reader, which has to be a new one of hiredis' and must not outlive them. */
void redis_limits_begin(redis_limits *limits, redisReader *reader);

/* How large a session may be, in replies from now on. */
void redis_limits_set(redis_limits *limits, size_t value_max);

/* redisReaderGetReply() within the limits. False: it is no reply, or too large. */
bool redis_limits_get_reply(redis_limits *limits, redisReader *reader, redisReply **reply);

/* Why redis_limits_get_reply() failed: what was too large, or who is at the other end, if it is no Redis. */
void redis_limits_explain(const redis_limits *limits, const redisReader *reader,
	const cfs_server *server, cfs_error *error);

#endif

/*
 * The answers of a Redis server, sentinel or cluster node. replies.h describes the input.
 */
#include "replies.h"
#include <hiredis.h>

#define AUTH "auth[]=user&auth[]=" FUZZ_SECRET

static const char *const save_paths[] = {
	"tcp://host",
	"tcp://host?auth=" FUZZ_SECRET,
	"tcp://host?database=3&" AUTH,
	"redis://h:" FUZZ_SECRET "@host", /* a user name that the server may not know */
	"tcp://host?wait_replicas=2&wait_timeout=500",
	"tcp://a?weight=1,tcp://b?weight=2",
	"unix:///run/redis.sock?auth=" FUZZ_SECRET,
	"redis+sentinel://user:" FUZZ_SECRET "@a,b/master/1?sentinel_password=" FUZZ_SECRET,
	"redis+sentinel://a,b/master",
	"redis+cluster://:" FUZZ_SECRET "@a:1,b:2",
	"redis+cluster://a:1,b:2",
	NULL,
};

static const char *const prefixes[] = {"PHPREDIS_SESSION:", "{tag}:", "with}:", ""};

/* {{{ The server's answers */

/* Whether the server has sent a complete reply for which `is_it` holds. */
static bool has_reply(
	bool (*is_it)(const redisReply *reply, const void *argument), const void *argument)
{
	bool found = false;

	for (size_t i = 0; i < peer_count() && !found; i++) {
		size_t length;
		const char *said = peer_said(peer_at(i), &length);
		redisReader *reader = redisReaderCreate();
		void *reply = NULL;

		redisReaderFeed(reader, said, length);
		while (!found && redisReaderGetReply(reader, &reply) == REDIS_OK && reply) {
			found = is_it(reply, argument);
			freeReplyObject(reply);
			reply = NULL;
		}
		redisReaderFree(reader);
	}
	return found;
}

static bool is_value(const redisReply *reply, const void *argument)
{
	const cfs_value *value = argument;

	return reply->type == REDIS_REPLY_STRING && (size_t) reply->len == value->length &&
		memcmp(reply->str, value->bytes, value->length) == 0;
}

static bool is_nothing(const redisReply *reply, const void *argument)
{
	(void) argument;
	return reply->type == REDIS_REPLY_NIL;
}

/* Whether a script's reply, a number from 1 to `most`, confirms the lock; without a script (0), the success. */
static bool is_done(const redisReply *reply, const void *argument)
{
	const long long most = *(const long long *) argument;

	if (reply->type == REDIS_REPLY_INTEGER) {
		return !most || (reply->integer >= 1 && reply->integer <= most);
	}
	return !most && reply->type == REDIS_REPLY_STATUS;
}

/* }}} */

static void check_start(const cfs_options *options, cfs_result result, cfs_value value)
{
	(void) options;
	if (result == CFS_OK) {
		fuzz_require(has_reply(is_value, &value), "nobody said that value", value.bytes);
	} else {
		fuzz_require(has_reply(is_nothing, NULL), "nobody said that there is none", NULL);
	}
}

static void check_done(const cfs_options *options, char operation)
{
	/* To a destruction without a read before, 2 means that the session was gone already. */
	const long long most = !options->lock ? 0 : operation == 'd' ? 2 : 1;

	fuzz_require(
		has_reply(is_done, &most), "nobody said that it was done", (const char[]){operation, '\0'});
}

/* The number of complete values; `rest` is the number of bytes after them. */
static size_t count_values(const fuzz_bytes *bytes, size_t *rest)
{
	redisReader *reader = redisReaderCreate();
	void *reply = NULL;
	size_t count = 0;

	redisReaderFeed(reader, (const char *) bytes->at, bytes->length);
	while (redisReaderGetReply(reader, &reply) == REDIS_OK && reply) {
		freeReplyObject(reply);
		reply = NULL;
		count++;
	}
	*rest = reader->len - reader->pos;
	redisReaderFree(reader);
	return count;
}

/* There must be as many replies as commands, and no further bytes. A release may not be answered yet. */
static void check_kept(peer_connection *connection)
{
	size_t rest, asked = count_values(&connection->heard, &rest), answered;

	fuzz_require(rest == 0, "a command was sent in part", NULL);
	answered = count_values(&connection->said, &rest);
	fuzz_require((answered == asked || answered + 1 == asked) && rest == 0,
		"a connection is kept on which questions and answers do not match", NULL);
}

static const replies_backend redis = {
	.backend = &cfs_backend_redis,
	.save_paths = save_paths,
	.prefixes = prefixes,
	.check_start = check_start,
	.check_done = check_done,
	.check_kept = check_kept,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;

	if (!started) {
		cfs_backend_redis.module_startup();
		started = true;
	}
	replies_run(&redis, data, size);
	return 0;
}

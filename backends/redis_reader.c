#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_reader.h"

/* Beside the session: numbers, errors, tombstones. */
#define RESERVE 65536

/* Bytes of memory for lists: CLUSTER SLOTS takes about 25 MB where each of the 16384 slots is a range of its own, with
 * three nodes. */
#define LIST_MAX ((size_t) 32 << 20)

/* Elements of a list that may have a session among them. */
#define SHORT_LIST 8

/* CLUSTER SLOTS has four levels, with what Redis 7 says of its nodes. hiredis 1.0 itself has no limit, 0.14 has 7. */
#define DEPTH_MAX 5

/* Bytes of a line: an error, or the size of what follows. */
#define LINE_MAX_BYTES 65536

#if HIREDIS_MAJOR >= 1
typedef size_t element_count;
#else
typedef int element_count;
#endif

/* {{{ Limits */

static bool refuse(redis_limits *limits, const char *fault)
{
	if (!limits->fault) {
		limits->fault = fault;
	}
	return false;
}

static bool refuse_size(redis_limits *limits)
{
	limits->of_session = limits->allowed == limits->value_max + RESERVE;
	return refuse(
		limits, limits->of_session ? "its reply is larger than" : "its reply is too long a list");
}

static bool take_memory(redis_limits *limits, size_t bytes)
{
	if (bytes > limits->allowed - limits->used) {
		return refuse_size(limits);
	}
	limits->used += bytes;
	return true;
}

/* hiredis takes NULL for the end of memory, and gives up. */
static void *create_string(const redisReadTask *task, char *bytes, size_t length)
{
	redis_limits *limits = task->privdata;

	return take_memory(limits, length) ? limits->original->createString(task, bytes, length) : NULL;
}

static int depth_of(const redisReadTask *task)
{
	int depth = 0;

	for (; task->parent && depth <= DEPTH_MAX; task = task->parent) {
		depth++;
	}
	return depth;
}

/* hiredis sets aside a pointer for each element at once, and the elements are to come. */
static void *create_array(const redisReadTask *task, element_count count)
{
	redis_limits *limits = task->privdata;

	if (depth_of(task) > DEPTH_MAX) {
		refuse(limits, "its reply has lists in lists in lists");
		return NULL;
	}
	if (task->parent || count > SHORT_LIST) {
		limits->allowed = MIN(limits->allowed, LIST_MAX);
	}
	if ((size_t) count > LIST_MAX || limits->used > limits->allowed ||
		!take_memory(limits, (size_t) count * (sizeof(redisReply) + sizeof(void *)))) {
		refuse_size(limits);
		return NULL;
	}
	return limits->original->createArray(task, count);
}

static void begin_reply(redis_limits *limits)
{
	limits->used = 0;
	limits->allowed = limits->value_max + RESERVE;
}

void redis_limits_begin(redis_limits *limits, redisReader *reader)
{
	limits->original = reader->fn;
	limits->functions = *reader->fn;
	limits->functions.createString = create_string;
	limits->functions.createArray = create_array;
	reader->fn = &limits->functions;
	reader->privdata = limits;
}

void redis_limits_set(redis_limits *limits, size_t value_max)
{
	limits->value_max = value_max;
	begin_reply(limits);
}

/* What waits for its end: text of which the size was told, or else a line. hiredis has taken the character that
 * tells the type. */
static bool may_go_on(redis_limits *limits, const redisReader *reader)
{
	const char *rest = reader->buf + reader->pos;
	size_t length = reader->len - reader->pos;
	const char *end = memchr(rest, '\n', MIN(length, LINE_MAX_BYTES));
	unsigned long long announced;

	if (!end) {
		return length < LINE_MAX_BYTES || refuse(limits, "its reply has a line without an end");
	}
	announced = *rest >= '0' && *rest <= '9' ? strtoull(rest, NULL, 10) : 0;
	return (announced <= limits->allowed - limits->used &&
			   length <= limits->allowed - limits->used + LINE_MAX_BYTES) ||
		refuse_size(limits);
}

static void note_opening(redis_limits *limits, const redisReader *reader)
{
	if (!limits->opening_length && reader->len) {
		limits->opening_length = MIN(reader->len, sizeof(limits->opening));
		memcpy(limits->opening, reader->buf, limits->opening_length);
	}
}

bool redis_limits_get_reply(redis_limits *limits, redisReader *reader, redisReply **reply)
{
	void *parsed = NULL;

	note_opening(limits, reader);
	if (redisReaderGetReply(reader, &parsed) != REDIS_OK) {
		return false;
	}
	*reply = parsed;
	if (!parsed) {
		return may_go_on(limits, reader);
	}
	begin_reply(limits);
	return true;
}

/* }}} */

/* {{{ What went wrong */

#define MEMCACHED_ADVICE \
	"is a Memcached, not a Redis: for sessions there, write the save path without tcp://, as "

/* How those that are taken for Redis begin what they say. */
static const struct {
	const char *opening;
	const char *advice;
	bool for_address; /* which is to follow */
} strangers[] = {
	{"ERROR\r", MEMCACHED_ADVICE, true},
	{"CLIENT_E", MEMCACHED_ADVICE, true},
	{"HTTP/", "is a web server, not a Redis: check the port", false},
	{"<", "is a web server, not a Redis: check the port", false},
	{"SSH-", "is an SSH server, not a Redis: check the port", false},
	{"\x15\x03", "does not speak the Redis protocol, but TLS: write tls://", false},
};

/* False: nobody that is known. */
static bool explain_peer(const redis_limits *limits, const cfs_server *server, cfs_error *error)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		size_t length = strlen(strangers[i].opening);

		if (length <= limits->opening_length &&
			memcmp(limits->opening, strangers[i].opening, length) == 0) {
			cfs_error_set(error, "the server at %s %s%s", server->address, strangers[i].advice,
				strangers[i].for_address ? server->address : "");
			return true;
		}
	}
	return false;
}

void redis_limits_explain(const redis_limits *limits, const redisReader *reader,
	const cfs_server *server, cfs_error *error)
{
	if (limits->fault && limits->of_session) {
		cfs_error_set(error, "the server at %s cannot be believed: %s %zu bytes (memory_limit)",
			server->address, limits->fault, limits->value_max);
	} else if (limits->fault) {
		cfs_error_set(
			error, "the server at %s cannot be believed: %s", server->address, limits->fault);
	} else if (!explain_peer(limits, server, error)) {
		cfs_error_set(error, "the server at %s does not speak the Redis protocol (%s)",
			server->address, reader->errstr);
	}
}

/* }}} */

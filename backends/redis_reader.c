#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_reader.h"

/* Bytes for all but the session: numbers, errors, tombstones. */
#define RESERVE 65536

/* Bytes of memory for lists: CLUSTER SLOTS takes about 25 MB where each of the 16384 slots is a range of its own, with
 * three nodes. */
#define LIST_MAX ((size_t) 32 << 20)

/* Elements at most of a list that may contain a session. */
#define SHORT_LIST 8

/* CLUSTER SLOTS has four levels, with what Redis 7 says of its nodes. hiredis 1.0 itself has no limit, 0.14 has 7. */
#define DEPTH_MAX 5

/* Bytes of a line: an error, or the size of what follows. */
#define LINE_MAX_BYTES 65536

/* Sessions of this many bytes are copied only once; for shorter ones that makes no difference. */
#define VALUE_MIN 256

/* Bytes to ask for at a time, and at most. */
#define RECEIVE_MIN 16384
#define RECEIVE_MAX ((size_t) 1 << 20)

/* Bytes of the buffer that are kept for the next reply. */
#define BUFFER_KEPT_MAX 65536

/* Bytes that may be received into a session's string after the session, which saves a call: the end of its reply, and the
 * replies that follow. */
#define BEHIND_VALUE 64

#if HIREDIS_MAJOR >= 1
typedef size_t element_count;
typedef size_t reply_length;
#define TYPE_OF_REPLY(hiredis) (hiredis)->task[0]->type
#else
typedef int element_count;
typedef int reply_length;
#define TYPE_OF_REPLY(hiredis) (hiredis)->rstack[0].type
#endif

/* {{{ Limits */

static bool refuse(redis_reader *reader, const char *fault)
{
	if (!reader->fault) {
		reader->fault = fault;
	}
	return false;
}

static bool refuse_size(redis_reader *reader)
{
	reader->of_session = reader->allowed == reader->value_max + RESERVE;
	return refuse(reader, "a list that is too long");
}

static bool take_memory(redis_reader *reader, size_t bytes)
{
	if (bytes > reader->allowed - reader->used) {
		return refuse_size(reader);
	}
	reader->used += bytes;
	return true;
}

/* Whether it is the session for which a string waits: to hiredis, one that was received into it has no bytes. */
static bool is_value(const redis_reader *reader, const redisReadTask *task, size_t length)
{
	return reader->expects_value && reader->value && !task->parent &&
		length == (reader->has_bytes ? 0 : ZSTR_LEN(reader->value));
}

/* Makes the session's reply without its bytes, which are in the string or go there. */
static void *create_value(redis_reader *reader, const redisReadTask *task, const char *bytes)
{
	size_t length = ZSTR_LEN(reader->value);
	redisReply *reply = reader->original->createString(task, "", 0);

	if (!reader->has_bytes) {
		memcpy(ZSTR_VAL(reader->value), bytes, length);
	}
	ZSTR_VAL(reader->value)[length] = '\0';
	reader->has_bytes = false;
	reader->expects_value = false;
	if (reply) {
		reply->len = (reply_length) length;
		reader->value_reply = reply;
	}
	return reply;
}

/* To hiredis, NULL means that there is no memory, and it gives up. */
static void *create_string(const redisReadTask *task, char *bytes, size_t length)
{
	redis_reader *reader = task->privdata;

	if (!take_memory(reader, length)) {
		return NULL;
	}
	if (is_value(reader, task, length)) {
		return create_value(reader, task, bytes);
	}
	return reader->original->createString(task, bytes, length);
}

static int depth_of(const redisReadTask *task)
{
	int depth = 0;

	for (; task->parent && depth <= DEPTH_MAX; task = task->parent) {
		depth++;
	}
	return depth;
}

/* Counts the list's memory: hiredis allocates a pointer for each element at once, before the elements come. */
static void *create_array(const redisReadTask *task, element_count count)
{
	redis_reader *reader = task->privdata;

	if (depth_of(task) > DEPTH_MAX) {
		refuse(reader, "lists in lists in lists");
		return NULL;
	}
	if (task->parent || count > SHORT_LIST) {
		reader->allowed = MIN(reader->allowed, LIST_MAX);
	}
	if ((size_t) count > LIST_MAX || reader->used > reader->allowed ||
		!take_memory(reader, (size_t) count * (sizeof(redisReply) + sizeof(void *)))) {
		refuse_size(reader);
		return NULL;
	}
	return reader->original->createArray(task, count);
}

static void begin_reply(redis_reader *reader)
{
	reader->used = 0;
	reader->awaited = 0;
	reader->allowed = reader->value_max + RESERVE;
}

void redis_reader_set_max(redis_reader *reader, size_t value_max)
{
	reader->value_max = value_max;
	begin_reply(reader);
}

/* Whether an incomplete reply may go on: it is text whose size was announced, or else a line. hiredis has already taken the
 * character that tells the type. */
static bool may_go_on(redis_reader *reader)
{
	const redisReader *hiredis = reader->hiredis;
	const char *rest = hiredis->buf + hiredis->pos;
	size_t length = hiredis->len - hiredis->pos;
	const char *end = memchr(rest, '\n', MIN(length, LINE_MAX_BYTES));
	unsigned long long announced;

	if (!end) {
		return length < LINE_MAX_BYTES || refuse(reader, "a line without an end");
	}
	announced = *rest >= '0' && *rest <= '9' ? strtoull(rest, NULL, 10) : 0;
	if (announced > reader->allowed - reader->used ||
		length > reader->allowed - reader->used + LINE_MAX_BYTES) {
		return refuse_size(reader);
	}
	reader->awaited = (size_t) announced + LINE_MAX_BYTES - MIN(length, announced);
	return true;
}

/* }}} */

/* {{{ The session */

/* Whether hiredis has taken the character that tells the reply's type. */
static bool is_begun(const redisReader *hiredis)
{
	return hiredis->ridx >= 0 && TYPE_OF_REPLY(hiredis) >= 0;
}

/* The bytes that a session announces to have, if its reply is next or under way, and where they begin; 0: it is not. As to
 * hiredis, which will not see this line, a size in any other form than that of the protocol is none. */
static size_t announced_length(const redisReader *hiredis, const char **bytes)
{
	bool has_type = is_begun(hiredis);
	const char *line = hiredis->buf + hiredis->pos + !has_type;
	char *line_end;
	size_t length;

	if (hiredis->ridx > 0 || hiredis->len - hiredis->pos < VALUE_MIN ||
		!(has_type ? TYPE_OF_REPLY(hiredis) == REDIS_REPLY_STRING : line[-1] == '$') ||
		*line < '1' || *line > '9') {
		return 0;
	}
	length = (size_t) strtoull(line, &line_end, 10);
	if (strncmp(line_end, "\r\n", 2) != 0) {
		return 0;
	}
	*bytes = line_end + 2;
	return length;
}

/* Takes what has arrived of the session out of hiredis' buffer, and the line with its size. */
static void begin_direct(redis_reader *reader, const char *bytes, size_t arrived)
{
	redisReader *hiredis = reader->hiredis;

	memcpy(ZSTR_VAL(reader->value), bytes, arrived);
	reader->arrived = arrived;
	reader->direct = reader->value;
	sdsIncrLen(hiredis->buf, -(int) (hiredis->len - hiredis->pos));
	hiredis->len = hiredis->pos;
}

/* Puts bytes into hiredis' buffer, which has room since the session's were taken out. */
static void put_back(redis_reader *reader, const char *bytes, size_t length)
{
	memcpy(reader->hiredis->buf + reader->hiredis->len, bytes, length);
	redis_reader_took(reader, length);
}

/* Tells hiredis of an empty string in place of the session, followed by what has arrived after it. */
static void end_direct(redis_reader *reader)
{
	const char *behind = ZSTR_VAL(reader->direct) + ZSTR_LEN(reader->direct);
	size_t behind_length = reader->arrived - ZSTR_LEN(reader->direct);
	const char *size = is_begun(reader->hiredis) ? "0\r\n" : "$0\r\n";

	reader->direct = NULL;
	reader->has_bytes = true;
	put_back(reader, size, strlen(size));
	put_back(reader, behind, behind_length);
}

/* Allocates the session's string before hiredis parses the session, because PHP's memory must not run out in the middle of
 * the library. If there may be too little memory, leaves it to the handler to refuse the session. */
static void set_value_aside(redis_reader *reader)
{
	const redisReader *hiredis = reader->hiredis;
	const char *bytes;
	size_t length = announced_length(hiredis, &bytes), arrived;

	if (length < VALUE_MIN || length > reader->value_max ||
		!cfs_fits_into_memory(length + ZEND_MM_CHUNK_SIZE)) {
		return;
	}
	arrived = (size_t) (hiredis->buf + hiredis->len - bytes);
	if (arrived >= length + strlen("\r\n")) {
		reader->value = zend_string_alloc(length, /* persistent */ false);
		return;
	}
	reader->value = zend_string_alloc(length + BEHIND_VALUE, /* persistent */ false);
	ZSTR_LEN(reader->value) = length;
	begin_direct(reader, bytes, arrived);
}

static void free_value(redis_reader *reader)
{
	if (reader->value) {
		zend_string_release(reader->value);
		reader->value = NULL;
	}
	reader->direct = NULL;
	reader->has_bytes = false;
}

void redis_reader_expect_value(redis_reader *reader)
{
	free_value(reader);
	reader->expects_value = true;
}

/* If a session is still expected, it has not come. */
zend_string *redis_reader_take_value(redis_reader *reader, const redisReply **reply)
{
	zend_string *value = reader->value;

	if (reader->expects_value) {
		free_value(reader);
		value = NULL;
	}
	*reply = reader->value_reply;
	reader->expects_value = false;
	reader->value = NULL;
	return value;
}

/* }}} */

/* {{{ Bytes in, replies out */

bool redis_reader_begin(redis_reader *reader)
{
	redisReader *hiredis = redisReaderCreate();

	if (!hiredis) {
		return false;
	}
	reader->hiredis = hiredis;
	reader->original = hiredis->fn;
	reader->functions = *hiredis->fn;
	reader->functions.createString = create_string;
	reader->functions.createArray = create_array;
	hiredis->fn = &reader->functions;
	hiredis->privdata = reader;
	return true;
}

void redis_reader_end(redis_reader *reader)
{
	free_value(reader);
	if (reader->hiredis) {
		redisReaderFree(reader->hiredis);
		reader->hiredis = NULL;
	}
}

/* Lets the caller receive into hiredis' buffer, because redisReaderFeed() would copy. The buffer is a string of sds.h, one of
 * hiredis' own headers, and is filled as sds.h says at sdsIncrLen(). */
char *redis_reader_room(redis_reader *reader, size_t *room)
{
	redisReader *hiredis = reader->hiredis;
	size_t wanted = MAX(RECEIVE_MIN, MIN(reader->awaited, RECEIVE_MAX));
	sds buffer;

	if (reader->direct) {
		*room = MIN(ZSTR_LEN(reader->direct) + BEHIND_VALUE - reader->arrived, RECEIVE_MAX);
		return ZSTR_VAL(reader->direct) + reader->arrived;
	}
	buffer = sdsavail(hiredis->buf) >= wanted ? hiredis->buf : sdsMakeRoomFor(hiredis->buf, wanted);
	if (!buffer) {
		return NULL;
	}
	hiredis->buf = buffer;
	*room = MIN(sdsavail(buffer), RECEIVE_MAX);
	return buffer + hiredis->len;
}

void redis_reader_took(redis_reader *reader, size_t received)
{
	redisReader *hiredis = reader->hiredis;

	if (reader->direct) {
		reader->arrived += received;
		return;
	}
	sdsIncrLen(hiredis->buf, (int) received);
	hiredis->len = sdslen(hiredis->buf);
	if (!reader->opening_length) {
		reader->opening_length = MIN(hiredis->len, sizeof(reader->opening));
		memcpy(reader->opening, hiredis->buf, reader->opening_length);
	}
}

bool redis_reader_reply(redis_reader *reader, redisReply **reply)
{
	redisReader *hiredis = reader->hiredis;
	void *parsed = NULL;

	*reply = NULL;
	if (reader->expects_value && !reader->value) {
		set_value_aside(reader);
	}
	if (reader->direct && reader->arrived < ZSTR_LEN(reader->direct)) {
		return true;
	}
	if (reader->direct) {
		end_direct(reader);
	}
	if (redisReaderGetReply(hiredis, &parsed) != REDIS_OK) {
		return false;
	}
	*reply = parsed;
	if (!parsed) {
		return may_go_on(reader);
	}
	begin_reply(reader);
	return true;
}

bool redis_reader_has_more(const redis_reader *reader)
{
	return reader->direct || reader->hiredis->pos != reader->hiredis->len;
}

bool redis_reader_rest(redis_reader *reader)
{
	redisReader *hiredis = reader->hiredis;

	if (hiredis->err || hiredis->pos != hiredis->len || hiredis->ridx >= 0) {
		return !hiredis->err;
	}
	if (sdsalloc(hiredis->buf) > BUFFER_KEPT_MAX) {
		sds small = sdsempty();

		if (small) {
			sdsfree(hiredis->buf);
			hiredis->buf = small;
		}
	}
	sdsclear(hiredis->buf);
	hiredis->pos = hiredis->len = 0;
	return true;
}

/* }}} */

/* {{{ What went wrong */

#define MEMCACHED_ADVICE \
	"is a Memcached, not a Redis: for sessions there, write the save path without tcp://, as "

/* How other programs that are mistaken for Redis begin their answers. */
static const struct {
	const char *opening;
	const char *advice;
	bool for_address; /* the address has to follow */
} other_protocols[] = {
	{"ERROR\r", MEMCACHED_ADVICE, true},
	{"CLIENT_E", MEMCACHED_ADVICE, true},
	{"HTTP/", "is a web server, not a Redis: check the port", false},
	{"<", "is a web server, not a Redis: check the port", false},
	{"SSH-", "is an SSH server, not a Redis: check the port", false},
	{"\x15\x03", "does not speak the Redis protocol, but TLS: write tls://", false},
};

/* Explains which other program answered. False: it is none that we know. */
static bool explain_peer(const redis_reader *reader, const cfs_server *server, cfs_error *error)
{
	for (size_t i = 0; i < sizeof(other_protocols) / sizeof(other_protocols[0]); i++) {
		size_t length = strlen(other_protocols[i].opening);

		if (length <= reader->opening_length &&
			memcmp(reader->opening, other_protocols[i].opening, length) == 0) {
			cfs_error_set(error, "the server at %s %s%s", server->address,
				other_protocols[i].advice, other_protocols[i].for_address ? server->address : "");
			return true;
		}
	}
	return false;
}

void redis_reader_explain(const redis_reader *reader, const cfs_server *server, cfs_error *error)
{
	if (reader->fault && reader->of_session) {
		cfs_error_set(error,
			"the server at %s sent more than the %zu bytes that a session may have (memory_limit)",
			server->address, reader->value_max);
	} else if (reader->fault) {
		cfs_error_set(error, "the server at %s sent a reply that cannot be right: %s",
			server->address, reader->fault);
	} else if (!explain_peer(reader, server, error)) {
		cfs_error_set(error, "the server at %s does not speak the Redis protocol (%s)",
			server->address, reader->hiredis->errstr);
	}
}

/* }}} */

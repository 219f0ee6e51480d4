#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_connection.h"
#include "redis_reader.h"
#include "stream.h"

/* AUTH, CLIENT SETNAME, SELECT and a release, sent before the first command. */
#define HANDSHAKE_MAX 4

/* Bytes of a command that is sent from where hiredis has put it; shorter ones are copied together. */
#define LARGE_MIN 4096

/* ms after an answer in which a server is taken to be there still. */
#define FRESH 1000

/* Hexadecimal digits, and a NUL. */
#define MARK_SIZE 9

/* Commands to be sent: their text, and at one place in it a large one. */
typedef struct _outgoing {
	char *text;
	size_t length, size; /* bytes that are used, and that there are */
	sds large;           /* hiredis', or NULL */
	size_t before;       /* bytes of the text that go in front of it */
	sds mark;            /* hiredis', or NULL; goes in front of all */
	bool failed;         /* there was no memory */
} outgoing;

/* What was posted last. */
typedef struct _owed {
	bool is_due; /* its answer has not been read */
	char *text;  /* the command with the script itself, for it outlives the module's scripts */
	size_t length, size; /* bytes that it has, and that there are */
	uint64_t *when_lost;
} owed;

struct _redis_connection {
	cfs_connection base; /* first, for the pool */
	cfs_stream stream;
	redis_reader reader;
	outgoing out;
	owed owed;
	int64_t retry_interval;
	int64_t limit;                                 /* of what is going on, for messages */
	const char *limit_setting;                     /* that says so */
	redis_handshake_step handshake[HANDSHAKE_MAX]; /* sent, and not yet answered */
	int handshake_count;
	unsigned marks;         /* that were sent */
	int64_t answered;       /* cfs_now() of the last answer */
	unsigned known_scripts; /* bits; which ones the server has been given */
	bool is_new;            /* no command has been answered yet */
	bool is_named;          /* CLIENT SETNAME was sent, and is not answered */
	bool is_doubtful;       /* no further exchange is to be trusted */
	bool misled;            /* it leads to a wrong server */
	bool lacks_getex;
	bool lacks_scripts;
};

/* {{{ Failures */

/* A connection that was kept may be dead alone, forgotten by what lies between, and others of its age with it. The
 * next one is new, and tells about the server. */
static void note_silence(redis_connection *connection)
{
	cfs_connection *base = &connection->base;

	if (connection->is_new) {
		cfs_server_was_silent(base->thread, base->server, connection->retry_interval);
	} else {
		cfs_pool_forget(base->thread, &cfs_backend_redis, base->server);
	}
}

static redis_status was_silent(redis_connection *connection, cfs_error *error)
{
	cfs_error_set(error, "the server at %s did not answer within %s (cfsession.%s)",
		connection->base.server->address, cfs_time_text(connection->limit).text,
		connection->limit_setting);
	note_silence(connection);
	return REDIS_SILENT;
}

static redis_status status_of(
	redis_connection *connection, cfs_stream_result result, cfs_error *error)
{
	switch (result) {
		case CFS_STREAM_DONE:
			return REDIS_ANSWERED;
		case CFS_STREAM_TIMEOUT:
			return was_silent(connection, error);
		case CFS_STREAM_CLOSED:
			return REDIS_CLOSED;
		default:
			return REDIS_FAILED;
	}
}

static redis_status out_of_memory(const redis_connection *connection, cfs_error *error)
{
	cfs_error_set(error, "there is no memory to speak with the server at %s",
		connection->base.server->address);
	return REDIS_FAILED;
}

static redis_status said_too_much(const redis_connection *connection, cfs_error *error)
{
	cfs_error_set(error, "the server at %s answered more than it was asked",
		connection->base.server->address);
	return REDIS_FAILED;
}

/* }}} */

/* {{{ Sending */

void redis_connection_append_text(redis_connection *connection, const char *text, size_t length)
{
	outgoing *out = &connection->out;

	if (out->length + length > out->size) {
		out->size = MAX(2 * out->size, out->length + length);
		out->text = perealloc(out->text, out->size, 1);
	}
	memcpy(out->text + out->length, text, length);
	out->length += length;
}

void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	outgoing *out = &connection->out;
	sds formatted = NULL;

	if (redisFormatSdsCommandArgv(&formatted, argc, argv, lengths) < 0) {
		out->failed = true;
	} else if (sdslen(formatted) >= LARGE_MIN && !out->large) {
		out->large = formatted;
		out->before = out->length;
	} else {
		redis_connection_append_text(connection, formatted, sdslen(formatted));
		redisFreeSdsCommand(formatted);
	}
}

void redis_connection_append_arguments(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	sds formatted = NULL;

	if (redisFormatSdsCommandArgv(&formatted, argc, argv, lengths) < 0) {
		connection->out.failed = true;
	} else {
		/* Without the line that tells how many they are. */
		const char *first = strchr(formatted, '\n') + 1;

		redis_connection_append_text(
			connection, first, sdslen(formatted) - (size_t) (first - formatted));
		redisFreeSdsCommand(formatted);
	}
}

void redis_connection_append_failed(redis_connection *connection)
{
	connection->out.failed = true;
}

static void clear(outgoing *out)
{
	if (out->large) {
		redisFreeSdsCommand(out->large);
		out->large = NULL;
	}
	if (out->mark) {
		redisFreeSdsCommand(out->mark);
		out->mark = NULL;
	}
	out->before = out->length = 0;
	out->failed = false;
}

static redis_status send_pipeline(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	outgoing *out = &connection->out;
	const cfs_value parts[] = {{out->mark, out->mark ? sdslen(out->mark) : 0},
		{out->text, out->before}, {out->large, out->large ? sdslen(out->large) : 0},
		{out->text ? out->text + out->before : NULL, out->length - out->before}};
	redis_status status;

	if (out->failed) {
		status = out_of_memory(connection, error);
	} else {
		status = status_of(
			connection, cfs_stream_send(&connection->stream, parts, 4, deadline, error), error);
	}
	clear(out);
	return status;
}

/* }}} */

/* {{{ Receiving */

/* A deadline of 0 is not waited for. */
static redis_status receive_some(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	size_t room = 0, received;
	char *bytes = redis_reader_room(&connection->reader, &room);
	redis_status status;

	if (!bytes) {
		return out_of_memory(connection, error);
	}
	status = status_of(connection,
		cfs_stream_receive(&connection->stream, bytes, room, deadline, &received, error), error);
	redis_reader_took(&connection->reader, received);
	return status;
}

/* NULL: it is not complete. */
static redis_status parse(redis_connection *connection, redisReply **reply, cfs_error *error)
{
	if (redis_reader_reply(&connection->reader, reply)) {
		return REDIS_ANSWERED;
	}
	redis_reader_explain(&connection->reader, connection->base.server, error);
	return REDIS_FAILED;
}

static redis_status receive(
	redis_connection *connection, redisReply **reply, int64_t deadline, cfs_error *error)
{
	redis_status status;

	while ((status = parse(connection, reply, error)) == REDIS_ANSWERED && !*reply) {
		status = receive_some(connection, deadline, error);
		if (status != REDIS_ANSWERED) {
			break;
		}
	}
	return status;
}

static bool has_more(const redis_connection *connection)
{
	return redis_reader_has_more(&connection->reader) ||
		(connection->stream.ssl && cfs_ssl_has_more(connection->stream.ssl));
}

/* }}} */

/* {{{ What was posted */

typedef enum _owed_answer {
	OWED_DONE,
	OWED_REPEAT, /* the server has lost the script */
	OWED_DOUBT /* whether it is the answer to that; or an error, of which no request is to hear. It stays due */
} owed_answer;

static owed_answer take_owed(redis_connection *connection, redisReply *reply)
{
	owed *owed = &connection->owed;
	owed_answer answer = OWED_DOUBT;

	if (reply->type == REDIS_REPLY_INTEGER && reply->integer >= 0 && reply->integer <= 2) {
		answer = OWED_DONE;
		owed->is_due = false;
		if (reply->integer == 0 && owed->when_lost) {
			(*owed->when_lost)++;
		}
	} else if (reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "NOSCRIPT", 8) == 0) {
		answer = OWED_REPEAT;
	} else {
		connection->base.thread->counters.errors++;
	}
	freeReplyObject(reply);
	return answer;
}

static redis_status repeat_owed(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_value text = {connection->owed.text, connection->owed.length};

	redis_connection_set_lost_scripts(connection);
	return status_of(
		connection, cfs_stream_send(&connection->stream, &text, 1, deadline, error), error);
}

static bool is_quiet(redis_connection *connection)
{
	return !redis_reader_has_more(&connection->reader) && cfs_stream_is_quiet(&connection->stream);
}

static bool is_fresh(const redis_connection *connection)
{
	return cfs_now() - connection->answered < FRESH;
}

/* Before something is sent: reads the answer to what was posted, if it has come, which it mostly has, and nothing may be
 * behind it. Without one, nothing may have come at all. */
static bool is_ready(redis_connection *connection, int64_t deadline)
{
	owed_answer answer = OWED_DONE;
	redisReply *reply = NULL;
	cfs_error ignored;

	if (!redis_reader_rest(&connection->reader)) {
		return false;
	}
	if (!connection->owed.is_due) {
		return is_quiet(connection);
	}
	if (receive_some(connection, 0, &ignored) != REDIS_ANSWERED ||
		parse(connection, &reply, &ignored) != REDIS_ANSWERED) {
		return false;
	}
	if (reply) {
		answer = take_owed(connection, reply);
		/* Its end may be behind the answer, if that has come long ago. */
		if (answer == OWED_DOUBT || has_more(connection) ||
			(!is_fresh(connection) && !is_quiet(connection))) {
			return false;
		}
	}
	return answer == OWED_DONE || repeat_owed(connection, deadline, &ignored) == REDIS_ANSWERED;
}

/* Reads the answer to what was posted, before anything else is believed. After one that raises doubts, the server may be
 * asked anew. `repeated`: there will be a second one, behind the others. */
static redis_status receive_owed(
	redis_connection *connection, int64_t deadline, bool *repeated, cfs_error *error)
{
	redisReply *reply = NULL;
	redis_status status = receive(connection, &reply, deadline, error);

	if (status != REDIS_ANSWERED) {
		return status;
	}
	switch (take_owed(connection, reply)) {
		case OWED_REPEAT:
			*repeated = true;
			return repeat_owed(connection, deadline, error);
		case OWED_DOUBT:
			cfs_error_set(error, "the server at %s did not release a lock of an earlier request",
				connection->base.server->address);
			return REDIS_CLOSED;
		default:
			return REDIS_ANSWERED;
	}
}

/* Waits for the answer to what was posted. */
static void settle(redis_connection *connection)
{
	int64_t deadline = cfs_now() + connection->limit;
	bool repeated = true;
	cfs_error ignored;

	while (repeated && connection->owed.is_due && redis_connection_is_ours(connection)) {
		repeated = false;
		if (receive_owed(connection, deadline, &repeated, &ignored) != REDIS_ANSWERED) {
			break;
		}
	}
}

bool redis_connection_may_post(redis_connection *connection)
{
	return !connection->is_new && !connection->misled && !connection->is_doubtful &&
		!connection->owed.is_due && redis_connection_is_ours(connection) &&
		(is_fresh(connection) || is_quiet(connection));
}

/* Its next connection is to begin with what was posted on this one, if the answer to that has not come. */
static void leave_owed(redis_connection *connection)
{
	const owed *owed = &connection->owed;
	cfs_peer *peer;

	if (!owed->is_due || connection->misled || !redis_connection_is_ours(connection)) {
		return;
	}
	peer = cfs_pool_peer(connection->base.thread, connection->base.server);
	peer->unsure_length = owed->length;
	peer->unsure = perealloc(peer->unsure, owed->length, 1);
	memcpy(peer->unsure, owed->text, owed->length);
}

bool redis_connection_post(redis_connection *connection, const redis_post *post, int64_t deadline)
{
	owed *owed = &connection->owed;
	size_t arguments;
	cfs_error ignored;

	if (connection->out.failed) {
		return false;
	}
	arguments = connection->out.length - post->head;
	owed->length = post->again.length + arguments;
	if (owed->length > owed->size) {
		owed->size = owed->length;
		owed->text = perealloc(owed->text, owed->size, 1);
	}
	memcpy(owed->text, post->again.bytes, post->again.length);
	memcpy(owed->text + post->again.length, connection->out.text + post->head, arguments);
	owed->when_lost = post->when_lost;
	owed->is_due = send_pipeline(connection, deadline, &ignored) == REDIS_ANSWERED;
	return owed->is_due;
}

/* }}} */

/* {{{ Exchange */

/* Platforms put users into URLs that their servers do not know (Heroku's "h"). Such a user is left out
 * the next time, and from then on if that does it. */
static redis_status doubt_user(cfs_server *server, const char *words)
{
	server->without_user = server->user_from_url && !server->without_user &&
		(strstr(words, "WRONGPASS") || strstr(words, "wrong number of arguments"));
	return server->without_user ? REDIS_STRANGER : REDIS_REFUSED;
}

static bool is_refusal(redis_status status)
{
	return status == REDIS_REFUSED || status == REDIS_STRANGER;
}

static redis_status take_refusal(
	redis_connection *connection, redis_handshake_step step, char *words, cfs_error *last_words)
{
	redis_status status = REDIS_REFUSED;

	if (step == REDIS_STEP_AUTH) {
		status = doubt_user(connection->base.server, words);
	}
	redis_handshake_error(connection->base.server, step, words, last_words);
	return step == REDIS_STEP_SETNAME ? REDIS_ANSWERED : status;
}

/* Whatever the server says, nobody is left to hear of it. */
static void forget_unsure(redis_connection *connection, const redisReply *reply)
{
	cfs_peer *peer = cfs_pool_peer(connection->base.thread, connection->base.server);

	connection->base.thread->counters.errors += reply->type == REDIS_REPLY_ERROR;
	pefree(peer->unsure, 1);
	peer->unsure = NULL;
}

/* The first refusal of the handshake is the one that counts. The server need not know CLIENT SETNAME,
 * nor allow us to use it, but it may be its last word. */
static redis_status receive_handshake(
	redis_connection *connection, int64_t deadline, cfs_error *last_words, cfs_error *error)
{
	redis_status worst = REDIS_ANSWERED;

	for (int i = 0; i < connection->handshake_count; i++) {
		redisReply *reply = NULL;
		redis_status status = receive(connection, &reply, deadline, error);

		if (status != REDIS_ANSWERED) {
			return status;
		}
		if (connection->handshake[i] == REDIS_STEP_SETNAME) {
			connection->is_named = false;
		}
		if (connection->handshake[i] == REDIS_STEP_RELEASE) {
			forget_unsure(connection, reply);
		} else if (reply->type == REDIS_REPLY_ERROR && worst == REDIS_ANSWERED) {
			worst = take_refusal(connection, connection->handshake[i], reply->str, last_words);
		}
		freeReplyObject(reply);
	}
	connection->handshake_count = 0;
	return worst;
}

static redis_status receive_replies(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	for (int i = 0; i < count; i++) {
		redis_status status = receive(connection, &replies[i], deadline, error);

		if (status != REDIS_ANSWERED) {
			return status;
		}
	}
	return REDIS_ANSWERED;
}

/* The name that we give a connection is for people, and some proxies close a connection on which they read it. The
 * next one is not named; nor are those behind it, unless that one is closed too. */
static redis_status doubt_name(redis_connection *connection)
{
	cfs_peer *peer = cfs_pool_peer(connection->base.thread, connection->base.server);

	if (connection->is_new) {
		peer->unnamed = connection->is_named;
	}
	return connection->is_new && connection->is_named ? REDIS_UNNAMED : REDIS_CLOSED;
}

/* Where the server had something to say about the handshake, that is why what follows failed. (It may
 * close the connection: Redis reads no command with more than ten arguments of somebody unknown.) */
static redis_status receive_all(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	cfs_error last_words = {.message = ""};
	redis_status handshake = receive_handshake(connection, deadline, &last_words, error);
	redis_status status = handshake;

	if (handshake == REDIS_ANSWERED || is_refusal(handshake)) {
		status = receive_replies(connection, replies, count, deadline, error);
	}
	if (*last_words.message && (is_refusal(handshake) || status != REDIS_ANSWERED)) {
		*error = last_words;
		return is_refusal(handshake) || status == REDIS_ANSWERED ? handshake : REDIS_FAILED;
	}
	return status == REDIS_CLOSED ? doubt_name(connection) : status;
}

/* The server knows us now, and TLS has sent its tickets. */
static void is_answered(redis_connection *connection)
{
	if (connection->stream.ssl && connection->is_new) {
		cfs_ssl_keep_session(
			connection->stream.ssl, connection->base.thread, connection->base.server);
	}
	connection->is_new = false;
	connection->answered = cfs_now();
}

/* Until the answer to a post has come, a server that says too much could slip a reply in behind it, which we would take
 * for the answer to the next command. So a mark goes in front of that command: its reply is unique on this connection.
 * EVAL sends it, which every user of our scripts is allowed. */
static void prepend_mark(redis_connection *connection)
{
	char mark[MARK_SIZE];

	snprintf(mark, sizeof(mark), "%08x", ++connection->marks);
	if (redisFormatSdsCommandArgv(&connection->out.mark, 4,
			(const char *[]){"EVAL", "return ARGV[1]", "0", mark}, NULL) < 0) {
		connection->out.failed = true;
	}
}

static redis_status receive_mark(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	char mark[MARK_SIZE];
	redisReply *reply = NULL;
	redis_status status = receive(connection, &reply, deadline, error);

	snprintf(mark, sizeof(mark), "%08x", connection->marks);
	if (status == REDIS_ANSWERED &&
		(reply->type != REDIS_REPLY_STRING || strcmp(reply->str, mark) != 0)) {
		said_too_much(connection, error);
		status = REDIS_CLOSED;
	}
	freeReplyObject(reply);
	return status;
}

/* The answers to what was posted come first, to what is asked next, and last to what was posted and had to be sent once
 * more. More than that: then no reply can be trusted to answer its command. */
static redis_status receive_pipeline(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	bool repeated = false, ignored = false;
	redis_status status = REDIS_ANSWERED;

	if (connection->owed.is_due) {
		status = receive_owed(connection, deadline, &repeated, error);
		status = status == REDIS_ANSWERED ? receive_mark(connection, deadline, error) : status;
	}
	if (status == REDIS_ANSWERED) {
		status = receive_all(connection, replies, count, deadline, error);
	}
	connection->is_doubtful = repeated && status == REDIS_ANSWERED &&
		receive_owed(connection, deadline, &ignored, error) != REDIS_ANSWERED;
	if ((status == REDIS_ANSWERED || is_refusal(status)) && has_more(connection)) {
		return said_too_much(connection, error);
	}
	return status;
}

static void free_replies(redisReply **replies, int count)
{
	for (int i = 0; i < count; i++) {
		freeReplyObject(replies[i]);
		replies[i] = NULL;
	}
}

redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error)
{
	redis_status status;

	for (int i = 0; i < count; i++) {
		replies[i] = NULL;
	}
	if (!connection->is_new && (connection->is_doubtful || !is_ready(connection, deadline))) {
		cfs_error_set(error,
			"the server at %s has closed the connection, or said what nobody asked",
			connection->base.server->address);
		return REDIS_STALE;
	}
	/* Should the request end in the middle of it. */
	connection->is_doubtful = true;
	connection->base.thread->counters.round_trips++;
	if (connection->owed.is_due) {
		prepend_mark(connection);
	}
	status = send_pipeline(connection, deadline, error);
	if (status == REDIS_ANSWERED) {
		status = receive_pipeline(connection, replies, count, deadline, error);
	} else if (status == REDIS_CLOSED) {
		status = doubt_name(connection);
	}
	if (status == REDIS_ANSWERED || is_refusal(status)) {
		is_answered(connection);
	} else {
		free_replies(replies, count);
	}
	return status;
}

void redis_connection_leave_word(redis_connection *connection)
{
	cfs_error ignored;

	send_pipeline(connection, /* deadline */ 0, &ignored);
}

/* }}} */

/* {{{ Dialling */

static void drop_base(cfs_connection *base)
{
	redis_connection_drop((redis_connection *) base);
}

static void settle_base(cfs_connection *base)
{
	settle((redis_connection *) base);
}

static void append_step(
	redis_connection *connection, redis_handshake_step step, int argc, const char **argv)
{
	redis_connection_append(connection, argc, argv, NULL);
	connection->handshake[connection->handshake_count++] = step;
}

static void append_handshake(redis_connection *connection)
{
	const cfs_server *server = connection->base.server;
	const cfs_peer *peer = cfs_pool_peer(connection->base.thread, server);

	if (server->password) {
		if (server->username && !server->without_user) {
			append_step(connection, REDIS_STEP_AUTH, 3,
				(const char *[]){"AUTH", server->username, server->password});
		} else {
			append_step(connection, REDIS_STEP_AUTH, 2, (const char *[]){"AUTH", server->password});
		}
	}
	if (!peer->unnamed) {
		append_step(
			connection, REDIS_STEP_SETNAME, 3, (const char *[]){"CLIENT", "SETNAME", "cfsession"});
		connection->is_named = true;
	}
	if (server->database) {
		char number[16];

		snprintf(number, sizeof(number), "%u", server->database);
		append_step(connection, REDIS_STEP_SELECT, 2, (const char *[]){"SELECT", number});
	}
	if (peer->unsure) {
		redis_connection_append_text(connection, peer->unsure, peer->unsure_length);
		connection->handshake[connection->handshake_count++] = REDIS_STEP_RELEASE;
	}
}

/* The first request rides with the handshake, but never before the database is known to be the
 * right one: it would read and write another application's sessions. */
static bool shake_hands(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	redisReply *none;

	append_handshake(connection);
	if (!connection->base.server->database) {
		return true;
	}
	return redis_connection_exchange(connection, &none, 0, deadline, error) == REDIS_ANSWERED;
}

static bool connect_to_server(redis_connection *connection, cfs_error *error)
{
	cfs_socket_result result =
		cfs_stream_connect(&connection->stream, connection->base.thread, connection->limit, error);

	if (result == CFS_SOCKET_SILENT) {
		note_silence(connection);
	}
	connection->base.socket = connection->stream.socket;
	return result == CFS_SOCKET_CONNECTED;
}

/* The handshake of TLS, if the server is to be spoken to so. */
static bool secure(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	cfs_stream_result result;

	if (!server->tls.on) {
		return true;
	}
	result = cfs_stream_secure(&connection->stream, connection->base.thread, deadline, error);
	if (result == CFS_STREAM_TIMEOUT) {
		was_silent(connection, error);
		cfs_error_set(error,
			"the server at %s did not answer the TLS handshake within %s (cfsession.%s); perhaps "
			"it has no TLS at this port",
			server->address, cfs_time_text(connection->limit).text, connection->limit_setting);
	}
	return result == CFS_STREAM_DONE;
}

static void set_limit(redis_connection *connection, int64_t limit, const char *setting)
{
	connection->limit = limit;
	connection->limit_setting = setting;
}

static redis_connection *dial(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	int64_t deadline = cfs_now() + options->connect_timeout;
	redis_connection *connection = pecalloc(1, sizeof(*connection), 1);

	cfs_connection_init(&connection->base, &cfs_backend_redis, thread, target, server);
	connection->base.drop = drop_base;
	connection->base.settle = settle_base;
	cfs_stream_init(&connection->stream, connection->base.server);
	connection->retry_interval = options->retry_interval;
	connection->is_new = true;
	redis_reader_set_max(&connection->reader, options->value_max);
	set_limit(connection, options->connect_timeout, "connect_timeout");
	if (!redis_reader_begin(&connection->reader)) {
		out_of_memory(connection, error);
		redis_connection_drop(connection);
		return NULL;
	}
	if (!connect_to_server(connection, error) || !secure(connection, deadline, error) ||
		!shake_hands(connection, deadline, error)) {
		redis_connection_drop(connection);
		return NULL;
	}
	/* The handshake may have been answered already; what counts is whether a command was. */
	connection->is_new = true;
	set_limit(connection, options->timeout, "timeout");
	thread->counters.connects++;
	return connection;
}

/* Once more where the handshake has told that the server wants it in another way. */
static redis_connection *dial_as_wanted(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	const cfs_server *wanted = &target->servers[server];
	bool without_user = wanted->without_user;
	bool unnamed = cfs_pool_peer(thread, wanted)->unnamed;
	redis_connection *connection = dial(thread, target, server, options, error);

	if (!connection &&
		((wanted->without_user && !without_user) ||
			(cfs_pool_peer(thread, wanted)->unnamed && !unnamed))) {
		connection = dial(thread, target, server, options, error);
	}
	return connection;
}

/* }}} */

/* {{{ Opening and closing */

redis_connection *redis_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	const cfs_server *wanted = &target->servers[server];
	redis_connection *connection = NULL;

	if (cfs_server_is_silent(thread, wanted, error)) {
		return NULL;
	}
	if (options->persistent) {
		connection = (redis_connection *) cfs_pool_take(thread, &cfs_backend_redis, wanted);
	}
	if (!connection) {
		return dial_as_wanted(thread, target, server, options, error);
	}
	redis_reader_set_max(&connection->reader, options->value_max);
	connection->retry_interval = options->retry_interval;
	set_limit(connection, options->timeout, "timeout");
	cfs_stream_block(&connection->stream, options->timeout - options->timeout / 4);
	return connection;
}

void redis_connection_release(redis_connection *connection, bool keep)
{
	/* One that has been dialled and not used has a handshake to come. */
	if (!keep || connection->is_new || connection->misled || connection->is_doubtful ||
		!redis_connection_is_ours(connection)) {
		settle(connection);
		redis_connection_drop(connection);
		return;
	}
	clear(&connection->out);
	cfs_pool_put(&connection->base);
}

uint32_t redis_connection_doubt(redis_connection *connection)
{
	cfs_thread *thread = connection->base.thread;
	const cfs_server *server = connection->base.server;

	connection->misled = true;
	cfs_pool_forget(thread, &cfs_backend_redis, server);
	cfs_socket_doubt(thread, server, connection->stream.socket);
	return cfs_pool_peer(thread, server)->places;
}

void redis_connection_drop(redis_connection *connection)
{
	leave_owed(connection);
	cfs_stream_close(&connection->stream);
	redis_reader_end(&connection->reader);
	clear(&connection->out);
	pefree(connection->out.text, 1);
	pefree(connection->owed.text, 1);
	cfs_connection_end(&connection->base);
	pefree(connection, 1);
}

/* }}} */

const cfs_server *redis_connection_server(const redis_connection *connection)
{
	return connection->base.server;
}

bool redis_connection_is_new(const redis_connection *connection)
{
	return connection->is_new;
}

bool redis_connection_is_ours(const redis_connection *connection)
{
	return cfs_connection_is_ours(&connection->base);
}

bool redis_connection_lacks_getex(const redis_connection *connection)
{
	return connection->lacks_getex;
}

void redis_connection_set_lacks_getex(redis_connection *connection)
{
	connection->lacks_getex = true;
}

bool redis_connection_knows_scripts(const redis_connection *connection, unsigned scripts)
{
	return (connection->known_scripts & scripts) == scripts;
}

void redis_connection_set_knows_scripts(redis_connection *connection, unsigned scripts)
{
	connection->known_scripts |= scripts;
}

void redis_connection_expect_value(redis_connection *connection)
{
	redis_reader_expect_value(&connection->reader);
}

zend_string *redis_connection_take_value(redis_connection *connection, const redisReply **reply)
{
	return redis_reader_take_value(&connection->reader, reply);
}

void redis_connection_set_lost_scripts(redis_connection *connection)
{
	connection->known_scripts = 0;
}

bool redis_connection_lacks_scripts(const redis_connection *connection)
{
	return connection->lacks_scripts;
}

void redis_connection_set_lacks_scripts(redis_connection *connection)
{
	connection->lacks_scripts = true;
}

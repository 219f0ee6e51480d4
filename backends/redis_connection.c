#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_connection.h"
#include "redis_reader.h"
#include "stream.h"

/* AUTH, CLIENT SETNAME, SELECT and a release, sent before the first command. */
#define HANDSHAKE_MAX 4

/* Arguments of this many bytes are sent from the caller's memory; shorter ones are copied. */
#define LARGE_MIN 4096

/* ms after an answer during which we assume that the connection still works. */
#define FRESH 1000

/* Hexadecimal digits, and a NUL. */
#define MARK_SIZE 9

/* Commands to be sent: their text, and perhaps one large argument within it. */
typedef struct _outgoing {
	char *text;
	size_t length, size; /* bytes used and allocated */
	cfs_value large;     /* the large argument, the caller's; without bytes: none */
	size_t before;       /* bytes of the text that go before it */
	sds mark;            /* hiredis', or NULL; goes before everything */
	bool failed;         /* there was no memory */
} outgoing;

/* What was posted last. */
typedef struct _pending_reply {
	bool is_due; /* its answer has not been read */
	char *
		text; /* the command with the script itself, which must outlive the module's; then its key */
	size_t length, key_length, size; /* bytes of both, and allocated */
	uint64_t *when_lost;
} pending_reply;

struct _redis_connection {
	cfs_connection base; /* first, for the pool */
	cfs_stream stream;
	redis_reader reader;
	outgoing out;
	pending_reply pending;
	int64_t retry_interval;
	int64_t limit;                                 /* ms for the present step; messages name it */
	const char *limit_setting;                     /* the setting that it comes from */
	redis_handshake_step handshake[HANDSHAKE_MAX]; /* sent, and not yet answered */
	int handshake_count;
	unsigned marks;         /* how many were sent */
	int64_t answered;       /* cfs_now() of the last answer */
	unsigned known_scripts; /* bits: which scripts the server has */
	uint64_t number;        /* the how manieth of its thread; addresses are used again */
	bool is_new;            /* no command has been answered yet */
	bool is_named;          /* CLIENT SETNAME was sent, and is not answered */
	bool is_doubtful;       /* no further exchange can be trusted */
	bool misled;            /* it leads to a wrong server */
	bool lacks_getex;
	bool lacks_scripts;
};

/* {{{ Failures */

/* Silence on a kept connection says nothing about the server: a firewall on the way may have forgotten the connection, and
 * others as old. So all of them are dropped, and the next, new one tells about the server. */
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
	cfs_error_set(error, "there is no memory for a connection to the server at %s",
		connection->base.server->address);
	return REDIS_FAILED;
}

static redis_status fail_with_excess(const redis_connection *connection, cfs_error *error)
{
	cfs_error_set(error, "the server at %s sent a reply that nobody asked for",
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

/* hiredis formats the arguments; `with_count` includes the line that tells how many they are. */
static void append_formatted(redis_connection *connection, int argc, const char **argv,
	const size_t *lengths, bool with_count)
{
	sds formatted = NULL;
	const char *from;

	if (redisFormatSdsCommandArgv(&formatted, argc, argv, lengths) < 0) {
		connection->out.failed = true;
		return;
	}
	from = with_count ? formatted : strchr(formatted, '\n') + 1;
	redis_connection_append_text(connection, from, sdslen(formatted) - (size_t) (from - formatted));
	redisFreeSdsCommand(formatted);
}

/* Formats a bulk string itself (https://redis.io/docs/latest/develop/reference/protocol-spec/), because hiredis would copy
 * the bytes. */
static void append_large(redis_connection *connection, const char *bytes, size_t length)
{
	outgoing *out = &connection->out;
	char line[24];
	int line_length = snprintf(line, sizeof(line), "$%zu\r\n", length);

	redis_connection_append_text(connection, line, (size_t) line_length);
	out->large = (cfs_value){bytes, length};
	out->before = out->length;
	redis_connection_append_text(connection, "\r\n", strlen("\r\n"));
}

/* Index of the first large argument. argc: none is large, or the pipeline has one already. */
static int find_large(const outgoing *out, int argc, const size_t *lengths)
{
	int i = out->large.bytes || !lengths ? argc : 0;

	while (i < argc && lengths[i] < LARGE_MIN) {
		i++;
	}
	return i;
}

static void append_around_large(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths, int large)
{
	int rest = large + 1;

	if (large) {
		append_formatted(connection, large, argv, lengths, /* with_count */ false);
	}
	append_large(connection, argv[large], lengths[large]);
	if (rest < argc) {
		append_formatted(
			connection, argc - rest, argv + rest, lengths + rest, /* with_count */ false);
	}
}

void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	int large = find_large(&connection->out, argc, lengths), line_length;
	char line[16];

	if (large == argc) {
		append_formatted(connection, argc, argv, lengths, /* with_count */ true);
		return;
	}
	line_length = snprintf(line, sizeof(line), "*%d\r\n", argc);
	redis_connection_append_text(connection, line, (size_t) line_length);
	append_around_large(connection, argc, argv, lengths, large);
}

void redis_connection_append_arguments(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	int large = find_large(&connection->out, argc, lengths);

	if (large == argc) {
		append_formatted(connection, argc, argv, lengths, /* with_count */ false);
	} else {
		append_around_large(connection, argc, argv, lengths, large);
	}
}

void redis_connection_append_failed(redis_connection *connection)
{
	connection->out.failed = true;
}

static void clear(outgoing *out)
{
	out->large = (cfs_value){NULL, 0};
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
		{out->text, out->before}, out->large,
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

/* With a deadline of 0, does not wait. */
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

/* *reply stays NULL while the reply is incomplete. */
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

typedef enum _pending_outcome {
	PENDING_DONE,
	PENDING_RESEND,  /* the server has lost the script */
	PENDING_DOUBTFUL /* perhaps not its answer, or an error: stays due, and no request sees it */
} pending_outcome;

static pending_outcome take_pending(redis_connection *connection, redisReply *reply)
{
	pending_reply *pending = &connection->pending;
	pending_outcome answer = PENDING_DOUBTFUL;

	if (reply->type == REDIS_REPLY_INTEGER && reply->integer >= 0 && reply->integer <= 2) {
		answer = PENDING_DONE;
		pending->is_due = false;
		if (reply->integer == 0 && pending->when_lost) {
			(*pending->when_lost)++;
		}
	} else if (reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "NOSCRIPT", 8) == 0) {
		answer = PENDING_RESEND;
	} else {
		connection->base.thread->counters.errors++;
	}
	freeReplyObject(reply);
	return answer;
}

static redis_status resend_pending(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_value text = {connection->pending.text, connection->pending.length};

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

/* Whether something may be sent. If a post's answer is due, reads what has arrived of it; nothing may have arrived after
 * it. If none is due, nothing at all may have arrived. */
static bool is_ready(redis_connection *connection, int64_t deadline)
{
	pending_outcome answer = PENDING_DONE;
	redisReply *reply = NULL;
	cfs_error ignored;

	if (!redis_reader_rest(&connection->reader)) {
		return false;
	}
	if (!connection->pending.is_due) {
		return is_quiet(connection);
	}
	if (receive_some(connection, 0, &ignored) != REDIS_ANSWERED ||
		parse(connection, &reply, &ignored) != REDIS_ANSWERED) {
		return false;
	}
	if (reply) {
		answer = take_pending(connection, reply);
		/* If the answer came long ago, the connection's end may have followed it. */
		if (answer == PENDING_DOUBTFUL || has_more(connection) ||
			(!is_fresh(connection) && !is_quiet(connection))) {
			return false;
		}
	}
	return answer == PENDING_DONE ||
		resend_pending(connection, deadline, &ignored) == REDIS_ANSWERED;
}

/* Reads the answer to what was posted, before any other reply is trusted. If it is doubtful, fails so that the server is
 * asked again on a new connection. `repeated`: the post was sent again, and its answer follows the other replies. */
static redis_status receive_pending(
	redis_connection *connection, int64_t deadline, bool *repeated, cfs_error *error)
{
	redisReply *reply = NULL;
	redis_status status = receive(connection, &reply, deadline, error);

	/* Bytes that are no reply are doubtful, too. */
	if (status != REDIS_ANSWERED) {
		return status == REDIS_FAILED ? REDIS_CLOSED : status;
	}
	switch (take_pending(connection, reply)) {
		case PENDING_RESEND:
			*repeated = true;
			return resend_pending(connection, deadline, error);
		case PENDING_DOUBTFUL:
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

	while (repeated && connection->pending.is_due && redis_connection_is_ours(connection)) {
		repeated = false;
		if (receive_pending(connection, deadline, &repeated, &ignored) != REDIS_ANSWERED) {
			break;
		}
	}
}

bool redis_connection_may_post(redis_connection *connection)
{
	return !connection->is_new && !connection->misled && !connection->is_doubtful &&
		!connection->pending.is_due && redis_connection_is_ours(connection) &&
		(is_fresh(connection) || is_quiet(connection));
}

/* Lets the server's next connection begin with what was posted on this one, if its answer has not come. */
static void save_pending(redis_connection *connection)
{
	const pending_reply *pending = &connection->pending;
	const cfs_server *server = connection->base.server;
	cfs_peer *peer;

	if (!pending->is_due || connection->misled || !redis_connection_is_ours(connection)) {
		return;
	}
	peer = cfs_pool_peer(connection->base.thread, server);
	pefree(peer->unconfirmed_user, 1);
	peer->unconfirmed_user = server->username ? pestrdup(server->username, 1) : NULL;
	peer->unconfirmed_database = server->database;
	peer->unconfirmed_length = pending->length;
	peer->unconfirmed = perealloc(peer->unconfirmed, pending->length, 1);
	memcpy(peer->unconfirmed, pending->text, pending->length);
}

bool redis_connection_post(redis_connection *connection, const redis_post *post, int64_t deadline)
{
	pending_reply *pending = &connection->pending;
	size_t arguments;
	cfs_error ignored;

	if (connection->out.failed) {
		return false;
	}
	arguments = connection->out.length - post->head;
	pending->length = post->again.length + arguments;
	pending->key_length = post->key.length;
	if (pending->length + pending->key_length > pending->size) {
		pending->size = pending->length + pending->key_length;
		pending->text = perealloc(pending->text, pending->size, 1);
	}
	memcpy(pending->text, post->again.bytes, post->again.length);
	memcpy(pending->text + post->again.length, connection->out.text + post->head, arguments);
	memcpy(pending->text + pending->length, post->key.bytes, post->key.length);
	pending->when_lost = post->when_lost;
	pending->is_due = send_pipeline(connection, deadline, &ignored) == REDIS_ANSWERED;
	return pending->is_due;
}

/* }}} */

/* {{{ Exchange */

/* Platforms put users into URLs that their servers do not know (Heroku's "h"). The next connection leaves such a user
 * out, and if that works, all later ones do. */
static redis_status skip_user(cfs_server *server, const char *words)
{
	server->without_user = server->user_from_url && !server->without_user &&
		(strstr(words, "WRONGPASS") || strstr(words, "wrong number of arguments"));
	return server->without_user ? REDIS_UNKNOWN_USER : REDIS_REFUSED;
}

static bool is_refusal(redis_status status)
{
	return status == REDIS_REFUSED || status == REDIS_UNKNOWN_USER;
}

static redis_status take_refusal(
	redis_connection *connection, redis_handshake_step step, char *words, cfs_error *last_words)
{
	redis_status status = REDIS_REFUSED;

	if (step == REDIS_STEP_AUTH) {
		status = skip_user(connection->base.server, words);
	}
	redis_handshake_error(connection->base.server, step, words, last_words);
	return step == REDIS_STEP_SETNAME ? REDIS_ANSWERED : status;
}

/* What the server answers does not matter any more, unless it cannot know yet. */
static void forget_unconfirmed(redis_connection *connection, const redisReply *reply)
{
	cfs_peer *peer = cfs_pool_peer(connection->base.thread, connection->base.server);

	if (reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "LOADING ", 8) == 0) {
		return;
	}
	connection->base.thread->counters.errors += reply->type == REDIS_REPLY_ERROR;
	pefree(peer->unconfirmed, 1);
	peer->unconfirmed = NULL;
}

/* The first refusal in the handshake counts. A server may refuse CLIENT SETNAME, which does not matter, or close the
 * connection after it. */
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
			if (worst == REDIS_ANSWERED) {
				forget_unconfirmed(connection, reply);
			}
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

/* A connection's name is only for people, and some proxies close a connection that sets one. The next connection gets no
 * name; nor do later ones, unless that one is closed, too. */
static redis_status skip_name(redis_connection *connection)
{
	cfs_peer *peer = cfs_pool_peer(connection->base.thread, connection->base.server);

	if (connection->is_new) {
		peer->unnamed = connection->is_named;
	}
	return connection->is_new && connection->is_named ? REDIS_NAME_REFUSED : REDIS_CLOSED;
}

/* What the server refused in the handshake is also why something after it failed, so it becomes the error. (The server may
 * close the connection: before a login, Redis reads no command with more than ten arguments.) A silent server stays one,
 * so that it is not waited for again. */
static redis_status receive_all(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	cfs_error last_words = {.message = ""};
	redis_status handshake = receive_handshake(connection, deadline, &last_words, error);
	redis_status status = handshake;

	if (handshake == REDIS_ANSWERED || is_refusal(handshake)) {
		status = receive_replies(connection, replies, count, deadline, error);
	}
	if (is_refusal(handshake)) {
		*error = last_words;
		return status == REDIS_SILENT ? status : handshake;
	}
	if (*last_words.message && status != REDIS_ANSWERED && status != REDIS_SILENT) {
		*error = last_words;
		return REDIS_FAILED;
	}
	return status == REDIS_CLOSED ? skip_name(connection) : status;
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
	cfs_server_has_answered(connection->base.thread, connection->base.server);
}

/* Until the answer to a post has come, a misbehaving server could add a reply that we would take for the answer to the
 * next command. So a mark goes before that command: a command whose reply is unique on this connection. It is an EVAL,
 * which every user of our scripts may send, with the key of the post, because without a key some proxies (twemproxy)
 * close the connection. */
static void prepend_mark(redis_connection *connection)
{
	const pending_reply *pending = &connection->pending;
	char mark[MARK_SIZE];
	const char *argv[] = {"EVAL", "return ARGV[1]", "1", pending->text + pending->length, mark};
	const size_t lengths[] = {
		strlen(argv[0]), strlen(argv[1]), strlen(argv[2]), pending->key_length, MARK_SIZE - 1};

	snprintf(mark, sizeof(mark), "%08x", ++connection->marks);
	if (redisFormatSdsCommandArgv(&connection->out.mark, 5, argv, lengths) < 0) {
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
		fail_with_excess(connection, error);
		status = REDIS_CLOSED;
	}
	freeReplyObject(reply);
	return status;
}

/* Reads the answers: first that to the post, then those to the pipeline, last that to the post if it had to be sent again.
 * If anything follows, no reply can be trusted to answer its command. */
static redis_status receive_pipeline(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	bool repeated = false, ignored = false;
	redis_status status = REDIS_ANSWERED;

	if (connection->pending.is_due) {
		status = receive_pending(connection, deadline, &repeated, error);
		status = status == REDIS_ANSWERED ? receive_mark(connection, deadline, error) : status;
	}
	if (status == REDIS_ANSWERED) {
		status = receive_all(connection, replies, count, deadline, error);
	}
	connection->is_doubtful = repeated && status == REDIS_ANSWERED &&
		receive_pending(connection, deadline, &ignored, error) != REDIS_ANSWERED;
	if ((status == REDIS_ANSWERED || is_refusal(status)) && has_more(connection)) {
		return fail_with_excess(connection, error);
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
			"the server at %s closed the connection, or sent what nobody asked for",
			connection->base.server->address);
		return REDIS_STALE;
	}
	/* The request may end in the middle of the exchange. */
	connection->is_doubtful = true;
	connection->base.thread->counters.round_trips++;
	if (connection->pending.is_due) {
		prepend_mark(connection);
	}
	status = send_pipeline(connection, deadline, error);
	if (status == REDIS_ANSWERED) {
		status = receive_pipeline(connection, replies, count, deadline, error);
	} else if (status == REDIS_CLOSED) {
		status = skip_name(connection);
	}
	if (status == REDIS_ANSWERED || is_refusal(status)) {
		is_answered(connection);
	} else {
		free_replies(replies, count);
	}
	return status;
}

void redis_connection_send_unanswered(redis_connection *connection)
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

/* Whether the server's unconfirmed command belongs to this user, whose password may have changed, and database. */
static bool may_confirm(const cfs_server *server, const cfs_peer *peer)
{
	const char *user = server->username ? server->username : "";
	const char *other = peer->unconfirmed_user ? peer->unconfirmed_user : "";

	return peer->unconfirmed && server->database == peer->unconfirmed_database &&
		strcmp(user, other) == 0;
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
	if (may_confirm(server, peer)) {
		redis_connection_append_text(connection, peer->unconfirmed, peer->unconfirmed_length);
		connection->handshake[connection->handshake_count++] = REDIS_STEP_RELEASE;
	}
}

/* The first request is sent together with the handshake, unless that selects a database: if SELECT failed, the request
 * would read and write another application's sessions. */
static bool perform_handshake(redis_connection *connection, int64_t deadline, cfs_error *error)
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

/* Does the handshake of TLS, if the server uses TLS. */
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
			"the server at %s did not answer the TLS handshake within %s (cfsession.%s); it may "
			"not use TLS at this port",
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
		!perform_handshake(connection, deadline, error)) {
		redis_connection_drop(connection);
		return NULL;
	}
	/* Even if the handshake was answered: what counts is whether a command was. */
	connection->is_new = true;
	set_limit(connection, options->timeout, "timeout");
	connection->number = ++thread->counters.connects;
	return connection;
}

/* Dials again, once, if the first handshake showed that the server needs another one. */
static redis_connection *dial_with_retry(cfs_thread *thread, cfs_target *target, uint32_t server,
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

	if (cfs_server_is_silent(thread, wanted, options->retry_interval, error)) {
		return NULL;
	}
	if (options->persistent) {
		connection = (redis_connection *) cfs_pool_take(thread, &cfs_backend_redis, wanted);
	}
	if (!connection) {
		return dial_with_retry(thread, target, server, options, error);
	}
	redis_reader_set_max(&connection->reader, options->value_max);
	connection->retry_interval = options->retry_interval;
	set_limit(connection, options->timeout, "timeout");
	cfs_stream_block(&connection->stream, options->timeout - options->timeout / 4);
	return connection;
}

void redis_connection_release(redis_connection *connection, bool keep)
{
	/* One that was dialled but never used has unread replies to its handshake. */
	if (!keep || connection->is_new || connection->misled || connection->is_doubtful ||
		!redis_connection_is_ours(connection)) {
		settle(connection);
		redis_connection_drop(connection);
		return;
	}
	clear(&connection->out);
	cfs_pool_put(&connection->base);
}

void redis_connection_doubt(redis_connection *connection)
{
	connection->is_doubtful = true;
}

uint32_t redis_connection_distrust(redis_connection *connection)
{
	cfs_thread *thread = connection->base.thread;
	const cfs_server *server = connection->base.server;

	connection->misled = true;
	cfs_pool_forget(thread, &cfs_backend_redis, server);
	cfs_socket_distrust(thread, server, connection->stream.socket);
	return cfs_pool_peer(thread, server)->places;
}

void redis_connection_drop(redis_connection *connection)
{
	save_pending(connection);
	cfs_stream_close(&connection->stream);
	redis_reader_end(&connection->reader);
	clear(&connection->out);
	pefree(connection->out.text, 1);
	pefree(connection->pending.text, 1);
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

uint64_t redis_connection_number(const redis_connection *connection)
{
	return connection ? connection->number : 0;
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

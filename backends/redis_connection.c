#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_connection.h"
#include "redis_reader.h"
#include "redis_tls.h"
#include "socket.h"

/* The longest message is that of AUTH, CLIENT SETNAME and SELECT, sent before the first command. */
#define HANDSHAKE_MAX 3

/* Bytes of what a server says that a message shows. */
#define WORDS_MAX 200

/* Bytes that a connection keeps for the next value to come, as many as hiredis sets aside for 1 MB. What is given
 * back to the system each time has to be filled with zeros by it each time; and a buffer that is new each time has
 * the reply right behind it, at the one distance at which AMD's processors copy ten times slower. */
#define BUFFER_KEPT_MAX 2097152

/* Bytes that a send() which may wait is given: they fit into one of the system's buffers. A unix socket waits anew for
 * each of them, so that SO_SNDTIMEO is no limit for the whole. */
#define PATIENT_SEND_MAX 16384

typedef enum _handshake_step {
	STEP_AUTH,
	STEP_SETNAME,
	STEP_SELECT
} handshake_step;

struct _redis_connection {
	cfs_connection base; /* first, for the pool */
	redisContext *context;
	redis_tls *tls; /* NULL: without; else the context's */
	redis_limits limits;
	int64_t retry_interval;
	int64_t limit;                           /* of what is going on, for messages */
	const char *limit_setting;               /* that says so */
	handshake_step handshake[HANDSHAKE_MAX]; /* sent, and not yet answered */
	int handshake_count;
	int64_t patience; /* ms that the socket itself waits; 0: it does not */
	bool is_new;      /* no command has been answered yet */
	bool was_heard;   /* whether a byte has come from the server */
	bool is_named;    /* CLIENT SETNAME was sent, and is not answered */
	bool misled;      /* it leads to a wrong server */
	bool lacks_getex;
	bool lacks_scripts;
};

/* {{{ What servers say */

static const char wants_password[] = "it wants a password: give one in session.save_path";

static const struct {
	const char *code;
	const char *advice;
} advices[] = {
	{"NOAUTH", wants_password},
	{"unauthenticated", wants_password},
	{"DENIED Redis is running in protected mode",
		"it serves only its own machine: give it a password (requirepass) and write that in "
		"session.save_path, or, in a network of its own, set protected-mode no"},
	{"READONLY", "this is a replica: name the master in session.save_path"},
	{"MASTERDOWN",
		"this is a replica that has lost its master: name the master in session.save_path, or wait "
		"until the failover is over"},
	{"LOADING", "it is still loading its data after a start: wait until it has"},
	{"UNBLOCKED", "it has become a replica: name the master in session.save_path"},
	{"OOM ", "it is full: raise its maxmemory, and keep caches in another Redis"},
	{"MISCONF", "it cannot save to disk and refuses writes: see its log"},
	{"MOVED", "this is a node of a Redis Cluster, which has to be named alone"},
	{"CROSSSLOT", "this is a node of a Redis Cluster, which has to be named alone"},
	{"CLUSTERDOWN", "the Redis Cluster does not serve this session now: see its CLUSTER INFO"},
	{"TRYAGAIN", "the session's slot is moving to another node: wait until it has"},
	{"NOREPLICAS", "it has too few replicas to write: see its min-replicas-to-write"},
	{"WRONGTYPE",
		"the key is not a session: choose a cfsession.prefix that no other application uses"},
	{"max number of clients", "raise its maxclients"},
};

/* As ACL SETUSER takes them. */
static const char locking_commands[] =
	"+evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr "
	"+decr +rpush";
static const char unlocked_commands[] =
	"+getex +get +set +expire +del +evalsha +eval +exists +rename";

static bool is_denied(const char *words)
{
	return strstr(words, "NOPERM") || strstr(words, "ACL failure") ||
		strstr(words, "can't run this command");
}

/* A key, or one of the keys, as Redis 6 and 7 say it. */
static bool is_denied_key(const char *words)
{
	return strstr(words, "access a key") || strstr(words, "of the keys") ||
		(strstr(words, "permissions to access the '") && strstr(words, "' key"));
}

/* What allows it. With braces around them, keys of a cluster begin in another way. */
static void write_acl_advice(const cfs_server *server, const redis_asker *asker, const char *words,
	char *advice, size_t size)
{
	const char *user = server->username && !server->without_user ? server->username : "default";
	const char *prefix = asker->options->prefix;
	bool lock = asker->options->lock;
	char braces[CFS_PREFIX_MAX + 8] = "";

	if (asker->in_cluster) {
		snprintf(braces, sizeof(braces), " ~{%s*", prefix);
	}
	if (is_denied_key(words)) {
		snprintf(advice, size,
			"; the session's keys are not among the user's: allow them by ACL SETUSER %s ~%s*%s, "
			"or choose a cfsession.prefix that is",
			user, prefix, braces);
		return;
	}
	snprintf(advice, size, "; allow it by ACL SETUSER %s ~%s*%s %s%s", user, prefix, braces,
		lock ? locking_commands : unlocked_commands,
		lock ? ", or do without scripts and waiting by cfsession.lock=0"
			 : " (before Redis 6.2 without +getex)");
}

static const char *advice_for(const char *words, bool uses_scripts)
{
	if (uses_scripts && strstr(words, "unknown command") && strstr(words, "EVAL")) {
		return "cfsession.lock=0 does without scripts";
	}
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (strstr(words, advices[i].code)) {
			return advices[i].advice;
		}
	}
	return NULL;
}

/* Of a long text, its first sentence. */
static size_t length_of_sentence(const char *words)
{
	size_t length = strlen(words);
	const char *end = strstr(words, ". ");

	if (length <= WORDS_MAX) {
		return length;
	}
	return end && end - words < WORDS_MAX ? (size_t) (end - words) + 1
										  : cfs_whole_length(words, WORDS_MAX);
}

/* "unknown command" repeats what was sent, and may cut it, keys and passwords among it. */
static int length_to_show(const char *words)
{
	const char *arguments = strstr(words, ", with args beginning with");

	return (int) (arguments ? (size_t) (arguments - words) : length_of_sentence(words));
}

void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error)
{
	bool uses_scripts = asker && asker->options->lock;
	const char *known = advice_for(words, uses_scripts);
	bool refused = known == wants_password || strstr(words, "WRONGPASS");
	char advice[448] = "";

	if (known == wants_password && server->binding) {
		known = "it wants a password, and the bound service has none";
	}
	if (asker && is_denied(words)) {
		write_acl_advice(server, asker, words, advice, sizeof(advice));
	} else if (known) {
		snprintf(advice, sizeof(advice), "; %s", known);
	}
	cfs_hide(words, server->password);
	for (size_t i = 0; asker && i < sizeof(asker->secrets) / sizeof(asker->secrets[0]); i++) {
		cfs_hide(words, asker->secrets[i]);
	}
	cfs_error_set(error, "the server at %s said \"%.*s\"%s", server->address, length_to_show(words),
		words, advice);
	error->refused = refused;
}

/* }}} */

/* {{{ Waiting */

typedef enum _wait_result {
	WAIT_READY,
	WAIT_TIMEOUT,
	WAIT_FAILED
} wait_result;

/* Whether something can be read without waiting that poll() does not know of. */
static bool has_more(const redis_connection *connection)
{
	return connection->tls && redis_tls_has_more(connection->tls);
}

static wait_result wait_for(redis_connection *connection, int events, int64_t deadline)
{
	if (connection->tls) {
		events = redis_tls_awaited(connection->tls, events);
	}
	for (;;) {
		int64_t left = deadline - cfs_now();
		int result;

		if (left <= 0) {
			return WAIT_TIMEOUT;
		}
		result = php_pollfd_for_ms(connection->context->fd, events, (int) MIN(left, INT_MAX));
		if (result > 0) {
			return WAIT_READY;
		}
		if (result < 0 && php_socket_errno() != EINTR) {
			return WAIT_FAILED;
		}
	}
}

/* A connection that is used again waits in read() and write() themselves, for most of the time that an
 * operation has: a poll() less for each. What is left after that is waited for with poll(), so that the
 * deadline holds. */
static void be_patient(redis_connection *connection)
{
	int64_t patience = connection->limit - connection->limit / 4;

	if (!connection->tls && connection->patience != patience &&
		cfs_connection_blocks(&connection->base, patience)) {
		connection->patience = patience;
	}
}

static void lose_patience(redis_connection *connection)
{
	if (connection->patience) {
		cfs_connection_blocks(&connection->base, 0);
		connection->patience = 0;
	}
}

/* Whether the socket may wait: it will have stopped by then. */
static bool may_block(const redis_connection *connection, int64_t deadline)
{
	return connection->patience && cfs_now() + connection->patience <= deadline;
}

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

static redis_status wait_failed(redis_connection *connection, wait_result result, cfs_error *error)
{
	const char *address = connection->base.server->address;

	if (result == WAIT_FAILED) {
		cfs_error_set(error, "cannot wait for the server at %s: %s", address, strerror(errno));
		return REDIS_FAILED;
	}
	cfs_error_set(error, "the server at %s did not answer within %s (cfsession.%s)", address,
		cfs_time_text(connection->limit).text, connection->limit_setting);
	note_silence(connection);
	return REDIS_SILENT;
}

/* }}} */

/* {{{ Exchange */

/* The first command is taken as it was formatted: to append it to hiredis' empty buffer would copy the
 * session once more. */
void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	redisContext *context = connection->context;
	char *formatted;

	if (*context->obuf || redisFormatSdsCommandArgv(&formatted, argc, argv, lengths) < 0) {
		redisAppendCommandArgv(context, argc, argv, lengths);
		return;
	}
	redisFreeSdsCommand(context->obuf);
	context->obuf = formatted;
}

/* Those that do close a connection on which they hear something else. */
static bool may_want_tls(const redis_connection *connection)
{
	return !connection->tls && !connection->was_heard && connection->base.server->port;
}

/* hiredis' own words for what went wrong with the socket, or what TLS has to say. */
static redis_status context_failed(redis_connection *connection, cfs_error *error)
{
	redisContext *context = connection->context;
	bool closed = context->err == REDIS_ERR_EOF ||
		(context->err == REDIS_ERR_IO && (errno == ECONNRESET || errno == EPIPE));

	if (connection->tls && (context->err == REDIS_ERR_IO || context->err == REDIS_ERR_EOF)) {
		closed =
			redis_tls_explain(connection->tls, connection->base.server, error) == REDIS_TLS_CLOSED;
		return closed ? REDIS_CLOSED : REDIS_FAILED;
	}
	cfs_error_set(error,
		closed ? "the server at %s closed the connection before it had answered (%s)%s"
			   : "the connection to the server at %s failed: %s",
		connection->base.server->address, context->errstr,
		may_want_tls(connection) ? "; if it wants TLS, write tls://" : "");
	return closed ? REDIS_CLOSED : REDIS_FAILED;
}

static int write_some(redis_connection *connection, int *done)
{
	if (connection->tls) {
		redis_tls_forget_errors();
	}
	return redisBufferWrite(connection->context, done);
}

static int read_some(redis_connection *connection)
{
	if (connection->tls) {
		redis_tls_forget_errors();
	}
	return redisBufferRead(connection->context);
}

static redis_status send_all(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	int done = 0;

	if (!may_block(connection, deadline) || sdslen(connection->context->obuf) > PATIENT_SEND_MAX) {
		lose_patience(connection);
	}
	for (;;) {
		wait_result result;

		if (write_some(connection, &done) != REDIS_OK) {
			return context_failed(connection, error);
		}
		if (done) {
			return REDIS_ANSWERED;
		}
		lose_patience(connection);
		result = wait_for(connection, POLLOUT, deadline);
		if (result != WAIT_READY) {
			return wait_failed(connection, result, error);
		}
	}
}

static redis_status receive(
	redis_connection *connection, redisReply **reply, int64_t deadline, cfs_error *error)
{
	redisReader *reader = connection->context->reader;

	for (;;) {
		wait_result result = WAIT_READY;

		if (!redis_limits_get_reply(&connection->limits, reader, reply)) {
			redis_limits_explain(&connection->limits, reader, connection->base.server, error);
			return REDIS_FAILED;
		}
		if (*reply) {
			return REDIS_ANSWERED;
		}
		if (!has_more(connection) && !may_block(connection, deadline)) {
			result = wait_for(connection, POLLIN, deadline);
		}
		if (result != WAIT_READY) {
			return wait_failed(connection, result, error);
		}
		if (read_some(connection) != REDIS_OK) {
			return context_failed(connection, error);
		}
		connection->was_heard |= reader->len > 0;
	}
}

static void handshake_error(
	const cfs_server *server, handshake_step step, char *words, cfs_error *error)
{
	if (step == STEP_SETNAME || advice_for(words, false)) {
		redis_server_error(server, NULL, words, error);
		return;
	}
	cfs_hide(words, server->password);
	if (step == STEP_AUTH) {
		cfs_error_set(error,
			"the server at %s refused our %s: \"%.*s\"; check the credentials %s%s",
			server->address, server->username ? "user name and password" : "password",
			length_to_show(words), words,
			server->binding ? "of the bound service "
				: server->plus_is_blank
				? "in session.save_path (a \"+\" there is a blank: write %2B)"
				: "in session.save_path",
			server->binding ? server->binding : "");
		error->refused = true;
	} else {
		cfs_error_set(error,
			"the server at %s refused database %u: \"%.*s\"; check the database in "
			"session.save_path",
			server->address, server->database, length_to_show(words), words);
	}
}

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
	redis_connection *connection, handshake_step step, char *words, cfs_error *last_words)
{
	redis_status status = REDIS_REFUSED;

	if (step == STEP_AUTH) {
		status = doubt_user(connection->base.server, words);
	}
	handshake_error(connection->base.server, step, words, last_words);
	return step == STEP_SETNAME ? REDIS_ANSWERED : status;
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
		if (connection->handshake[i] == STEP_SETNAME) {
			connection->is_named = false;
		}
		if (reply->type == REDIS_REPLY_ERROR && worst == REDIS_ANSWERED) {
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
	const redisReader *reader = connection->context->reader;

	for (int i = 0; i < count; i++) {
		redis_status status = receive(connection, &replies[i], deadline, error);

		if (status != REDIS_ANSWERED) {
			return status;
		}
	}
	/* More than was asked for: then no reply can be trusted to answer its command. */
	if (reader->pos != reader->len || has_more(connection)) {
		cfs_error_set(error, "the server at %s answered more than it was asked",
			connection->base.server->address);
		return REDIS_FAILED;
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

static bool is_quiet(redis_connection *connection)
{
	return connection->tls ? redis_tls_is_quiet(connection->tls)
						   : cfs_connection_is_quiet(&connection->base);
}

/* The server knows us now, and TLS has sent its tickets. */
static void is_answered(redis_connection *connection)
{
	if (connection->tls && connection->is_new) {
		redis_tls_keep_session(connection->tls, connection->base.thread, connection->base.server);
	}
	connection->is_new = false;
}

redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error)
{
	redis_status status;

	for (int i = 0; i < count; i++) {
		replies[i] = NULL;
	}
	if (!connection->is_new && !is_quiet(connection)) {
		cfs_error_set(error,
			"the server at %s has closed the connection, or said what nobody asked",
			connection->base.server->address);
		return REDIS_STALE;
	}
	connection->base.thread->counters.round_trips++;
	status = send_all(connection, deadline, error);
	if (status == REDIS_ANSWERED) {
		status = receive_all(connection, replies, count, deadline, error);
	} else if (status == REDIS_CLOSED) {
		status = doubt_name(connection);
	}
	if (status == REDIS_ANSWERED || is_refusal(status)) {
		is_answered(connection);
		return status;
	}
	for (int i = 0; i < count; i++) {
		freeReplyObject(replies[i]);
		replies[i] = NULL;
	}
	return status;
}

void redis_connection_leave_word(redis_connection *connection)
{
	int done;

	lose_patience(connection);
	write_some(connection, &done);
}

/* }}} */

/* {{{ Dialling */

static void drop_base(cfs_connection *base)
{
	redis_connection_drop((redis_connection *) base);
}

static void append_step(
	redis_connection *connection, handshake_step step, int argc, const char **argv)
{
	redis_connection_append(connection, argc, argv, NULL);
	connection->handshake[connection->handshake_count++] = step;
}

static void append_handshake(redis_connection *connection)
{
	const cfs_server *server = connection->base.server;

	if (server->password) {
		if (server->username && !server->without_user) {
			append_step(connection, STEP_AUTH, 3,
				(const char *[]){"AUTH", server->username, server->password});
		} else {
			append_step(connection, STEP_AUTH, 2, (const char *[]){"AUTH", server->password});
		}
	}
	if (!cfs_pool_peer(connection->base.thread, server)->unnamed) {
		append_step(
			connection, STEP_SETNAME, 3, (const char *[]){"CLIENT", "SETNAME", "cfsession"});
		connection->is_named = true;
	}
	if (server->database) {
		char number[16];

		snprintf(number, sizeof(number), "%u", server->database);
		append_step(connection, STEP_SELECT, 2, (const char *[]){"SELECT", number});
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

/* hiredis speaks on a socket of ours, and takes it over. */
static bool use_socket(redis_connection *connection, php_socket_t socket, cfs_error *error)
{
	redisContext *context = redisConnectFd(socket);

	if (!context || context->err) {
		cfs_error_set(error, "cannot connect to the server at %s: out of memory",
			connection->base.server->address);
		closesocket(socket);
		return false;
	}
	context->flags &= ~REDIS_BLOCK;
	context->reader->maxbuf = BUFFER_KEPT_MAX;
	redis_limits_begin(&connection->limits, context->reader);
	connection->context = context;
	connection->base.socket = socket;
	return true;
}

static bool connect_to_server(redis_connection *connection, cfs_error *error)
{
	cfs_connection *base = &connection->base;
	char place[CFS_PLACE_MAX];
	php_socket_t socket;

	switch (
		cfs_socket_connect(base->thread, base->server, connection->limit, &socket, place, error)) {
		case CFS_SOCKET_CONNECTED:
			return use_socket(connection, socket, error);
		case CFS_SOCKET_SILENT:
			note_silence(connection);
			return false;
		default:
			return false;
	}
}

static void tls_wait_failed(redis_connection *connection, wait_result result, cfs_error *error)
{
	if (wait_failed(connection, result, error) == REDIS_SILENT) {
		cfs_error_set(error,
			"the server at %s did not answer the TLS handshake within %s (cfsession.%s); perhaps "
			"it has no TLS at this port",
			connection->base.server->address, cfs_time_text(connection->limit).text,
			connection->limit_setting);
	}
}

/* The handshake of TLS, if the server is to be spoken to so. */
static bool secure(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	redis_tls_result step;

	if (!server->tls.on) {
		return true;
	}
	connection->tls = redis_tls_begin(connection->base.thread, server, connection->context, error);
	if (!connection->tls) {
		return false;
	}
	while ((step = redis_tls_shake_hands(connection->tls, server, error)) == REDIS_TLS_WAITS) {
		wait_result result = wait_for(connection, POLLIN, deadline);

		if (result != WAIT_READY) {
			tls_wait_failed(connection, result, error);
			return false;
		}
	}
	return step == REDIS_TLS_DONE;
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
	connection->retry_interval = options->retry_interval;
	connection->is_new = true;
	redis_limits_set(&connection->limits, options->value_max);
	set_limit(connection, options->connect_timeout, "connect_timeout");
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
	redis_limits_set(&connection->limits, options->value_max);
	connection->retry_interval = options->retry_interval;
	set_limit(connection, options->timeout, "timeout");
	be_patient(connection);
	return connection;
}

void redis_connection_release(redis_connection *connection, bool keep)
{
	/* One that has been dialled and not used has a handshake to come. */
	if (!keep || connection->is_new || connection->misled ||
		!redis_connection_is_ours(connection)) {
		redis_connection_drop(connection);
		return;
	}
	cfs_pool_put(&connection->base);
}

uint32_t redis_connection_doubt(redis_connection *connection)
{
	cfs_thread *thread = connection->base.thread;
	const cfs_server *server = connection->base.server;

	connection->misled = true;
	cfs_pool_forget(thread, &cfs_backend_redis, server);
	cfs_socket_doubt(thread, server, connection->base.socket);
	return cfs_pool_peer(thread, server)->places;
}

void redis_connection_drop(redis_connection *connection)
{
	if (connection->tls) {
		redis_tls_end(connection->tls);
	}
	if (connection->context) {
		redisFree(connection->context);
	}
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

bool redis_connection_lacks_scripts(const redis_connection *connection)
{
	return connection->lacks_scripts;
}

void redis_connection_set_lacks_scripts(redis_connection *connection)
{
	connection->lacks_scripts = true;
}

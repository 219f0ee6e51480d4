#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_connection.h"
#ifndef PHP_WIN32
#include <fcntl.h>
#endif

/* The longest message is that of AUTH, CLIENT SETNAME and SELECT, sent before the first command. */
#define HANDSHAKE_MAX 3

typedef enum _handshake_step {
	STEP_AUTH,
	STEP_SETNAME,
	STEP_SELECT
} handshake_step;

struct _redis_connection {
	cfs_connection base; /* first, for the pool */
	redisContext *context;
	int64_t retry_interval;
	int64_t limit;                           /* of what is going on, for messages */
	const char *limit_setting;               /* that says so */
	handshake_step handshake[HANDSHAKE_MAX]; /* sent, and not yet answered */
	int handshake_count;
	bool is_new;
	bool lacks_getex;
};

/* {{{ What servers say */

static const struct {
	const char *code;
	const char *advice;
} advices[] = {
	{"NOAUTH", "it wants a password: give one in session.save_path"},
	{"unauthenticated", "it wants a password: give one in session.save_path"},
	{"READONLY", "this is a replica: name the master in session.save_path"},
	{"LOADING", "it is still loading its data after a start: wait until it has"},
	{"OOM ", "it is full: raise its maxmemory, or choose a maxmemory-policy that evicts"},
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

static const char *advice_for(bool uses_scripts, const char *words)
{
	if (strstr(words, "NOPERM") || strstr(words, "ACL failure") ||
		strstr(words, "can't run this command")) {
		return uses_scripts
			? "allow the user its keys and EVALSHA, EVAL, BLPOP, GET, SET, DEL, EXISTS, EXPIRE, "
			  "PEXPIRE, PTTL, INCR, DECR and RPUSH, or do without scripts and waiting by "
			  "cfsession.lock=0"
			: "allow the user its keys and GETEX (GET and EXPIRE before Redis 6.2), SET, EXPIRE "
			  "and "
			  "DEL";
	}
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

/* "unknown command" repeats what was sent, and may cut it, keys and passwords among it. */
static int length_to_show(const char *words)
{
	const char *arguments = strstr(words, ", with args beginning with");

	return arguments ? (int) (arguments - words) : (int) MIN(strlen(words), 200);
}

void redis_server_error(const cfs_server *server, bool uses_scripts, char *words,
	const char *secret, const char *other_secret, cfs_error *error)
{
	const char *advice = advice_for(uses_scripts, words);

	cfs_hide(words, server->password);
	cfs_hide(words, secret);
	cfs_hide(words, other_secret);
	cfs_error_set(error, "the server at %s said \"%.*s\"%s%s", server->address,
		length_to_show(words), words, advice ? "; " : "", advice ? advice : "");
}

/* }}} */

/* {{{ Waiting */

typedef enum _wait_result {
	WAIT_READY,
	WAIT_TIMEOUT,
	WAIT_FAILED
} wait_result;

static wait_result wait_for(redis_connection *connection, int events, int64_t deadline)
{
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

static redis_status wait_failed(redis_connection *connection, wait_result result, cfs_error *error)
{
	const char *address = connection->base.server->address;

	if (result == WAIT_FAILED) {
		cfs_error_set(error, "cannot wait for the server at %s: %s", address, strerror(errno));
		return REDIS_FAILED;
	}
	cfs_error_set(error,
		"the server at %s did not answer within " ZEND_LONG_FMT " ms (cfsession.%s)", address,
		(zend_long) connection->limit, connection->limit_setting);
	cfs_server_was_silent(
		connection->base.thread, connection->base.server, connection->retry_interval);
	return REDIS_SILENT;
}

/* }}} */

/* {{{ Exchange */

void redis_connection_append(
	redis_connection *connection, int argc, const char **argv, const size_t *lengths)
{
	redisAppendCommandArgv(connection->context, argc, argv, lengths);
}

/* hiredis' own words for what went wrong with the socket. */
static redis_status context_failed(redis_connection *connection, cfs_error *error)
{
	redisContext *context = connection->context;
	bool closed = context->err == REDIS_ERR_EOF ||
		(context->err == REDIS_ERR_IO && (errno == ECONNRESET || errno == EPIPE));

	cfs_error_set(error,
		closed ? "the server at %s closed the connection before it had answered (%s)"
			   : "the connection to the server at %s failed: %s",
		connection->base.server->address, context->errstr);
	return closed ? REDIS_CLOSED : REDIS_FAILED;
}

static redis_status send_all(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	int done = 0;

	for (;;) {
		wait_result result;

		if (redisBufferWrite(connection->context, &done) != REDIS_OK) {
			return context_failed(connection, error);
		}
		if (done) {
			return REDIS_ANSWERED;
		}
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
		void *parsed = NULL;
		wait_result result;

		if (redisReaderGetReply(reader, &parsed) != REDIS_OK) {
			cfs_error_set(error, "the server at %s does not speak the Redis protocol (%s)",
				connection->base.server->address, reader->errstr);
			return REDIS_FAILED;
		}
		if (parsed) {
			*reply = parsed;
			return REDIS_ANSWERED;
		}
		result = wait_for(connection, POLLIN, deadline);
		if (result != WAIT_READY) {
			return wait_failed(connection, result, error);
		}
		if (redisBufferRead(connection->context) != REDIS_OK) {
			return context_failed(connection, error);
		}
	}
}

static void handshake_error(
	const cfs_server *server, handshake_step step, char *words, cfs_error *error)
{
	if (step == STEP_SETNAME || advice_for(true, words)) {
		redis_server_error(server, true, words, NULL, NULL, error);
		return;
	}
	cfs_hide(words, server->password);
	if (step == STEP_AUTH) {
		cfs_error_set(error,
			"the server at %s refused our %s: \"%.*s\"; check the credentials in session.save_path",
			server->address, server->username ? "user name and password" : "password",
			length_to_show(words), words);
	} else {
		cfs_error_set(error,
			"the server at %s refused database %u: \"%.*s\"; check the database in "
			"session.save_path",
			server->address, server->database, length_to_show(words), words);
	}
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
		if (reply->type == REDIS_REPLY_ERROR && worst == REDIS_ANSWERED) {
			handshake_error(
				connection->base.server, connection->handshake[i], reply->str, last_words);
			worst = connection->handshake[i] == STEP_SETNAME ? REDIS_ANSWERED : REDIS_REFUSED;
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
	if (reader->pos != reader->len) {
		cfs_error_set(error, "the server at %s answered more than it was asked",
			connection->base.server->address);
		return REDIS_FAILED;
	}
	return REDIS_ANSWERED;
}

/* Where the server had something to say about the handshake, that is why what follows failed. */
static redis_status receive_all(redis_connection *connection, redisReply **replies, int count,
	int64_t deadline, cfs_error *error)
{
	cfs_error last_words = {""};
	redis_status handshake = receive_handshake(connection, deadline, &last_words, error);
	redis_status status = handshake;

	if (handshake == REDIS_ANSWERED || handshake == REDIS_REFUSED) {
		status = receive_replies(connection, replies, count, deadline, error);
	}
	if (*last_words.message && (handshake == REDIS_REFUSED || status != REDIS_ANSWERED)) {
		*error = last_words;
		return status == REDIS_ANSWERED ? REDIS_REFUSED : REDIS_FAILED;
	}
	return status;
}

redis_status redis_connection_exchange(redis_connection *connection, redisReply **replies,
	int count, int64_t deadline, cfs_error *error)
{
	redis_status status;

	for (int i = 0; i < count; i++) {
		replies[i] = NULL;
	}
	if (!connection->is_new && !cfs_connection_is_quiet(&connection->base)) {
		cfs_error_set(error,
			"the server at %s has closed the connection, or said what nobody asked",
			connection->base.server->address);
		return REDIS_STALE;
	}
	connection->base.thread->counters.round_trips++;
	status = send_all(connection, deadline, error);
	if (status == REDIS_ANSWERED) {
		status = receive_all(connection, replies, count, deadline, error);
	}
	if (status == REDIS_ANSWERED || status == REDIS_REFUSED) {
		connection->is_new = false;
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

	redisBufferWrite(connection->context, &done);
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
		if (server->username) {
			append_step(connection, STEP_AUTH, 3,
				(const char *[]){"AUTH", server->username, server->password});
		} else {
			append_step(connection, STEP_AUTH, 2, (const char *[]){"AUTH", server->password});
		}
	}
	append_step(connection, STEP_SETNAME, 3, (const char *[]){"CLIENT", "SETNAME", "cfsession"});
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

/* Our sockets are no business of the programs that PHP starts. */
static void close_on_exec(int fd)
{
#ifndef PHP_WIN32
	fcntl(fd, F_SETFD, FD_CLOEXEC);
#else
	(void) fd;
#endif
}

static bool finish_connect(redis_connection *connection, int64_t deadline, cfs_error *error)
{
	wait_result result = wait_for(connection, POLLOUT, deadline);
	int failure = 0;
	socklen_t length = sizeof(failure);

	if (result != WAIT_READY) {
		wait_failed(connection, result, error);
		return false;
	}
	if (getsockopt(connection->context->fd, SOL_SOCKET, SO_ERROR, (void *) &failure, &length) !=
		0) {
		failure = errno;
	}
	if (failure) {
		cfs_error_set(error, "cannot connect to the server at %s: %s",
			connection->base.server->address, strerror(failure));
		return false;
	}
	return true;
}

static bool start_connect(redis_connection *connection, cfs_error *error)
{
	const cfs_server *server = connection->base.server;

	connection->context = server->port ? redisConnectNonBlock(server->host, server->port)
									   : redisConnectUnixNonBlock(server->host);
	if (!connection->context) {
		cfs_error_set(error, "cannot connect to the server at %s: out of memory", server->address);
		return false;
	}
	if (connection->context->err) {
		cfs_error_set(error, "cannot connect to the server at %s: %s", server->address,
			connection->context->errstr);
		return false;
	}
	connection->base.socket = connection->context->fd;
	close_on_exec(connection->context->fd);
	if (server->port) {
		/* An idle connection that something in between forgot about is noticed before it is used. */
		redisEnableKeepAlive(connection->context);
	}
	return true;
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
	set_limit(connection, options->connect_timeout, "connect_timeout");
	if (!start_connect(connection, error) || !finish_connect(connection, deadline, error) ||
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
		return dial(thread, target, server, options, error);
	}
	connection->retry_interval = options->retry_interval;
	set_limit(connection, options->timeout, "timeout");
	return connection;
}

void redis_connection_release(redis_connection *connection, bool keep)
{
	/* One that has been dialled and not used has a handshake to come. */
	if (!keep || connection->is_new || !redis_connection_is_ours(connection)) {
		redis_connection_drop(connection);
		return;
	}
	cfs_pool_put(&connection->base);
}

void redis_connection_drop(redis_connection *connection)
{
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

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_connection.h"
#include "memcached_peer.h"
#include "socket.h"
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

/* Bytes that a connection keeps for the next value to come. */
#define RESULT_KEPT_MAX 65536

/* Bytes that the library needs at once for anything but values. */
#define LIBRARY_MAX 131072

/* ms in which a server has to say who it is, when it is asked after a failure; and after a login that it did not
 * answer in time. */
#define PEER_WAIT       300
#define LOGIN_PEER_WAIT 90

/* {{{ The socket, which libmemcached keeps to itself */

/* The library's socket gets the lowest free number, which can be guessed; but threads that connect at the
 * same time may guess each other's. So the library puts a mark on it that no other socket of this process
 * has: the seconds without traffic until the other end is asked whether it is there. They are more than
 * the two hours that systems have, and at most what Linux takes. A unix socket has none, and is known only if
 * no other thread was connecting meanwhile. Once it has been found, a socket is known by its inode, and the
 * seconds become what they should be. */
#ifdef TCP_KEEPIDLE
#define MARK_MIN 7201
#define MARK_MAX 32767
#endif

/* How far beyond the guess the mark is looked for. */
#define SEARCH_MAX 256

/* Connections that threads have begun and ended to make. */
static atomic_uint begun, ended;

static int make_mark(const cfs_server *server)
{
#ifdef TCP_KEEPIDLE
	static atomic_uint count;

	return server->port ? MARK_MIN + (int) (atomic_fetch_add(&count, 1) % (MARK_MAX - MARK_MIN))
						: 0;
#else
	return 0;
#endif
}

static bool has_mark(php_socket_t socket, int mark)
{
#ifdef TCP_KEEPIDLE
	int found = 0;
	socklen_t length = sizeof(found);

	return getsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &found, &length) == 0 && found == mark;
#else
	return false;
#endif
}

/* Whether it is connected to the server's port or path. */
static bool leads_to(php_socket_t socket, const cfs_server *server)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un path;
	} address;
	socklen_t length = sizeof(address);

	if (getpeername(socket, &address.any, &length) != 0) {
		return false;
	}
	switch (address.any.sa_family) {
		case AF_INET:
			return ntohs(address.v4.sin_port) == server->port;
		case AF_INET6:
			return ntohs(address.v6.sin6_port) == server->port;
		case AF_UNIX:
			return server->port == 0 &&
				strncmp(address.path.sun_path, server->host, sizeof(address.path.sun_path)) == 0;
		default:
			return false;
	}
}

static bool has_inode(php_socket_t socket, const mc_connection *connection)
{
	struct stat status;

	return connection->inode && fstat(socket, &status) == 0 && status.st_ino == connection->inode &&
		status.st_dev == connection->device;
}

/* Whether the socket is the library's. */
static bool belongs_to(php_socket_t socket, const void *owner)
{
	const mc_connection *connection = owner;

	if (socket == -1 || has_inode(socket, connection)) {
		return socket != -1;
	}
	return connection->mark ? has_mark(socket, connection->mark)
							: !connection->inode && leads_to(socket, connection->base.server);
}

static php_socket_t guess_socket(void)
{
	php_socket_t next = socket(AF_UNIX, SOCK_STREAM, 0);

	if (next != -1) {
		close(next);
	}
	return next;
}

static php_socket_t find_socket(const mc_connection *connection, php_socket_t guess)
{
	php_socket_t found = -1;

	if (belongs_to(guess, connection)) {
		return guess;
	}
	for (php_socket_t other = 0; connection->mark && other < guess + SEARCH_MAX; other++) {
		if (belongs_to(other, connection)) {
			/* Marks come again after some ten thousands of connections. */
			if (found != -1) {
				return -1;
			}
			found = other;
		}
	}
	return found;
}

/* Afterwards the pool may look at the socket, and programs that PHP starts may not. */
static void take_socket(mc_connection *connection, php_socket_t socket)
{
	struct stat status;

	connection->base.socket = socket;
	connection->is_certain = false;
	if (socket == -1) {
		return;
	}
	fcntl(socket, F_SETFD, FD_CLOEXEC);
	if (fstat(socket, &status) == 0) {
		connection->device = status.st_dev;
		connection->inode = status.st_ino;
		if (connection->mark) {
			cfs_socket_keep_alive(socket);
		}
	}
}

/* }}} */

/* {{{ All addresses of a name */

/* How many addresses the name has; 0: it cannot be resolved. A number has one. */
static int count_addresses(const cfs_server *server)
{
	struct addrinfo wanted, *found;
	int count = 0;

	memset(&wanted, 0, sizeof(wanted));
	wanted.ai_family = AF_UNSPEC;
	wanted.ai_socktype = SOCK_STREAM;
	if (strspn(server->host, "0123456789.") == strlen(server->host) || strchr(server->host, ':')) {
		return 1;
	}
	if (getaddrinfo(server->host, NULL, &wanted, &found) != 0) {
		return 0;
	}
	for (const struct addrinfo *each = found; each; each = each->ai_next) {
		count++;
	}
	freeaddrinfo(found);
	return count;
}

/* The library gives each address of a name all of the time that there is, and with a login stops at the first that
 * takes the connection and says nothing. So where there are several it gets the one that answers. */
static memcached_return_t add_server(mc_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	char place[CFS_PLACE_MAX];
	php_socket_t tried;

	if (!server->port) {
		return memcached_server_add_unix_socket(connection->handle, server->host);
	}
	if (count_addresses(server) < 2) {
		return memcached_server_add(connection->handle, server->host, server->port);
	}
	switch (cfs_socket_connect(
		connection->base.thread, server, deadline - cfs_now(), &tried, place, error)) {
		case CFS_SOCKET_CONNECTED:
			closesocket(tried);
			return memcached_server_add(connection->handle, place, server->port);
		case CFS_SOCKET_SILENT:
			cfs_server_was_silent(connection->base.thread, server, connection->retry_interval);
			return MEMCACHED_HOST_LOOKUP_FAILURE;
		default:
			return MEMCACHED_HOST_LOOKUP_FAILURE;
	}
}

/* }}} */

/* {{{ Operations */

static void watch(mc_connection *connection, php_socket_t socket)
{
	connection->watch.socket = socket;
	connection->watch.is_still = belongs_to;
	connection->watch.peer = connection;
	cfs_watch_begin(&connection->watch);
}

/* Gives each wait of the library what is left of the time. */
static void set_waits(const mc_connection *connection, memcached_behavior_t wait, int64_t deadline)
{
	int64_t left = deadline - cfs_now();

	memcached_behavior_set(connection->handle, wait, (uint64_t) MAX(1, MIN(left, INT_MAX)));
}

memcached_st *mc_connection_library(mc_connection *connection)
{
	connection->is_certain = false;
	set_waits(connection, MEMCACHED_BEHAVIOR_POLL_TIMEOUT, connection->watch.deadline);
	return connection->handle;
}

static memcached_return_t call_library(memcached_st *handle, const mc_item *item)
{
	const char *key = item->key, *bytes = item->value.bytes;
	size_t key_length = strlen(key), length = item->value.length;

	switch (item->verb) {
		case MC_ADD:
			return memcached_add(handle, key, key_length, bytes, length, item->expires, 0);
		case MC_CAS:
			return memcached_cas(
				handle, key, key_length, bytes, length, item->expires, 0, item->cas);
		default:
			return memcached_set(handle, key, key_length, bytes, length, item->expires, 0);
	}
}

/* In the binary protocol, and where we do not know the socket. */
static memcached_return_t store_by_library(mc_connection *connection, const mc_item *item)
{
	memcached_st *handle = mc_connection_library(connection);
	memcached_return_t rc;

	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, item->quiet);
	rc = call_library(handle, item);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, false);
	return item->quiet && rc == MEMCACHED_BUFFERED ? MEMCACHED_SUCCESS : rc;
}

/* The library connects with the first command, and says why it cannot of those that store something: this
 * one stores what has expired, and has no answer. */
static memcached_return_t greet(mc_connection *connection)
{
	const mc_item item = {
		MC_ADD, connection->base.backend->name, {"", 0}, MEMCACHED_AT_ONCE, 0, true};

	return store_by_library(connection, &item);
}

static memcached_return_t connect_to_server(mc_connection *connection)
{
	unsigned number = atomic_fetch_add(&begun, 1);
	bool knowable = connection->mark || number == atomic_load(&ended);
	php_socket_t guess = knowable ? guess_socket() : -1;
	memcached_return_t rc;

	watch(connection, guess);
	rc = greet(connection);
	knowable = knowable && (connection->mark || number + 1 == atomic_load(&begun));
	if (cfs_watch_end(&connection->watch)) {
		rc = MEMCACHED_TIMEOUT;
	} else if (rc == MEMCACHED_SUCCESS && knowable) {
		take_socket(connection, find_socket(connection, guess));
	}
	atomic_fetch_add(&ended, 1);
	return rc;
}

static memcached_return_t make_connection(mc_connection *connection, cfs_error *error)
{
	int64_t deadline = cfs_now() + connection->connect_timeout;
	memcached_return_t rc = add_server(connection, deadline, error);

	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	connection->watch.deadline = deadline;
	set_waits(connection, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, deadline);
	set_waits(connection, MEMCACHED_BEHAVIOR_POLL_TIMEOUT, deadline);
	return connect_to_server(connection);
}

memcached_return_t mc_connection_begin(
	mc_connection *connection, int64_t *deadline, cfs_error *error)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	connection->base.thread->counters.round_trips++;
	connection->may_take = connection->value_max;
	connection->was_too_much = connection->may_mind = false;
	connection->failure = 0;
	*connection->words = '\0';
	connection->is_connecting = connection->is_new;
	*error->message = '\0';
	if (connection->is_new) {
		int64_t began = cfs_now();

		rc = make_connection(connection, error);
		*deadline += cfs_now() - began;
	}
	connection->is_connecting = rc != MEMCACHED_SUCCESS;
	connection->watch.deadline = *deadline;
	watch(connection, connection->base.socket);
	return rc;
}

static const struct {
	memcached_return_t rc;
	const char *meaning; /* for "the server at ... " */
} failures[] = {
	{MEMCACHED_HOST_LOOKUP_FAILURE,
		"has a name that cannot be resolved; check the host's name, and whether this machine can "
		"resolve it"},
	{MEMCACHED_AUTH_FAILURE, "refused our user name and password; check the SASL credentials"},
	{MEMCACHED_AUTH_PROBLEM,
		"offers no way to log in that we know; install SASL's PLAIN mechanism "
		"(Debian: apt-get install libsasl2-modules)"},
	{MEMCACHED_SERVER_ERROR, "reported an error of its own"},
	{MEMCACHED_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_PROTOCOL_ERROR, "gave an answer that does not belong to the request"},
	{MEMCACHED_CLIENT_ERROR, "did not understand the request"},
	{MEMCACHED_ERROR,
		"does not know the command; cfsession needs memcached 1.6 or later, and a proxy that "
		"passes all of its commands on"},
};

/* For "the connection to the server at ... failed: ". */
static const struct {
	memcached_return_t rc;
	const char *meaning;
} breaks[] = {
	{MEMCACHED_CONNECTION_FAILURE, "the server closed it"},
	{MEMCACHED_WRITE_FAILURE, "the server takes nothing more"},
	{MEMCACHED_READ_FAILURE, "nothing can be read from it any more"},
	{MEMCACHED_PARTIAL_READ, "what came is not Memcached's protocol"},
	{MEMCACHED_UNKNOWN_READ_FAILURE, "what came is not Memcached's protocol"},
};

bool mc_is_answer(memcached_return_t rc)
{
	switch (rc) {
		case MEMCACHED_SUCCESS:
		case MEMCACHED_STORED:
		case MEMCACHED_NOTSTORED:
		case MEMCACHED_DATA_EXISTS:
		case MEMCACHED_NOTFOUND:
		case MEMCACHED_DELETED:
		case MEMCACHED_END:
		case MEMCACHED_E2BIG:
			return true;
		default:
			return false;
	}
}

/* What the server has said, as far as the library tells: "(0x...) words,  host: ...". */
static const char *words_of(mc_connection *connection)
{
	memcached_st *handle = connection->handle;
	const char *words = memcached_last_error_message(handle);
	const char *end = words ? strstr(words, ",  host: ") : NULL;

	if (*connection->words || !end) {
		return connection->words;
	}
	words = *words == '(' && strstr(words, ") ") ? strstr(words, ") ") + 2 : words;
	snprintf(connection->words, sizeof(connection->words), "%.*s",
		(int) MAX(0, MIN(end - words, MC_WORDS_MAX)), words);
	/* It stands in for what it does not know. */
	if (strcmp(connection->words, memcached_strerror(handle, memcached_last_error(handle))) == 0) {
		*connection->words = '\0';
	}
	return connection->words;
}

/* errno of the failure, 0 if it has none. */
static int failure_of(const mc_connection *connection)
{
	return connection->failure ? connection->failure
							   : memcached_last_error_errno(connection->handle);
}

/* Whether the failure that a new connection met is told better by the server itself. */
static bool explain_peer(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	int64_t left = connection->watch.deadline - cfs_now();
	int failure = failure_of(connection);
	bool may_be_cut = rc == MEMCACHED_CONNECTION_FAILURE || rc == MEMCACHED_ERROR ||
		rc == MEMCACHED_UNKNOWN_READ_FAILURE || rc == MEMCACHED_PARTIAL_READ ||
		rc == MEMCACHED_PROTOCOL_ERROR || rc == MEMCACHED_CLIENT_ERROR || failure == ECONNRESET ||
		failure == EPIPE;

	if (mc_peer_explain(server, words_of(connection), error)) {
		return true;
	}
	/* If it may have minded what it was asked, what it is asked next tells more. */
	return connection->may_ask && !connection->may_mind && may_be_cut &&
		rc != MEMCACHED_HOST_LOOKUP_FAILURE &&
		mc_peer_ask(connection->base.thread, server,
			connection->is_binary ? MC_NO_LOGIN : MC_NO_TEXT, MIN(left, PEER_WAIT), error);
}

static bool describe_known(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const char *words = rc == MEMCACHED_SERVER_ERROR ? words_of(connection) : "";

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if (failures[i].rc == rc) {
			words += strncmp(words, "SERVER_ERROR ", 13) == 0 ? 13 : 0;
			cfs_error_set(error, "the server at %s %s%s%.80s", connection->base.server->address,
				failures[i].meaning, *words ? ": " : "", words);
			error->refused = rc == MEMCACHED_AUTH_FAILURE;
			return true;
		}
	}
	return false;
}

static void describe_break(
	const mc_connection *connection, memcached_return_t rc, int failure, cfs_error *error)
{
	const char *address = connection->base.server->address;

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]) && !failure; i++) {
		if (breaks[i].rc == rc) {
			cfs_error_set(error, "the connection to the server at %s failed: %s; see its log",
				address, breaks[i].meaning);
			return;
		}
	}
	if (failure) {
		cfs_error_set(
			error, "the connection to the server at %s failed: %s", address, strerror(failure));
	} else {
		cfs_error_set(error,
			"the connection to the server at %s failed, and libmemcached tells no more than "
			"\"%s\"; see the server's log",
			address, memcached_strerror(connection->handle, rc));
	}
}

static void describe_failure(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const char *address = connection->base.server->address;
	int failure = failure_of(connection);
	bool was_cut = failure == ECONNRESET || failure == EPIPE;

	if ((connection->is_new && explain_peer(connection, rc, error)) ||
		describe_known(connection, rc, error)) {
		return;
	}
	if (connection->is_new && connection->is_binary && rc == MEMCACHED_UNKNOWN_READ_FAILURE) {
		cfs_error_set(error,
			"the server at %s did not let us log in; it may not know SASL (memcached -S), and "
			"needs "
			"no credentials then",
			address);
	} else if (connection->is_new && failure && !was_cut) {
		cfs_error_set(error, "cannot connect to the server at %s: %s", address, strerror(failure));
	} else if (connection->is_new && (failure || rc == MEMCACHED_CONNECTION_FAILURE)) {
		cfs_error_set(error,
			"the server at %s cannot be reached, or closed the connection before it had answered%s",
			address,
			connection->is_binary
				? ""
				: "; if it wants a login (SASL), give a user name and a password");
	} else {
		describe_break(connection, rc, failure, error);
	}
}

/* A login that is not answered may have gone to a server that waits for the end of a line. */
static void describe_silence(mc_connection *connection, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	bool was_connecting = connection->is_connecting;
	cfs_time limit =
		cfs_time_text(was_connecting ? connection->connect_timeout : connection->timeout);

	if (was_connecting && connection->is_binary && connection->may_ask &&
		mc_peer_ask(connection->base.thread, server, MC_NO_LOGIN_ANSWER, LOGIN_PEER_WAIT, error)) {
		return;
	}
	cfs_error_set(error, "the server at %s did not answer within %s (cfsession.%s)",
		server->address, limit.text, was_connecting ? "connect_timeout" : "timeout");
	/* A kept connection that is dead proves nothing about its server, but about those that were kept with it. */
	if (connection->is_new) {
		cfs_server_was_silent(connection->base.thread, server, connection->retry_interval);
	} else {
		cfs_pool_forget(connection->base.thread, connection->base.backend, server);
	}
}

bool mc_connection_was_silent(const mc_connection *connection, memcached_return_t rc)
{
	return connection->watch.fired || rc == MEMCACHED_TIMEOUT;
}

bool mc_connection_end(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	cfs_watch_end(&connection->watch);
	if (*error->message) {
		return false;
	}
	if (connection->was_too_much) {
		cfs_error_set(error,
			"the server at %s cannot be believed: it sent more than the %zu bytes that a session "
			"may have (memory_limit)",
			connection->base.server->address, connection->value_max);
		return false;
	}
	if (mc_connection_was_silent(connection, rc)) {
		describe_silence(connection, error);
		return false;
	}
	if (!mc_is_answer(rc)) {
		describe_failure(connection, rc, error);
		return false;
	}
	connection->is_new = false;
	return true;
}

const memcached_result_st *mc_connection_fetch(
	mc_connection *connection, int number, memcached_return_t *rc)
{
	memcached_result_st *result = &connection->results[number];

	memcached_result_reset(result);
	result->count = 1;
	if (!memcached_fetch_result(connection->handle, result, rc)) {
		return NULL;
	}
	connection->may_take -= MIN(connection->may_take, memcached_result_length(result));
	return result;
}

bool mc_connection_has_text(mc_connection *connection)
{
	connection->is_certain = connection->is_certain ||
		(!connection->is_binary && belongs_to(connection->base.socket, connection));
	return connection->is_certain;
}

static memcached_return_t exchange_once(mc_connection *connection, mc_exchange *exchange)
{
	memcached_return_t rc = mc_text_exchange(connection->base.socket, exchange, &connection->buffer,
		connection->watch.deadline, connection->words);

	connection->was_too_much |= exchange->was_too_much;
	connection->failure = exchange->failure;
	return rc;
}

/* {{{ Servers that cannot extend what they read: old ones, and proxies */

static cfs_extending *extending_of(const mc_connection *connection)
{
	return &cfs_pool_peer(connection->base.thread, connection->base.server)->extending;
}

/* A server that has extended something before is believed to go on, unless it says in so many words that it does not
 * know the command. */
static bool is_refused(memcached_return_t rc, const mc_exchange *exchange, cfs_extending known)
{
	return exchange->not_extended &&
		(rc == MEMCACHED_ERROR ||
			(known != CFS_EXTENDS &&
				(rc == MEMCACHED_CLIENT_ERROR || rc == MEMCACHED_SERVER_ERROR)));
}

/* What may have had other reasons has to happen twice. */
static void note_doubt(cfs_extending *known)
{
	*known = *known == CFS_EXTENDS_MAYBE ? CFS_EXTENDS_HARDLY : CFS_EXTENDS_NEVER;
}

void mc_connection_note_mind(mc_connection *connection)
{
	note_doubt(extending_of(connection));
}

/* The same without extending; that it is answered shows why it was not before. */
static memcached_return_t exchange_plainly(
	mc_connection *connection, mc_exchange *exchange, memcached_return_t refusal)
{
	memcached_return_t rc;

	connection->base.thread->counters.round_trips++;
	exchange->expires = 0;
	*connection->words = '\0';
	rc = exchange_once(connection, exchange);
	if (rc == MEMCACHED_SUCCESS && refusal == MEMCACHED_SERVER_ERROR) {
		note_doubt(extending_of(connection));
	} else if (rc == MEMCACHED_SUCCESS) {
		*extending_of(connection) = CFS_EXTENDS_NEVER;
	}
	return rc;
}

/* }}} */

memcached_return_t mc_connection_exchange(mc_connection *connection, mc_exchange *exchange)
{
	cfs_extending *known;
	memcached_return_t rc;

	exchange->session_max = connection->value_max;
	if (!exchange->expires) {
		return exchange_once(connection, exchange);
	}
	known = extending_of(connection);
	if (connection->must_touch || *known == CFS_EXTENDS_NEVER) {
		exchange->expires = 0;
		return exchange_once(connection, exchange);
	}
	rc = exchange_once(connection, exchange);
	if (rc == MEMCACHED_SUCCESS) {
		*known = CFS_EXTENDS;
	} else if (is_refused(rc, exchange, *known)) {
		return exchange_plainly(connection, exchange, rc);
	}
	connection->may_mind = exchange->not_extended && *known != CFS_EXTENDS;
	return rc;
}

memcached_return_t mc_connection_store(mc_connection *connection, const mc_item *item)
{
	mc_exchange exchange = {.item = item};
	memcached_return_t rc;

	if (!mc_connection_has_text(connection)) {
		return store_by_library(connection, item);
	}
	rc = mc_connection_exchange(connection, &exchange);
	return rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
}

memcached_return_t mc_connection_tell(
	mc_connection *connection, const mc_item *item, int64_t deadline)
{
	connection->watch.deadline = deadline;
	return mc_connection_store(connection, item);
}

bool mc_connection_may_be_why(const mc_connection *connection, memcached_return_t rc)
{
	return !connection->is_new && !connection->was_too_much &&
		!mc_connection_was_silent(connection, rc) && !mc_is_answer(rc);
}

/* }}} */

/* {{{ Opening and closing */

static void drop_base(cfs_connection *base)
{
	mc_connection_drop((mc_connection *) base);
}

static memcached_return_t set_up(mc_connection *connection)
{
	const cfs_server *server = connection->base.server;
	memcached_st *handle = connection->handle;
	memcached_return_t rc;

	/* Setting credentials switches to the binary protocol, in which alone SASL is spoken. */
	if (server->password) {
		rc = memcached_set_sasl_auth_data(handle, server->username, server->password);
		if (rc != MEMCACHED_SUCCESS) {
			return rc;
		}
		memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1);
		connection->is_binary = true;
	}
	/* In text, CAS values come only with this; the answer to a large write without TCP_NODELAY after
	 * 40 ms. */
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_SUPPORT_CAS, 1);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_TCP_KEEPALIVE, 1);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_TCP_KEEPIDLE, (uint64_t) connection->mark);
	return MEMCACHED_SUCCESS;
}

static void use_times(mc_connection *connection, const cfs_options *options)
{
	connection->retry_interval = options->retry_interval;
	connection->timeout = options->timeout;
	connection->connect_timeout = options->connect_timeout;
	connection->value_max = options->value_max;
}

/* {{{ The library's memory: malloc()'s, for PHP's would jump out of it at the memory limit; and no more at once than
 * a session may have, whatever length a server claims */

static bool is_allowed(size_t size, void *context)
{
	mc_connection *connection = context;

	connection->was_too_much |= size > connection->may_take + LIBRARY_MAX;
	return size <= connection->may_take + LIBRARY_MAX;
}

static void *allocate(const memcached_st *handle, const size_t size, void *context)
{
	return is_allowed(size, context) ? malloc(size) : NULL;
}

static void *reallocate(const memcached_st *handle, void *memory, const size_t size, void *context)
{
	return is_allowed(size, context) ? realloc(memory, size) : NULL;
}

static void *allocate_zeros(
	const memcached_st *handle, size_t count, const size_t size, void *context)
{
	return is_allowed(count * size, context) ? calloc(count, size) : NULL;
}

static void release(const memcached_st *handle, void *memory, void *context)
{
	free(memory);
}

/* }}} */

static mc_connection *make(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	mc_connection *connection = pecalloc(1, sizeof(*connection), 1);
	memcached_return_t rc;

	cfs_connection_init(&connection->base, &cfs_backend_memcached, thread, target, server);
	connection->base.drop = drop_base;
	connection->is_new = true;
	connection->mark = make_mark(connection->base.server);
	use_times(connection, options);
	connection->handle = memcached_create(NULL);
	rc = connection->handle ? memcached_set_memory_allocators(connection->handle, allocate, release,
								  reallocate, allocate_zeros, connection)
							: MEMCACHED_MEMORY_ALLOCATION_FAILURE;
	if (rc == MEMCACHED_SUCCESS) {
		rc = set_up(connection);
	}
	if (rc != MEMCACHED_SUCCESS) {
		cfs_error_set(error, "libmemcached cannot be set up for the server at %s: %s",
			connection->base.server->address, memcached_strerror(connection->handle, rc));
		mc_connection_drop(connection);
		return NULL;
	}
	for (size_t i = 0; i < MC_RESULT_COUNT; i++) {
		memcached_result_create(connection->handle, &connection->results[i]);
	}
	thread->counters.connects++;
	return connection;
}

/* A connection that is used again waits in send() and recv(), which the library tries before it waits with
 * poll(). That it may wait twice then does no harm: the watchdog keeps the time. */
static void be_patient(mc_connection *connection)
{
	if (!connection->is_patient && connection->base.socket != -1) {
		connection->is_patient = cfs_connection_blocks(&connection->base, connection->timeout);
	}
}

mc_connection *mc_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	const cfs_server *wanted = &target->servers[server];
	mc_connection *connection = NULL;

	if (cfs_server_is_silent(thread, wanted, error)) {
		return NULL;
	}
	if (options->persistent) {
		connection = (mc_connection *) cfs_pool_take(thread, &cfs_backend_memcached, wanted);
	}
	if (!connection) {
		return make(thread, target, server, options, error);
	}
	use_times(connection, options);
	be_patient(connection);
	return connection;
}

/* The library keeps what it needed for the largest value. */
static void free_large_results(mc_connection *connection)
{
	for (size_t i = 0; i < MC_RESULT_COUNT; i++) {
		memcached_result_st *result = &connection->results[i];

		if (result->value.current_size > RESULT_KEPT_MAX) {
			memcached_result_free(result);
			memcached_result_create(connection->handle, result);
		}
	}
	if (connection->buffer.size > RESULT_KEPT_MAX) {
		free(connection->buffer.bytes);
		connection->buffer = (mc_buffer){NULL, 0};
	}
}

void mc_connection_release(mc_connection *connection, bool keep)
{
	if (!keep || connection->is_new || !cfs_connection_is_ours(&connection->base)) {
		mc_connection_drop(connection);
		return;
	}
	free_large_results(connection);
	cfs_pool_put(&connection->base);
}

/* Freeing a handle says QUIT to the server, which a forked child may not do on its parent's
 * connection. Whether the handle can be freed: the child leaves alone what it cannot cut off. */
static bool cut_off(const mc_connection *connection)
{
	php_socket_t socket = connection->base.socket;
	int nowhere;
	bool done;

	if (connection->is_new || cfs_connection_is_ours(&connection->base)) {
		return true;
	}
	nowhere = socket == -1 ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nowhere == -1) {
		return false;
	}
	done = dup2(nowhere, socket) != -1;
	close(nowhere);
	return done;
}

/* The library may read until the server closes the connection, which nobody bounds. What has been sent still
 * arrives. */
static void shut_down(const mc_connection *connection)
{
	if (cfs_connection_is_ours(&connection->base) &&
		belongs_to(connection->base.socket, connection)) {
		shutdown(connection->base.socket, SHUT_RDWR);
	}
}

void mc_connection_drop(mc_connection *connection)
{
	if (connection->handle && cut_off(connection)) {
		shut_down(connection);
		for (size_t i = 0; i < MC_RESULT_COUNT && connection->results[i].root; i++) {
			memcached_result_free(&connection->results[i]);
		}
		memcached_free(connection->handle);
	}
	free(connection->buffer.bytes);
	cfs_connection_end(&connection->base);
	pefree(connection, 1);
}

/* }}} */

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

/* Bytes of memory that a connection keeps for the next value. */
#define RESULT_KEPT_MAX 65536

/* Bytes at most that the library allocates at once for anything but values. */
#define LIBRARY_MAX 131072

/* ms for a server to say who it is, if we ask after a failure; and if we ask after a login that timed out. */
#define PEER_WAIT       300
#define LOGIN_PEER_WAIT 90

/* {{{ The socket, which libmemcached keeps to itself */

/* The library's socket gets the lowest free number, so we can guess it; but threads that connect at the same time may
 * guess each other's. So the library puts a mark on the socket that no other socket of this process has: the seconds of
 * silence until keepalive probes the other end (TCP_KEEPIDLE). They are more than the two hours that are usual, and at
 * most what Linux takes. A unix socket has no mark, so we trust the guess only if no other thread was connecting
 * meanwhile. Once found, a socket is known by its inode, and the seconds get their proper value. */
#ifdef TCP_KEEPIDLE
#define MARK_MIN 7201
#define MARK_MAX 32767
#endif

/* How many numbers after the guess we search for the mark. */
#define SEARCH_MAX 256

/* How many connections threads have begun to make, and have ended making. */
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
			/* Marks repeat after some ten thousand connections. */
			if (found != -1) {
				return -1;
			}
			found = other;
		}
	}
	return found;
}

/* Makes the socket known to the pool, and closes it in programs that PHP starts. */
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

/* The library gives each address of a name the whole time limit, and with a login it stops at the first one that accepts
 * the connection, even if that stays silent. So if a name has several addresses, we give the library the one that
 * answers. */
static memcached_return_t add_server(mc_connection *connection, int64_t deadline, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	struct addrinfo *found;
	char place[CFS_PLACE_MAX];
	php_socket_t tried;
	bool has_several;

	if (!server->port) {
		return memcached_server_add_unix_socket(connection->handle, server->host);
	}
	if (!cfs_socket_resolve(server, &found, error)) {
		return MEMCACHED_HOST_LOOKUP_FAILURE;
	}
	has_several = found->ai_next != NULL;
	freeaddrinfo(found);
	if (!has_several) {
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

/* Limits each wait of the library to the time that is left. */
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

/* For the binary protocol, and for a socket that we do not know. */
static memcached_return_t store_by_library(mc_connection *connection, const mc_item *item)
{
	memcached_st *handle = mc_connection_library(connection);
	memcached_return_t rc;

	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, item->quiet);
	rc = call_library(handle, item);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, false);
	return item->quiet && rc == MEMCACHED_BUFFERED ? MEMCACHED_SUCCESS : rc;
}

/* Makes the library connect, which it does with the first command. It explains failures only of commands that store
 * something, so this one stores an expired item; the server does not answer it. */
static memcached_return_t provoke_connect(mc_connection *connection)
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
	rc = provoke_connect(connection);
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
	connection->was_too_much = connection->may_reject = false;
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
	{MEMCACHED_AUTH_FAILURE, "refused our user name and password; check the SASL credentials"},
	{MEMCACHED_AUTH_PROBLEM,
		"offers no way to log in that this machine supports; install SASL's PLAIN mechanism "
		"(Debian: apt-get install libsasl2-modules)"},
	{MEMCACHED_SERVER_ERROR, "reported an error of its own"},
	{MEMCACHED_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_PROTOCOL_ERROR, "sent a reply that does not match the request"},
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
	{MEMCACHED_WRITE_FAILURE, "sending to it failed"},
	{MEMCACHED_READ_FAILURE, "reading from it failed"},
	{MEMCACHED_PARTIAL_READ, "what it sent is not Memcached's protocol"},
	{MEMCACHED_UNKNOWN_READ_FAILURE, "what it sent is not Memcached's protocol"},
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

/* What the server said, as far as the library reports it: "(0x...) words,  host: ...". */
static const char *library_error(mc_connection *connection)
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
	/* If the library knows nothing more, its text is that of the code. */
	if (strcmp(connection->words, memcached_strerror(handle, memcached_last_error(handle))) == 0) {
		*connection->words = '\0';
	}
	return connection->words;
}

/* errno of the failure; 0: it has none. */
static int failure_of(const mc_connection *connection)
{
	return connection->failure ? connection->failure
							   : memcached_last_error_errno(connection->handle);
}

/* Whether the server itself can explain better why a new connection failed. */
static bool explain_peer(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const cfs_server *server = connection->base.server;
	int64_t left = connection->watch.deadline - cfs_now();
	int failure = failure_of(connection);
	bool may_be_cut = rc == MEMCACHED_CONNECTION_FAILURE || rc == MEMCACHED_ERROR ||
		rc == MEMCACHED_UNKNOWN_READ_FAILURE || rc == MEMCACHED_PARTIAL_READ ||
		rc == MEMCACHED_PROTOCOL_ERROR || rc == MEMCACHED_CLIENT_ERROR || failure == ECONNRESET ||
		failure == EPIPE;

	if (mc_peer_explain(server, library_error(connection), error)) {
		return true;
	}
	/* If the request may have caused the failure, the retry tells more. */
	return connection->may_ask && !connection->may_reject && may_be_cut &&
		rc != MEMCACHED_HOST_LOOKUP_FAILURE &&
		mc_peer_ask(connection->base.thread, server,
			connection->is_binary ? MC_NO_LOGIN : MC_NO_TEXT, MIN(left, PEER_WAIT), error);
}

static bool describe_known(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const char *words = rc == MEMCACHED_SERVER_ERROR ? library_error(connection) : "";

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
			"the connection to the server at %s failed, and libmemcached says only "
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
		mc_peer_explain_login(connection->base.server, error);
	} else if (connection->is_new && failure && !was_cut) {
		cfs_socket_explain(connection->base.server, failure, error);
		error->unavailable = failure == ECONNREFUSED || failure == ENOENT;
	} else if (connection->is_new && (failure || rc == MEMCACHED_CONNECTION_FAILURE)) {
		cfs_error_set(error,
			"the server at %s cannot be reached, or closed the connection before it had answered%s",
			address,
			connection->is_binary
				? ""
				: "; if it requires a login (SASL), give a user name and a password");
		error->unavailable = true;
	} else {
		describe_break(connection, rc, failure, error);
		error->unavailable = was_cut || rc == MEMCACHED_CONNECTION_FAILURE;
	}
}

/* Describes a time-out. After a login, it asks the server, which may speak another protocol and wait for a line to end. */
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
	/* A kept connection that is dead says nothing about its server, but makes the other kept ones suspect. */
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
			"the server at %s sent more than the %zu bytes that a session "
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
	cfs_server_has_answered(connection->base.thread, connection->base.server);
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

/* Whether the server refused to extend. A server that has done so before only refuses if it says explicitly that it does
 * not know the command. */
static bool is_refused(memcached_return_t rc, const mc_exchange *exchange, cfs_extending known)
{
	return exchange->not_extended &&
		(rc == MEMCACHED_ERROR ||
			(known != CFS_EXTENDS &&
				(rc == MEMCACHED_CLIENT_ERROR || rc == MEMCACHED_SERVER_ERROR)));
}

/* Notes a refusal that may have had another reason; only the second one counts. */
static void note_possible_rejection(cfs_extending *known)
{
	*known = *known == CFS_EXTENDS_MAYBE ? CFS_EXTENDS_HARDLY : CFS_EXTENDS_NEVER;
}

void mc_connection_note_rejection(mc_connection *connection)
{
	note_possible_rejection(extending_of(connection));
}

/* Does the exchange again without extending; an answer shows that extending was the cause. */
static memcached_return_t exchange_plainly(
	mc_connection *connection, mc_exchange *exchange, memcached_return_t refusal)
{
	memcached_return_t rc;

	connection->base.thread->counters.round_trips++;
	exchange->expires = 0;
	*connection->words = '\0';
	rc = exchange_once(connection, exchange);
	if (rc == MEMCACHED_SUCCESS && refusal == MEMCACHED_SERVER_ERROR) {
		note_possible_rejection(extending_of(connection));
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
	connection->may_reject = exchange->not_extended && *known != CFS_EXTENDS;
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

	/* Setting credentials switches to the binary protocol, because SASL exists only there. */
	if (server->password) {
		rc = memcached_set_sasl_auth_data(handle, server->username, server->password);
		if (rc != MEMCACHED_SUCCESS) {
			return rc;
		}
		memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1);
		connection->is_binary = true;
	}
	/* In the text protocol, CAS values come only with SUPPORT_CAS. Without TCP_NODELAY, the answer to a large write takes
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

/* {{{ The library's memory comes from malloc(), because PHP's allocator would jump out of the library at the memory limit;
 * and no more at once than a session may have, whatever length a server claims */

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

/* Makes a connection that is used again wait in send() and recv(), which the library tries before it waits with poll().
 * If it then waits twice, that does no harm: the watchdog enforces the deadline. */
static void make_blocking(mc_connection *connection)
{
	if (!connection->is_blocking && connection->base.socket != -1) {
		connection->is_blocking =
			cfs_socket_block(connection->base.socket, connection->timeout, /* sends */ true);
	}
}

mc_connection *mc_connection_open(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_error *error)
{
	const cfs_server *wanted = &target->servers[server];
	mc_connection *connection = NULL;

	if (cfs_server_is_silent(thread, wanted, options->retry_interval, error)) {
		return NULL;
	}
	if (options->persistent) {
		connection = (mc_connection *) cfs_pool_take(thread, &cfs_backend_memcached, wanted);
	}
	if (!connection) {
		return make(thread, target, server, options, error);
	}
	use_times(connection, options);
	make_blocking(connection);
	return connection;
}

/* Frees large results, because the library keeps the memory that it needed for the largest value. */
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

/* Freeing a handle sends QUIT to the server, which a forked child must not do on its parent's connection. So this cuts the
 * child's copy off from the socket. False: it could not, and the handle must not be freed. */
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

/* When it frees a handle, the library may read without a limit until the server closes the connection; this prevents that.
 * What has been sent still arrives. */
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

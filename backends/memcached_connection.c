#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_connection.h"
#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

/* Bytes that a connection keeps for the next value to come. */
#define RESULT_KEPT_MAX 65536

/* {{{ The socket, which libmemcached keeps to itself */

/* The library's socket gets the lowest free number, which can be guessed; but threads that connect at the
 * same time may guess each other's. So the library puts a mark on it that no other socket of this process
 * has: the seconds without traffic until the other end is asked whether it is there. They are more than
 * the two hours that systems have, and at most what Linux takes. A unix socket has none, and is known only if
 * no other thread was connecting meanwhile. */
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

/* Whether the socket is the library's. */
static bool belongs_to(php_socket_t socket, const void *owner)
{
	const mc_connection *connection = owner;

	return socket != -1 &&
		(connection->mark ? has_mark(socket, connection->mark)
						  : leads_to(socket, connection->base.server));
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

/* }}} */

/* {{{ Operations */

static void watch(mc_connection *connection, php_socket_t socket)
{
	connection->watch.socket = socket;
	connection->watch.is_still = belongs_to;
	connection->watch.peer = connection;
	cfs_watch_begin(&connection->watch);
}

/* The library connects with the first command, and says why it cannot of those that store something: this
 * one stores what has expired, and has no answer. */
static memcached_return_t greet(mc_connection *connection)
{
	const char *key = connection->base.backend->name;
	memcached_return_t rc;

	mc_connection_quiet(connection, true);
	rc = memcached_add(connection->handle, key, strlen(key), "", 0, MEMCACHED_AT_ONCE, 0);
	mc_connection_quiet(connection, false);
	return rc == MEMCACHED_BUFFERED ? MEMCACHED_SUCCESS : rc;
}

/* Afterwards the pool may look at the socket, and programs that PHP starts may not. */
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
		connection->base.socket = find_socket(connection, guess);
		fcntl(connection->base.socket, F_SETFD, FD_CLOEXEC);
	}
	atomic_fetch_add(&ended, 1);
	return rc;
}

memcached_return_t mc_connection_begin(mc_connection *connection)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	memcached_behavior_set(
		connection->handle, MEMCACHED_BEHAVIOR_POLL_TIMEOUT, (uint64_t) connection->timeout);
	connection->base.thread->counters.round_trips++;
	connection->began = cfs_now();
	connection->watch.deadline = connection->began + connection->timeout;
	if (connection->is_new) {
		connection->watch.deadline += connection->connect_timeout;
		rc = connect_to_server(connection);
	}
	watch(connection, connection->base.socket);
	return rc;
}

static const struct {
	memcached_return_t rc;
	const char *meaning; /* for "the server at ... " */
} failures[] = {
	{MEMCACHED_HOST_LOOKUP_FAILURE, "has a name that cannot be resolved"},
	{MEMCACHED_AUTH_FAILURE, "refused our user name and password; check the SASL credentials"},
	{MEMCACHED_AUTH_PROBLEM,
		"offers no way to log in that we know; install SASL's PLAIN mechanism "
		"(Debian: apt-get install libsasl2-modules)"},
	{MEMCACHED_SERVER_ERROR, "reported an error of its own"},
	{MEMCACHED_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE, "is out of memory"},
	{MEMCACHED_PROTOCOL_ERROR, "gave an answer that does not belong to the request"},
	{MEMCACHED_CLIENT_ERROR, "did not understand the request"},
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

static void describe_failure(
	const mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	const char *address = connection->base.server->address;
	int failure = memcached_last_error_errno(connection->handle);

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if (failures[i].rc == rc) {
			cfs_error_set(error, "the server at %s %s", address, failures[i].meaning);
			error->refused = rc == MEMCACHED_AUTH_FAILURE;
			return;
		}
	}
	if (connection->is_new && connection->is_binary && rc == MEMCACHED_UNKNOWN_READ_FAILURE) {
		cfs_error_set(error,
			"the server at %s did not let us log in; it may not know SASL (memcached -S), and "
			"needs "
			"no credentials then",
			address);
	} else if (connection->is_new && failure && failure != ECONNRESET && failure != EPIPE) {
		cfs_error_set(error, "cannot connect to the server at %s: %s", address, strerror(failure));
	} else if (connection->is_new && (failure || rc == MEMCACHED_CONNECTION_FAILURE)) {
		cfs_error_set(error,
			"the server at %s cannot be reached, or closed the connection before it had answered%s",
			address,
			connection->is_binary
				? ""
				: "; if it wants a login (SASL), give a user name and a password");
	} else {
		cfs_error_set(error, "the connection to the server at %s failed: %s", address,
			memcached_strerror(connection->handle, rc));
	}
}

/* The library does not say whether it was still connecting; the time that has passed does. */
static void describe_silence(const mc_connection *connection, cfs_error *error)
{
	bool was_connecting = connection->is_new && cfs_now() - connection->began < connection->timeout;

	cfs_error_set(error,
		"the server at %s did not answer within " ZEND_LONG_FMT " ms (cfsession.%s)",
		connection->base.server->address,
		(zend_long) (was_connecting ? connection->connect_timeout : connection->timeout),
		was_connecting ? "connect_timeout" : "timeout");
	cfs_server_was_silent(
		connection->base.thread, connection->base.server, connection->retry_interval);
}

bool mc_connection_end(mc_connection *connection, memcached_return_t rc, cfs_error *error)
{
	bool fired = cfs_watch_end(&connection->watch);

	if (fired || rc == MEMCACHED_TIMEOUT) {
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

/* In the binary protocol, and where we do not know the socket. */
static memcached_return_t store_by_library(memcached_st *handle, const mc_item *item)
{
	const char *key = item->key, *bytes = item->value.bytes;
	size_t key_length = strlen(key), length = item->value.length;

	switch (item->verb) {
		case MC_ADD:
			return memcached_add(handle, key, key_length, bytes, length, item->expires, 0);
		case MC_REPLACE:
			return memcached_replace(handle, key, key_length, bytes, length, item->expires, 0);
		case MC_CAS:
			return memcached_cas(
				handle, key, key_length, bytes, length, item->expires, 0, item->cas);
		default:
			return memcached_set(handle, key, key_length, bytes, length, item->expires, 0);
	}
}

memcached_return_t mc_connection_store(mc_connection *connection, const mc_item *item)
{
	if (connection->is_binary || !belongs_to(connection->base.socket, connection)) {
		return store_by_library(connection->handle, item);
	}
	return mc_text_store(connection->base.socket, item, connection->watch.deadline);
}

void mc_connection_quiet(mc_connection *connection, bool quiet)
{
	memcached_behavior_set(connection->handle, MEMCACHED_BEHAVIOR_NOREPLY, quiet);
}

bool mc_connection_was_silent(const mc_connection *connection, memcached_return_t rc)
{
	return connection->watch.fired || rc == MEMCACHED_TIMEOUT;
}

bool mc_connection_may_be_why(const mc_connection *connection, memcached_return_t rc)
{
	return !connection->is_new && !mc_connection_was_silent(connection, rc) && !mc_is_answer(rc);
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
	memcached_behavior_set(
		handle, MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, (uint64_t) connection->connect_timeout);
	return server->port ? memcached_server_add(handle, server->host, server->port)
						: memcached_server_add_unix_socket(handle, server->host);
}

static void use_times(mc_connection *connection, const cfs_options *options)
{
	connection->retry_interval = options->retry_interval;
	connection->timeout = options->timeout;
	connection->connect_timeout = options->connect_timeout;
}

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
	/* libmemcached's own allocator, malloc: PHP's would jump out of it at the memory limit. */
	connection->handle = memcached_create(NULL);
	rc = connection->handle ? set_up(connection) : MEMCACHED_MEMORY_ALLOCATION_FAILURE;
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

void mc_connection_drop(mc_connection *connection)
{
	if (connection->handle && cut_off(connection)) {
		for (size_t i = 0; i < MC_RESULT_COUNT && connection->results[i].root; i++) {
			memcached_result_free(&connection->results[i]);
		}
		memcached_free(connection->handle);
	}
	cfs_connection_end(&connection->base);
	pefree(connection, 1);
}

/* }}} */

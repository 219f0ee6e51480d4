#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "socket.h"
#ifdef PHP_WIN32
#include <ws2tcpip.h>
#else
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#endif

/* How many addresses of one name we try; a headless service may have hundreds. */
#define ADDRESS_MAX 32

/* How many reasons an error tells; mostly they are the same. */
#define REASON_MAX 4

/* s; load balancers and address translation forget connections that are idle for minutes. */
#define KEEPALIVE_IDLE     15
#define KEEPALIVE_INTERVAL 5
#define KEEPALIVE_COUNT    3

/* ms until we try again: a unix socket with a full queue refuses at once, and does not say when there is room. */
#define BACKLOG_PAUSE 5

/* Instead of an errno: the address did not answer in time. */
#define NO_ANSWER (-1)

/* What became of one address. */
typedef struct _attempt {
	char place[CFS_PLACE_MAX];
	int failure;   /* errno, NO_ANSWER, or 0: it is connected */
	int64_t limit; /* ms that it was given */
} attempt;

/* {{{ One address */

static php_socket_t new_socket(int family)
{
#ifdef SOCK_CLOEXEC
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
	php_socket_t fresh = socket(family, SOCK_STREAM, 0);

#ifdef FD_CLOEXEC
	if (fresh != SOCK_ERR) {
		fcntl(fresh, F_SETFD, FD_CLOEXEC);
	}
#endif
	return fresh;
#endif
}

static void set_number(php_socket_t fresh, int level, int option, int number)
{
	setsockopt(fresh, level, option, (void *) &number, sizeof(number));
}

void cfs_socket_keep_alive(php_socket_t fresh)
{
	set_number(fresh, SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(TCP_KEEPIDLE)
	set_number(fresh, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE);
#elif defined(TCP_KEEPALIVE)
	set_number(fresh, IPPROTO_TCP, TCP_KEEPALIVE, KEEPALIVE_IDLE);
#endif
#ifdef TCP_KEEPINTVL
	set_number(fresh, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL);
#endif
#ifdef TCP_KEEPCNT
	set_number(fresh, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
#endif
}

static void set_options(php_socket_t fresh, int family)
{
	php_set_sock_blocking(fresh, false);
	if (family == AF_INET || family == AF_INET6) {
		set_number(fresh, IPPROTO_TCP, TCP_NODELAY, 1);
		cfs_socket_keep_alive(fresh);
	}
}

/* 0, or why it is not connected. */
static int wait_until_connected(php_socket_t fresh, int64_t deadline)
{
	int failure = 0;
	socklen_t length = sizeof(failure);

	for (;;) {
		int64_t left = deadline - cfs_now();
		int result = left > 0 ? php_pollfd_for_ms(fresh, POLLOUT, (int) MIN(left, INT_MAX)) : 0;

		if (result > 0) {
			break;
		}
		if (left <= 0) {
			return NO_ANSWER;
		}
		if (result < 0 && php_socket_errno() != EINTR) {
			return php_socket_errno();
		}
	}
	if (getsockopt(fresh, SOL_SOCKET, SO_ERROR, (void *) &failure, &length) != 0) {
		return php_socket_errno();
	}
	return failure;
}

static int begin_and_wait(
	php_socket_t fresh, const struct sockaddr *address, socklen_t length, int64_t deadline)
{
	while (connect(fresh, address, length) != 0) {
		int failure = php_socket_errno();

		if (failure == EINPROGRESS || failure == EINTR) {
			return wait_until_connected(fresh, deadline);
		}
		if (!PHP_IS_TRANSIENT_ERROR(failure)) {
			return failure;
		}
		if (cfs_now() + BACKLOG_PAUSE >= deadline) {
			return NO_ANSWER;
		}
		cfs_sleep(BACKLOG_PAUSE);
	}
	return 0;
}

/* -1: the attempt says why. */
static php_socket_t try_address(
	attempt *tried, const struct sockaddr *address, socklen_t length, int64_t deadline)
{
	php_socket_t fresh = new_socket(address->sa_family);

	if (fresh == SOCK_ERR) {
		tried->failure = php_socket_errno();
		return -1;
	}
	set_options(fresh, address->sa_family);
	tried->failure = begin_and_wait(fresh, address, length, deadline);
	if (tried->failure) {
		closesocket(fresh);
		return -1;
	}
	return fresh;
}

/* }}} */

/* {{{ What went wrong */

static const struct {
	int failure;
	bool at_path; /* of a unix socket */
	const char *advice;
} advices[] = {
	{ECONNREFUSED, false, "; check the host and the port, and that the server runs"},
	{ECONNREFUSED, true, "; check the path, and that the server runs"},
#ifndef PHP_WIN32
	{ENOENT, true, "; check the path, and that the server runs"},
	{EACCES, true, "; give the user that PHP runs as write access to the socket"},
#endif
};

/* The advice that holds for all attempts, if any. */
static const char *advice_for(const attempt *tried, uint32_t count, bool at_path)
{
	for (uint32_t i = 1; i < count; i++) {
		if (tried[i].failure != tried[0].failure) {
			return "";
		}
	}
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (advices[i].failure == tried[0].failure && advices[i].at_path == at_path) {
			return advices[i].advice;
		}
	}
	return "";
}

static void describe(const attempt *tried, char *reason, size_t size)
{
	char words[128];

	if (tried->failure == NO_ANSWER) {
		snprintf(reason, size, "no answer within %s", cfs_time_text(tried->limit).text);
	} else {
		snprintf(reason, size, "%s", php_socket_strerror(tried->failure, words, sizeof(words)));
	}
}

/* Sets the error for a name with several addresses. */
static void set_errors(
	const cfs_server *server, const attempt *tried, uint32_t count, cfs_error *error)
{
	char reasons[sizeof(error->message)] = "";
	size_t length = 0;

	for (uint32_t i = 0; i < MIN(count, REASON_MAX) && length < sizeof(reasons); i++) {
		char reason[160];

		describe(&tried[i], reason, sizeof(reason));
		length += (size_t) snprintf(reasons + length, sizeof(reasons) - length, "%s%s: %s",
			i ? ", " : "", tried[i].place, reason);
	}
	if (count > REASON_MAX && length < sizeof(reasons)) {
		snprintf(reasons + length, sizeof(reasons) - length, ", and %u more", count - REASON_MAX);
	}
	cfs_error_set(error, "cannot connect to the server at %s (%s)%s", server->address, reasons,
		advice_for(tried, count, false));
}

void cfs_socket_explain(const cfs_server *server, int failure, cfs_error *error)
{
	attempt tried = {.failure = failure};
	char reason[160];

	describe(&tried, reason, sizeof(reason));
	cfs_error_set(error, "cannot connect to the server at %s: %s%s", server->address, reason,
		advice_for(&tried, 1, !server->port));
}

static cfs_socket_result set_error(const cfs_server *server, int64_t timeout, const attempt *tried,
	uint32_t count, cfs_error *error)
{
	cfs_socket_result result = CFS_SOCKET_FAILED;

	for (uint32_t i = 0; i < count; i++) {
		result = tried[i].failure == NO_ANSWER ? CFS_SOCKET_SILENT : result;
	}
	if (count > 1) {
		set_errors(server, tried, count, error);
	} else if (result == CFS_SOCKET_SILENT) {
		cfs_error_set(error,
			"the server at %s did not answer within %s (cfsession.connect_timeout)",
			server->address, cfs_time_text(timeout).text);
	} else {
		cfs_socket_explain(server, tried->failure, error);
	}
	error->unavailable = result != CFS_SOCKET_SILENT;
	return result;
}

/* }}} */

/* {{{ All addresses of a name */

bool cfs_socket_resolve(const cfs_server *server, struct addrinfo **found, cfs_error *error)
{
	struct addrinfo wanted;
	char port[8];
	int failure;

	memset(&wanted, 0, sizeof(wanted));
	wanted.ai_family = AF_UNSPEC;
	wanted.ai_socktype = SOCK_STREAM;
	snprintf(port, sizeof(port), "%u", server->port);
	*found = NULL;
	failure = getaddrinfo(server->host, port, &wanted, found);
	if (!failure && !*found) {
		failure = EAI_NONAME;
	}
	if (failure) {
		cfs_error_set(error,
			"cannot connect to the server at %s: %s; check the name, and that this machine can "
			"resolve it",
			server->address, gai_strerror(failure));
		error->unresolved = true;
	}
	return failure == 0;
}

static void write_place(const struct sockaddr *address, socklen_t length, char place[CFS_PLACE_MAX])
{
	if (getnameinfo(address, length, place, CFS_PLACE_MAX, NULL, 0, NI_NUMERICHOST) != 0) {
		*place = '\0';
	}
}

/* Sorts the addresses into the order in which to try them: the system's order, as a ring that begins with the one that
 * worked last, or with the next one if that led to a wrong server. Returns how many there are. */
static uint32_t sort_addresses(struct addrinfo *found, const cfs_peer *peer,
	const struct addrinfo *sorted[ADDRESS_MAX], attempt tried[ADDRESS_MAX])
{
	const struct addrinfo *all[ADDRESS_MAX];
	uint32_t count = 0, first = 0;

	for (const struct addrinfo *each = found; each && count < ADDRESS_MAX; each = each->ai_next) {
		char place[CFS_PLACE_MAX];

		write_place(each->ai_addr, (socklen_t) each->ai_addrlen, place);
		all[count++] = each;
		if (strcmp(place, peer->place) == 0) {
			first = count - !peer->misled;
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		sorted[i] = all[(first + i) % count];
		write_place(sorted[i]->ai_addr, (socklen_t) sorted[i]->ai_addrlen, tried[i].place);
	}
	return count;
}

static cfs_socket_result connect_to_name(cfs_peer *peer, const cfs_server *server, int64_t timeout,
	php_socket_t *connected, char place[CFS_PLACE_MAX], cfs_error *error)
{
	struct addrinfo *found;
	const struct addrinfo *sorted[ADDRESS_MAX];
	attempt tried[ADDRESS_MAX];
	int64_t deadline;
	uint32_t count, i;

	if (!cfs_socket_resolve(server, &found, error)) {
		return CFS_SOCKET_FAILED;
	}
	deadline = cfs_now() + timeout;
	count = peer->places = sort_addresses(found, peer, sorted, tried);
	for (i = 0; i < count && *connected == -1; i++) {
		int64_t now = cfs_now();

		tried[i].limit = MAX(1, (deadline - now) / (count - i));
		*connected = try_address(
			&tried[i], sorted[i]->ai_addr, (socklen_t) sorted[i]->ai_addrlen, now + tried[i].limit);
	}
	freeaddrinfo(found);
	if (*connected == -1) {
		return set_error(server, timeout, tried, count, error);
	}
	memcpy(place, tried[i - 1].place, CFS_PLACE_MAX);
	memcpy(peer->place, place, CFS_PLACE_MAX);
	peer->misled = false;
	return CFS_SOCKET_CONNECTED;
}

/* }}} */

static cfs_socket_result connect_to_path(
	const cfs_server *server, int64_t timeout, php_socket_t *connected, cfs_error *error)
{
#ifndef PHP_WIN32
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	attempt tried = {.limit = timeout};
	size_t length = strlen(server->host);

	if (length >= sizeof(address.sun_path)) {
		cfs_error_set(error, "the path of the socket %s is longer than %zu bytes", server->address,
			sizeof(address.sun_path) - 1);
		return CFS_SOCKET_FAILED;
	}
	memcpy(address.sun_path, server->host, length);
	*connected = try_address(
		&tried, (const struct sockaddr *) &address, sizeof(address), cfs_now() + timeout);
	return *connected == -1 ? set_error(server, timeout, &tried, 1, error) : CFS_SOCKET_CONNECTED;
#else
	cfs_error_set(
		error, "cannot connect to the server at %s: Windows has no unix sockets", server->address);
	return CFS_SOCKET_FAILED;
#endif
}

cfs_socket_result cfs_socket_connect(cfs_thread *thread, const cfs_server *server, int64_t timeout,
	php_socket_t *connected, char place[CFS_PLACE_MAX], cfs_error *error)
{
	*connected = -1;
	if (server->port) {
		return connect_to_name(
			cfs_pool_peer(thread, server), server, timeout, connected, place, error);
	}
	snprintf(place, CFS_PLACE_MAX, "%s", server->host);
	return connect_to_path(server, timeout, connected, error);
}

bool cfs_socket_block(php_socket_t socket, int64_t ms, bool sends)
{
#ifndef PHP_WIN32
	struct timeval limit = {(time_t) (ms / 1000), (suseconds_t) (ms % 1000 * 1000)};

	return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
		(!sends || setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0) &&
		php_set_sock_blocking(socket, true) == SUCCESS;
#else
	return false;
#endif
}

void cfs_socket_distrust(cfs_thread *thread, const cfs_server *server, php_socket_t misled)
{
	cfs_peer *peer = cfs_pool_peer(thread, server);
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (server->port && getpeername(misled, (struct sockaddr *) &address, &length) == 0) {
		write_place((const struct sockaddr *) &address, length, peer->place);
		peer->misled = true;
	}
}

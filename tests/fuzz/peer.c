#include "peer.h"
#include "../../backends/backend.h"
#include "../../backends/lease.h"
#include "../../backends/watchdog.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SEPARATOR       0xff
#define CONNECTIONS_MAX 32
/* Not 0, because 0 stands for "never". */
#define CLOCK_BEGINS ((int64_t) 1000000)

typedef enum _turn {
	TURN_SAY = 0,
	TURN_CLOSE = 1,
	TURN_SILENCE = 2,
	TURN_RESET = 3,
	TURN_UNASKED = 4,
	TURN_SIGNAL = 5,
	TURN_REFUSE = 6,
	TURN_ENDLESS = 7
} turn;

#define TURN_LAST TURN_ENDLESS

/* Bytes of an endless answer that are sent at a time, and that are recorded. */
#define POURED      262144
#define POURED_KEPT 4194304

static struct {
	bool active;
	const uint8_t *script, *end;
	const char *id;
	int64_t now, marked;        /* the clock, and its value at peer_mark() */
	size_t sent;                /* bytes, since then */
	char token[CFS_TOKEN_SIZE]; /* the last one */
	unsigned token_count;
	bool has_new_token;
	size_t count;
	peer_connection connections[CONNECTIONS_MAX];
	bool (*is_deadly)(const peer_connection *connection); /* NULL: nothing is */
} peer;

/* {{{ Receiving and sending */

static bool has(const fuzz_bytes *bytes, const char *text)
{
	return bytes->length && memmem(bytes->at, bytes->length, text, strlen(text));
}

bool peer_listen(peer_connection *connection)
{
	char bytes[16384];
	ssize_t length;

	if (connection->fd == -1) {
		return false;
	}
	while ((length = recv(connection->fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		fuzz_grow(&connection->heard, bytes, (size_t) length);
	}
	return length < 0 && errno == EAGAIN;
}

/* The secret that a byte of the script stands for, or NULL. */
static const char *secret_of(uint8_t byte)
{
	switch (byte) {
		case 0xf0:
			return FUZZ_SECRET;
		case 0xf1:
			return peer.id;
		case 0xf2:
			return *peer.token ? peer.token : NULL;
		default:
			return NULL;
	}
}

static void hang_up(peer_connection *connection)
{
	close(connection->fd);
	connection->fd = -1;
}

static void say(peer_connection *connection, const uint8_t *bytes, size_t length)
{
	size_t before = connection->said.length;

	peer_listen(connection);
	for (size_t i = 0, plain = 0; i < length; i += plain + 1) {
		const char *secret = NULL;

		for (plain = 0; i + plain < length && !(secret = secret_of(bytes[i + plain])); plain++) {
		}
		fuzz_grow(&connection->said, &bytes[i], plain);
		if (secret && has(&connection->heard, secret)) {
			fuzz_grow(&connection->said, secret, strlen(secret));
		}
	}
	if (connection->said.length == before) {
		return;
	}
	if (peer.is_deadly && peer.is_deadly(connection)) {
		connection->said.length = before;
		hang_up(connection);
	} else {
		ssize_t sent = send(connection->fd, connection->said.at + before,
			connection->said.length - before, MSG_DONTWAIT | MSG_NOSIGNAL);

		peer.sent += sent > 0 ? (size_t) sent : 0;
	}
}

/* Sends the bytes over and over, as many as the socket takes. The turn continues afterwards. */
static void pour(peer_connection *connection, const uint8_t *bytes, size_t length)
{
	static uint8_t many[POURED];
	size_t count = length ? sizeof(many) / length : 0;
	ssize_t sent;

	/* Checks two copies, because an answer may be deadly where it repeats; later ones need no check. */
	if (connection->said.length < POURED) {
		say(connection, bytes, length);
		say(connection, bytes, length);
	}
	if (count == 0 || connection->fd == -1) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		memcpy(&many[i * length], bytes, length);
	}
	sent = send(connection->fd, many, count * length, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent > 0) {
		peer.sent += (size_t) sent;
		if (connection->said.length < POURED_KEPT) {
			fuzz_grow(&connection->said, many, (size_t) sent);
		}
	}
}

/* }}} */

/* {{{ Turns */

static turn next_turn(void)
{
	return peer.script < peer.end && *peer.script <= TURN_LAST ? (turn) *peer.script : TURN_SAY;
}

/* The bytes of the next turn, without the byte that says how. */
static const uint8_t *take_turn(size_t *length)
{
	const uint8_t *begin = peer.script, *end;

	end = memchr(begin, SEPARATOR, (size_t) (peer.end - begin));
	end = end ? end : peer.end;
	peer.script = end < peer.end ? end + 1 : end;
	begin += begin < end && *begin <= TURN_LAST;
	*length = (size_t) (end - begin);
	return begin;
}

/* The result of poll() after a turn: 0 or -1, or 1 to check again. */
static int play(peer_connection *connection, int timeout)
{
	turn turn = next_turn();
	const uint8_t *bytes, *begin = peer.script;
	size_t length;

	if (peer.script == peer.end) {
		hang_up(connection);
		return 1;
	}
	bytes = take_turn(&length);
	/* An endless empty answer is silence. */
	if (turn == TURN_ENDLESS && length == 0) {
		turn = TURN_SILENCE;
	}
	switch (turn) {
		case TURN_SILENCE:
			peer.now += timeout;
			return 0;
		case TURN_SIGNAL:
			errno = EINTR;
			return -1;
		case TURN_RESET:
			hang_up(connection);
			return 1;
		case TURN_ENDLESS:
			pour(connection, bytes, length);
			/* An endless answer ends by the clock. */
			peer.now++;
			peer.script = begin;
			return 1;
		default:
			say(connection, bytes, length);
			if (turn == TURN_CLOSE && connection->fd != -1) {
				hang_up(connection);
			}
			return 1;
	}
}

static peer_connection *connection_of(int client)
{
	for (size_t i = peer.count; peer.active && i-- > 0;) {
		if (peer.connections[i].client == client) {
			return &peer.connections[i];
		}
	}
	return NULL;
}

/* }}} */

/* {{{ Replaced system calls */

/* The watchdog without its thread: it checks whenever the clock advances. */
static cfs_watch *watched;

void __wrap_cfs_watch_begin(cfs_watch *watch);
void __wrap_cfs_watch_begin(cfs_watch *watch)
{
	watch->fired = false;
	watched = watch;
}

bool __wrap_cfs_watch_end(cfs_watch *watch);
bool __wrap_cfs_watch_end(cfs_watch *watch)
{
	watched = NULL;
	return watch->fired;
}

static void look_at_watch(void)
{
	if (watched && !watched->fired && watched->deadline <= peer.now) {
		watched->fired = true;
		if (watched->is_still(watched->socket, watched->peer)) {
			shutdown(watched->socket, SHUT_RDWR);
		}
	}
}

/* Leases without the thread that renews them. */
__typeof__(cfs_lease_times) __wrap_cfs_lease_times;
cfs_lock_times __wrap_cfs_lease_times(const cfs_options *options)
{
	return (cfs_lock_times){peer.now, options->lock_lease, INT64_MAX, true};
}

__typeof__(cfs_lease_begin) __wrap_cfs_lease_begin;
void __wrap_cfs_lease_begin(cfs_lease *lease, const cfs_backend *backend, cfs_target *target,
	const cfs_options *options, const char *id, const char *token, const cfs_lock_times *times)
{
	lease->backend = backend;
	lease->target = target;
	lease->options = options;
	lease->id = id;
	lease->token = token;
	lease->times = *times;
	lease->until = times->taken + times->lifetime;
	lease->renewals = 0;
	lease->listed = true;
}

__typeof__(cfs_lease_end) __wrap_cfs_lease_end;
bool __wrap_cfs_lease_end(cfs_lease *lease, bool settled)
{
	bool was_listed = lease->listed;

	(void) settled;
	lease->listed = false;
	return was_listed;
}

__typeof__(cfs_lease_is_over) __wrap_cfs_lease_is_over;
bool __wrap_cfs_lease_is_over(const cfs_lease *lease)
{
	return peer.now >= lease->until;
}

int64_t __wrap_cfs_now(void);
int64_t __wrap_cfs_now(void)
{
	return peer.now;
}

void __wrap_cfs_sleep(int64_t milliseconds);
void __wrap_cfs_sleep(int64_t milliseconds)
{
	peer.now += milliseconds;
}

__typeof__(cfs_make_token) __wrap_cfs_make_token;
bool __wrap_cfs_make_token(cfs_thread *thread, char token[CFS_TOKEN_SIZE], cfs_error *error)
{
	(void) thread;
	(void) error;
	snprintf(peer.token, CFS_TOKEN_SIZE, PEER_TOKEN "%02x", peer.token_count++ & 0xff);
	snprintf(token, CFS_TOKEN_SIZE, "%s", peer.token);
	peer.has_new_token = true;
	return true;
}

static int look(struct pollfd *fds, nfds_t count)
{
	return (int) syscall(SYS_poll, fds, count, 0);
}

/* A wait gives the peer its turn. */
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	peer_connection *connection = count == 1 ? connection_of(fds->fd) : NULL;
	int result;

	if (!connection) {
		return (int) syscall(SYS_poll, fds, count, timeout);
	}
	if (timeout == 0 && next_turn() == TURN_UNASKED && connection->fd != -1) {
		play(connection, 0);
	}
	while ((result = look(fds, count)) == 0 && timeout) {
		result = play(connection, timeout);
		peer.now++;
		look_at_watch();
		if (result < 1) {
			break;
		}
	}
	return result;
}

/* Puts one end of a new pair of sockets in place of the client's. */
int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	peer_connection *connection = &peer.connections[peer.count];
	int pair[2], flags = fcntl(fd, F_GETFL);
	size_t rest;

	if (!peer.active || peer.count == CONNECTIONS_MAX || next_turn() == TURN_REFUSE) {
		if (peer.active && peer.count < CONNECTIONS_MAX) {
			take_turn(&rest);
		}
		errno = ECONNREFUSED;
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || dup2(pair[0], fd) != fd) {
		perror("socketpair");
		abort();
	}
	close(pair[0]);
	fcntl(fd, F_SETFL, flags);
	*connection = (peer_connection){.fd = pair[1], .client = fd, .length = length};
	memcpy(&connection->address, address, length);
	peer.count++;
	return 0;
}

int getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
	const peer_connection *connection = connection_of(fd);

	if (!connection) {
		return (int) syscall(SYS_getpeername, fd, address, length);
	}
	memcpy(address, &connection->address, MIN(*length, connection->length));
	*length = connection->length;
	return 0;
}

/* By these values the client recognizes the library's socket. */
static int idle_times[FD_SETSIZE];

/* A pair of sockets has no TCP options. */
int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	if (peer.active && level == IPPROTO_TCP) {
		if (option == TCP_KEEPIDLE && fd < FD_SETSIZE) {
			memcpy(&idle_times[fd], value, sizeof(int));
		}
		return 0;
	}
	/* The peer gets its turn in poll(), so the client must not wait elsewhere. */
	if (peer.active && option == SO_RCVTIMEO) {
		errno = ENOPROTOOPT;
		return -1;
	}
	return (int) syscall(SYS_setsockopt, fd, level, option, value, length);
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
	if (level != IPPROTO_TCP || !connection_of(fd)) {
		return (int) syscall(SYS_getsockopt, fd, level, option, value, length);
	}
	memcpy(value, &idle_times[fd], sizeof(int));
	return 0;
}

/* Resolves every name except those that begin with an "x". */
int getaddrinfo(const char *restrict node, const char *restrict service,
	const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
	static struct sockaddr_in address;
	static struct addrinfo info;

	(void) hints;
	if (!node || *node == 'x') {
		return EAI_NONAME;
	}
	address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t) atoi(service ? service : "0"))};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	info = (struct addrinfo){.ai_family = AF_INET,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
		.ai_addrlen = sizeof(address),
		.ai_addr = (struct sockaddr *) (void *) &address};
	*found = &info;
	return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
	(void) info;
}

/* }}} */

void peer_begin(const uint8_t *script, size_t size, const char *id)
{
	peer.active = true;
	peer.script = script;
	peer.end = script + size;
	peer.id = id;
	peer.now = CLOCK_BEGINS;
	peer.token[0] = '\0';
	peer.token_count = 0;
	peer.count = 0;
}

void peer_end(void)
{
	for (size_t i = 0; i < peer.count; i++) {
		peer_connection *connection = &peer.connections[i];

		fuzz_require(!peer_listen(connection), "a connection was left open", NULL);
		if (connection->fd != -1) {
			hang_up(connection);
		}
		free(connection->heard.at);
		free(connection->said.at);
	}
	peer.active = false;
}

void peer_never_says(bool (*is_deadly)(const peer_connection *connection))
{
	peer.is_deadly = is_deadly;
}

void peer_mark(void)
{
	for (size_t i = 0; i < peer.count; i++) {
		peer_listen(&peer.connections[i]);
		peer.connections[i].heard_before = peer.connections[i].heard.length;
		peer.connections[i].said_before = peer.connections[i].said.length;
	}
	peer.has_new_token = false;
	peer.marked = peer.now;
	peer.sent = 0;
}

int64_t peer_elapsed(void)
{
	return peer.now - peer.marked;
}

size_t peer_sent(void)
{
	return peer.sent;
}

const char *peer_token(void)
{
	return peer.token;
}

bool peer_has_new_token(void)
{
	return peer.has_new_token;
}

size_t peer_count(void)
{
	return peer.count;
}

peer_connection *peer_at(size_t i)
{
	return &peer.connections[i];
}

bool peer_has_heard(const char *text, bool since_mark)
{
	for (size_t i = 0; i < peer.count; i++) {
		const peer_connection *connection = &peer.connections[i];
		size_t from = since_mark ? connection->heard_before : 0;

		peer_listen(&peer.connections[i]);
		if (connection->heard.length > from &&
			has(&(fuzz_bytes){connection->heard.at + from, connection->heard.length - from},
				text)) {
			return true;
		}
	}
	return false;
}

const char *peer_said(const peer_connection *connection, size_t *length)
{
	*length = connection->said.length - connection->said_before;
	return *length ? (const char *) connection->said.at + connection->said_before : "";
}

bool peer_has_said(const void *bytes, size_t length)
{
	for (size_t i = 0; i < peer.count; i++) {
		size_t said_length;
		const char *said = peer_said(&peer.connections[i], &said_length);

		if (memmem(said, said_length, bytes, length)) {
			return true;
		}
	}
	return false;
}

/*
 * relay ADDRESS [MICROSECONDS]: stands between a client and the server at ADDRESS (127.0.0.1:PORT or the path
 * of a socket), passes everything on after a delay, each way, and counts and records what it sees.
 *
 * Prints the port that it listens on. Then it takes orders, a line each, and answers each with a line:
 *
 *   count                "connections round-trips bytes-sent bytes-received", since it was asked last
 *   record FILE          writes what clients send to FILE from now on
 *   stop                 no more
 *
 * It ends when its input does. A recording is made of "connect\n" for a new connection and of
 * "burst LENGTH\n", so many bytes and "\n" for what a client sent before the server said anything more. A round
 * trip is a burst that the server answered.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MAX  1024
#define CHUNK_SIZE 65536

typedef struct _chunk {
	struct _chunk *next;
	int64_t due;           /* ns */
	size_t offset, length; /* no length: nothing follows */
	char bytes[];
} chunk;

typedef struct _stream {
	int from, to;
	chunk *first, *last;
	bool ended; /* nothing more to read */
	bool done;  /* nothing more to write */
} stream;

/* A client's connection and ours to the server. */
typedef struct _pair {
	stream up, down;
	bool answered; /* the server spoke last */
} pair;

static pair *pairs[PAIRS_MAX];
static int pair_count;
static int64_t delay;
static const char *server;
static int listener;

static struct {
	unsigned long connections, round_trips, sent, received;
} counts;

/* The burst that is being recorded: it is kept, because its length is written first. */
static FILE *record;
static char *burst;
static size_t burst_length;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

/* {{{ Recording */

static void end_burst(void)
{
	if (record && burst_length) {
		fprintf(record, "burst %zu\n", burst_length);
		fwrite(burst, 1, burst_length, record);
		fputc('\n', record);
	}
	burst_length = 0;
}

static void record_sent(const char *bytes, size_t length)
{
	if (record) {
		burst = realloc(burst, burst_length + length);
		if (!burst) {
			die("realloc");
		}
		memcpy(burst + burst_length, bytes, length);
		burst_length += length;
	}
}

static void record_connection(void)
{
	end_burst();
	if (record) {
		fputs("connect\n", record);
	}
}

static void stop_recording(void)
{
	end_burst();
	if (record && fclose(record) != 0) {
		die("recording");
	}
	record = NULL;
}

static void start_recording(const char *path)
{
	stop_recording();
	record = fopen(path, "w");
	if (!record) {
		die(path);
	}
}

/* }}} */

/* {{{ Connections */

static int listen_anywhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int socket_ = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(socket_, (struct sockaddr *) &address, length) != 0 || listen(socket_, 512) != 0 ||
		getsockname(socket_, (struct sockaddr *) &address, &length) != 0) {
		die("listen");
	}
	printf("%d\n", ntohs(address.sin_port));
	return socket_;
}

static int connect_path(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int socket_ = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", server);
	if (connect(socket_, (struct sockaddr *) &address, sizeof(address)) != 0) {
		die(server);
	}
	return socket_;
}

static void send_at_once(int socket_)
{
	int on = 1;

	setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static int connect_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int socket_ = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_port = htons((uint16_t) atoi(strrchr(server, ':') + 1));
	if (connect(socket_, (struct sockaddr *) &address, sizeof(address)) != 0) {
		die(server);
	}
	send_at_once(socket_);
	return socket_;
}

static void accept_pair(void)
{
	int client = accept(listener, NULL, NULL), upstream;
	pair *new = calloc(1, sizeof(*new));

	if (client == -1 || !new || pair_count == PAIRS_MAX) {
		die("accept");
	}
	upstream = server[0] == '/' ? connect_path() : connect_port();
	send_at_once(client);
	new->up.from = new->down.to = client;
	new->up.to = new->down.from = upstream;
	new->answered = true;
	pairs[pair_count++] = new;
	counts.connections++;
	record_connection();
}

static void free_chunks(stream *stream)
{
	while (stream->first) {
		chunk *next = stream->first->next;

		free(stream->first);
		stream->first = next;
	}
}

static void close_pair(int number)
{
	pair *pair = pairs[number];

	close(pair->up.from);
	close(pair->up.to);
	free_chunks(&pair->up);
	free_chunks(&pair->down);
	free(pair);
	pairs[number] = pairs[--pair_count];
}

/* }}} */

/* {{{ Traffic */

static void queue(stream *stream, const char *bytes, size_t length)
{
	chunk *new = malloc(sizeof(*new) + length);

	if (!new) {
		die("malloc");
	}
	new->next = NULL;
	new->due = now() + delay;
	new->offset = 0;
	new->length = length;
	if (length) {
		memcpy(new->bytes, bytes, length);
	}
	if (stream->first) {
		stream->last->next = new;
	} else {
		stream->first = new;
	}
	stream->last = new;
}

/* Sends what is due. */
static void deliver(stream *stream)
{
	while (stream->first && stream->first->due <= now()) {
		chunk *chunk = stream->first;
		ssize_t sent;

		if (chunk->length == 0) {
			shutdown(stream->to, SHUT_WR);
			stream->done = true;
			return;
		}
		sent = send(stream->to, chunk->bytes + chunk->offset, chunk->length - chunk->offset,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent == -1 && errno == EAGAIN) {
			return;
		}
		chunk->offset += sent == -1 ? chunk->length - chunk->offset : (size_t) sent;
		if (chunk->offset == chunk->length) {
			stream->first = chunk->next;
			free(chunk);
		}
	}
}

static void count(pair *pair, const stream *stream, const char *bytes, size_t length)
{
	if (stream == &pair->up) {
		counts.sent += length;
		record_sent(bytes, length);
		pair->answered = false;
	} else {
		counts.received += length;
		counts.round_trips += !pair->answered;
		pair->answered = true;
		end_burst();
	}
}

static void take(pair *pair, stream *stream)
{
	static char bytes[CHUNK_SIZE];
	ssize_t length = recv(stream->from, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (length == -1 && errno == EAGAIN) {
		return;
	}
	if (length > 0) {
		count(pair, stream, bytes, (size_t) length);
		queue(stream, bytes, (size_t) length);
	} else {
		stream->ended = true;
		queue(stream, NULL, 0);
	}
}

/* }}} */

/* {{{ Orders */

static void obey(const char *order)
{
	if (strncmp(order, "record ", 7) == 0) {
		start_recording(order + 7);
	} else if (strcmp(order, "stop") == 0) {
		stop_recording();
	} else if (strcmp(order, "count") == 0) {
		printf("%lu %lu %lu %lu\n", counts.connections, counts.round_trips, counts.sent,
			counts.received);
		memset(&counts, 0, sizeof(counts));
		return;
	} else {
		fprintf(stderr, "relay: what is \"%s\"?\n", order);
		exit(1);
	}
	puts("done");
}

static void take_orders(void)
{
	static char orders[4096];
	static size_t length;
	ssize_t more = read(STDIN_FILENO, orders + length, sizeof(orders) - length - 1);
	char *end;

	if (more <= 0) {
		exit(0);
	}
	length += (size_t) more;
	orders[length] = '\0';
	while ((end = strchr(orders, '\n'))) {
		*end = '\0';
		obey(orders);
		length -= (size_t) (end + 1 - orders);
		memmove(orders, end + 1, length + 1);
	}
}

/* }}} */

/* {{{ The loop */

static void wait_for(struct pollfd *poll, const stream *in, const stream *out, int64_t *wake)
{
	poll->fd = in->from;
	poll->events = 0;
	if (!in->ended) {
		poll->events |= POLLIN;
	}
	if (out->first && !out->done) {
		if (out->first->due <= now()) {
			poll->events |= POLLOUT;
		} else if (out->first->due < *wake) {
			*wake = out->first->due;
		}
	}
	/* Else a connection that was reset would wake us for ever. */
	if (poll->events == 0) {
		poll->fd = -1;
	}
}

/* Waits until there is something to do, and says where. */
static void wait_for_all(struct pollfd *polls)
{
	int64_t wake = INT64_MAX, left;
	struct timespec timeout = {.tv_sec = 3600};

	polls[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	polls[1] = (struct pollfd){.fd = listener, .events = POLLIN};
	for (int i = 0; i < pair_count; i++) {
		wait_for(&polls[2 + 2 * i], &pairs[i]->up, &pairs[i]->down, &wake);
		wait_for(&polls[3 + 2 * i], &pairs[i]->down, &pairs[i]->up, &wake);
	}
	if (wake < INT64_MAX) {
		left = wake - now();
		timeout.tv_sec = 0;
		timeout.tv_nsec = left > 0 ? (left < 999999999 ? left : 999999999) : 0;
	}
	if (ppoll(polls, 2 + 2 * (nfds_t) pair_count, &timeout, NULL) == -1) {
		die("poll");
	}
}

static void pass_on(pair *pair, const struct pollfd *polls)
{
	const short readable = POLLIN | POLLHUP | POLLERR;

	if (polls[0].revents & readable && !pair->up.ended) {
		take(pair, &pair->up);
	}
	if (polls[1].revents & readable && !pair->down.ended) {
		take(pair, &pair->down);
	}
	deliver(&pair->up);
	deliver(&pair->down);
}

/* Counts what has arrived before it reads the orders. */
static void turn(void)
{
	static struct pollfd polls[2 + 2 * PAIRS_MAX];

	wait_for_all(polls);
	/* Backwards, for the last one takes the place of one that is closed. */
	for (int i = pair_count - 1; i >= 0; i--) {
		pass_on(pairs[i], &polls[2 + 2 * i]);
		if (pairs[i]->up.done && pairs[i]->down.done) {
			close_pair(i);
		}
	}
	if (polls[1].revents) {
		accept_pair();
	}
	if (polls[0].revents) {
		take_orders();
	}
}

/* }}} */

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs("usage: relay ADDRESS [MICROSECONDS]\n", stderr);
		return 2;
	}
	server = argv[1];
	delay = argc > 2 ? atoll(argv[2]) * 1000 : 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	/* To the point: 50 us are the rule. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	listener = listen_anywhere();
	for (;;) {
		turn();
	}
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "stream.h"
#ifndef PHP_WIN32
#include <sys/socket.h>
#include <sys/uio.h>
#endif

/* PHP ignores SIGPIPE where this is not known. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* Without MSG_DONTWAIT, sockets never block. */
#ifdef MSG_DONTWAIT
#define MAY_BLOCK true
#else
#define MAY_BLOCK    false
#define MSG_DONTWAIT 0
#endif

/* Parts that one call sends. */
#define PARTS_MAX 4

void cfs_stream_init(cfs_stream *stream, const cfs_server *server)
{
	memset(stream, 0, sizeof(*stream));
	stream->server = server;
	stream->socket = -1;
}

cfs_socket_result cfs_stream_connect(
	cfs_stream *stream, cfs_thread *thread, int64_t timeout, cfs_error *error)
{
	char place[CFS_PLACE_MAX];

	return cfs_socket_connect(thread, stream->server, timeout, &stream->socket, place, error);
}

void cfs_stream_close(cfs_stream *stream)
{
	if (stream->ssl) {
		cfs_ssl_end(stream->ssl);
		stream->ssl = NULL;
	}
	if (stream->socket != -1) {
		closesocket(stream->socket);
		stream->socket = -1;
	}
}

/* {{{ Waiting */

static cfs_stream_result wait_for(
	cfs_stream *stream, int events, int64_t deadline, cfs_error *error)
{
	if (stream->ssl) {
		events = cfs_ssl_awaited(stream->ssl, events);
	}
	for (;;) {
		int64_t left = deadline - cfs_now();
		int result;

		if (left <= 0) {
			return CFS_STREAM_TIMEOUT;
		}
		result = php_pollfd_for_ms(stream->socket, events, (int) MIN(left, INT_MAX));
		if (result > 0) {
			return CFS_STREAM_DONE;
		}
		if (result < 0 && php_socket_errno() != EINTR) {
			cfs_error_set(error, "cannot wait for the server at %s: %s", stream->server->address,
				strerror(php_socket_errno()));
			return CFS_STREAM_FAILED;
		}
	}
}

void cfs_stream_block(cfs_stream *stream, int64_t ms)
{
	if (MAY_BLOCK && !stream->ssl && stream->blocks != ms &&
		cfs_socket_block(stream->socket, ms, /* sends */ false)) {
		stream->blocks = ms;
	}
}

/* Whether recv() may wait: its own time limit ends before the deadline. */
static bool may_block(const cfs_stream *stream, int64_t deadline)
{
	return stream->blocks && deadline && cfs_now() + stream->blocks <= deadline;
}

/* }}} */

/* {{{ What went wrong */

/* Whether the server may want TLS: such servers close a connection on which they hear something else. */
static bool may_want_tls(const cfs_stream *stream)
{
	return !stream->was_heard && stream->server->port;
}

static cfs_stream_result was_closed(const cfs_stream *stream, const char *reason, cfs_error *error)
{
	cfs_error_set(error, "the server at %s closed the connection before it had answered (%s)%s",
		stream->server->address, reason,
		may_want_tls(stream) ? "; if it requires TLS, write tls://" : "");
	error->unavailable = true;
	return CFS_STREAM_CLOSED;
}

/* Handles a call that failed. DONE: it may be tried again at once. */
static cfs_stream_result call_failed(
	cfs_stream *stream, int events, int64_t deadline, cfs_error *error)
{
	int failure = php_socket_errno();
	char buffer[128];
	const char *words;

	if (failure == EINTR) {
		return CFS_STREAM_DONE;
	}
	if (PHP_IS_TRANSIENT_ERROR(failure)) {
		return wait_for(stream, events, deadline, error);
	}
	words = php_socket_strerror(failure, buffer, sizeof(buffer));
	if (failure == ECONNRESET || failure == EPIPE) {
		return was_closed(stream, words, error);
	}
	cfs_error_set(
		error, "the connection to the server at %s failed: %s", stream->server->address, words);
	return CFS_STREAM_FAILED;
}

static cfs_stream_result ssl_stopped(
	cfs_stream *stream, cfs_ssl_result result, int events, int64_t deadline, cfs_error *error)
{
	switch (result) {
		case CFS_SSL_WAITS:
			return wait_for(stream, events, deadline, error);
		case CFS_SSL_CLOSED:
			return CFS_STREAM_CLOSED;
		default:
			return CFS_STREAM_FAILED;
	}
}

/* }}} */

cfs_stream_result cfs_stream_secure(
	cfs_stream *stream, cfs_thread *thread, int64_t deadline, cfs_error *error)
{
	cfs_stream_result waited = CFS_STREAM_DONE;

	stream->ssl = cfs_ssl_begin(thread, stream->server, stream->socket, error);
	if (!stream->ssl) {
		return CFS_STREAM_FAILED;
	}
	while (waited == CFS_STREAM_DONE) {
		cfs_ssl_result result = cfs_ssl_handshake(stream->ssl, stream->server, error);

		if (result == CFS_SSL_DONE) {
			return CFS_STREAM_DONE;
		}
		waited = ssl_stopped(stream, result, POLLIN, deadline, error);
	}
	return waited;
}

/* {{{ Sending. Never waits in the call: a unix socket would wait for each of its buffers separately (SO_SNDTIMEO). */

static cfs_stream_result send_through_ssl(
	cfs_stream *stream, const cfs_value *parts, int count, int64_t deadline, cfs_error *error)
{
	for (int i = 0; i < count;) {
		size_t written;
		cfs_ssl_result result = cfs_ssl_write(
			stream->ssl, stream->server, parts[i].bytes, parts[i].length, &written, error);
		cfs_stream_result waited = CFS_STREAM_DONE;

		if (result == CFS_SSL_DONE) {
			i++;
		} else {
			waited = ssl_stopped(stream, result, POLLOUT, deadline, error);
		}
		if (waited != CFS_STREAM_DONE) {
			return waited;
		}
	}
	return CFS_STREAM_DONE;
}

/* Sends what the socket takes at once. -1 as send() does. */
static ssize_t send_some(const cfs_stream *stream, const cfs_value *parts, int count)
{
#ifndef PHP_WIN32
	struct iovec pieces[PARTS_MAX];
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = (size_t) count};

	for (int i = 0; i < count; i++) {
		pieces[i].iov_base = (char *) parts[i].bytes;
		pieces[i].iov_len = parts[i].length;
	}
	return count == 1
		? send(stream->socket, parts[0].bytes, parts[0].length, MSG_NOSIGNAL | MSG_DONTWAIT)
		: sendmsg(stream->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
#else
	return send(stream->socket, parts[0].bytes, (int) MIN(parts[0].length, INT_MAX), 0);
#endif
}

/* Skips what has been sent, and empty parts. */
static void advance(cfs_value *parts, int *first, int count, size_t sent)
{
	while (*first < count && sent >= parts[*first].length) {
		sent -= parts[*first].length;
		(*first)++;
	}
	if (*first < count) {
		parts[*first].bytes += sent;
		parts[*first].length -= sent;
	}
}

cfs_stream_result cfs_stream_send(
	cfs_stream *stream, const cfs_value *parts, int count, int64_t deadline, cfs_error *error)
{
	cfs_value left[PARTS_MAX];
	int first = 0;

	ZEND_ASSERT(count <= PARTS_MAX);
	memcpy(left, parts, (size_t) count * sizeof(*parts));
	advance(left, &first, count, 0);
	if (stream->ssl) {
		return send_through_ssl(stream, &left[first], count - first, deadline, error);
	}
	while (first < count) {
		ssize_t sent = send_some(stream, &left[first], count - first);

		if (sent >= 0) {
			advance(left, &first, count, (size_t) sent);
		} else {
			cfs_stream_result result = call_failed(stream, POLLOUT, deadline, error);

			if (result != CFS_STREAM_DONE) {
				return result;
			}
		}
	}
	return CFS_STREAM_DONE;
}

/* }}} */

/* {{{ Receiving */

static cfs_stream_result receive_through_ssl(cfs_stream *stream, char *bytes, size_t room,
	int64_t deadline, size_t *received, cfs_error *error)
{
	for (;;) {
		cfs_ssl_result result =
			cfs_ssl_read(stream->ssl, stream->server, bytes, room, received, error);
		cfs_stream_result waited;

		if (result == CFS_SSL_DONE || (result == CFS_SSL_WAITS && !deadline)) {
			return CFS_STREAM_DONE;
		}
		waited = ssl_stopped(stream, result, POLLIN, deadline, error);
		if (waited != CFS_STREAM_DONE) {
			return waited;
		}
	}
}

static cfs_stream_result receive_in_clear(cfs_stream *stream, char *bytes, size_t room,
	int64_t deadline, size_t *received, cfs_error *error)
{
	int flags = may_block(stream, deadline) ? 0 : MSG_DONTWAIT;

	for (;;) {
		ssize_t got = recv(stream->socket, bytes, room, flags);
		cfs_stream_result result;

		if (got > 0) {
			*received = (size_t) got;
			return CFS_STREAM_DONE;
		}
		if (got == 0) {
			return was_closed(stream, "Server closed the connection", error);
		}
		if (!deadline && PHP_IS_TRANSIENT_ERROR(php_socket_errno())) {
			return CFS_STREAM_DONE;
		}
		result = call_failed(stream, POLLIN, deadline, error);
		if (result != CFS_STREAM_DONE) {
			return result;
		}
		flags = MSG_DONTWAIT;
	}
}

cfs_stream_result cfs_stream_receive(cfs_stream *stream, char *bytes, size_t room, int64_t deadline,
	size_t *received, cfs_error *error)
{
	cfs_stream_result result;

	*received = 0;
	result = stream->ssl ? receive_through_ssl(stream, bytes, room, deadline, received, error)
						 : receive_in_clear(stream, bytes, room, deadline, received, error);
	stream->was_heard |= *received > 0;
	return result;
}

bool cfs_stream_is_quiet(cfs_stream *stream)
{
	return stream->ssl ? cfs_ssl_is_quiet(stream->ssl)
					   : php_pollfd_for_ms(stream->socket, POLLIN, 0) == 0;
}

/* }}} */

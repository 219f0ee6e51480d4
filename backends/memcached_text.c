#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_text.h"
#include <sys/socket.h>
#include <sys/uio.h>

/* PHP ignores SIGPIPE where this is not known. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#define LINE_MAX_LENGTH 512

/* Beginnings of answers, or all of one. */
static const struct {
	const char *words;
	memcached_return_t rc;
} answers[] = {
	{"STORED\r\n", MEMCACHED_SUCCESS},
	{"NOT_STORED\r\n", MEMCACHED_NOTSTORED},
	{"EXISTS\r\n", MEMCACHED_DATA_EXISTS},
	{"NOT_FOUND\r\n", MEMCACHED_NOTFOUND},
	{"SERVER_ERROR object too large for cache\r\n", MEMCACHED_E2BIG},
	{"SERVER_ERROR out of memory", MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE},
	{"SERVER_ERROR Out of memory", MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE},
	{"SERVER_ERROR ", MEMCACHED_SERVER_ERROR},
	{"CLIENT_ERROR ", MEMCACHED_CLIENT_ERROR},
};

/* After a call that failed: waits until it can be tried again. */
static memcached_return_t wait_for(
	php_socket_t socket, int events, int64_t deadline, memcached_return_t failure)
{
	int64_t left = deadline - cfs_now();

	if (errno == EINTR) {
		return MEMCACHED_SUCCESS;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK) {
		return failure;
	}
	if (left <= 0 || php_pollfd_for_ms(socket, events, (int) MIN(left, INT_MAX)) == 0) {
		return MEMCACHED_TIMEOUT;
	}
	return MEMCACHED_SUCCESS;
}

/* Leaves out what has been sent. */
static void advance(struct msghdr *message, size_t sent)
{
	while (message->msg_iovlen && sent >= message->msg_iov->iov_len) {
		sent -= message->msg_iov->iov_len;
		message->msg_iov++;
		message->msg_iovlen--;
	}
	if (message->msg_iovlen) {
		message->msg_iov->iov_base = (char *) message->msg_iov->iov_base + sent;
		message->msg_iov->iov_len -= sent;
	}
}

static memcached_return_t send_all(php_socket_t socket, struct msghdr *message, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	while (message->msg_iovlen && rc == MEMCACHED_SUCCESS) {
		ssize_t sent = sendmsg(socket, message, MSG_NOSIGNAL);

		if (sent >= 0) {
			advance(message, (size_t) sent);
		} else {
			rc = wait_for(socket, POLLOUT, deadline, MEMCACHED_WRITE_FAILURE);
		}
	}
	return rc;
}

static memcached_return_t receive_line(php_socket_t socket, char *line, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;
	size_t length = 0;

	while (rc == MEMCACHED_SUCCESS && length < LINE_MAX_LENGTH) {
		ssize_t got = recv(socket, line + length, LINE_MAX_LENGTH - length, 0);

		if (got < 0) {
			rc = wait_for(socket, POLLIN, deadline, MEMCACHED_READ_FAILURE);
		} else if (got == 0) {
			rc = MEMCACHED_CONNECTION_FAILURE;
		} else {
			length += (size_t) got;
			line[length] = '\0';
			if (memchr(line, '\n', length)) {
				return MEMCACHED_SUCCESS;
			}
		}
	}
	return rc == MEMCACHED_SUCCESS ? MEMCACHED_PROTOCOL_ERROR : rc;
}

static memcached_return_t understand(const char *line)
{
	const char *end = strchr(line, '\n');

	if (!end || end[1]) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (strncmp(line, answers[i].words, strlen(answers[i].words)) == 0) {
			return answers[i].rc;
		}
	}
	return MEMCACHED_PROTOCOL_ERROR;
}

memcached_return_t mc_text_store(php_socket_t socket, const mc_item *item, int64_t deadline)
{
	static const char *const verbs[] = {"set", "add", "replace", "cas"};
	char line[LINE_MAX_LENGTH + 1], cas[32] = "";
	struct iovec parts[] = {
		{line, 0}, {(char *) item->value.bytes, item->value.length}, {(char *) "\r\n", 2}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = sizeof(parts) / sizeof(parts[0])};
	memcached_return_t rc;

	if (item->verb == MC_CAS) {
		snprintf(cas, sizeof(cas), " %" PRIu64, item->cas);
	}
	parts[0].iov_len = (size_t) snprintf(line, sizeof(line), "%s %s 0 %lld %zu%s\r\n",
		verbs[item->verb], item->key, (long long) item->expires, item->value.length, cas);
	rc = send_all(socket, &message, deadline);
	if (rc == MEMCACHED_SUCCESS) {
		rc = receive_line(socket, line, deadline);
	}
	return rc == MEMCACHED_SUCCESS ? understand(line) : rc;
}

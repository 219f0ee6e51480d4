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

/* Bytes of the longest answer that is understood: two lines, of which one has a key, and a note. */
#define ANSWER_MAX 768

#define COMMAND_MAX 512

/* Beginnings of answers, or all of one. */
static const struct {
	const char *words;
	memcached_return_t rc;
} answers[] = {
	{"STORED\r\n", MEMCACHED_SUCCESS},
	{"NOT_STORED\r\n", MEMCACHED_NOTSTORED},
	{"EXISTS\r\n", MEMCACHED_DATA_EXISTS},
	{"NOT_FOUND\r\n", MEMCACHED_NOTFOUND},
	{"DELETED\r\n", MEMCACHED_DELETED},
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

/* Never waits in the call: a unix socket waits for each of its buffers anew (SO_SNDTIMEO). */
static memcached_return_t send_all(php_socket_t socket, struct msghdr *message, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	while (message->msg_iovlen && rc == MEMCACHED_SUCCESS) {
		ssize_t sent = sendmsg(socket, message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			advance(message, (size_t) sent);
		} else {
			rc = wait_for(socket, POLLOUT, deadline, MEMCACHED_WRITE_FAILURE);
		}
	}
	return rc;
}

/* Where the next line begins; NULL: it is not there yet. */
static const char *after_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : NULL;
}

/* The end of the second answer; NULL: not all of it is there. */
static const char *after_extra(const char *answer, const mc_text_extra *extra)
{
	const char *end = after_line(answer);
	size_t length;

	if (end && extra->question == MC_READ && sscanf(answer, "VALUE %*s %*u %zu", &length) == 1) {
		if (length > strlen(end)) {
			return NULL;
		}
		end = after_line(end + length);
		return end ? after_line(end) : NULL;
	}
	return end;
}

/* Whether nothing is missing of the answers, or they are too long to be any. */
static bool is_whole(const char *answer, size_t length, const mc_text_extra *extra)
{
	const char *second = after_line(answer);

	return length == ANSWER_MAX ||
		(second && (extra->question == MC_NOTHING || after_extra(second, extra)));
}

/* The first call waits as the socket does, which is patient, so that no poll() is needed for most answers; the
 * watchdog keeps the time. A server that closes the connection may have said why. */
static memcached_return_t receive(
	php_socket_t socket, const mc_text_extra *extra, char *answer, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;
	size_t length = 0;

	*answer = '\0';
	while (rc == MEMCACHED_SUCCESS && !is_whole(answer, length, extra)) {
		ssize_t got = recv(socket, answer + length, ANSWER_MAX - length, length ? MSG_DONTWAIT : 0);

		if (got < 0) {
			rc = wait_for(socket, POLLIN, deadline, MEMCACHED_READ_FAILURE);
		} else if (got == 0) {
			return after_line(answer) ? MEMCACHED_SUCCESS : MEMCACHED_CONNECTION_FAILURE;
		} else if (memchr(answer + length, '\0', (size_t) got)) {
			rc = MEMCACHED_PROTOCOL_ERROR;
		} else {
			length += (size_t) got;
			answer[length] = '\0';
		}
	}
	return rc;
}

static memcached_return_t understand_line(const char *line)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (strncmp(line, answers[i].words, strlen(answers[i].words)) == 0) {
			return answers[i].rc;
		}
	}
	return MEMCACHED_PROTOCOL_ERROR;
}

/* "END", or "VALUE key flags length", the bytes and "END". */
static memcached_return_t understand_note(const char *answer, mc_text_extra *extra)
{
	const char *bytes = after_line(answer);
	char key[COMMAND_MAX];
	size_t length;

	extra->note.length = 0;
	if (strcmp(answer, "END\r\n") == 0) {
		return MEMCACHED_SUCCESS;
	}
	if (sscanf(answer, "VALUE %511s %*u %zu", key, &length) != 2 || strcmp(key, extra->key) != 0 ||
		length > strlen(bytes) || strcmp(bytes + length, "\r\nEND\r\n") != 0) {
		return strncmp(answer, "VALUE ", 6) == 0 ? MEMCACHED_PROTOCOL_ERROR
												 : understand_line(answer);
	}
	mc_note_set(&extra->note, (cfs_value){bytes, length});
	return MEMCACHED_SUCCESS;
}

static memcached_return_t understand(const char *answer, mc_text_extra *extra)
{
	const char *second = after_line(answer);
	const char *end = second && extra->question != MC_NOTHING ? after_extra(second, extra) : second;
	memcached_return_t rc = understand_line(answer);

	if (second && !*second && (rc == MEMCACHED_SERVER_ERROR || rc == MEMCACHED_CLIENT_ERROR)) {
		return rc;
	}
	if (!end || *end) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	if (extra->question != MC_NOTHING) {
		extra->rc =
			extra->question == MC_READ ? understand_note(second, extra) : understand_line(second);
	}
	return rc;
}

memcached_return_t mc_text_store(php_socket_t socket, const mc_item *item, mc_text_extra *extra,
	int64_t deadline, char words[MC_WORDS_MAX])
{
	static const char *const verbs[] = {"set", "add", "cas"};
	static const char *const questions[] = {"", "delete", "get"};
	mc_text_extra none = {.question = MC_NOTHING, .key = ""};
	char line[COMMAND_MAX], question[COMMAND_MAX] = "", answer[ANSWER_MAX + 1] = "", cas[32] = "";
	struct iovec parts[] = {{line, 0}, {(char *) item->value.bytes, item->value.length},
		{(char *) "\r\n", 2}, {question, 0}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = sizeof(parts) / sizeof(parts[0])};
	memcached_return_t rc;

	extra = extra ? extra : &none;
	if (item->verb == MC_CAS) {
		snprintf(cas, sizeof(cas), " %" PRIu64, item->cas);
	}
	parts[0].iov_len = (size_t) snprintf(line, sizeof(line), "%s %s 0 %lld %zu%s\r\n",
		verbs[item->verb], item->key, (long long) item->expires, item->value.length, cas);
	if (extra->question != MC_NOTHING) {
		parts[3].iov_len = (size_t) snprintf(
			question, sizeof(question), "%s %s\r\n", questions[extra->question], extra->key);
	}
	rc = send_all(socket, &message, deadline);
	if (rc == MEMCACHED_SUCCESS) {
		rc = receive(socket, extra, answer, deadline);
		snprintf(words, MC_WORDS_MAX, "%.*s", (int) strcspn(answer, "\r\n"), answer);
	}
	return rc == MEMCACHED_SUCCESS ? understand(answer, extra) : rc;
}

void mc_note_set(mc_note *note, cfs_value value)
{
	memset(note->bytes, 0, sizeof(note->bytes));
	memcpy(note->bytes, value.bytes, MIN(value.length, sizeof(note->bytes)));
	note->length = value.length;
}

bool mc_note_equals(const mc_note *note, const mc_note *other)
{
	return note->length == other->length &&
		memcmp(note->bytes, other->bytes, MIN(note->length, sizeof(note->bytes))) == 0;
}

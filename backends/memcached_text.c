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

/* Bytes of all commands of an exchange: six keys of 250, and what surrounds them. */
#define COMMANDS_MAX 2048

/* Bytes to read at once while the answer's length is unknown. */
#define READ_MIN 8192

/* How often a call may wait inside recv(): answers of the usual length arrive in two pieces at most. */
#define BLOCKING_CALLS_MAX 2

/* {{{ Commands */

typedef struct _text {
	char bytes[COMMANDS_MAX];
	size_t length;
} text;

static void say_bytes(text *text, const char *bytes, size_t length)
{
	length = MIN(length, sizeof(text->bytes) - text->length);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static void say(text *text, const char *words)
{
	say_bytes(text, words, strlen(words));
}

static void say_number(text *text, uint64_t number)
{
	char digits[20], *first = digits + sizeof(digits);

	do {
		*--first = (char) ('0' + number % 10);
		number /= 10;
	} while (number);
	say_bytes(text, first, (size_t) (digits + sizeof(digits) - first));
}

/* Adds the line that precedes the value. */
static void say_item(text *text, const mc_item *item)
{
	static const char *const verbs[] = {"set ", "add ", "cas "};

	say(text, verbs[item->verb]);
	say(text, item->key);
	say(text, " 0 ");
	say_number(text, (uint64_t) item->expires);
	say(text, " ");
	say_number(text, item->value.length);
	if (item->verb == MC_CAS) {
		say(text, " ");
		say_number(text, item->cas);
	}
	say(text, item->quiet ? " noreply\r\n" : "\r\n");
}

static mc_part *expect(mc_answer *answer, mc_form form, unsigned kinds)
{
	mc_part *part = &answer->parts[answer->count++];

	part->form = form;
	part->kinds = kinds;
	part->has_cas = kinds != 1u << MC_TOMBSTONE;
	return part;
}

/* Asks for the items. We do not need a tombstone's CAS value. */
static void say_get(text *text, const mc_items *items, unsigned kinds, mc_answer *answer)
{
	say(text, kinds == 1u << MC_TOMBSTONE ? "get" : "gets");
	for (int i = 0; i < MC_KIND_COUNT; i++) {
		if (kinds & 1u << i) {
			say(text, " ");
			say(text, items->keys[i]);
		}
	}
	say(text, "\r\n");
	expect(answer, MC_LIST, kinds);
}

/* Asks for each item separately, because only the session must be extended. Memcached sends the answer to a "get" at once;
 * the answer to an "mg" it sends together with the next one. */
static void say_extend(
	text *text, const mc_exchange *exchange, const char *session, unsigned kinds, mc_answer *answer)
{
	for (int i = 0; i < MC_SESSION; i++) {
		if (kinds & 1u << i) {
			say(text, "mg ");
			say(text, exchange->items->keys[i]);
			say(text, i == MC_TOMBSTONE ? " v k\r\n" : " v k c\r\n");
			expect(answer, MC_META, 1u << i)->may_refuse = true;
		}
	}
	say(text, "gats ");
	say_number(text, (uint64_t) exchange->expires);
	say(text, " ");
	say(text, session);
	say(text, "\r\n");
	expect(answer, MC_LIST, 1u << MC_SESSION)->may_refuse = true;
}

/* Adds all that follows the value of the item to store. */
static void say_rest(text *text, const mc_exchange *exchange, mc_answer *answer)
{
	const char *session = exchange->items ? exchange->items->keys[MC_SESSION] : NULL;
	unsigned kinds = 0;

	if (exchange->deleted) {
		say(text, "delete ");
		say(text, exchange->deleted);
		say(text, "\r\n");
		expect(answer, MC_LINE, 0);
	}
	for (int i = 0; exchange->items && i < MC_KIND_COUNT; i++) {
		kinds |= exchange->items->keys[i] ? 1u << i : 0;
	}
	if (session && exchange->expires) {
		say_extend(text, exchange, session, kinds, answer);
	} else if (kinds) {
		say_get(text, exchange->items, kinds, answer);
	}
}

/* }}} */

/* {{{ Sending and receiving */

/* After a call that failed: waits until trying it again is worth while. */
static memcached_return_t wait_for(
	php_socket_t socket, int events, int64_t deadline, memcached_return_t failure)
{
	int64_t left;

	if (errno == EINTR) {
		return MEMCACHED_SUCCESS;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK) {
		return failure;
	}
	left = deadline - cfs_now();
	if (left <= 0 || php_pollfd_for_ms(socket, events, (int) MIN(left, INT_MAX)) == 0) {
		return MEMCACHED_TIMEOUT;
	}
	return MEMCACHED_SUCCESS;
}

/* Removes what has been sent. */
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

/* Never waits in the call: a unix socket would wait for each of its buffers separately (SO_SNDTIMEO). */
static memcached_return_t send_all(php_socket_t socket, struct msghdr *message, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	while (message->msg_iovlen && rc == MEMCACHED_SUCCESS) {
		const struct iovec *part = message->msg_iov;
		ssize_t sent = message->msg_iovlen == 1
			? send(socket, part->iov_base, part->iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
			: sendmsg(socket, message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			advance(message, (size_t) sent);
		} else {
			rc = wait_for(socket, POLLOUT, deadline, MEMCACHED_WRITE_FAILURE);
		}
	}
	return rc;
}

/* Bytes; a shorter value is copied behind its command, a longer one is sent from where it is. */
#define COPIED_MAX 256

static memcached_return_t send_commands(
	php_socket_t socket, const mc_exchange *exchange, mc_answer *answer, int64_t deadline)
{
	const mc_item *item = exchange->item;
	text text;
	struct iovec parts[3];
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 1};
	size_t first = 0;

	text.length = 0;
	if (item) {
		if (!item->quiet) {
			expect(answer, MC_LINE, 0);
		}
		say_item(&text, item);
		first = text.length;
		if (item->value.length <= COPIED_MAX) {
			say_bytes(&text, item->value.bytes, item->value.length);
			first = 0;
		}
		say(&text, "\r\n");
	}
	say_rest(&text, exchange, answer);
	if (first) {
		parts[0] = (struct iovec){text.bytes, first};
		parts[1] = (struct iovec){(char *) item->value.bytes, item->value.length};
		message.msg_iovlen = 3;
	}
	parts[message.msg_iovlen - 1] = (struct iovec){text.bytes + first, text.length - first};
	return send_all(socket, &message, deadline);
}

static bool make_room(mc_buffer *buffer, size_t size)
{
	char *bytes = buffer->size >= size ? buffer->bytes : realloc(buffer->bytes, size);

	if (bytes) {
		buffer->bytes = bytes;
		buffer->size = MAX(buffer->size, size);
	}
	return bytes != NULL;
}

/* The first calls wait inside recv(), so that most answers need no poll(); the watchdog enforces the deadline. If the
 * server closes the connection, it may have said why before. */
static memcached_return_t receive(
	php_socket_t socket, mc_answer *answer, mc_buffer *buffer, int64_t deadline)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;
	size_t length = 0;

	for (int calls = 0; rc == MEMCACHED_SUCCESS && answer->done < answer->count; calls++) {
		ssize_t got;

		if (!make_room(buffer, MAX(READ_MIN, answer->wanted))) {
			return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
		}
		got = recv(socket, buffer->bytes + length, buffer->size - length,
			calls < BLOCKING_CALLS_MAX ? 0 : MSG_DONTWAIT);
		if (got < 0) {
			rc = wait_for(socket, POLLIN, deadline, MEMCACHED_READ_FAILURE);
		} else if (got == 0) {
			rc = MEMCACHED_CONNECTION_FAILURE;
		} else {
			length += (size_t) got;
			rc = mc_answer_understand(answer, buffer->bytes, length);
		}
	}
	return rc;
}

/* }}} */

/* Whether the server refused to extend the session and said nothing else, or closed the connection. */
static bool is_not_extended(
	const mc_exchange *exchange, const mc_answer *answer, memcached_return_t rc)
{
	if (rc == MEMCACHED_CONNECTION_FAILURE || rc == MEMCACHED_READ_FAILURE) {
		return exchange->expires != 0;
	}
	return answer->refusal && answer->done == answer->count && !answer->left;
}

memcached_return_t mc_text_exchange(php_socket_t socket, mc_exchange *exchange, mc_buffer *buffer,
	int64_t deadline, char words[MC_WORDS_MAX])
{
	mc_answer answer = {.items = exchange->items, .session_max = exchange->session_max};
	memcached_return_t rc;

	answer.words = words;
	if (exchange->items) {
		memset(exchange->items->found, 0, sizeof(exchange->items->found));
	}
	rc = send_commands(socket, exchange, &answer, deadline);
	if (rc == MEMCACHED_SUCCESS) {
		rc = receive(socket, &answer, buffer, deadline);
	}
	exchange->failure = rc == MEMCACHED_READ_FAILURE || rc == MEMCACHED_WRITE_FAILURE ? errno : 0;
	exchange->was_too_much = answer.was_too_much;
	exchange->not_extended = is_not_extended(exchange, &answer, rc);
	if (rc == MEMCACHED_SUCCESS) {
		mc_answer_finish(&answer, buffer->bytes);
		exchange->stored = answer.parts[0].rc;
		exchange->deletion =
			exchange->deleted ? answer.parts[exchange->item ? 1 : 0].rc : MEMCACHED_SUCCESS;
	} else if (exchange->items) {
		memset(exchange->items->found, 0, sizeof(exchange->items->found));
	}
	return rc;
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

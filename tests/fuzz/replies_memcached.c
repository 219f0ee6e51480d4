/*
 * What a Memcached server answers, in text and, with a login, in the binary protocol. The input is as
 * replies.h says.
 */
#include "replies.h"
#include <assert.h>
#include <ctype.h>
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

static const char *const save_paths[] = {
	"host",
	"memcached://user:" FUZZ_SECRET "@host",
	"a:11211,b:11212",
	"a:11211:2,b:11212",
	"/run/memcached.sock",
	NULL,
};

static const char *const prefixes[] = {"memc.sess.key.", "", "with blank", "x"};

/* {{{ What was said */

static bool has_said(const char *text)
{
	return peer_has_said(text, strlen(text));
}

/* Whether it has been said at any time: what the library has left may be older, and tokens can be guessed
 * here. */
static bool has_ever_said(const void *bytes, size_t length)
{
	for (size_t i = 0; i < peer_count(); i++) {
		const fuzz_bytes *said = &peer_at(i)->said;

		if (said->length && memmem(said->at, said->length, bytes, length)) {
			return true;
		}
	}
	return false;
}

/* Whether that was all. */
static bool has_said_only(const char *text)
{
	size_t length = 0;

	for (size_t i = 0; i < peer_count(); i++) {
		size_t more;

		peer_said(peer_at(i), &more);
		length += more;
	}
	return length == strlen(text) && has_said(text);
}

/* Whether nothing was said before. Else the library may have bytes left, which it takes for the answer to what
 * is asked next; nobody can see them. */
static bool is_first(void)
{
	size_t before = 0;

	for (size_t i = 0; i < peer_count(); i++) {
		before += peer_at(i)->said_before;
	}
	return before == 0;
}

/* }}} */

/* {{{ What libmemcached 1.1.4 does not survive
 *
 * Its users cannot do anything about it. Where the library has come to in what was said, it alone knows, so
 * that these are looked for everywhere.
 */

/* Assertions with which it ends the process. Every other one is to be found here. */
static const struct {
	const char *assertion, *function;
} known_assertions[] = {
	/* A server that speaks text answers a write with what is a success, but none of a write: "TOUCHED". */
	{"memcached_failed(rc)", "memcached_send_ascii("},
	/* There is not so much memory as the answer to a login is said to need. */
	{"memcached_failed(memcached_instance_error_return(server))", "_memcached_connect("},
	/* A login that failed in a way that the library takes no note of. */
	{"instance->error_messages", "memcached_vdo("},
	/* The same, where the first command is one that stores. */
	{"memcached_last_error(server->root) != MEMCACHED_SUCCESS", "memcached_send_binary("},
};

void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
	for (size_t i = 0; i < sizeof(known_assertions) / sizeof(known_assertions[0]); i++) {
		if (strcmp(assertion, known_assertions[i].assertion) == 0 &&
			strstr(function, known_assertions[i].function)) {
			replies_give_up();
		}
	}
	fprintf(stderr, "%s:%u: %s: %s\n", file, line, function, assertion);
	abort();
}

#define LIBRARY_KEY_MAX 250

/* Whether bytes begin so, and there are more. */
static bool begins(const uint8_t *bytes, size_t length, const char *text)
{
	return length > strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

#define LIBRARY_DIGITS_MAX 18

/* A length below 0, or one that is so if it wraps. */
static bool has_deadly_number(const uint8_t *text, size_t length)
{
	for (size_t i = 0, digits = 0; i < length && text[i] != '\n'; i++) {
		digits = isdigit(text[i]) ? digits + 1 : 0;
		if (text[i] == '-' || digits > LIBRARY_DIGITS_MAX) {
			return true;
		}
	}
	return false;
}

/* It looks for the value behind the line, if there is none in it. */
static bool is_deadly_statistic(const uint8_t *text, size_t length)
{
	size_t i = strlen("STAT");

	if (text[i] != '\n') {
		i++;
	}
	while (i < length && isgraph(text[i])) {
		i++;
	}
	return i < length && text[i] == '\n';
}

/* It looks for a blank behind "VERSION", copies any key to where the longest one fits, and believes any length. */
static bool is_deadly_text(const uint8_t *text, size_t length)
{
	size_t key = strlen("VALUE "), i = key;

	if (begins(text, length, "VERSION")) {
		return text[strlen("VERSION")] != ' ';
	}
	if (begins(text, length, "STAT")) {
		return is_deadly_statistic(text, length);
	}
	if (!begins(text, length, "VALUE")) {
		return false;
	}
	while (i < length && !iscntrl(text[i]) && !isspace(text[i])) {
		i++;
	}
	return i - key > LIBRARY_KEY_MAX || has_deadly_number(&text[i], length - i);
}

/* Operations of the binary protocol. */
enum {
	GETK = 0x0c,
	GETKQ = 0x0d,
	VERSION = 0x0b,
	STAT = 0x10,
	SASL_LIST = 0x20,
	SASL_STEP = 0x22
};

#define HEADER         24
#define VERSION_BUFFER 32

/* It believes the lengths that it is told. */
static bool is_deadly_packet(const uint8_t *packet)
{
	uint32_t key = (uint32_t) packet[2] << 8 | packet[3];
	uint32_t body = (uint32_t) packet[8] << 24 | (uint32_t) packet[9] << 16 |
		(uint32_t) packet[10] << 8 | packet[11];

	if (packet[0] != 0x81) {
		return false;
	}
	switch (packet[1]) {
		case GETK:
		case GETKQ:
			return key > LIBRARY_KEY_MAX;
		case VERSION:
			return body >= VERSION_BUFFER;
		case STAT:
			return body == UINT32_MAX || key > body;
		case SASL_LIST:
			return body == UINT32_MAX;
		default:
			return false;
	}
}

/* Whether the last that the client has asked is to be let in. */
static bool is_login(const fuzz_bytes *heard)
{
	uint8_t operation = 0;

	for (size_t at = 0; heard->length - at >= HEADER;) {
		const uint8_t *packet = &heard->at[at];

		operation = packet[1];
		at += HEADER + ((size_t) packet[10] << 8 | packet[11]);
		at = MIN(at, heard->length);
	}
	return operation >= SASL_LIST && operation <= SASL_STEP;
}

/* It ends the process where a login fails in a way that it has not noted: when the answer is cut off, or is
 * one that only other requests have, as "not found". */
void abort(void)
{
	Dl_info caller;
	bool is_library =
		dladdr(__builtin_return_address(0), &caller) && strstr(caller.dli_fname, "libmemcached.");

	for (size_t i = 0; is_library && i < peer_count(); i++) {
		if (is_login(&peer_at(i)->heard)) {
			replies_give_up();
		}
	}
	raise(SIGABRT);
	_exit(1);
}

static bool is_deadly(const peer_connection *connection)
{
	const fuzz_bytes *said = &connection->said;
	bool is_binary = connection->heard.length && connection->heard.at[0] == 0x80;

	for (size_t i = 0; i < said->length; i++) {
		size_t length = said->length - i;

		if (is_binary ? length >= HEADER && is_deadly_packet(&said->at[i])
					  : is_deadly_text(&said->at[i], length)) {
			return true;
		}
	}
	return false;
}

/* }}} */

/* Whether an item with that key was said, and each time with flags: another client's encoding. */
static bool has_flags(const char *key)
{
	char begin[CFS_PREFIX_MAX + 64];
	bool found = false;

	snprintf(begin, sizeof(begin), "VALUE %s ", key);
	for (size_t i = 0; i < peer_count(); i++) {
		const char *at = (const char *) peer_at(i)->said.at;

		for (; at && (at = strstr(at, begin)); found = true) {
			at += strlen(begin);
			if (*at < '1' || *at > '9') {
				return false;
			}
		}
	}
	return found;
}

/* No answer counts without the lock, nor any that PHP did not encode. */
static void check_start(const cfs_options *options, cfs_result result, cfs_value value)
{
	const char *token = peer_token();
	char key[CFS_PREFIX_MAX + 32];

	snprintf(key, sizeof(key), "%s%s", options->prefix, REPLIES_ID);
	fuzz_require(result != CFS_OK || !has_flags(key),
		"what others have encoded is taken for a session", key);
	if (options->lock && peer_has_new_token()) {
		fuzz_require(
			has_ever_said(token, strlen(token)), "nobody said that the lock is ours", token);
		fuzz_require(result != CFS_OK || has_ever_said(value.bytes, value.length),
			"nobody said that value", NULL);
	}
}

/* The library looks at some letters of an answer, so that much is a success; not the answers to other
 * requests, nor none. */
static void check_done(const cfs_options *options, char operation)
{
	static const char *const none[] = {"", "NOT_STORED\r\n", "EXISTS\r\n", "END\r\n", "ERROR\r\n"};
	const char operations[] = {operation, '\0'};

	(void) options;
	if (!is_first()) {
		return;
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		fuzz_require(!has_said_only(none[i]), "nobody said that it was done", operations);
	}
	fuzz_require(!has_said_only(operation == 'w' ? "NOT_FOUND\r\n" : "STORED\r\n"),
		"that was the answer to something else", operations);
}

static void check_kept(peer_connection *connection)
{
	(void) connection;
}

static const replies_backend memcached = {
	.backend = &cfs_backend_memcached,
	.save_paths = save_paths,
	.prefixes = prefixes,
	.check_start = check_start,
	.check_done = check_done,
	.check_kept = check_kept,
	.gives_up = true,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	peer_never_says(is_deadly);
	replies_run(&memcached, data, size);
	return 0;
}

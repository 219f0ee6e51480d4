/*
 * The answers of a Memcached server, in text and, with a login, in the binary protocol. replies.h describes
 * the input.
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

/* {{{ The server's answers */

static bool has_said(const char *text)
{
	return peer_has_said(text, strlen(text));
}

/* Whether the server has ever sent these bytes: the library may have left older ones unread, and tokens can be
 * guessed here. */
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

/* Whether the server has sent only this text. */
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

/* Whether the server had sent nothing before. Otherwise the library may have bytes left, which it uses as the
 * answer to the next command; the extension cannot see them. */
static bool is_first(void)
{
	size_t before = 0;

	for (size_t i = 0; i < peer_count(); i++) {
		before += peer_at(i)->said_before;
	}
	return before == 0;
}

/* }}} */

/* {{{ Answers that libmemcached 1.1.4 does not survive
 *
 * Its users cannot prevent that. Only the library knows its position in the answers, so these are looked for
 * everywhere.
 */

/* Assertions with which it aborts the process. Any other one is a finding. */
static const struct {
	const char *assertion, *function;
} known_assertions[] = {
	/* In text, a server answers a write with a success of another command: "TOUCHED". */
	{"memcached_failed(rc)", "memcached_send_ascii("},
	/* The answer to a login claims a size for which there is no memory. */
	{"memcached_failed(memcached_instance_error_return(server))", "_memcached_connect("},
	/* A login failed in a way that the library does not record. */
	{"instance->error_messages", "memcached_vdo("},
	/* The same, with a write as the first command. */
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

/* Whether the bytes begin with the text, and more follow. */
static bool begins(const uint8_t *bytes, size_t length, const char *text)
{
	return length > strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

#define LIBRARY_DIGITS_MAX 18

/* A negative length, or one that becomes negative by overflow. */
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

/* The library reads beyond the line for a missing value. */
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

/* The library expects a blank after "VERSION", copies any key into a buffer for the longest valid one, and trusts
 * any length. */
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

/* The library trusts the lengths in the packet. */
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

/* Whether the client's last command is a login. */
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

/* The library aborts if a login fails in a way that it has not recorded: if the answer is cut off, or belongs
 * to another command, such as "not found". */
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

/* Whether the server sent an item with that key, each time with flags, which mark another client's encoding. */
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

/* No answer counts without the lock, or if PHP did not encode it. */
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

/* The library checks only some letters of an answer, so many answers are a success; but not the answers to
 * other commands, nor none. */
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

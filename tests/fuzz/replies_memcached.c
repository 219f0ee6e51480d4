/*
 * What a Memcached server answers, in text and, with a login, in the binary protocol. The input is as
 * replies.h says.
 */
#include "replies.h"
#include <assert.h>

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

/* Whether that was all, on whatever connections. */
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

/* }}} */

/* libmemcached 1.1.4 ends the process where a server that speaks text answers a write with what the library
 * takes for a success, and is none of a write ("TOUCHED"; see awesomized/libmemcached issue 156). Nothing can
 * be done about that from outside. Every other assertion is to be found here. */
void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
	if (strcmp(assertion, "memcached_failed(rc)") == 0 &&
		strstr(function, "memcached_send_ascii(")) {
		replies_give_up();
	}
	fprintf(stderr, "%s:%u: %s: %s\n", file, line, function, assertion);
	abort();
}

/* It crashes where a text that begins as a version's is none, whatever it has asked for. */
static bool is_bad_version(const char *line)
{
	unsigned major, minor, micro;
	char last = '\0';

	return line[0] == 'V' && line[1] == 'E' &&
		(strncmp(line, "VERSION ", strlen("VERSION ")) != 0 ||
			sscanf(line + strlen("VERSION "), "%3u.%3u.%3u%c", &major, &minor, &micro, &last) !=
				4 ||
			last != '\r');
}

/* It ends the process where a login is answered with what only other requests are: not found, exists, too
 * big, not stored. */
static bool is_bad_login(const peer_bytes *said)
{
	static const size_t header = 24;
	int successes = 0;

	for (size_t at = 0; said->length - at >= header && successes < 2;) {
		const uint8_t *packet = &said->at[at];
		unsigned status = (unsigned) packet[6] << 8 | packet[7];
		size_t body = (size_t) packet[8] << 24 | (size_t) packet[9] << 16 |
			(size_t) packet[10] << 8 | packet[11];

		if ((status >= 1 && status <= 3) || status == 5) {
			return true;
		}
		successes += status == 0;
		at = body > said->length - at - header ? said->length : at + header + body;
	}
	return false;
}

static bool is_deadly(const peer_bytes *said)
{
	const char *line = (const char *) said->at, *end = line + said->length, *next;

	if (said->at[0] == 0x81) {
		return is_bad_login(said);
	}
	for (; (next = memchr(line, '\n', (size_t) (end - line))); line = next + 1) {
		if (is_bad_version(line)) {
			return true;
		}
	}
	return false;
}

/* No answer counts without the lock. */
static void check_start(const cfs_options *options, cfs_result result, cfs_value value)
{
	fuzz_require(!options->lock || has_said(PEER_TOKEN), "nobody said that the lock is ours", NULL);
	fuzz_require(result != CFS_OK || peer_has_said(value.bytes, value.length),
		"nobody said that value", NULL);
}

/* The library looks at some letters of an answer, so that much is a success; not the answers to other
 * requests, nor none. */
static void check_done(const cfs_options *options, char operation)
{
	static const char *const none[] = {"", "NOT_STORED\r\n", "EXISTS\r\n", "END\r\n", "ERROR\r\n"};
	const char operations[] = {operation, '\0'};

	(void) options;
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
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	peer_never_says(is_deadly);
	replies_run(&memcached, data, size);
	return 0;
}

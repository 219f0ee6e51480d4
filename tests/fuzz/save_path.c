/*
 * session.save_path. An input whose first byte is below 0x80 is one. Any other describes one that has a
 * secret where a password belongs:
 *
 *     form | 0x80, count, { place, character } * count, the rest of the save path
 *
 * where the characters, which people forget to encode, are put into the secret.
 */
#include "harness.h"

#define CHARACTERS_MAX 3 /* too few to spell the name of a parameter whose value is shown */

static const struct {
	const char *head, *tail;
	bool may_have_colon; /* else what stands before it is the user's name */
} forms[] = {
	{"tcp://host:6379?auth=", "&", true},
	{"tcp://host:6379?database=1&auth=", "&", true},
	{"tcp://host:6379?auth[]=user&auth[]=", "&", true},
	{"tcp://host:6379?auth[user]=user&auth[pass]=", "&", true},
	{"tls://host:6379?auth=", "&", true},
	{"unix:///tmp/redis.sock?auth=", "&", true},
	{"tcp://user:", "@", true},
	{"redis://user:", "@", true},
	{"redis://:", "@", true},
	{"redis://", "@", false},
	{"rediss://user:", "@", true},
	{"memcached://user:", "@", true},
	{"redis+sentinel://user:", "@", true},
	{"redis+cluster://user:", "@", true},
	{"host:11211?auth=", "&", true},
	{"binding:name?auth=", "&", true},
};

#define FORM_COUNT (sizeof(forms) / sizeof(forms[0]))

/* Whether it is of characters that need no encoding, anywhere. */
static bool is_plain_text(const char *text)
{
	return !text ||
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
		strlen(text);
}

/* Whether all that it says is in its description, and nothing that would have to be encoded there. */
static bool describes_all(const cfs_server *server)
{
	const cfs_tls *tls = &server->tls;

	return !server->password && is_plain_text(server->prefix) && is_plain_text(server->pool) &&
		is_plain_text(tls->peer_name) && is_plain_text(tls->ca_file) &&
		is_plain_text(tls->ca_directory) && is_plain_text(tls->certificate) &&
		is_plain_text(tls->key);
}

/* A socket of Memcached is written in another way than described. */
static bool is_described_as_written(const cfs_target *target)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		const cfs_server *server = &target->servers[i];

		if (!describes_all(server) ||
			(server->port == 0 &&
				(strcmp(target->backend, "redis") != 0 || !is_plain_text(server->host + 1)))) {
			return false;
		}
	}
	return *target->backend && (!target->master || describes_all(target->master));
}

static void reads_its_description(const cfs_target *target)
{
	zend_string *description = cfs_target_describe(target);
	cfs_error error = {.message = ""};
	cfs_target *again = cfs_save_path_parse(ZSTR_VAL(description), &error);

	fuzz_require(again != NULL, error.message, ZSTR_VAL(description));
	fuzz_require(fuzz_same_target(target, again), "its description means something else",
		ZSTR_VAL(description));
	cfs_target_release(again);
	zend_string_release(description);
}

static void check(const char *save_path, bool is_secret)
{
	cfs_error error = {.message = ""};
	cfs_target *target = cfs_save_path_parse(save_path, &error);

	fuzz_require(!target == !!*error.message, "the error and the target do not agree", save_path);
	fuzz_require(
		!is_secret || !fuzz_has_secret(error.message), "the error shows it", error.message);
	if (!target) {
		return;
	}
	fuzz_check_target(target);
	if (is_secret) {
		fuzz_hides_secret(target);
	}
	if (is_described_as_written(target)) {
		reads_its_description(target);
	}
	cfs_target_release(target);
}

/* The secret with the characters in it that the input has. Returns how much of the input it was. */
static size_t make_password(
	char password[64], const uint8_t *data, size_t size, bool may_have_colon)
{
	size_t count = size ? data[0] % (CHARACTERS_MAX + 1) : 0, used = 1;

	snprintf(password, 64, "%s", FUZZ_SECRET);
	for (; count && used + 2 <= size; count--, used += 2) {
		size_t length = strlen(password), place = data[used] % (length + 1);
		char character = (char) data[used + 1];

		if (character && (character != ':' || may_have_colon)) {
			memmove(password + place + 1, password + place, length - place + 1);
			password[place] = character;
		}
	}
	return MIN(used, size);
}

static void check_form(const uint8_t *data, size_t size)
{
	size_t form = (data[0] & 0x7f) % FORM_COUNT, used;
	char password[64], *rest, *save_path;
	bool is_secret;

	used = 1 + make_password(password, data + 1, size - 1, forms[form].may_have_colon);
	rest = fuzz_text(data + used, size - used);
	if (asprintf(&save_path, "%s%s%s%s", forms[form].head, password, forms[form].tail, rest) < 0) {
		abort();
	}
	/* Another "@" ends the password, and what stands before its colon is the user's name. */
	is_secret = !fuzz_has_secret(rest) && (forms[form].may_have_colon || !strchr(rest, '@'));
	check(save_path, is_secret);
	free(save_path);
	free(rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size && data[0] >= 0x80) {
		check_form(data, size);
		return 0;
	}
	text = fuzz_text(data, size);
	check(text, false);
	free(text);
	return 0;
}

/*
 * session.save_path, made by fuzz_save_path() from the input.
 */
#include "harness.h"

/* Whether all its characters need no encoding anywhere. */
static bool is_plain_text(const char *text)
{
	return !text ||
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
		strlen(text);
}

/* Whether its description shows all of it, without anything that would need encoding. */
static bool describes_all(const cfs_server *server)
{
	const cfs_tls *tls = &server->tls;

	return !server->password && !tls->passphrase && is_plain_text(server->prefix) &&
		is_plain_text(server->pool) && is_plain_text(tls->peer_name) &&
		is_plain_text(tls->ca_file) && is_plain_text(tls->ca_directory) &&
		is_plain_text(tls->certificate) && is_plain_text(tls->key) &&
		is_plain_text(tls->fingerprint) && is_plain_text(tls->ciphers);
}

/* The description of a Memcached socket differs from its save path. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_secret;
	char *save_path = fuzz_save_path(data, size, &is_secret);

	check(save_path, is_secret);
	free(save_path);
	return 0;
}

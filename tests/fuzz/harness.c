#include "harness.h"
#include "sapi/embed/php_embed.h"
#include <ctype.h>
#include <sanitizer/lsan_interface.h>
#include <signal.h>

#define SECRET_PART 4

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Without a php.ini, and with malloc() for request memory, so that the sanitizers see it. Memory that PHP keeps
 * until it ends does not count as leaked. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void) argc;
	(void) argv;
	setenv("USE_ZEND_ALLOC", "0", 1);
	php_embed_module.php_ini_ignore = 1;
	__lsan_disable();
	if (fuzz_before_php) {
		fuzz_before_php();
	}
	if (php_embed_init(0, NULL) != SUCCESS) {
		fprintf(stderr, "PHP does not start\n");
		exit(1);
	}
	__lsan_enable();
	/* PHP handles it, so that Ctrl-C would do nothing. */
	signal(SIGINT, SIG_DFL);
	return 0;
}

void fuzz_require(bool holds, const char *what, const char *text)
{
	if (!holds) {
		fprintf(stderr, "VIOLATED: %s: %s\n", what, text ? text : "(nothing)");
		abort();
	}
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

void fuzz_grow(fuzz_bytes *bytes, const void *more, size_t length)
{
	bytes->at = realloc(bytes->at, bytes->length + length + 1);
	memcpy(bytes->at + bytes->length, more, length);
	bytes->length += length;
	bytes->at[bytes->length] = '\0';
}

bool fuzz_ends_in(const char *text, const char *end)
{
	size_t length = strlen(text);

	return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* {{{ Secrets */

bool fuzz_has_secret(const char *text)
{
	char part[SECRET_PART + 1] = "";

	for (size_t i = 0; i + SECRET_PART < sizeof(FUZZ_SECRET); i++) {
		memcpy(part, &FUZZ_SECRET[i], SECRET_PART);
		if (strstr(text, part)) {
			return true;
		}
	}
	return false;
}

/* Parses scheme://user:password@…, which ends at one of `stops`. Returns the beginning of the password, and its
 * end in *end; NULL: there is none. */
static const char *password_of_url(const char *url, const char *stops, const char **end)
{
	const char *authority = strstr(url, "://"), *last = url + strcspn(url, stops), *password;

	if (!authority || authority >= last) {
		return NULL;
	}
	password = authority + 3 + strcspn(authority + 3, ":/?#");
	if (password >= last || *password != ':') {
		return NULL;
	}
	for (*end = NULL; last > password; last--) {
		if (*last == '@') {
			*end = last;
			return password + 1;
		}
	}
	return NULL;
}

char *fuzz_url_with_secret(const char *url)
{
	fuzz_bytes grown = {NULL, 0};
	const char *end, *password = password_of_url(url, "", &end);

	fuzz_grow(&grown, url, password ? (size_t) (password - url) : strlen(url));
	if (password) {
		fuzz_grow(&grown, FUZZ_SECRET, strlen(FUZZ_SECRET));
		fuzz_grow(&grown, end, strlen(end));
	}
	return (char *) grown.at;
}

/* The text to replace, if a secret belongs at the beginning of this JSON. */
static const char *place_of_secret(const char *json, const char **end)
{
	static const char *const keys[] = {"password", "Password", "pass", "primaryKey", "auth_token",
		"sentinel_password", "ha_password", "uri"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t length = strlen(keys[i]);
		const char *value = json + length + 1;

		if (json[0] != '"' || strncmp(json + 1, keys[i], length) != 0 || *value++ != '"') {
			continue;
		}
		value += strspn(value, ": ");
		if (*value++ != '"') {
			return NULL;
		}
		if (strcmp(keys[i], "uri") == 0) {
			return password_of_url(value, "\"\\", end);
		}
		*end = value + strcspn(value, "\"\\");
		return **end == '"' ? value : NULL;
	}
	return NULL;
}

char *fuzz_with_secrets(const char *json)
{
	fuzz_bytes grown = {NULL, 0};

	fuzz_grow(&grown, "", 0);
	while (*json) {
		const char *end, *value = place_of_secret(json, &end);

		if (value) {
			fuzz_grow(&grown, json, (size_t) (value - json));
			fuzz_grow(&grown, FUZZ_SECRET, strlen(FUZZ_SECRET));
			json = end;
		} else {
			fuzz_grow(&grown, json++, 1);
		}
	}
	return (char *) grown.at;
}

/* The digits of an escape are nobody's secret, though they may look like a part of it: ")Wv3" is shown as "%29Wv3". No two
 * of the secret's characters in a row are such digits. */
static void hides_secret(zend_string *text)
{
	for (char *at = ZSTR_VAL(text); (at = strchr(at, '%')); at++) {
		if (isxdigit((unsigned char) at[1]) && isxdigit((unsigned char) at[2])) {
			at[1] = at[2] = '?';
		}
	}
	fuzz_require(!fuzz_has_secret(ZSTR_VAL(text)), "it shows a password", ZSTR_VAL(text));
	zend_string_release(text);
}

void fuzz_hides_secret(const cfs_target *target)
{
	hides_secret(cfs_target_describe(target));
	if (target->binding) {
		hides_secret(cfs_target_reference_path(target, target->binding));
	}
}

/* }}} */

/* {{{ Save paths */

#define CHARACTERS_MAX 3 /* too few to spell the name of a parameter whose value is shown */

static const struct {
	const char *head, *tail;
	bool may_have_colon; /* otherwise the text before it is the user's name */
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

/* The secret with the input's characters in it. Returns how many bytes of the input this took. */
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

static char *with_secret(const uint8_t *data, size_t size, bool *is_secret)
{
	size_t form = (data[0] & 0x7f) % FORM_COUNT, used;
	char password[64], *rest, *save_path;

	used = 1 + make_password(password, data + 1, size - 1, forms[form].may_have_colon);
	rest = fuzz_text(data + used, size - used);
	if (asprintf(&save_path, "%s%s%s%s", forms[form].head, password, forms[form].tail, rest) < 0) {
		abort();
	}
	/* Another "@" ends the password, and the text before its colon is the user's name. */
	*is_secret = !fuzz_has_secret(rest) && (forms[form].may_have_colon || !strchr(rest, '@'));
	free(rest);
	return save_path;
}

char *fuzz_save_path(const uint8_t *data, size_t size, bool *is_secret)
{
	if (size && data[0] >= 0x80) {
		return with_secret(data, size, is_secret);
	}
	*is_secret = false;
	return fuzz_text(data, size);
}

/* }}} */

/* {{{ Targets */

static bool same_text(const char *a, const char *b)
{
	return !a == !b && (!a || strcmp(a, b) == 0);
}

static bool same_server(const cfs_server *a, const cfs_server *b)
{
	return cfs_server_same_connection(a, b) && same_text(a->address, b->address) &&
		same_text(a->prefix, b->prefix) && a->connect_timeout == b->connect_timeout &&
		a->timeout == b->timeout && a->persistent == b->persistent;
}

bool fuzz_same_target(const cfs_target *a, const cfs_target *b)
{
	bool weighted = a->weighted && a->server_count > 1;
	bool same = strcmp(a->backend, b->backend) == 0 && a->topology == b->topology &&
		weighted == (b->weighted && b->server_count > 1) && a->server_count == b->server_count &&
		!a->master == !b->master && same_text(a->master_name, b->master_name) &&
		a->wait_replicas == b->wait_replicas && a->wait_timeout == b->wait_timeout;

	for (uint32_t i = 0; same && i < a->server_count; i++) {
		same = same_server(&a->servers[i], &b->servers[i]) &&
			(!weighted || a->servers[i].weight == b->servers[i].weight);
	}
	return same && (!a->master || same_server(a->master, b->master));
}

/* Checks what cfs_target_finish() promises. */
static void is_finished(const cfs_server *server, bool has_place)
{
	fuzz_require(!has_place || (server->host && *server->host), "a server has no host", NULL);
	fuzz_require(!server->host == !server->address, "a server has no address", server->host);
	fuzz_require(server->database != CFS_DATABASE_UNSET, "no database", server->host);
	fuzz_require(server->password || !server->username, "a user has no password", server->host);
	fuzz_require(server->weight > 0, "a server has no weight", server->host);
}

static void is_complete(const cfs_target *target)
{
	bool has_place = *target->backend != '\0';

	fuzz_require(target->server_count > 0, "there are no servers", NULL);
	for (uint32_t i = 0; i < target->server_count; i++) {
		is_finished(&target->servers[i], has_place);
	}
	fuzz_require((target->topology == CFS_SENTINEL) == (target->master != NULL),
		"the master and the topology do not agree", NULL);
	if (target->master) {
		is_finished(target->master, false);
		fuzz_require(target->master_name != NULL, "the master has no name", NULL);
	}
	fuzz_require(has_place || target->binding, "it is nowhere", NULL);
}

void fuzz_check_target(const cfs_target *target)
{
	cfs_target *copy = cfs_target_copy(target);
	zend_string *description = cfs_target_describe(target), *of_copy;

	is_complete(target);
	fuzz_require(fuzz_same_target(target, copy), "a copy differs", ZSTR_VAL(description));
	cfs_target_overlay(copy, target);
	/* The first server's parameters apply to all, but weighted servers may differ. */
	fuzz_require(target->topology == CFS_WEIGHTED || fuzz_same_target(target, copy),
		"it differs after an overlay with itself", ZSTR_VAL(description));
	cfs_target_release(copy);
	copy = cfs_target_copy(target);
	of_copy = cfs_target_describe(copy);
	fuzz_require(zend_string_equals(description, of_copy), "a copy is described in other words",
		ZSTR_VAL(of_copy));
	zend_string_release(of_copy);
	zend_string_release(description);
	cfs_target_set_binding(copy, "fuzz");
	cfs_target_release(cfs_target_reference(copy));
	cfs_target_release(copy);
}

/* }}} */

/* {{{ Bindings */

/* Checks that the service's save path in php.ini leads back to it. */
static void is_referred_to(const cfs_binding *binding)
{
	zend_string *path = cfs_target_reference_path(binding->target, binding->name);
	cfs_error error = {.message = ""};
	cfs_target *reference = cfs_save_path_parse(ZSTR_VAL(path), &error);

	fuzz_require(reference != NULL, error.message, ZSTR_VAL(path));
	fuzz_require(same_text(reference->binding, binding->name), "another binding", ZSTR_VAL(path));
	fuzz_require(strcmp(reference->backend, binding->target->backend) == 0 &&
			reference->topology == binding->target->topology &&
			reference->server_count == binding->target->server_count,
		"other servers", ZSTR_VAL(path));
	fuzz_require(!reference->servers[0].password, "it has a password", ZSTR_VAL(path));
	for (uint32_t i = 0; i < reference->server_count; i++) {
		fuzz_require(same_text(reference->servers[i].address, binding->target->servers[i].address),
			"another address", ZSTR_VAL(path));
	}
	cfs_target_release(reference);
	zend_string_release(path);
}

/* Checks that a service is no socket, and that its server is verified. */
static void is_safe(const cfs_target *target)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		const cfs_server *server = &target->servers[i];

		fuzz_require(server->port != 0, "it is a socket", server->host);
		fuzz_require(!server->tls.insecure && !server->tls.any_name, "it may be anybody", NULL);
	}
	fuzz_require(!target->master || target->master->port, "the master has no port", NULL);
}

static void check_seen(const cfs_seen_services *seen, bool has_secret)
{
	cfs_error summary;

	cfs_seen_summary(seen, &summary);
	fuzz_require(*summary.message != '\0', "no summary", NULL);
	fuzz_require(has_secret || !fuzz_has_secret(summary.message), "the summary shows a password",
		summary.message);
	for (uint32_t i = 0; i < seen->count; i++) {
		const cfs_seen_service *service = &seen->list[i];

		fuzz_require(service->source && *service->source, "nothing told of it", service->name);
		fuzz_require(service->name || service->reason, "neither a name nor a reason", NULL);
		fuzz_require(!service->name || cfs_is_printable(service->name), "the name is raw", NULL);
		fuzz_require(!service->reason || *service->reason, "no reason", service->name);
		fuzz_require(has_secret || !service->reason || !fuzz_has_secret(service->reason),
			"the reason shows a password", service->reason);
	}
}

static void check_binding(cfs_binding_result result, const cfs_binding *binding, bool has_secret)
{
	const char *error = binding->error.message;

	fuzz_require((result == CFS_BINDING_FOUND) == (binding->target != NULL),
		"the result and the target do not agree", error);
	fuzz_require(
		(result == CFS_BINDING_UNUSABLE || result == CFS_BINDING_ILLEGIBLE) == (*error != '\0'),
		"the result and the error do not agree", error);
	/* If no service was chosen, the error ends with the names of the existing ones. */
	fuzz_require(
		!binding->source || !fuzz_ends_in(error, ": "), "the error gives no reason", error);
	fuzz_require(!fuzz_ends_in(binding->notice.message, ": "), "the notice gives no reason", error);
	fuzz_require(result == CFS_BINDING_NONE || *binding->error.message || binding->source,
		"what was found has no source", error);
	check_seen(&binding->seen, has_secret);
	if (!has_secret) {
		fuzz_require(!fuzz_has_secret(error), "the error shows a password", error);
		fuzz_require(!fuzz_has_secret(binding->notice.message), "the notice shows a password",
			binding->notice.message);
	}
	if (!binding->target) {
		return;
	}
	fuzz_require(binding->name != NULL, "what was found has no name", NULL);
	fuzz_require(same_text(binding->target->binding, binding->name), "another name", binding->name);
	fuzz_check_target(binding->target);
	is_safe(binding->target);
	is_referred_to(binding);
	if (!has_secret) {
		fuzz_hides_secret(binding->target);
	}
}

static void find(const cfs_binding_query *query, bool has_secret)
{
	cfs_binding binding;
	cfs_binding_result result = cfs_bindings_find(query, &binding);

	check_binding(result, &binding, has_secret);
	cfs_binding_free(&binding);
}

void fuzz_find(const char *name, const char *options_file, bool has_secret)
{
	cfs_binding_query query = {.service = "",
		.redis_key = "",
		.memcached_key = "",
		.options_file = options_file,
		.unnamed = false};

	cfs_environment_startup();
	find(&query, has_secret);
	query.unnamed = true;
	find(&query, has_secret);
	query.service = name;
	find(&query, has_secret);
	query.service = "";
	query.memcached_key = name;
	query.redis_key = "s";
	find(&query, has_secret);
	cfs_environment_shutdown();
}

/* }}} */

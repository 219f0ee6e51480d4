/*
 * The settings, and where they are shown: cfsession_status(), phpinfo() as text and as HTML, and warnings. The
 * input is a list of settings name=value, with a byte 0x1e between them; fuzz_save_path() makes save paths, and
 * a password is the secret followed by the value.
 *
 * There is also a bound service, whose password is the secret, too.
 */
#include "harness.h"
#include "../../php_cfsession.h"
#include "../../session/session_handler.h"
#include "../../auto_configure.h"
#include "sapi/embed/php_embed.h"
#include "ext/standard/info.h"
#include "Zend/zend_exceptions.h"

#define SEPARATOR    0x1e
#define SETTINGS_MAX 16

static const char *const names[] = {"cfsession.auto_configure", "cfsession.service",
	"cfsession.redis_service", "cfsession.memcached_service", "cfsession.options_file",
	"cfsession.prefix", "cfsession.lock", "cfsession.lock_wait", "cfsession.lock_ttl",
	"cfsession.lock_lease", "cfsession.lock_waiters", "cfsession.compression",
	"cfsession.compression_level", "cfsession.compression_threshold", "cfsession.first_lifetime",
	"cfsession.store_empty", "cfsession.connect_timeout", "cfsession.timeout",
	"cfsession.retry_interval", "cfsession.persistent", "cfsession.sasl_username",
	"cfsession.sasl_password", "session.save_path", "session.save_handler", "max_execution_time"};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static int warnings;
static bool shows_secrets; /* because the input has the secret outside of passwords */

/* {{{ PHP */

static void note_error(int type, zend_string *file, const uint32_t line, zend_string *message)
{
	(void) type;
	(void) file;
	(void) line;
	warnings++;
	fuzz_require(shows_secrets || !fuzz_has_secret(ZSTR_VAL(message)), "a warning shows a password",
		ZSTR_VAL(message));
}

static int start_with_us(sapi_module_struct *sapi)
{
#if PHP_VERSION_ID < 80200
	return php_module_startup(sapi, &cfsession_module_entry, 1);
#else
	return php_module_startup(sapi, &cfsession_module_entry);
#endif
}

void fuzz_before_php(void)
{
	setenv("VCAP_SERVICES",
		"{\"p.redis\":[{\"name\":\"app-redis-sessions\",\"credentials\":"
		"{\"host\":\"10.0.0.1\",\"port\":6379,\"password\":\"" FUZZ_SECRET "\"}}]}",
		1);
	php_embed_module.startup = start_with_us;
}

/* }}} */

/* {{{ Setting values */

static bool is_time(int64_t milliseconds, bool may_be_zero)
{
	return milliseconds >= (may_be_zero ? 0 : 1) && milliseconds <= CFS_TIME_MAX;
}

static void check_settings(void)
{
	const cfs_settings *settings = &CFSESSION_G(settings);

	fuzz_require(is_time(settings->lock_wait, true) && is_time(settings->lock_ttl, true) &&
			is_time(settings->retry_interval, true) && is_time(settings->connect_timeout, false) &&
			is_time(settings->timeout, false),
		"a time is out of its range", NULL);
	fuzz_require(settings->lock_lease >= 1000 && settings->lock_lease <= CFS_TIME_MAX,
		"a lease is out of its range", NULL);
	fuzz_require(settings->lock_waiters <= 1000000, "a number is out of its range", NULL);
	fuzz_require(settings->lock == CFS_LOCK_OFF || settings->lock == CFS_LOCK_ON ||
			settings->lock == CFS_LOCK_MERGE,
		"no mode of locks", NULL);
	fuzz_require(strlen(settings->prefix) <= CFS_PREFIX_MAX && cfs_is_printable(settings->prefix),
		"no prefix", settings->prefix);
	fuzz_require(cfs_is_printable(settings->sasl_username) &&
			cfs_is_printable(settings->sasl_password) && cfs_is_printable(settings->service) &&
			cfs_is_printable(settings->redis_service) &&
			cfs_is_printable(settings->memcached_service) &&
			cfs_is_printable(settings->options_file),
		"a setting has control characters", NULL);
}

/* A refused value warns and leaves the old one; an accepted value does not warn. */
static void set(const char *name, const char *value, size_t length)
{
	const zend_ini_entry *entry = zend_hash_str_find_ptr(EG(ini_directives), name, strlen(name));
	zend_string *key = zend_string_init(name, strlen(name), false);
	zend_string *new = zend_string_init(value, length, false);
	zend_string *before = zend_string_copy(entry->value ? entry->value : ZSTR_EMPTY_ALLOC());
	zend_result result;

	warnings = 0;
	result = zend_alter_ini_entry(key, new, PHP_INI_SYSTEM, PHP_INI_STAGE_RUNTIME);
	if (strncmp(name, "cfsession.", strlen("cfsession.")) == 0) {
		fuzz_require(
			warnings == (result == FAILURE), "the result and the warnings do not agree", name);
		fuzz_require(zend_string_equals(entry->value, result == FAILURE ? before : new),
			"it is something else now", name);
	}
	check_settings();
	zend_string_release(before);
	zend_string_release(new);
	zend_string_release(key);
}

static void set_password(const char *name, const uint8_t *value, size_t length)
{
	char *rest = fuzz_text(value, length), *password;

	if (asprintf(&password, "%s%s", FUZZ_SECRET, rest) < 0) {
		abort();
	}
	set(name, password, strlen(password));
	free(password);
	free(rest);
}

static void set_save_path(const char *name, const uint8_t *value, size_t length)
{
	bool is_secret;
	char *save_path = fuzz_save_path(value, length, &is_secret);

	shows_secrets = shows_secrets || (!is_secret && fuzz_has_secret(save_path));
	set(name, save_path, strlen(save_path));
	free(save_path);
}

/* Sets one name=value of the input. */
static void set_one(const uint8_t *data, size_t size)
{
	const uint8_t *equals = memchr(data, '=', size);
	size_t length = equals ? (size_t) (equals - data) : size, i = 0;
	size_t rest = equals ? size - length - 1 : 0;
	const uint8_t *value = equals ? equals + 1 : data;

	while (i < NAME_COUNT && (strlen(names[i]) != length || memcmp(names[i], data, length) != 0)) {
		i++;
	}
	if (i == NAME_COUNT) {
		return;
	}
	if (fuzz_ends_in(names[i], "password")) {
		set_password(names[i], value, rest);
	} else if (fuzz_ends_in(names[i], "save_path")) {
		set_save_path(names[i], value, rest);
	} else {
		set(names[i], (const char *) value, rest);
	}
}

static void set_all(const uint8_t *data, size_t size)
{
	for (int i = 0; size && i < SETTINGS_MAX; i++) {
		const uint8_t *end = memchr(data, SEPARATOR, size);
		size_t length = end ? (size_t) (end - data) : size;
		char *text = fuzz_text(data, length);

		shows_secrets = shows_secrets || fuzz_has_secret(text);
		free(text);
		set_one(data, length);
		length += end ? 1 : 0;
		data += length;
		size -= length;
	}
}

static void restore_all(void)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		zend_string *key = zend_string_init(names[i], strlen(names[i]), false);

		zend_restore_ini_entry(key, PHP_INI_STAGE_DEACTIVATE);
		zend_string_release(key);
	}
	cfs_handler_forget_target();
	check_settings();
}

/* }}} */

/* {{{ Output */

static void hides_secret(zend_string *text, const char *violation)
{
	fuzz_require(shows_secrets || !fuzz_has_secret(ZSTR_VAL(text)), violation, ZSTR_VAL(text));
	zend_string_release(text);
}

static void show_module(const char *name)
{
	zval output;

	php_output_start_default();
	php_info_print_module(zend_hash_str_find_ptr(&module_registry, name, strlen(name)));
	php_output_get_contents(&output);
	php_output_discard();
	hides_secret(Z_STR(output), "phpinfo() shows a password");
}

static void show_phpinfo(void)
{
	sapi_module.phpinfo_as_text = !sapi_module.phpinfo_as_text;
	show_module("cfsession");
	show_module("session");
}

/* If sessions cannot be kept, the status gives a reason. */
static void show_status(void)
{
	zval function, status;
	const zval *error, *backend, *configured;

	ZVAL_STRING(&function, "cfsession_status");
	fuzz_require(call_user_function(NULL, NULL, &function, &status, 0, NULL) == SUCCESS &&
			Z_TYPE(status) == IS_ARRAY,
		"no status", NULL);
	error = zend_hash_str_find(Z_ARR(status), "error", strlen("error"));
	backend = zend_hash_str_find(Z_ARR(status), "backend", strlen("backend"));
	configured = zend_hash_str_find(Z_ARR(status), "configured_by", strlen("configured_by"));
	fuzz_require(error && backend && configured, "the status lacks something", NULL);
	fuzz_require(Z_TYPE_P(configured) == IS_NULL || Z_TYPE_P(backend) == IS_STRING ||
			Z_TYPE_P(error) == IS_STRING,
		"the status has neither a backend nor an error", NULL);
	hides_secret(zend_print_zval_r_to_str(&status, 0), "the status shows a password");
	zval_ptr_dtor(&status);
	zval_ptr_dtor(&function);
}

/* Opens and closes a session without network traffic. */
static void open_session(void)
{
	const char *save_path = zend_ini_string("session.save_path", strlen("session.save_path"), 0);
	void *mod_data = NULL;

	warnings = 0;
	if (ps_mod_cfsession.s_open(&mod_data, save_path ? save_path : "", "PHPSESSID") == SUCCESS) {
		fuzz_require(mod_data && !warnings, "what was opened is not there, or warns", save_path);
		ps_mod_cfsession.s_close(&mod_data);
	} else {
		fuzz_require(
			!mod_data && warnings == 1, "what was not opened does not warn once", save_path);
	}
}

/* }}} */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* ext/session refuses settings after headers have been sent. */
	SG(headers_sent) = 0;
	zend_error_cb = note_error;
	shows_secrets = false;
	set_all(data, size);
	show_status();
	show_phpinfo();
	show_phpinfo();
	open_session();
	restore_all();
	return 0;
}

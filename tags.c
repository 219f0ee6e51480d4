/*
 * Sessions of a user: cfsession_tag(), cfsession_tagged(), cfsession_destroy_tagged().
 *
 * A mistake of the application throws an Error, as in PHP's own functions; a failure of a server throws a
 * RuntimeException, so that no application takes an incomplete list or logout for a complete one.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_cfsession.h"
#include "session/session_handler.h"
#include "ext/hash/php_hash.h"
#include "ext/hash/php_hash_sha.h"
#include "ext/spl/spl_exceptions.h"
#include "Zend/zend_exceptions.h"

#define TAG_MAX 1024 /* bytes */

/* Makes the tag from the application's name for it. False: an exception is pending. */
static bool make_tag(const zend_string *name, char tag[CFS_TAG_SIZE])
{
	PHP_SHA256_CTX context;
	unsigned char digest[32];

	if (ZSTR_LEN(name) == 0) {
		zend_argument_value_error(1, "must not be empty");
		return false;
	}
	if (ZSTR_LEN(name) > TAG_MAX) {
		zend_argument_value_error(1, "must be at most %d bytes long", TAG_MAX);
		return false;
	}
	PHP_SHA256InitArgs(&context, NULL);
	PHP_SHA256Update(&context, (const unsigned char *) ZSTR_VAL(name), ZSTR_LEN(name));
	PHP_SHA256Final(digest, &context);
	php_hash_bin2hex(tag, digest, sizeof(digest));
	tag[CFS_TAG_SIZE - 1] = '\0';
	return true;
}

static void throw_failure(const char *attempt, const cfs_error *error)
{
	zend_throw_exception_ex(
		spl_ce_RuntimeException, 0, "cfsession: cannot %s: %s", attempt, error->message);
}

static void throw_not_open(const char *function)
{
	zend_throw_error(
		NULL, "%s needs an open session of cfsession: call session_start() first", function);
}

PHP_FUNCTION(cfsession_tag)
{
	zend_string *name;
	char tag[CFS_TAG_SIZE];
	cfs_error error;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	if (!make_tag(name, tag)) {
		RETURN_THROWS();
	}
	if (!cfs_handler_id()) {
		throw_not_open("cfsession_tag()");
		RETURN_THROWS();
	}
	if (!cfs_handler_tag(tag, &error)) {
		throw_failure("tag the session", &error);
		RETURN_THROWS();
	}
}

/* {{{ cfsession_tagged() */

static cfs_result list(
	const cfs_tag_calls *calls, cfs_store *store, void *context, cfs_error *error)
{
	cfs_tagged_free(&CFSESSION_G(tagged));
	return calls->list(store, context, &CFSESSION_G(tagged), error);
}

/* Makes the array. If it does not fit into memory_limit, PHP leaves this function, and the end of the request frees what was
 * found. */
static void make_list(zval *list)
{
	const cfs_tagged *tagged = &CFSESSION_G(tagged);

	array_init_size(list, (uint32_t) tagged->count);
	for (size_t i = 0; i < tagged->count; i++) {
		int64_t expires = tagged->sessions[i].expires;

		add_assoc_long(list, tagged->ids + tagged->sessions[i].id,
			expires == INT64_MAX ? ZEND_LONG_MAX : (zend_long) (expires / 1000));
	}
}

PHP_FUNCTION(cfsession_tagged)
{
	zend_string *name;
	char tag[CFS_TAG_SIZE];
	cfs_error error;

	ZEND_PARSE_PARAMETERS_START(1, 1)
	Z_PARAM_STR(name)
	ZEND_PARSE_PARAMETERS_END();

	if (!make_tag(name, tag)) {
		RETURN_THROWS();
	}
	if (cfs_handler_ask(list, tag, &error) == CFS_ERROR) {
		throw_failure("list the sessions of the tag", &error);
		RETURN_THROWS();
	}
	make_list(return_value);
	cfs_tagged_free(&CFSESSION_G(tagged));
}

/* }}} */

/* {{{ cfsession_destroy_tagged() */

typedef struct _logout {
	const char *tag;
	cfs_logouts logouts;
} logout;

static cfs_result destroy(
	const cfs_tag_calls *calls, cfs_store *store, void *context, cfs_error *error)
{
	logout *logout = context;

	return calls->destroy(store, logout->tag, &logout->logouts, error);
}

static void end_current(void)
{
	zval function, result;

	ZVAL_STRING(&function, "session_destroy");
	if (call_user_function(NULL, NULL, &function, &result, 0, NULL) == SUCCESS) {
		zval_ptr_dtor(&result);
	}
	zval_ptr_dtor(&function);
}

PHP_FUNCTION(cfsession_destroy_tagged)
{
	zend_string *name;
	bool except_current = false, is_current;
	char tag[CFS_TAG_SIZE];
	logout logout = {tag, {cfs_handler_id(), false, false, 0}};
	cfs_result result;
	cfs_error error;

	ZEND_PARSE_PARAMETERS_START(1, 2)
	Z_PARAM_STR(name)
	Z_PARAM_OPTIONAL
	Z_PARAM_BOOL(except_current)
	ZEND_PARSE_PARAMETERS_END();

	if (!make_tag(name, tag)) {
		RETURN_THROWS();
	}
	if (except_current && !logout.logouts.current) {
		throw_not_open("cfsession_destroy_tagged() with $except_current");
		RETURN_THROWS();
	}
	logout.logouts.spares_current = except_current;
	is_current = !except_current && cfs_handler_is_tagged(tag);
	result = cfs_handler_ask(destroy, &logout, &error);
	if (is_current && !logout.logouts.had_current) {
		logout.logouts.destroyed++;
	}
	CFSESSION_G(thread).counters.destroys += logout.logouts.destroyed;
	if (is_current || logout.logouts.had_current) {
		end_current();
	}
	if (result == CFS_ERROR && !EG(exception)) {
		throw_failure("destroy all sessions of the tag", &error);
	}
	if (EG(exception)) {
		RETURN_THROWS();
	}
	RETURN_LONG((zend_long) logout.logouts.destroyed);
}

/* }}} */

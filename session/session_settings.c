/*
 * What the settings mean: the target of the save path, and a session's options on it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session.h"
#include "session_settings.h"
#include "../target/save_path.h"

#define LOCK_TTL_MIN      60000    /* ms */
#define VALUE_MAX_DEFAULT 67108864 /* bytes of a session, if there is no memory_limit */

/* {{{ The target */

void cfs_handler_forget_target(void)
{
	if (CFSESSION_G(save_path)) {
		cfs_target_release(CFSESSION_G(target));
		pefree(CFSESSION_G(save_path), 1);
		CFSESSION_G(save_path) = NULL;
	}
}

void cfs_handler_search(cfs_auto_settings *search)
{
	const cfs_settings *settings = &CFSESSION_G(settings);

	*search = (cfs_auto_settings){settings->auto_configure,
		{settings->service, settings->redis_service, settings->memcached_service,
			settings->options_file, /* unnamed */ false}};
}

static cfs_target *find_any(cfs_error *error)
{
	cfs_auto_settings search;
	cfs_binding binding;
	cfs_target *target;

	cfs_handler_search(&search);
	cfs_auto_find_any(&search, &binding);
	target = binding.target ? cfs_target_reference(binding.target) : NULL;
	*error = binding.error;
	cfs_binding_free(&binding);
	return target;
}

/* The target of the save path, or of the bound service that it refers to; "" means that there is no save path. Returns a
 * new reference, or NULL with an error. */
static cfs_target *read_save_path(const char *save_path, cfs_error *error)
{
	cfs_target *target;

	if (!*save_path) {
		return find_any(error);
	}
	if (cfs_auto_is_save_path(save_path)) {
		return cfs_auto_target(error);
	}
	target = cfs_save_path_parse(save_path, error);
	if (target && target->binding) {
		cfs_replace_target(&target, cfs_auto_resolve(target, error));
	}
	return target;
}

static cfs_target *make_target(const char *save_path, cfs_error *error)
{
	const cfs_settings *settings = &CFSESSION_G(settings);
	cfs_target *target = read_save_path(save_path, error);

	if (target &&
		!cfs_target_set_login(target, settings->sasl_username, settings->sasl_password, error)) {
		cfs_replace_target(&target, NULL);
	}
	return target;
}

cfs_target *cfs_handler_target(const char *save_path, cfs_error *error)
{
	cfs_target *target;

	if (cfs_auto_is_unwritten(save_path)) {
		save_path = "";
	}
	if (CFSESSION_G(save_path) && strcmp(CFSESSION_G(save_path), save_path) == 0) {
		return cfs_target_reference(CFSESSION_G(target));
	}
	target = make_target(save_path, error);
	if (target) {
		cfs_handler_forget_target();
		CFSESSION_G(save_path) = pestrdup(save_path, 1);
		CFSESSION_G(target) = cfs_target_reference(target);
	}
	return target;
}

/* }}} */

/* {{{ The options */

static int64_t lock_ttl_of_request(void)
{
	zend_long seconds = zend_ini_long("max_execution_time", strlen("max_execution_time"), 0);

	return MAX(LOCK_TTL_MIN, MIN(seconds, CFS_TIME_MAX / 1000) * 1000);
}

size_t cfs_session_value_max(void)
{
	return PG(memory_limit) > 0 ? (size_t) PG(memory_limit) : (size_t) VALUE_MAX_DEFAULT;
}

const char *cfs_session_serialize_handler(void)
{
	return zend_ini_string("session.serialize_handler", strlen("session.serialize_handler"), 0);
}

void cfs_session_options(const cfs_target *target, cfs_options *options)
{
	const cfs_settings *settings = &CFSESSION_G(settings);
	const cfs_backend *backend = cfs_backend_named(target->backend);
	const char *prefix =
		target->topology == CFS_CLUSTER ? backend->cluster_prefix : backend->prefix;

	cfs_copy_text(
		*settings->prefix ? settings->prefix : prefix, options->prefix, sizeof(options->prefix));
	options->lock = settings->lock == CFS_LOCK_ON;
	options->merge = settings->lock == CFS_LOCK_MERGE;
	options->persistent = settings->persistent;
	options->lock_wait = settings->lock_wait;
	options->lock_lease = settings->lock_lease;
	options->lock_ttl = settings->lock_ttl;
	options->lock_ttl_alone = lock_ttl_of_request();
	options->lock_waiters = settings->lock_waiters;
	options->connect_timeout = settings->connect_timeout;
	options->timeout = settings->timeout;
	options->retry_interval = settings->retry_interval;
	options->value_max = cfs_session_value_max();
}

void cfs_session_narrow_options(const cfs_target *target, uint32_t server, cfs_options *options)
{
	cfs_options_narrow(options, &target->servers[server]);
	if (target->master) {
		cfs_options_narrow(options, target->master);
	}
}

void cfs_handler_options(const cfs_target *target, uint32_t server, cfs_options *options)
{
	cfs_session_options(target, options);
	cfs_session_narrow_options(target, server, options);
}

/* }}} */

/*
 * The save handler: ext/session's callbacks -> one session on one backend.
 *
 * ext/session calls, in a request that changes its session: open, [create_sid or validate_sid], read,
 * write or update_timestamp, close. What else it does is said where it matters. Four rules hold
 * throughout:
 *
 * - Nothing is written unless read() has completed, for that id or, with a class, for the unknown one
 *   that it replaces. A request may end in the middle of read() (memory_limit), and ext/session then
 *   writes an empty session.
 * - Nothing here depends on our RINIT or RSHUTDOWN: ext/session opens before the one (upload progress,
 *   session.auto_start) and writes after the other.
 * - Each callback that fails warns once, after the backend has finished: an error handler may run any
 *   code, or end the request. With an exception pending nothing warns: the exception says what failed.
 * - The open session is known to the module, and not to ext/session alone, which does not call close()
 *   after an exception or a fatal error in a class. cfs_handler_end_request() ends what is left.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session_handler.h"
#include "auto_configure.h"
#include "encoding.h"
#include "save_path.h"
#include "compat.h"

#define LOCK_TTL_MIN      60000    /* ms */
#define VALUE_MAX_DEFAULT 67108864 /* bytes of a session, where there is no memory_limit */

PS_FUNCS_UPDATE_TIMESTAMP(cfsession);

/* How far the session has come. */
typedef enum _session_state {
	SESSION_IDLE,   /* nothing read yet, or not completely */
	SESSION_FAILED, /* validate_sid() could not start it, and read() is to say why */
	SESSION_KNOWN,  /* validate_sid() has started it, and read() is to take it */
	SESSION_READ,   /* may be written */
	SESSION_WRITTEN /* and the lock given back */
} session_state;

/* What ext/session keeps for us between open and close. */
typedef struct _session {
	const cfs_backend *backend;
	cfs_target *target; /* a reference */
	cfs_store *store;
	session_state state;
	cfs_error failure;    /* of SESSION_FAILED */
	zend_string *id;      /* of the session that was started; NULL before */
	zend_string *created; /* the id that create_sid() made last: nobody else has it */
	zend_string *value;   /* what the store holds, as far as we know */
	zend_long lifetime;   /* with which it was read */
	unsigned generation;  /* of the process that opened it */
	size_t id_max;        /* bytes that the backend takes, with the prefix */
	bool locks;
	bool renewed;  /* with other credentials than it was opened with */
	bool reported; /* a failure was warned of: what follows from it is no news */
} session;

/* {{{ Warnings */

static void warn(const char *attempt, const cfs_error *error)
{
	CFSESSION_G(thread).counters.errors++;
	if (!EG(exception)) {
		php_error_docref(NULL, E_WARNING, "cfsession: cannot %s: %s", attempt, error->message);
	}
}

static void warn_plainly(const char *attempt, const char *reason)
{
	cfs_error error;

	cfs_error_set(&error, "%s", reason);
	warn(attempt, &error);
}

/* }}} */

/* {{{ Configuration */

void cfs_handler_forget_target(void)
{
	if (CFSESSION_G(save_path)) {
		cfs_target_release(CFSESSION_G(target));
		pefree(CFSESSION_G(save_path), 1);
		CFSESSION_G(save_path) = NULL;
	}
}

static void replace_target(cfs_target **target, cfs_target *with)
{
	cfs_target_release(*target);
	*target = with;
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

/* What the save path says, or the bound service that it refers to; "" is what nobody wrote. */
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
		replace_target(&target, cfs_auto_resolve(target, error));
	}
	return target;
}

static cfs_target *make_target(const char *save_path, cfs_error *error)
{
	const cfs_settings *settings = &CFSESSION_G(settings);
	cfs_target *target = read_save_path(save_path, error);

	if (target &&
		!cfs_target_set_login(target, settings->sasl_username, settings->sasl_password, error)) {
		replace_target(&target, NULL);
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

static int64_t lock_ttl_of_request(void)
{
	zend_long seconds = zend_ini_long("max_execution_time", strlen("max_execution_time"), 0);

	return MAX(LOCK_TTL_MIN, MIN(seconds, CFS_TIME_MAX / 1000) * 1000);
}

/* What holds for all servers of a target of whom nothing else is said. */
static void general_options(const cfs_target *target, cfs_options *options)
{
	const cfs_settings *settings = &CFSESSION_G(settings);
	const cfs_backend *backend = cfs_backend_named(target->backend);
	const char *prefix =
		target->topology == CFS_CLUSTER ? backend->cluster_prefix : backend->prefix;

	strlcpy(
		options->prefix, *settings->prefix ? settings->prefix : prefix, sizeof(options->prefix));
	options->lock = settings->lock;
	options->persistent = settings->persistent;
	options->lock_wait = settings->lock_wait;
	options->lock_ttl = settings->lock_ttl ? settings->lock_ttl : lock_ttl_of_request();
	options->connect_timeout = settings->connect_timeout;
	options->timeout = settings->timeout;
	options->retry_interval = settings->retry_interval;
	options->value_max =
		PG(memory_limit) > 0 ? (size_t) PG(memory_limit) : (size_t) VALUE_MAX_DEFAULT;
}

/* What is said of one of its servers comes first. */
static void narrow_options(const cfs_target *target, uint32_t server, cfs_options *options)
{
	cfs_options_narrow(options, &target->servers[server]);
	if (target->master) {
		cfs_options_narrow(options, target->master);
	}
}

void cfs_handler_options(const cfs_target *target, uint32_t server, cfs_options *options)
{
	general_options(target, options);
	narrow_options(target, server, options);
}

/* }}} */

/* {{{ The session */

static void forget_string(zend_string **string)
{
	if (*string) {
		zend_string_release(*string);
		*string = NULL;
	}
}

static void keep_string(zend_string **string, zend_string *kept)
{
	zend_string_addref(kept);
	forget_string(string);
	*string = kept;
}

/* Whether this process is a fork of the one that opened the session, which alone may write it. */
static bool is_inherited(const session *session)
{
	return session->generation != cfs_generation();
}

static bool is_started(const session *session, const zend_string *id)
{
	return session->id && zend_string_equals(session->id, id);
}

static bool is_valid_id(const session *session, const zend_string *id)
{
	return strlen(ZSTR_VAL(id)) == ZSTR_LEN(id) && ZSTR_LEN(id) <= session->id_max &&
		php_session_valid_key(ZSTR_VAL(id)) == SUCCESS;
}

/* Where the server refuses our credentials, the bound service may have got others since PHP started. True:
 * it has, and the session goes on with them, so that what failed is to be tried once more. */
static bool renew(session *session, const cfs_error *error)
{
	cfs_target *renewed =
		error->refused && !session->renewed ? cfs_auto_renew(session->target) : NULL;

	if (!renewed) {
		return false;
	}
	session->renewed = true;
	session->backend->retarget(session->store, renewed);
	if (CFSESSION_G(save_path) && CFSESSION_G(target) == session->target) {
		replace_target(&CFSESSION_G(target), cfs_target_reference(renewed));
	}
	replace_target(&session->target, renewed);
	return true;
}

static cfs_result start(session *session, zend_string *id, zend_long lifetime, bool only_existing,
	cfs_value *value, cfs_error *error)
{
	cfs_result result;

	keep_string(&session->id, id);
	forget_string(&session->value);
	session->state = SESSION_IDLE;
	session->lifetime = lifetime;
	CFSESSION_G(thread).counters.starts++;
	do {
		result = session->backend->start(
			session->store, ZSTR_VAL(id), lifetime, only_existing, value, error);
	} while (result == CFS_ERROR && renew(session, error));
	return result;
}

/* The session that ext/session means, unless it has been ended meanwhile. */
static session *opened_session(void **mod_data)
{
	return CFSESSION_G(session) == *mod_data ? CFSESSION_G(session) : NULL;
}

/* Gives back the lock, unless a write did, and the connection. A forked child gives back neither. */
static cfs_result close_session(session *session, cfs_error *error)
{
	cfs_result result = CFS_OK;

	CFSESSION_G(session) = NULL;
	if (!is_inherited(session) && session->backend->holds_lock(session->store)) {
		result = session->backend->release(session->store, error);
	}
	session->backend->close(session->store);
	cfs_target_release(session->target);
	forget_string(&session->id);
	forget_string(&session->created);
	forget_string(&session->value);
	pefree(session, 1);
	return result;
}

/* The request is over, or goes on to another session: nobody is left to hear of a failure. */
void cfs_handler_end_request(void)
{
	cfs_error ignored;

	if (CFSESSION_G(session)) {
		close_session(CFSESSION_G(session), &ignored);
	}
}

/* A session of its own on the same target, for an id that is not the open session's. */
static cfs_store *open_store(const session *session)
{
	cfs_options options;

	general_options(session->target, &options);
	return session->backend->open(&CFSESSION_G(thread), session->target, &options);
}

/* Ends what open_store() began, and gives back the lock if there is one. */
static void release_store(const cfs_backend *backend, cfs_store *store)
{
	cfs_error ignored;

	if (backend->holds_lock(store)) {
		backend->release(store, &ignored);
	}
	backend->close(store);
}

/* Only the methods of SessionHandler have a class; ext/session itself calls without one. */
static bool is_called_by_class(void)
{
	const zend_execute_data *frame = EG(current_execute_data);

	return frame && frame->func && frame->func->common.scope;
}

/* }}} */

/* Nothing goes on the wire yet. ext/session opens once more, without closing, for session_reset():
 * then the session goes on with the lock that it has, and is read again. */
PS_OPEN_FUNC(cfsession)
{
	session *opened = opened_session(mod_data);
	cfs_options options;
	cfs_target *target;
	cfs_error error;

	if (!opened) {
		cfs_handler_end_request();
	}
	target = cfs_handler_target(save_path, &error);
	if (target && !cfs_backend_supports(target, &error)) {
		cfs_target_release(target);
		target = NULL;
	}
	if (!target) {
		warn("use session.save_path", &error);
		return FAILURE;
	}
	if (opened && opened->target == target && !is_inherited(opened)) {
		cfs_target_release(target);
		return SUCCESS;
	}
	if (opened) {
		ps_close_cfsession(mod_data);
	}
	opened = pecalloc(1, sizeof(*opened), 1);
	opened->target = target;
	opened->backend = cfs_backend_named(target->backend);
	general_options(target, &options);
	opened->store = opened->backend->open(&CFSESSION_G(thread), target, &options);
	opened->generation = cfs_generation();
	opened->locks = options.lock;
	narrow_options(target, 0, &options);
	opened->id_max =
		opened->backend->key_max - MIN(strlen(options.prefix), opened->backend->key_max);
	CFSESSION_G(session) = opened;
	PS_SET_MOD_DATA(opened);
	return SUCCESS;
}

/* A class need not pass it on, and PHP does not call it in a class while an exception is pending. */
PS_CLOSE_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	bool was_reported = session && session->reported;
	cfs_error error;

	PS_SET_MOD_DATA(NULL);
	if (!session || close_session(session, &error) != CFS_ERROR || was_reported) {
		return SUCCESS;
	}
	warn("release the session's lock", &error);
	return FAILURE;
}

/* What start() gave, where the backend has put it into a string already. */
static zend_string *string_of(const session *session)
{
	const cfs_backend *backend = session->backend;

	return backend->string ? backend->string(session->store) : NULL;
}

static bool fits_into_memory(const session *session, cfs_value value, cfs_error *error)
{
	if (string_of(session) || cfs_fits_into_memory(value.length)) {
		return true;
	}
	cfs_error_set(error, "its %zu bytes do not fit into memory_limit", value.length);
	return false;
}

/* Whether PHP can have encoded the bytes. A class may store what it wants. */
static bool is_readable(cfs_value value, cfs_error *error)
{
	return is_called_by_class() ||
		cfs_encoding_is_php(value.bytes, value.length,
			zend_ini_string("session.serialize_handler", strlen("session.serialize_handler"), 0),
			error);
}

/* Gives ext/session the bytes as a string. To make one may be the end of the request, by memory_limit, and then the
 * session is not SESSION_READ. */
static void hand_over(session *session, cfs_value value, zend_string **val)
{
	zend_string *string = string_of(session);

	if (string) {
		*val = zend_string_copy(string);
	} else if (value.length) {
		*val = zend_string_init(value.bytes, value.length, /* persistent */ false);
	} else {
		*val = ZSTR_EMPTY_ALLOC();
	}
	keep_string(&session->value, *val);
	session->state = SESSION_READ;
}

/* Locks and reads. No such session is an empty one, SUCCESS; an error is FAILURE, after which
 * ext/session does not write. */
PS_READ_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	cfs_value value = {"", 0};
	cfs_error error;

	*val = ZSTR_EMPTY_ALLOC();
	if (!session) {
		warn_plainly("read the session", "it has not been opened");
		return FAILURE;
	}
	if (!is_valid_id(session, key)) {
		warn_plainly("read the session",
			"its id is empty, too long or has other characters than "
			"A-Z, a-z, 0-9, \"-\" and \",\"");
		return FAILURE;
	}
	if (is_inherited(session)) {
		warn_plainly(
			"read the session", "it belongs to the process from which this one was forked");
		return FAILURE;
	}
	if (session->state == SESSION_FAILED && is_started(session, key)) {
		session->state = SESSION_IDLE;
		session->reported = true;
		warn("read the session", &session->failure);
		return FAILURE;
	}
	if (session->state == SESSION_KNOWN && is_started(session, key)) {
		*val = zend_string_copy(session->value);
		session->state = SESSION_READ;
		return SUCCESS;
	}
	if (start(session, key, maxlifetime, false, &value, &error) == CFS_ERROR ||
		!fits_into_memory(session, value, &error) || !is_readable(value, &error)) {
		session->reported = true;
		warn("read the session", &error);
		return FAILURE;
	}
	hand_over(session, value, val);
	return SUCCESS;
}

/* {{{ write, update_timestamp, destroy */

static bool has_bytes(cfs_value value, const zend_string *string)
{
	return cfs_value_is(value, (cfs_value){ZSTR_VAL(string), ZSTR_LEN(string)});
}

/* A class that extends SessionHandler may write more than once; the first write gave the lock back.
 * It is taken again, and counts as never given back if the session is still as we left it. */
static cfs_result resume(session *session, cfs_error *error)
{
	zend_string *left = session->value;
	cfs_value value = {"", 0};
	cfs_result result;

	session->value = NULL;
	result = start(session, session->id, session->lifetime, false, &value, error);
	if (result != CFS_ERROR) {
		if (result == CFS_OK && session->locks && !has_bytes(value, left)) {
			result = CFS_LOST;
		}
		/* What is lost stays lost, however often the class tries. */
		session->state = result == CFS_OK ? SESSION_READ : SESSION_IDLE;
	}
	zend_string_release(left);
	return result;
}

static bool has_read(const session *session, const zend_string *key)
{
	return session && session->state >= SESSION_READ && is_started(session, key);
}

/* A class may write an id that it has not read: it reads one and writes another, or, as Symfony's strict mode
 * does, takes the id that PHP has made in place of an unknown one for new without asking. */
static bool is_unread_id(const session *session, const zend_string *key)
{
	return session && is_called_by_class() && !is_started(session, key) &&
		is_valid_id(session, key);
}

/* The session goes on with another store, which has another id. */
static void change_store(session *session, cfs_store *store, zend_string *id, zend_string *value)
{
	release_store(session->backend, session->store);
	session->store = store;
	keep_string(&session->id, id);
	keep_string(&session->value, value);
	session->state = SESSION_READ;
}

/* Goes over to that id if it is not stored, or as it would be written. CFS_LOST: it is, and not to be
 * overwritten. Then, and after an error, the session is where it was. */
static cfs_result start_unread(
	session *session, zend_string *key, zend_string *val, zend_long lifetime, cfs_error *error)
{
	const cfs_backend *backend = session->backend;
	cfs_result result;

	CFSESSION_G(thread).counters.starts++;
	do {
		cfs_store *store = open_store(session);
		cfs_value value = {"", 0};

		result = backend->start(store, ZSTR_VAL(key), lifetime, false, &value, error);
		if (result == CFS_ABSENT || (result == CFS_OK && has_bytes(value, val))) {
			change_store(session, store, key, val);
			session->lifetime = lifetime;
			return CFS_OK;
		}
		release_store(backend, store);
	} while (result == CFS_ERROR && renew(session, error));
	return result == CFS_OK ? CFS_LOST : result;
}

static const char write_attempt[] = "write the session";

static void warn_unread(void)
{
	warn_plainly(write_attempt,
		"this request has not read it completely, so that it could only overwrite "
		"what is stored; nothing was written");
}

/* Takes the lock, where the session does not have it yet or any more. */
static cfs_result prepare_write(
	session *session, zend_string *key, zend_string *val, zend_long lifetime, cfs_error *error)
{
	if (!is_started(session, key)) {
		return start_unread(session, key, val, lifetime, error);
	}
	return session->state == SESSION_WRITTEN ? resume(session, error) : CFS_OK;
}

/* Whether this request may write the session; if not, it has been warned. */
static bool may_write(session *session, zend_string *key, zend_string *val, zend_long lifetime)
{
	cfs_error error;
	bool is_unread = is_unread_id(session, key);
	cfs_result result;

	if (!has_read(session, key) && !is_unread) {
		warn_unread();
		return false;
	}
	if (is_inherited(session)) {
		warn_plainly(write_attempt,
			"it belongs to the process from which this one was forked, which will write "
			"it; nothing was written here");
		return false;
	}
	result = prepare_write(session, key, val, lifetime, &error);
	session->reported = result != CFS_OK;
	if (is_unread && result == CFS_LOST) {
		warn_unread();
	} else if (result == CFS_LOST || result == CFS_ABSENT) {
		warn_plainly(write_attempt,
			result == CFS_LOST
				? "another request has changed it since it was written first; nothing was written"
				: "it was destroyed or has expired since it was written first; nothing was "
				  "written");
	} else if (result != CFS_OK) {
		warn(write_attempt, &error);
	}
	return result == CFS_OK;
}

/* The state is set before the warning: an error handler may close the session, which frees it. */
static zend_result written(session *session, cfs_result result, const cfs_error *error)
{
	session->reported = result != CFS_OK;
	switch (result) {
		case CFS_OK:
			session->state = SESSION_WRITTEN;
			return SUCCESS;
		case CFS_LOST:
			session->state = SESSION_IDLE;
			CFSESSION_G(thread).counters.lost_locks += session->locks;
			warn_plainly(write_attempt,
				session->locks ? "its lock expired before this request had finished (raise "
								 "cfsession.lock_ttl), "
								 "or another request wrote it without a lock; nothing was written"
							   : "another request has written it, and this one cannot know whether "
								 "it is still the same session: it has run for more than nine "
								 "minutes, or others write all the time; nothing was written");
			return FAILURE;
		case CFS_UNKNOWN:
			session->state = SESSION_IDLE;
			CFSESSION_G(thread).counters.lost_locks += session->locks;
			warn_plainly(write_attempt,
				"the connection broke, and by the second try the lock was lost or the session "
				"destroyed; it is not known whether the first try wrote it");
			return FAILURE;
		case CFS_ABSENT:
			session->state = SESSION_IDLE;
			warn_plainly(write_attempt,
				"it was destroyed or has expired since it was read; nothing was written");
			return FAILURE;
		default:
			/* What is in doubt may be tried again. */
			warn(write_attempt, error);
			return FAILURE;
	}
}

/* After a fatal error or at the memory limit in a class's read(), which has ours behind it, PHP does not have
 * the session, takes it for empty and writes that. */
static bool is_cut_off(const session *session)
{
	const zval *variables;

	if (!CG(unclean_shutdown) || !is_called_by_class() || !session->value ||
		ZSTR_LEN(session->value) == 0) {
		return false;
	}
	variables = zend_hash_str_find_ind(&EG(symbol_table), "_SESSION", strlen("_SESSION"));
	if (variables) {
		ZVAL_DEREF(variables);
	}
	return !variables || Z_TYPE_P(variables) != IS_ARRAY ||
		zend_hash_num_elements(Z_ARRVAL_P(variables)) == 0;
}

/* With an exception pending what there is to write is half of a session: PHP could not encode the rest. The
 * exception may be caught, so that the session goes on as it is stored. */
PS_WRITE_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	cfs_value value = {ZSTR_VAL(val), ZSTR_LEN(val)};
	cfs_result result;
	cfs_error error;

	/* With session.lazy_write=0 a forked child writes even what it has not changed. */
	if (session && is_inherited(session) && session->value &&
		zend_string_equals(session->value, val)) {
		return SUCCESS;
	}
	if (EG(exception)) {
		return FAILURE;
	}
	if (session && is_cut_off(session)) {
		warn_unread();
		return FAILURE;
	}
	if (!may_write(session, key, val, maxlifetime)) {
		return FAILURE;
	}
	CFSESSION_G(thread).counters.writes++;
	do {
		result = session->backend->write(session->store, value, maxlifetime, &error);
	} while (result == CFS_ERROR && renew(session, &error));
	if (result == CFS_OK) {
		keep_string(&session->value, val);
	}
	return written(session, result, &error);
}

/* Comes in place of write when the data is as it was read. Then a lock that was lost, or a session
 * that has gone, costs the request nothing: there is nothing to write, and nothing is. */
PS_UPDATE_TIMESTAMP_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	cfs_result result;
	cfs_error error;

	if (session && session->state >= SESSION_READ && is_inherited(session)) {
		return SUCCESS;
	}
	if (!has_read(session, key)) {
		warn_unread();
		return FAILURE;
	}
	/* Without a lock to give back there may be nothing to do. */
	if (session->state == SESSION_WRITTEN ||
		(!session->locks && session->backend->read_extends && maxlifetime == session->lifetime)) {
		return SUCCESS;
	}
	CFSESSION_G(thread).counters.touches++;
	do {
		result = session->backend->touch(session->store, maxlifetime, &error);
	} while (result == CFS_ERROR && renew(session, &error));
	if (result == CFS_ERROR) {
		return written(session, result, &error);
	}
	CFSESSION_G(thread).counters.lost_locks += result == CFS_LOST;
	session->state = result == CFS_OK ? SESSION_WRITTEN : SESSION_IDLE;
	return SUCCESS;
}

/* Functions of PHP's that lead to destroy(). */
typedef enum _caller {
	CALLER_UNKNOWN,
	CALLER_STARTS,   /* and cannot decode what it has read */
	CALLER_DECODES,  /* what it was given */
	CALLER_DESTROYS, /* and means it */
} caller;

static caller caller_of_name(const char *name)
{
	static const struct {
		const char *name;
		caller caller;
	} callers[] = {{"session_start", CALLER_STARTS}, {"session_reset", CALLER_STARTS},
		{"session_decode", CALLER_DECODES}, {"session_destroy", CALLER_DESTROYS},
		{"session_regenerate_id", CALLER_DESTROYS}};

	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		if (strcmp(name, callers[i].name) == 0) {
			return callers[i].caller;
		}
	}
	return CALLER_UNKNOWN;
}

/* The innermost of them: the methods of a class may lie in between. There is none where PHP decodes before the
 * script runs (session.auto_start), or has jumped out of it (memory_limit, fatal error, time limit). */
static caller find_caller(void)
{
	const zend_execute_data *frame = EG(current_execute_data);
	caller caller = frame ? CALLER_UNKNOWN : CALLER_STARTS;

	for (; frame && caller == CALLER_UNKNOWN; frame = frame->prev_execute_data) {
		const zend_function *function = frame->func;

		if (function && function->type == ZEND_INTERNAL_FUNCTION && !function->common.scope) {
			caller = caller_of_name(ZSTR_VAL(function->common.function_name));
		}
	}
	return caller == CALLER_UNKNOWN && cfs_is_out_of_memory() ? CALLER_STARTS : caller;
}

/* When PHP cannot decode what was read, ext/session destroys the session. The data may be sound: memory ran
 * out, a class could not be loaded, the script ended meanwhile. So it is kept. PHP says that it has been
 * destroyed; of what session_decode() was given, that is all there is to say. */
static void keep_undecoded(session *session, caller caller)
{
	session->state = SESSION_IDLE;
	if (caller == CALLER_STARTS && !cfs_is_out_of_memory()) {
		warn_plainly("decode the session",
			"a class that it needs cannot be loaded, or PHP did not write it; it stays stored as "
			"it "
			"is, until it expires or you delete its key");
	}
}

/* An id that is not the session's is destroyed beside it: the session goes on, with its lock. */
static cfs_result destroy_id(session *session, const zend_string *id, cfs_error *error)
{
	const cfs_backend *backend = session->backend;
	cfs_store *other;
	cfs_result result;

	if (!session->id || is_started(session, id)) {
		session->state = SESSION_IDLE;
		return backend->destroy(session->store, ZSTR_VAL(id), error);
	}
	other = open_store(session);
	result = backend->destroy(other, ZSTR_VAL(id), error);
	backend->close(other);
	return result;
}

PS_DESTROY_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	caller caller;
	cfs_result result;
	cfs_error error;

	if (!session || !is_valid_id(session, key)) {
		warn_plainly(
			"destroy the session", session ? "its id is not valid" : "it has not been opened");
		return FAILURE;
	}
	caller = find_caller();
	if (is_started(session, key) && caller != CALLER_DESTROYS && caller != CALLER_UNKNOWN) {
		keep_undecoded(session, caller);
		return SUCCESS;
	}
	if (is_inherited(session)) {
		warn_plainly(
			"destroy the session", "it belongs to the process from which this one was forked");
		return FAILURE;
	}
	CFSESSION_G(thread).counters.destroys++;
	do {
		result = destroy_id(session, key, &error);
	} while (result == CFS_ERROR && renew(session, &error));
	if (result == CFS_ERROR) {
		session->reported = true;
		warn("destroy the session", &error);
		return FAILURE;
	}
	return SUCCESS;
}

/* }}} */

/* The servers expire sessions themselves. */
PS_GC_FUNC(cfsession)
{
	*nrdels = 0;
	return 0;
}

/* Never NULL, on which ext/session crashes. An id of 128 bits and more needs no look at the store. */
PS_CREATE_SID_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	zend_string *id = php_session_create_id(mod_data);

	if (session && id) {
		keep_string(&session->created, id);
	}
	return id;
}

/* Strict mode: SUCCESS if the store knows the id. It is about to be read, so that locking and reading
 * it here costs nothing; an id that is not known is not locked. On an error the user keeps the id, and
 * read() reports it. ext/session asks about ids that create_sid() has just made too, where SUCCESS
 * would mean a collision. */
PS_VALIDATE_SID_FUNC(cfsession)
{
	session *session = opened_session(mod_data);
	zend_long lifetime =
		zend_ini_long("session.gc_maxlifetime", strlen("session.gc_maxlifetime"), 0);
	cfs_value value = {"", 0};
	zend_string *val;
	cfs_result result;

	if (!session || !is_valid_id(session, key)) {
		return session ? FAILURE : SUCCESS;
	}
	/* session_reset() in a session that may not have been stored yet. */
	if (session->state >= SESSION_READ && is_started(session, key)) {
		return SUCCESS;
	}
	if (session->created && zend_string_equals(session->created, key)) {
		return FAILURE;
	}
	result = start(session, key, lifetime, true, &value, &session->failure);
	if (result == CFS_ABSENT) {
		return FAILURE;
	}
	if (result == CFS_ERROR || !fits_into_memory(session, value, &session->failure) ||
		!is_readable(value, &session->failure)) {
		session->state = SESSION_FAILED;
		return SUCCESS;
	}
	hand_over(session, value, &val);
	zend_string_release(val);
	session->state = SESSION_KNOWN;
	return SUCCESS;
}

const ps_module ps_mod_cfsession = {PS_MOD_UPDATE_TIMESTAMP(cfsession)};

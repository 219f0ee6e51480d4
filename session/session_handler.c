/*
 * The save handler: from ext/session's callbacks to one session on one backend.
 *
 * ext/session calls, in a request that changes its session: open, [create_sid or validate_sid], read,
 * write or update_timestamp, close. Comments below tell what else it does where that matters. Four rules
 * always hold:
 *
 * - Nothing is written unless read() has completed, for that id or, with a class, for the unknown one
 *   that it replaces. A request may end in the middle of read() (memory_limit), and ext/session then
 *   writes an empty session.
 * - No session and no lock depends on our RINIT or RSHUTDOWN: ext/session opens before our RINIT (upload
 *   progress, session.auto_start) and writes after our RSHUTDOWN. Only cfsession.first_lifetime does.
 * - Each callback that fails warns once, after the backend has finished, because an error handler may run
 *   any code, or end the request. With an exception pending, nothing warns: the exception says what failed.
 * - The module itself knows the open session, because ext/session does not call close() after an exception
 *   or a fatal error in a class. cfs_handler_end_request() ends what is left.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session.h"
#include "session_caller.h"
#include "session_read.h"
#include "session_settings.h"
#include "session_tags.h"
#include "session_write.h"
#include "../backends/shared.h"
#include "../compat.h"
#include "SAPI.h"

PS_FUNCS_UPDATE_TIMESTAMP(cfsession);

/* Sends nothing yet. For session_reset(), ext/session opens again without closing: then the session keeps the lock that
 * it has, and is read again. */
PS_OPEN_FUNC(cfsession)
{
	session *opened = cfs_session_opened(mod_data);
	cfs_options options;
	cfs_target *target;
	cfs_error error;

	if (!opened) {
		cfs_session_end();
	}
	target = cfs_handler_target(save_path, &error);
	if (target && !cfs_backend_supports(target, &error)) {
		cfs_target_release(target);
		target = NULL;
	}
	if (!target) {
		cfs_warn("use session.save_path", &error);
		return FAILURE;
	}
	if (opened && opened->target == target && !cfs_session_is_inherited(opened)) {
		cfs_target_release(target);
		return SUCCESS;
	}
	if (opened) {
		ps_close_cfsession(mod_data);
	}
	cfs_shared_count(&CFSESSION_G(thread));
	opened = pecalloc(1, sizeof(*opened), 1);
	opened->target = target;
	opened->backend = cfs_backend_named(target->backend);
	cfs_session_options(target, &options);
	opened->store = opened->backend->open(&CFSESSION_G(thread), target, &options);
	opened->generation = cfs_generation();
	opened->locks = options.lock;
	opened->merges = options.merge;
	cfs_session_narrow_options(target, 0, &options);
	opened->id_max =
		opened->backend->key_max - MIN(strlen(options.prefix), opened->backend->key_max);
	CFSESSION_G(session) = opened;
	PS_SET_MOD_DATA(opened);
	return SUCCESS;
}

/* Not always called: a class need not pass it on, and PHP does not call a class's while an exception is pending. */
PS_CLOSE_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	bool was_reported = session && session->reported;
	cfs_error error;

	PS_SET_MOD_DATA(NULL);
	/* A lock that cannot be released during a failover expires with its lease. */
	if (!session || cfs_session_close(session, &error) != CFS_ERROR || was_reported ||
		(error.unavailable && CFSESSION_G(settings).failover_wait)) {
		return SUCCESS;
	}
	cfs_warn("release the session's lock", &error);
	return FAILURE;
}

/* Locks and reads. A session that does not exist is an empty one and SUCCESS; an error is FAILURE, after which ext/session
 * does not write. */
PS_READ_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	cfs_value value = {"", 0};
	cfs_error error;

	*val = ZSTR_EMPTY_ALLOC();
	if (!session) {
		cfs_warn_plainly("read the session", "it has not been opened");
		return FAILURE;
	}
	if (!cfs_session_is_valid_id(session, key)) {
		cfs_warn_plainly("read the session",
			"its id is empty, too long, or has characters other than A-Z, a-z, 0-9, \"-\" and "
			"\",\"");
		return FAILURE;
	}
	if (cfs_session_is_inherited(session)) {
		cfs_warn_plainly(
			"read the session", "it belongs to the process from which this one was forked");
		return FAILURE;
	}
	if (session->state == SESSION_FAILED && cfs_session_is_started(session, key)) {
		session->state = SESSION_IDLE;
		session->reported = true;
		cfs_warn("read the session", &session->failure);
		return FAILURE;
	}
	if (session->state == SESSION_KNOWN && cfs_session_is_started(session, key)) {
		*val = zend_string_copy(session->value);
		session->state = SESSION_READ;
		return SUCCESS;
	}
	if (cfs_session_start(session, key, maxlifetime, false, &value, &error) == CFS_ERROR) {
		session->reported = true;
		cfs_warn("read the session", &error);
		return FAILURE;
	}
	if (cfs_session_move_tags(session, maxlifetime, &error) == CFS_ERROR) {
		session->reported = true;
		cfs_warn(cfs_moving_attempt, &error);
		return FAILURE;
	}
	if (!cfs_session_hand_over(session, value, val, &error)) {
		session->reported = true;
		cfs_warn("read the session", &error);
		return FAILURE;
	}
	return SUCCESS;
}

/* {{{ write, update_timestamp */

/* Whether the bytes are what PHP's serialize handlers make of a session without a variable. */
static bool has_no_data(const zend_string *val)
{
	static const struct {
		const char *bytes;
		size_t length;
	} nothing[] = {
		{"", 0}, {ZEND_STRL("a:0:{}")}, {ZEND_STRL("\0\0\0\2\x14\0")}, {ZEND_STRL("\x90")}};

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		if (cfs_value_is(cfs_value_of(val), (cfs_value){nothing[i].bytes, nothing[i].length})) {
			return true;
		}
	}
	return false;
}

/* Touches the session, together with its tags; with `asks`, also asks which ones it has. */
static cfs_result touch(session *session, zend_long lifetime, bool asks, cfs_error *error)
{
	attempts attempts = {0, 0};
	cfs_result result;

	do {
		result = cfs_session_attach_tags(session, lifetime, asks, error);
		if (result == CFS_OK) {
			result = session->backend->touch(session->store, lifetime, error);
		}
		cfs_session_detach_tags(session);
	} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	return result;
}

/* For a read-only session that gets a new id: asks for its tags. What is stored stays as it is; only its lifetime
 * changes. */
static zend_result ask_for_tags(session *session, zend_long lifetime)
{
	cfs_result result;
	cfs_error error;

	result = touch(session, lifetime, /* asks */ true, &error);
	if (result == CFS_ERROR) {
		session->reported = true;
		cfs_warn(cfs_moving_attempt, &error);
		return FAILURE;
	}
	return cfs_session_remember_moved(session, /* removed */ false) ? SUCCESS : FAILURE;
}

/* With an exception pending, the value may be half a session, because PHP could not encode the rest. It is not written:
 * the script may still catch the exception. */
PS_WRITE_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	cfs_value unused;
	cfs_result result;
	cfs_error error;

	/* With session.lazy_write=0 a forked child writes even what it has not changed. */
	if (session && cfs_session_is_inherited(session) && session->value &&
		zend_string_equals(session->value, val) && !cfs_session_changes_id(session)) {
		return SUCCESS;
	}
	if (EG(exception)) {
		return FAILURE;
	}
	if (session && session->readonly && cfs_session_is_started(session, key)) {
		if (session->value && zend_string_equals(session->value, val)) {
			return cfs_session_changes_id(session) ? ask_for_tags(session, maxlifetime) : SUCCESS;
		}
		cfs_warn_plainly(cfs_write_attempt,
			"it was read without its lock, which another request held, and is read-only "
			"(cfsession.lock_failure=readonly); nothing was written");
		return FAILURE;
	}
	if (!session || cfs_session_is_cut_off(session)) {
		cfs_session_warn_unread();
		return FAILURE;
	}
	if (!cfs_session_may_write(session, key, val, maxlifetime)) {
		return FAILURE;
	}
	if (session->absent && !CFSESSION_G(settings).store_empty && has_no_data(val)) {
		return !cfs_session_changes_id(session) ||
				cfs_session_remember_moved(session, /* removed */ false)
			? SUCCESS
			: FAILURE;
	}
	CFSESSION_G(thread).counters.writes++;
	result = session->merges
		? cfs_session_write_merging(session, val, maxlifetime, &error)
		: cfs_session_write_once(session, cfs_value_of(val), maxlifetime, &unused, &error);
	if (result == CFS_OK) {
		cfs_keep_string(&session->value, val);
		cfs_session_note_made(session);
		cfs_session_written(session, result, &error);
		if (cfs_session_changes_id(session) &&
			!cfs_session_remember_moved(session, /* removed */ false)) {
			return FAILURE;
		}
		cfs_session_settle_tags(session);
		return SUCCESS;
	}
	return cfs_session_written(session, result, &error);
}

/* ext/session calls this instead of write if the data is as it was read. Then a lost lock, or a session that has gone, does
 * not matter to the request: there is nothing to write. */
PS_UPDATE_TIMESTAMP_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	cfs_result result;
	cfs_error error;

	if (session && session->state >= SESSION_READ && cfs_session_is_inherited(session)) {
		return SUCCESS;
	}
	if (!cfs_session_has_read(session, key)) {
		cfs_session_warn_unread();
		return FAILURE;
	}
	maxlifetime = cfs_session_lifetime_of(session, maxlifetime);
	/* Without a lock to release there may be nothing to do. */
	if (session->state == SESSION_WRITTEN ||
		(!session->locks && session->backend->read_extends && maxlifetime == session->lifetime &&
			!session->tagging)) {
		return SUCCESS;
	}
	CFSESSION_G(thread).counters.touches++;
	result = touch(session, maxlifetime, /* asks */ false, &error);
	if (result == CFS_ERROR) {
		return cfs_session_written(session, result, &error);
	}
	CFSESSION_G(thread).counters.lost_locks += result == CFS_LOST;
	session->state = result == CFS_OK ? SESSION_WRITTEN : SESSION_IDLE;
	if (result == CFS_OK) {
		cfs_session_settle_tags(session);
	}
	return SUCCESS;
}

/* }}} */

/* {{{ destroy */

/* When PHP cannot decode what was read, ext/session destroys the session. But the data may be sound: memory ran out, a
 * class could not be loaded, or the script ended meanwhile. So this keeps it, and warns, because PHP reports that the
 * session was destroyed. For the argument of session_decode(), PHP's report is enough. */
static void keep_undecoded(session *session, cfs_caller caller)
{
	session->state = SESSION_IDLE;
	if (caller == CALLER_STARTS && !cfs_is_out_of_memory()) {
		cfs_warn_plainly("decode the session",
			"a class that it needs cannot be loaded, or PHP did not write it; it stays stored "
			"unchanged until it expires or you delete its key");
	}
}

/* Destroys the session, and asks which tags it had. */
static cfs_result destroy_asking(session *session, cfs_error *error)
{
	cfs_tags added = cfs_session_tagging(session)->added;
	cfs_result result;

	session->tagging->added.count = 0;
	result = cfs_session_attach_tags(session, session->lifetime, /* asks */ true, error);
	if (result == CFS_OK) {
		result = session->backend->destroy(session->store, ZSTR_VAL(session->id), error);
	}
	cfs_session_detach_tags(session);
	session->tagging->added = added;
	return result;
}

/* Destroys the session of that id. If it is not the open session's, a store of its own does that, and the open session goes
 * on with its lock. */
static cfs_result destroy_id(
	session *session, const zend_string *id, bool goes_on, cfs_error *error)
{
	const cfs_backend *backend = session->backend;
	cfs_store *other;
	cfs_result result;

	if (!session->id || cfs_session_is_started(session, id)) {
		session->state = SESSION_IDLE;
		return goes_on ? destroy_asking(session, error)
					   : backend->destroy(session->store, ZSTR_VAL(id), error);
	}
	other = cfs_session_open_store(session, /* locks */ true);
	result = backend->destroy(other, ZSTR_VAL(id), error);
	backend->close(other);
	return result;
}

/* Whether the session is new, nothing of it is stored, and no other request can have it: then there is nothing to destroy,
 * and no need for a tombstone (cfsession.store_empty=Off). Unless it is locked, others may have it as soon as PHP has sent
 * the cookie. */
static bool is_known_to_nobody(const session *session, const zend_string *id)
{
	return !CFSESSION_G(settings).store_empty && session->absent &&
		cfs_session_is_started(session, id) && session->created &&
		zend_string_equals(session->created, id) &&
		(session->backend->holds_lock(session->store) || !SG(headers_sent));
}

PS_DESTROY_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	attempts attempts = {0, 0};
	cfs_caller caller;
	bool goes_on;
	cfs_result result;
	cfs_error error;

	if (!session || !cfs_session_is_valid_id(session, key)) {
		cfs_warn_plainly(
			"destroy the session", session ? "its id is not valid" : "it has not been opened");
		return FAILURE;
	}
	caller = cfs_find_caller();
	if (cfs_session_is_started(session, key) &&
		(caller == CALLER_STARTS || caller == CALLER_DECODES)) {
		keep_undecoded(session, caller);
		return SUCCESS;
	}
	if (cfs_session_is_inherited(session)) {
		cfs_warn_plainly(
			"destroy the session", "it belongs to the process from which this one was forked");
		return FAILURE;
	}
	goes_on = caller == CALLER_CHANGES_ID && cfs_session_is_started(session, key);
	if (is_known_to_nobody(session, key)) {
		session->state = SESSION_IDLE;
		return !goes_on || cfs_session_remember_moved(session, /* removed */ true) ? SUCCESS
																				   : FAILURE;
	}
	CFSESSION_G(thread).counters.destroys++;
	do {
		result = destroy_id(session, key, goes_on, &error);
	} while (cfs_session_is_to_repeat(session, &attempts, result, &error));
	if (result == CFS_ERROR) {
		session->reported = true;
		cfs_warn("destroy the session", &error);
		return FAILURE;
	}
	if (goes_on && result == CFS_ABSENT) {
		session->reported = true;
		cfs_warn_plainly("give the session a new id",
			"it was destroyed since it was read, and must not come back under another id");
		return FAILURE;
	}
	return !goes_on || cfs_session_remember_moved(session, /* removed */ true) ? SUCCESS : FAILURE;
}

/* }}} */

/* The servers expire sessions themselves. */
PS_GC_FUNC(cfsession)
{
	*nrdels = 0;
	return 0;
}

/* Never returns NULL, on which ext/session crashes. An id of 128 bits or more need not be looked up in the store. */
PS_CREATE_SID_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	zend_string *id = php_session_create_id(mod_data);

	if (session && id) {
		cfs_keep_string(&session->created, id);
	}
	return id;
}

/* Strict mode: SUCCESS if the store knows the id. PHP is about to read it, so locking and reading it here costs nothing; an
 * unknown id is not locked. On an error the user keeps the id, and read() reports the error. ext/session also asks about
 * ids that create_sid() has just made; for these, SUCCESS would mean a collision. */
PS_VALIDATE_SID_FUNC(cfsession)
{
	session *session = cfs_session_opened(mod_data);
	zend_long lifetime =
		zend_ini_long("session.gc_maxlifetime", strlen("session.gc_maxlifetime"), 0);
	cfs_value value = {"", 0};
	zend_string *val;
	cfs_result result;

	if (!session || !cfs_session_is_valid_id(session, key)) {
		return session ? FAILURE : SUCCESS;
	}
	/* session_reset() in a session that may not have been stored yet. */
	if (session->state >= SESSION_READ && cfs_session_is_started(session, key)) {
		return SUCCESS;
	}
	if (session->created && zend_string_equals(session->created, key)) {
		return FAILURE;
	}
	result = cfs_session_start(session, key, lifetime, true, &value, &session->failure);
	if (result == CFS_ABSENT) {
		return FAILURE;
	}
	if (result == CFS_ERROR || !cfs_session_hand_over(session, value, &val, &session->failure)) {
		session->state = SESSION_FAILED;
		return SUCCESS;
	}
	zend_string_release(val);
	session->state = SESSION_KNOWN;
	return SUCCESS;
}

void cfs_handler_end_request(void)
{
	cfs_session_end();
	cfs_session_forget_moved();
	cfs_tagged_free(&CFSESSION_G(tagged));
	cfs_forget_string(&CFSESSION_G(made));
	CFSESSION_G(returned) = false;
	cfs_shared_count(&CFSESSION_G(thread));
}

const ps_module ps_mod_cfsession = {PS_MOD_UPDATE_TIMESTAMP(cfsession)};

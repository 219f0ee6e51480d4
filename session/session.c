/*
 * The open session: its store, retries, its lifetime; how it starts and ends.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session.h"
#include "session_settings.h"

/* {{{ Warnings */

void cfs_warn(const char *attempt, const cfs_error *error)
{
	CFSESSION_G(thread).counters.errors++;
	if (!EG(exception)) {
		php_error_docref(NULL, E_WARNING, "cfsession: cannot %s: %s", attempt, error->message);
	}
}

void cfs_warn_plainly(const char *attempt, const char *reason)
{
	cfs_error error;

	cfs_error_set(&error, "%s", reason);
	cfs_warn(attempt, &error);
}

/* }}} */

bool cfs_session_is_valid_id(const session *session, const zend_string *id)
{
	return strlen(ZSTR_VAL(id)) == ZSTR_LEN(id) && ZSTR_LEN(id) <= session->id_max &&
		php_session_valid_key(ZSTR_VAL(id)) == SUCCESS;
}

/* {{{ Its store */

static bool renew(session *session, const cfs_error *error)
{
	bool may_help = (error->refused || error->untrusted) && !session->renewed;
	cfs_target *renewed = may_help ? cfs_auto_renew(session->target) : NULL;

	if (!renewed) {
		return false;
	}
	session->renewed = true;
	session->backend->retarget(session->store, renewed);
	if (CFSESSION_G(save_path) && CFSESSION_G(target) == session->target) {
		cfs_replace_target(&CFSESSION_G(target), cfs_target_reference(renewed));
	}
	cfs_replace_target(&session->target, renewed);
	return true;
}

cfs_store *cfs_session_open_store(const session *session, bool locks)
{
	cfs_options options;

	cfs_session_options(session->target, &options);
	options.lock = options.lock && locks;
	return session->backend->open(&CFSESSION_G(thread), session->target, &options);
}

void cfs_session_release_store(const cfs_backend *backend, cfs_store *store)
{
	cfs_error ignored;

	if (backend->holds_lock(store)) {
		backend->release(store, &ignored);
	}
	backend->close(store);
}

/* ms between two looks for the server that takes over. */
#define FAILOVER_PAUSE_MIN 50
#define FAILOVER_PAUSE_MAX 1000

/* Whether to go on looking for a server, as cfsession.failover_wait says; pauses if so. A server may have carried out the
 * call. */
static bool awaits_failover(session *session, attempts *attempts, const cfs_error *error)
{
	int64_t now = cfs_now();

	if (!error->unavailable || !CFSESSION_G(settings).failover_wait) {
		return false;
	}
	if (!attempts->until) {
		attempts->until = now + CFSESSION_G(settings).failover_wait;
		attempts->pause = FAILOVER_PAUSE_MIN;
	}
	if (now + attempts->pause > attempts->until) {
		return false;
	}
	cfs_sleep(attempts->pause);
	attempts->pause = MIN(attempts->pause * 3 / 2, FAILOVER_PAUSE_MAX);
	session->backend->retarget(session->store, session->target);
	return true;
}

bool cfs_session_is_to_repeat(
	session *session, attempts *attempts, cfs_result result, const cfs_error *error)
{
	return result == CFS_ERROR &&
		(renew(session, error) || awaits_failover(session, attempts, error));
}

void cfs_session_take_store(session *session, cfs_store *store, bool locks)
{
	cfs_lock_mode mode = CFSESSION_G(settings).lock;

	cfs_session_release_store(session->backend, session->store);
	session->store = store;
	session->locks = locks && mode == CFS_LOCK_ON;
	session->merges = mode == CFS_LOCK_MERGE;
	session->readonly = !locks;
}

/* }}} */

/* {{{ Sessions whose visitor has not come back yet: cfsession.first_lifetime */

/* Whether this request has made the session, whatever it has done with it since. */
static bool is_made(const session *session)
{
	return session->absent ||
		(CFSESSION_G(made) && zend_string_equals(CFSESSION_G(made), session->id));
}

/* Notes when the visitor has been here before: also one who came with another session and gets this one instead. */
static void note_visitor(const session *session, cfs_result result)
{
	CFSESSION_G(returned) = CFSESSION_G(returned) || (result == CFS_OK && !is_made(session));
}

zend_long cfs_session_lifetime_of(const session *session, zend_long lifetime)
{
	zend_long first = (zend_long) ((CFSESSION_G(settings).first_lifetime + 999) / 1000);
	bool is_shorter = first && first < (lifetime < 1 ? CFS_LIFETIME_DEFAULT : lifetime);

	return is_shorter && !CFSESSION_G(returned) && is_made(session) ? first : lifetime;
}

void cfs_session_note_made(session *session)
{
	if (session->absent && CFSESSION_G(settings).first_lifetime) {
		cfs_keep_string(&CFSESSION_G(made), session->id);
	}
	session->absent = false;
}

/* }}} */

cfs_result cfs_session_start(session *session, zend_string *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error)
{
	attempts attempts = {0, 0};
	cfs_result result;

	if (session->readonly) {
		cfs_session_take_store(
			session, cfs_session_open_store(session, /* locks */ true), /* locks */ true);
	}
	cfs_keep_string(&session->id, id);
	cfs_forget_string(&session->value);
	cfs_merged_free(&session->known);
	session->state = SESSION_IDLE;
	session->absent = false;
	session->lifetime = lifetime = cfs_session_lifetime_of(session, lifetime);
	CFSESSION_G(thread).counters.starts++;
	do {
		result = session->backend->start(
			session->store, ZSTR_VAL(id), lifetime, only_existing, value, error);
		if (result == CFS_ERROR && error->busy && CFSESSION_G(settings).lock_readonly) {
			cfs_session_take_store(
				session, cfs_session_open_store(session, /* locks */ false), /* locks */ false);
			result = session->backend->start(
				session->store, ZSTR_VAL(id), lifetime, only_existing, value, error);
		}
	} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	note_visitor(session, result);
	session->absent = result == CFS_ABSENT;
	return result;
}

/* Keeps the tagging's memory for the next session. */
static void put_away(cfs_tagging *tagging)
{
	if (tagging && CFSESSION_G(tagging)) {
		pefree(tagging, 1);
	} else if (tagging) {
		CFSESSION_G(tagging) = tagging;
	}
}

cfs_result cfs_session_close(session *session, cfs_error *error)
{
	cfs_result result = CFS_OK;

	CFSESSION_G(session) = NULL;
	if (!cfs_session_is_inherited(session) && session->backend->holds_lock(session->store)) {
		result = session->backend->release(session->store, error);
	}
	session->backend->close(session->store);
	cfs_target_release(session->target);
	cfs_forget_string(&session->id);
	cfs_forget_string(&session->created);
	cfs_forget_string(&session->value);
	cfs_merged_free(&session->known);
	put_away(session->tagging);
	pefree(session, 1);
	return result;
}

void cfs_session_end(void)
{
	cfs_error ignored;

	if (CFSESSION_G(session)) {
		cfs_session_close(CFSESSION_G(session), &ignored);
	}
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session_tags.h"
#include "session_caller.h"
#include "session_settings.h"

static const char tags_need_redis[] =
	"session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis";

const char cfs_moving_attempt[] = "take the session's tags along to its new id";

cfs_tagging *cfs_session_tagging(session *session)
{
	if (!session->tagging) {
		/* It is large, and every new id needs one: allocating it each time would cost more than all the rest. */
		session->tagging =
			CFSESSION_G(tagging) ? CFSESSION_G(tagging) : pemalloc(sizeof(*session->tagging), 1);
		CFSESSION_G(tagging) = NULL;
		memset(session->tagging, 0, sizeof(*session->tagging));
	}
	return session->tagging;
}

static bool has_tag(const cfs_tags *tags, const char *tag)
{
	for (uint32_t i = 0; i < tags->count; i++) {
		if (strcmp(tags->tag[i], tag) == 0) {
			return true;
		}
	}
	return false;
}

/* Adds a tag. False: it would be one too many. */
static bool add_tag(cfs_tags *tags, const char *tag)
{
	if (has_tag(tags, tag)) {
		return true;
	}
	if (tags->count == CFS_TAGS_MAX) {
		return false;
	}
	cfs_copy_text(tag, tags->tag[tags->count++], CFS_TAG_SIZE);
	return true;
}

/* Adds tags. False: they are too many, and some are missing. */
static bool add_tags(cfs_tags *tags, const cfs_tags *added)
{
	bool fit = true;

	for (uint32_t i = 0; i < added->count; i++) {
		fit = add_tag(tags, added->tag[i]) && fit;
	}
	return fit;
}

cfs_result cfs_session_attach_tags(
	session *session, zend_long lifetime, bool asks, cfs_error *error)
{
	cfs_tagging *tagging = asks ? cfs_session_tagging(session) : session->tagging;

	if (!tagging || !session->backend->tags) {
		return CFS_OK;
	}
	/* Also ask when tags are added: so a missing right shows then, and not only when the id changes. */
	tagging->asks = asks || tagging->added.count;
	tagging->lifetime = lifetime;
	tagging->failed = tagging->crowded = tagging->full = false;
	tagging->stored.count = 0;
	return asks || tagging->added.count
		? session->backend->tags->attach(session->store, tagging, error)
		: CFS_OK;
}

void cfs_session_detach_tags(session *session)
{
	cfs_error ignored;

	if (session->tagging && session->backend->tags) {
		session->backend->tags->attach(session->store, NULL, &ignored);
	}
}

/* The session got none of its new tags: takes it out of their sets. It stays in the sets of the tags that it has, because
 * destroying these tags' sessions would miss it otherwise. */
static void withdraw_new(session *session, cfs_error *error)
{
	cfs_tagging *tagging = session->tagging;
	cfs_tags new = {.count = 0};
	cfs_error reason;

	for (uint32_t i = 0; tagging->full && i < tagging->added.count; i++) {
		if (!has_tag(&tagging->stored, tagging->added.tag[i])) {
			add_tag(&new, tagging->added.tag[i]);
		}
	}
	cfs_error_set(error, "it can have at most %d tags, and keeps those that it has", CFS_TAGS_MAX);
	if (new.count && session->backend->tags->withdraw(session->store, &new, &reason) == CFS_ERROR) {
		cfs_error_set(error,
			"it can have at most %d tags, and is still listed under one that it did not get: %s",
			CFS_TAGS_MAX, reason.message);
	}
}

void cfs_session_settle_tags(session *session)
{
	cfs_tagging *tagging = session->tagging;
	bool fails;

	if (!tagging) {
		return;
	}
	if (tagging->added.count && tagging->crowded) {
		session->backend->tags->clean(session->store, &tagging->added);
	}
	fails = tagging->failed ? tagging->added.count > 0 : tagging->full || session->is_full;
	if (!tagging->failed) {
		if (fails) {
			withdraw_new(session, &tagging->error);
		}
		tagging->added.count = 0;
		session->is_full = false;
	}
	if (fails) {
		session->reported = true;
		cfs_warn("tag the session", &tagging->error);
	}
}

/* {{{ Under a new id */

void cfs_session_forget_moved(void)
{
	if (CFSESSION_G(moved)) {
		pefree(CFSESSION_G(moved), 1);
		CFSESSION_G(moved) = NULL;
	}
}

bool cfs_session_remember_moved(session *session, bool removed)
{
	const cfs_tagging *tagging = session->tagging;
	size_t length = ZSTR_LEN(session->id) + 1;
	cfs_tags all;

	cfs_session_forget_moved();
	if (tagging && tagging->failed) {
		session->state = SESSION_IDLE;
		session->reported = true;
		cfs_warn(cfs_moving_attempt, &tagging->error);
		return false;
	}
	if (!tagging || (!tagging->stored.count && !tagging->added.count)) {
		return true;
	}
	CFSESSION_G(moved) = pemalloc(sizeof(moved) + length, 1);
	CFSESSION_G(moved)->stored = tagging->stored;
	CFSESSION_G(moved)->added = tagging->added;
	CFSESSION_G(moved)->removed = removed;
	memcpy(CFSESSION_G(moved)->id, ZSTR_VAL(session->id), length);
	all = tagging->stored;
	if (!add_tags(&all, &tagging->added)) {
		CFSESSION_G(moved)->added.count = 0;
		session->is_full = true;
	}
	/* If the session is stored, cfs_session_settle_tags() warns about it. */
	CFSESSION_G(moved)->is_full = removed && session->is_full;
	return true;
}

cfs_result cfs_session_move_tags(session *session, zend_long lifetime, cfs_error *error)
{
	const moved *moved = CFSESSION_G(moved);
	attempts attempts = {0, 0};
	cfs_result result = CFS_OK;

	if (!moved || !cfs_session_changes_id(session)) {
		return CFS_OK;
	}
	cfs_session_tagging(session)->added = moved->stored;
	add_tags(&session->tagging->added, &moved->added);
	session->is_full = moved->is_full;
	if (moved->stored.count) {
		do {
			result = session->backend->tags->move(
				session->store, moved->id, moved->removed, &moved->stored, lifetime, error);
		} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	}
	session->has_gone = result == CFS_LOST;
	cfs_session_forget_moved();
	return result == CFS_ERROR ? CFS_ERROR : CFS_OK;
}

/* }}} */

/* {{{ Sessions of a user */

const char *cfs_handler_id(void)
{
	const session *session = CFSESSION_G(session);

	return session && session->id && session->state >= SESSION_READ ? ZSTR_VAL(session->id) : NULL;
}

bool cfs_handler_tag(const char *tag, cfs_error *error)
{
	session *session = CFSESSION_G(session);

	if (!session->backend->tags) {
		cfs_error_set(error, "%s", tags_need_redis);
	} else if (cfs_session_is_inherited(session)) {
		cfs_error_set(error, "it belongs to the process from which this one was forked");
	} else if (session->readonly) {
		cfs_error_set(error,
			"it was read without its lock, which another request held, and is read-only "
			"(cfsession.lock_failure=readonly)");
	} else if (session->state == SESSION_WRITTEN) {
		cfs_error_set(error, "it has been written already: tag it before that");
	} else if (!add_tag(&cfs_session_tagging(session)->added, tag)) {
		cfs_error_set(error, "it can have at most %d tags", CFS_TAGS_MAX);
	} else {
		return true;
	}
	return false;
}

bool cfs_handler_is_tagged(const char *tag)
{
	const session *session = CFSESSION_G(session);

	return session && session->tagging && has_tag(&session->tagging->added, tag);
}

/* Fills in a substitute with a store of its own, for when no session is open. */
static bool open_beside(session *session, cfs_error *error)
{
	const char *handler =
		zend_ini_string("session.save_handler", strlen("session.save_handler"), 0);

	/* "user" is a class, which may extend ours. */
	if (strcmp(handler, ps_mod_cfsession.s_name) != 0 && strcmp(handler, "user") != 0) {
		cfs_error_set(error, "session.save_handler is %s, not cfsession", handler);
		return false;
	}
	memset(session, 0, sizeof(*session));
	session->target = cfs_handler_target(
		zend_ini_string("session.save_path", strlen("session.save_path"), 0), error);
	if (session->target && !cfs_backend_supports(session->target, error)) {
		cfs_replace_target(&session->target, NULL);
	}
	if (!session->target) {
		return false;
	}
	session->backend = cfs_backend_named(session->target->backend);
	session->generation = cfs_generation();
	session->store = cfs_session_open_store(session, /* locks */ true);
	return true;
}

cfs_result cfs_handler_ask(cfs_tag_call call, void *context, cfs_error *error)
{
	session beside, *session = CFSESSION_G(session);
	attempts attempts = {0, 0};
	cfs_result result = CFS_ERROR;

	if (!session || cfs_session_is_inherited(session)) {
		session = &beside;
		if (!open_beside(session, error)) {
			return CFS_ERROR;
		}
	}
	if (!session->backend->tags) {
		cfs_error_set(error, "%s", tags_need_redis);
	} else {
		do {
			result = call(session->backend->tags, session->store, context, error);
		} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	}
	if (session == &beside) {
		session->backend->close(session->store);
		cfs_target_release(session->target);
	}
	CFSESSION_G(thread).counters.errors += result == CFS_ERROR;
	return result;
}

/* }}} */

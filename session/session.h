/*
 * The open session of a request: one session on one backend, and what every part of the handler does with it.
 *
 * CFSESSION_G(session) owns it, until cfs_session_close(). ext/session points to it, too, perhaps for longer: see
 * cfs_session_opened(). A callback that fails warns once. Unless stated otherwise, the functions here do not warn but set
 * the error.
 */
#ifndef CFS_SESSION_H
#define CFS_SESSION_H

#include "session_handler.h"
#include "merge.h"

/* How far the session has come. */
typedef enum _session_state {
	SESSION_IDLE,   /* nothing read yet, or not completely */
	SESSION_FAILED, /* validate_sid() could not start it, and read() will say why */
	SESSION_KNOWN,  /* validate_sid() has started it, and read() will take it */
	SESSION_READ,   /* it may be written */
	SESSION_WRITTEN /* it was written, and the lock released */
} session_state;

/* What ext/session keeps for us between open and close. */
typedef struct _session {
	const cfs_backend *backend;
	cfs_target *target; /* a reference */
	cfs_store *store;
	session_state state;
	cfs_error failure;    /* of SESSION_FAILED */
	zend_string *id;      /* of the session that was started; NULL before */
	zend_string *created; /* the id that create_sid() made last: no other request has it */
	zend_string *value;  /* what this request read or wrote last; it is stored, unless `known` is */
	cfs_merged known;    /* what is stored instead, as merging has shown; zeroed: nothing */
	zend_long lifetime;  /* s, what it was read with */
	bool absent;         /* nothing is stored for its id, as far as this request knows */
	unsigned generation; /* of the process that opened it */
	size_t id_max;       /* bytes that an id may have with this backend and prefix */
	bool locks;
	bool merges;
	bool readonly;        /* it was read without the lock, because others held that for too long */
	bool renewed;         /* its credentials are not those that it was opened with */
	bool reported;        /* a failure was reported, so its consequences are not */
	cfs_tagging *tagging; /* NULL: this request has nothing to do with tags */
	bool has_gone;        /* the session that it continues has gone: cfs_session_move_tags() */
	bool is_full;         /* it got none of its new tags; warn about that once it is stored */
} session;

/* What session_regenerate_id() passes on to the next session. */
typedef struct _moved {
	cfs_tags stored; /* the old session's tags */
	cfs_tags added;  /* and those that it should get */
	bool is_full;    /* it got none of its new ones, and no warning has said so yet */
	bool removed;    /* the old session was destroyed */
	char id[];
} moved;

/* {{{ Warnings */

/* Warn "cannot ATTEMPT: ...", unless an exception is pending, which says what failed. An error handler may run any code,
 * and close the session. */
void cfs_warn(const char *attempt, const cfs_error *error);
void cfs_warn_plainly(const char *attempt, const char *reason);

extern const char cfs_write_attempt[], cfs_moving_attempt[];

/* }}} */

static inline void cfs_forget_string(zend_string **string)
{
	if (*string) {
		zend_string_release(*string);
		*string = NULL;
	}
}

static inline void cfs_keep_string(zend_string **string, zend_string *kept)
{
	zend_string_addref(kept);
	cfs_forget_string(string);
	*string = kept;
}

static inline void cfs_replace_target(cfs_target **target, cfs_target *with)
{
	cfs_target_release(*target);
	*target = with;
}

static inline cfs_value cfs_value_of(const zend_string *string)
{
	return (cfs_value){ZSTR_VAL(string), ZSTR_LEN(string)};
}

/* Whether this process is a fork of the one that opened the session; only that one may write it. */
static inline bool cfs_session_is_inherited(const session *session)
{
	return session->generation != cfs_generation();
}

static inline bool cfs_session_is_started(const session *session, const zend_string *id)
{
	return session->id && zend_string_equals(session->id, id);
}

/* The session that ext/session refers to; NULL if it has ended meanwhile. */
static inline session *cfs_session_opened(void **mod_data)
{
	return CFSESSION_G(session) == *mod_data ? CFSESSION_G(session) : NULL;
}

/* Whether the backend takes the id, with the prefix. */
bool cfs_session_is_valid_id(const session *session, const zend_string *id);

/* {{{ Its store */

/* A separate store on the same target, for another id than the open session's. The caller frees it with
 * cfs_session_release_store(). */
cfs_store *cfs_session_open_store(const session *session, bool locks);

/* Replaces the open session's store by this one, which it then owns, and which has just been opened; `locks` as there. */
void cfs_session_take_store(session *session, cfs_store *store, bool locks);

/* Closes the store, and first releases its lock if it has one. */
void cfs_session_release_store(const cfs_backend *backend, cfs_store *store);

/* How long one call of the backend waits for another server to take over. Zeroed at first. */
typedef struct _attempts {
	int64_t until; /* cfs_now() at which it gives up */
	int64_t pause; /* ms */
} attempts;

/* Whether to repeat a call that ended so: with renewed credentials, or, after a pause, because another server may take
 * over. */
bool cfs_session_is_to_repeat(
	session *session, attempts *attempts, cfs_result result, const cfs_error *error);

/* }}} */

/* The lifetime in seconds that the session gets instead of PHP's `lifetime`: see cfsession.first_lifetime. */
zend_long cfs_session_lifetime_of(const session *session, zend_long lifetime);

/* Notes that the open session is now stored. */
void cfs_session_note_made(session *session);

/* Takes the lock and reads. The value belongs to the store, and is valid until it reads again. CFS_OK, CFS_ABSENT or
 * CFS_ERROR. */
cfs_result cfs_session_start(session *session, zend_string *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error);

/* Releases the lock, unless a write did, returns the connection to the pool, and frees the session. A forked child neither
 * releases nor returns. CFS_OK, CFS_LOST or CFS_ERROR. */
cfs_result cfs_session_close(session *session, cfs_error *error);

/* Closes the session, because the request is over or goes on to another session: a failure no longer matters. */
void cfs_session_end(void);

#endif

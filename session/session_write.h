/*
 * Whether a request may write, what it writes (merged, compressed), and the warning if it does not.
 */
#ifndef CFS_SESSION_WRITE_H
#define CFS_SESSION_WRITE_H

#include "session.h"

static inline bool cfs_session_has_read(const session *session, const zend_string *key)
{
	return session && session->state >= SESSION_READ && cfs_session_is_started(session, key);
}

/* Whether PHP never got the session that we read: after a fatal error, or at the memory limit, in a class's read() that
 * had called ours. PHP then takes the session for empty and writes that. */
bool cfs_session_is_cut_off(const session *session);

/* Warns that the session has not been read. */
void cfs_session_warn_unread(void);

/* Whether this request may write the session; if not, it has warned. Takes the lock, unless the session has it. */
bool cfs_session_may_write(
	session *session, zend_string *key, zend_string *val, zend_long lifetime);

/* Writes the value, compressed if that is set, without merging; sets *stored if another request has written (CFS_CHANGED),
 * as cfs_backend.write does. */
cfs_result cfs_session_write_once(
	session *session, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error);

/* Writes what this request has changed, merged with what others have stored. If others write meanwhile, it merges again,
 * and in the end takes the session's lock, so that it terminates. It also takes the lock if another request holds it,
 * because that one may not merge. */
cfs_result cfs_session_write_merging(
	session *session, const zend_string *ours, zend_long lifetime, cfs_error *error);

/* Notes how a write ended, and warns if it failed. It sets the state before it warns, because an error handler may close
 * the session, which frees it. */
zend_result cfs_session_written(session *session, cfs_result result, const cfs_error *error);

#endif

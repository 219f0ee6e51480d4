/*
 * The tags of the open session, by which the sessions of a user are found. They are sent together with its writes.
 */
#ifndef CFS_SESSION_TAGS_H
#define CFS_SESSION_TAGS_H

#include "session.h"

/* The session's tagging, which it owns; creates it if there is none yet. */
cfs_tagging *cfs_session_tagging(session *session);

/* Makes the store's next call also do what is due about the session's tags; with `asks`, it also asks which ones there
 * are. */
cfs_result cfs_session_attach_tags(
	session *session, zend_long lifetime, bool asks, cfs_error *error);
void cfs_session_detach_tags(session *session);

/* To be called once the session is stored: notes that its tags are stored, too, or warns that they are not. */
void cfs_session_settle_tags(session *session);

/* Remembers the session's tags for its new id. False: they are not known, and a warning said so. */
bool cfs_session_remember_moved(session *session, bool removed);
void cfs_session_forget_moved(void);

/* Gives a new session that continues another one its tags. If one of them was used to destroy the other session meanwhile,
 * the new one must not be written either. */
cfs_result cfs_session_move_tags(session *session, zend_long lifetime, cfs_error *error);

#endif

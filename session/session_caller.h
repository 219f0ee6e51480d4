/*
 * Which function of PHP calls the handler: ext/session's callbacks do not tell why they are called.
 */
#ifndef CFS_SESSION_CALLER_H
#define CFS_SESSION_CALLER_H

#include "session.h"

/* PHP's functions that call us. */
typedef enum _cfs_caller {
	CALLER_UNKNOWN,
	CALLER_STARTS,     /* starts; if it calls destroy(), it could not decode what it read */
	CALLER_DECODES,    /* decodes a text; the same */
	CALLER_DESTROYS,   /* destroys on purpose */
	CALLER_CHANGES_ID, /* destroys or writes, and goes on with a new id */
} cfs_caller;

/* The innermost of those functions; methods of a class may be in between. If PHP decodes before the script runs
 * (session.auto_start), or has left it (memory_limit, fatal error, time limit), there is none; it counts as
 * CALLER_STARTS. */
cfs_caller cfs_find_caller(void);

/* Whether a method of SessionHandler calls us, not ext/session itself. */
bool cfs_is_called_by_class(void);

/* Whether session_regenerate_id() calls, so that the session, with its tags, continues under a new id. */
bool cfs_session_changes_id(const session *session);

#endif

/*
 * Waiting for the lock of a session, and reading it as soon as the lock is ours.
 */
#ifndef CFS_REDIS_LOCK_H
#define CFS_REDIS_LOCK_H

#include "redis_call.h"

/* Takes the lock, waiting for it for up to lock_wait, and reads the session in the same round trip. The caller judges the
 * main reply, that of the start script; the next one has the session; the caller frees both. False: the error says why,
 * and is `busy` if another request has the lock. */
bool redis_lock_and_read(redis_store *store, zend_long lifetime, bool only_existing,
	redis_pipeline *pipeline, cfs_error *error);

#endif

/*
 * How a session is written: with its lock, without it, merged, or on a server that has no scripts.
 */
#ifndef CFS_REDIS_WRITE_H
#define CFS_REDIS_WRITE_H

#include "redis_call.h"

/* cfs_backend.write */
cfs_result redis_write(
	cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error);

/* What was read, as LUA_STORE's `was`. It belongs to the store and is valid until the store reads again. Call it before
 * redis_begin(), which forgets that the call is a retry. */
const char *redis_state_that_was_read(redis_store *store);

#endif

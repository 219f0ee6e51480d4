/*
 * The lock of a session: taking it, reading the session in the same round trip, waiting, and releasing.
 */
#ifndef CFS_MEMCACHED_LOCK_H
#define CFS_MEMCACHED_LOCK_H

#include "memcached_call.h"

/* What start() asks for, and gets. */
typedef struct _mc_reading {
	mc_items items;
	bool locks;     /* adds the lock first */
	time_t expires; /* the session's new expiration time, as the protocol has it; 0: none */
	bool extended;  /* the session has got it */
} mc_reading;

/* Takes the lock, if the reading says so, and reads the items. False: the error says why, and is `busy` if another request
 * has the lock. */
bool mc_read_items(mc_store *store, mc_reading *reading, cfs_error *error);

/* Makes a new token, which will mark the lock as ours. */
bool mc_make_token(mc_store *store, cfs_error *error);

/* Begin and end the renewal of the lock. A renewal changes the lock's CAS value; mc_end_lease() tells the store the last
 * one. */
void mc_begin_lease(mc_store *store);
void mc_end_lease(mc_store *store);

/* Whether the lock among the items is ours. */
bool mc_has_our_lock(const mc_store *store, const mc_items *items);

/* An operation: MEMCACHED_SUCCESS if the lock is ours. It compares the token, because a server that was restarted since
 * start() may use the same CAS values again, but does not know our token. */
memcached_return_t mc_look_at_lock(mc_store *store, const void *argument);

/* An operation: stores the lock again, if its CAS value is still the one we know, for the ms in its argument, an int64_t. */
memcached_return_t mc_store_lock_again(mc_store *store, const void *argument);

/* Makes the lock expire if it is ours, whatever the outcome of the call that needed it. Without a connection it does
 * nothing, and leaves it to mc_release(), which makes one. */
void mc_expire_lock(mc_store *store);

/* cfs_backend.release */
cfs_result mc_release(cfs_store *opaque, cfs_error *error);

#endif

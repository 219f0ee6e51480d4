/*
 * Locks live as long as their holders: a lock is taken for cfsession.lock_lease, and a thread renews it whenever a
 * third of that has passed. When a holder dies, its thread dies with it, and the lock expires.
 *
 * The first lock of the process starts the thread, which then sleeps; a lock that is released within a third of its
 * lease costs neither a system call nor a connection. The thread has its own stores and connections, knows about the
 * holder only what is in the lease, and uses no memory of PHP's.
 */
#ifndef CFS_LEASE_H
#define CFS_LEASE_H

#include "backend.h"

/* One lock that is held; part of its holder's store. The holder must neither move nor change it between
 * cfs_lease_begin() and cfs_lease_end(). */
typedef struct _cfs_lease {
	/* What cfs_lease_begin() was given: */
	const cfs_backend *backend;
	cfs_target *target;
	const cfs_options *options;
	const char *id;
	const char *token;
	cfs_lock_times times;
	/* The holder sets this before cfs_lease_begin(): */
	uint64_t cas; /* of Memcached's lock; each renewal changes it; 0: not known */
	/* The result, for the holder to read after cfs_lease_end(): */
	int64_t until;     /* cfs_now() until which the lock is ours, as far as we know */
	unsigned renewals; /* how often it was renewed */
	bool was_stopped;  /* see cfs_lease_was_stopped() */
	/* Belongs to the thread: */
	int64_t due;   /* cfs_now() at which the lock has to be renewed */
	int64_t tried; /* when it last began or ended to do that */
	struct _cfs_renewer *renewer;
	unsigned generation;
	bool listed;
	struct _cfs_lease *next;
} cfs_lease;

/* The lifetime of a lock that is about to be taken. Starts the thread if the lock will need renewal; without a
 * thread, the lock gets the lifetime that the options have for that case. */
cfs_lock_times cfs_lease_times(const cfs_options *options);

/* Renews the lock, which was asked for at times->taken, from now on. The lease copies the times; everything else that it
 * points to stays the holder's. */
void cfs_lease_begin(cfs_lease *lease, const cfs_backend *backend, cfs_target *target,
	const cfs_options *options, const char *id, const char *token, const cfs_lock_times *times);

/* Stops renewing; false: it had already stopped. With `settled`, waits for a renewal under way, for at most a third of
 * the lease; without, one more renewal may still reach the server. Call it before releasing the lock; calling it again
 * is harmless. */
bool cfs_lease_end(cfs_lease *lease, bool settled);

/* Whether the lock may have expired by now, by our own clock. */
bool cfs_lease_is_over(const cfs_lease *lease);

/* Whether nothing tried to renew the lock for longer than a lease: the process stood still, by SIGSTOP or on a suspended
 * machine. A server that does not answer is no reason. Also true of a lock that nobody renews and that has expired, and
 * after cfsession.lock_ttl. May be called after cfs_lease_end(), too. */
bool cfs_lease_was_stopped(cfs_lease *lease);

/* Once per process, before the backends' own start and stop. */
void cfs_leases_startup(void);
void cfs_leases_shutdown(void);

#endif

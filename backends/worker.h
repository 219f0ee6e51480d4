/*
 * A thread that waits for points in time. It is started when it is first needed, blocks all signals, because PHP handles
 * them, and ends with the module. fork() does not copy it: the child starts its own.
 */
#ifndef CFS_WORKER_H
#define CFS_WORKER_H

#include "backend.h"

#ifndef PHP_WIN32
#include <pthread.h>

/* Static, and set up by cfs_worker_init(). */
typedef struct _cfs_worker {
	pthread_mutex_t mutex; /* guards all below, and what the thread works on */
	pthread_cond_t changed;
	pthread_t thread;
	bool running, ready, stopping;
	int64_t wakes_at; /* cfs_now() until which it sleeps; INT64_MAX: until something wakes it */
} cfs_worker;

/* Once per process, before any other call; and again in a forked child, with the mutex held. */
void cfs_worker_init(cfs_worker *worker);

/* Call these with the mutex held: */

/* Starts the thread, unless it runs. It calls `work` with the mutex held, which must return once worker->stopping is set.
 * Returns whether the thread runs now. */
bool cfs_worker_start(cfs_worker *worker, void (*work)(void));

/* In the thread: sleeps until then, or until something wakes it. Releases the mutex meanwhile. */
void cfs_worker_sleep(cfs_worker *worker, int64_t until);

/* Wakes the thread if it would sleep beyond `when`. */
void cfs_worker_wake_before(cfs_worker *worker, int64_t when);

/* Call this without the mutex: ends the thread, and waits for it. */
void cfs_worker_stop(cfs_worker *worker);

#endif
#endif

/*
 * A deadline for operations of a library that limits each of its waits, but not their number.
 *
 * A thread, started when it is first needed, shuts the socket down at the deadline, and then the library fails. It sleeps
 * nearly always: a new deadline wakes it only if it is earlier than the one that it sleeps for.
 */
#ifndef CFS_WATCHDOG_H
#define CFS_WATCHDOG_H

#include "backend.h"
#include "php_network.h"

/* One operation under watch; on the caller's stack, between begin and end. */
typedef struct _cfs_watch {
	php_socket_t socket;
	int64_t deadline; /* see cfs_now() */
	/* Called before the socket is shut down: whether it is still the same socket. */
	bool (*is_still)(php_socket_t socket, const void *peer);
	const void *peer;
	bool fired;
	struct _cfs_watch *next;
} cfs_watch;

/* Watches until cfs_watch_end(). If no thread can be started, nothing is watched. */
void cfs_watch_begin(cfs_watch *watch);

/* Whether the deadline came first. */
bool cfs_watch_end(cfs_watch *watch);

/* Once per process, at module start and stop. */
void cfs_watchdog_startup(void);
void cfs_watchdog_shutdown(void);

#endif

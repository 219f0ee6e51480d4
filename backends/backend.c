#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "backend.h"
#include "compat.h"
#ifndef PHP_WIN32
#include <pthread.h>
#endif

const cfs_backend *const cfs_backends[] = {
#ifdef HAVE_CFSESSION_REDIS
	&cfs_backend_redis,
#endif
	NULL};

const cfs_backend *cfs_backend_named(const char *name)
{
	for (const cfs_backend *const *backend = cfs_backends; *backend; backend++) {
		if (strcmp((*backend)->name, name) == 0) {
			return *backend;
		}
	}
	return NULL;
}

uint64_t cfs_now_ns(void)
{
	return cfs_hrtime();
}

int64_t cfs_now(void)
{
	return (int64_t) (cfs_now_ns() / 1000000);
}

/* Changed only in a child that has just been forked and has a single thread. */
static volatile unsigned generation;

unsigned cfs_generation(void)
{
	return generation;
}

#ifdef PHP_WIN32
void cfs_watch_forks(void)
{
}
#else
static void forked(void)
{
	generation++;
}

void cfs_watch_forks(void)
{
	pthread_atfork(NULL, NULL, forked);
}
#endif

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "worker.h"

#ifndef PHP_WIN32
#include <signal.h>
#include <time.h>

/* macOS cannot wait on the monotonic clock. */
#ifdef __APPLE__
#define WAIT_CLOCK CLOCK_REALTIME
#else
#define WAIT_CLOCK CLOCK_MONOTONIC
#endif

void cfs_worker_init(cfs_worker *worker)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
#ifndef __APPLE__
	pthread_condattr_setclock(&attributes, WAIT_CLOCK);
#endif
	pthread_cond_init(&worker->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	worker->running = false;
}

void cfs_worker_sleep(cfs_worker *worker, int64_t until)
{
	int64_t left = until - cfs_now();
	struct timespec end;

	worker->wakes_at = until;
	if (until == INT64_MAX) {
		pthread_cond_wait(&worker->changed, &worker->mutex);
	} else if (left > 0) {
		clock_gettime(WAIT_CLOCK, &end);
		end.tv_sec += (time_t) (left / 1000);
		end.tv_nsec += (long) (left % 1000) * 1000000;
		if (end.tv_nsec >= 1000000000) {
			end.tv_sec++;
			end.tv_nsec -= 1000000000;
		}
		pthread_cond_timedwait(&worker->changed, &worker->mutex, &end);
	}
	worker->wakes_at = 0;
}

void cfs_worker_wake_before(cfs_worker *worker, int64_t when)
{
	if (when < worker->wakes_at) {
		pthread_cond_broadcast(&worker->changed);
	}
}

typedef struct _start {
	cfs_worker *worker;
	void (*work)(void);
} start;

static void *run(void *argument)
{
	start start = *(struct _start *) argument;

	pthread_mutex_lock(&start.worker->mutex);
	start.worker->ready = true;
	pthread_cond_broadcast(&start.worker->changed);
	start.work();
	pthread_mutex_unlock(&start.worker->mutex);
	return NULL;
}

/* Waits until the thread has started: a starting thread may hold a lock of the allocator, and a child forked at that
 * moment would inherit the lock for ever. */
bool cfs_worker_start(cfs_worker *worker, void (*work)(void))
{
	start start = {worker, work};
	sigset_t all, before;

	if (worker->running) {
		return true;
	}
	worker->ready = false;
	worker->wakes_at = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	worker->running = pthread_create(&worker->thread, NULL, run, &start) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	while (worker->running && !worker->ready) {
		pthread_cond_wait(&worker->changed, &worker->mutex);
	}
	return worker->running;
}

void cfs_worker_stop(cfs_worker *worker)
{
	if (!worker->running) {
		return;
	}
	pthread_mutex_lock(&worker->mutex);
	worker->stopping = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	pthread_join(worker->thread, NULL);
	worker->running = worker->stopping = false;
}

#endif

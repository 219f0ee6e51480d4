#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "watchdog.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>

/* macOS cannot wait by the monotonic clock. */
#ifdef __APPLE__
#define WAIT_CLOCK CLOCK_REALTIME
#else
#define WAIT_CLOCK CLOCK_MONOTONIC
#endif

static struct {
	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t changed;
	pthread_t thread;
	bool running, ready, stopping;
	int64_t wakes_at; /* cfs_now() until which the thread sleeps */
	cfs_watch *watches;
} dog = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static int64_t earliest_deadline(void)
{
	int64_t earliest = INT64_MAX;

	for (const cfs_watch *watch = dog.watches; watch; watch = watch->next) {
		if (!watch->fired && watch->deadline < earliest) {
			earliest = watch->deadline;
		}
	}
	return earliest;
}

static void sleep_until(int64_t when)
{
	int64_t left = when - cfs_now();
	struct timespec until;

	dog.wakes_at = when;
	if (when == INT64_MAX) {
		pthread_cond_wait(&dog.changed, &dog.mutex);
	} else if (left > 0) {
		clock_gettime(WAIT_CLOCK, &until);
		until.tv_sec += (time_t) (left / 1000);
		until.tv_nsec += (long) (left % 1000) * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
		pthread_cond_timedwait(&dog.changed, &dog.mutex, &until);
	}
}

static void *watch_all(void *unused)
{
	pthread_mutex_lock(&dog.mutex);
	dog.ready = true;
	pthread_cond_signal(&dog.changed);
	while (!dog.stopping) {
		sleep_until(earliest_deadline());
		for (cfs_watch *watch = dog.watches; watch; watch = watch->next) {
			if (!watch->fired && watch->deadline <= cfs_now()) {
				watch->fired = true;
				if (watch->is_still(watch->socket, watch->peer)) {
					shutdown(watch->socket, SHUT_RDWR);
				}
			}
		}
	}
	pthread_mutex_unlock(&dog.mutex);
	return unused;
}

/* Signals are PHP's, whose thread is the one that handles them. A thread on its way into being may hold a lock
 * of the allocator's, which a child would inherit for ever if the process was forked then. */
static void start_thread(void)
{
	sigset_t all, before;

	dog.ready = false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	dog.running = pthread_create(&dog.thread, NULL, watch_all, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	while (dog.running && !dog.ready) {
		pthread_cond_wait(&dog.changed, &dog.mutex);
	}
}

void cfs_watch_begin(cfs_watch *watch)
{
	watch->fired = false;
	pthread_mutex_lock(&dog.mutex);
	watch->next = dog.watches;
	dog.watches = watch;
	if (!dog.running) {
		dog.wakes_at = 0;
		start_thread();
	} else if (watch->deadline < dog.wakes_at) {
		pthread_cond_signal(&dog.changed);
	}
	pthread_mutex_unlock(&dog.mutex);
}

bool cfs_watch_end(cfs_watch *watch)
{
	cfs_watch **place = &dog.watches;

	pthread_mutex_lock(&dog.mutex);
	while (*place != watch) {
		place = &(*place)->next;
	}
	*place = watch->next;
	pthread_mutex_unlock(&dog.mutex);
	return watch->fired;
}

/* {{{ fork() copies neither the thread nor a sensible state of what it waits for */

static void make_condition(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
#ifndef __APPLE__
	pthread_condattr_setclock(&attributes, WAIT_CLOCK);
#endif
	pthread_cond_init(&dog.changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void before_fork(void)
{
	pthread_mutex_lock(&dog.mutex);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&dog.mutex);
}

static void after_fork_in_child(void)
{
	dog.running = false;
	dog.watches = NULL;
	make_condition();
	pthread_mutex_unlock(&dog.mutex);
}

/* }}} */

void cfs_watchdog_startup(void)
{
	make_condition();
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

void cfs_watchdog_shutdown(void)
{
	if (!dog.running) {
		return;
	}
	pthread_mutex_lock(&dog.mutex);
	dog.stopping = true;
	pthread_cond_signal(&dog.changed);
	pthread_mutex_unlock(&dog.mutex);
	pthread_join(dog.thread, NULL);
	dog.running = dog.stopping = false;
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "watchdog.h"
#include "worker.h"

static cfs_worker dog = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static cfs_watch *watches; /* guarded by the worker's mutex */

static int64_t earliest_deadline(void)
{
	int64_t earliest = INT64_MAX;

	for (const cfs_watch *watch = watches; watch; watch = watch->next) {
		if (!watch->fired && watch->deadline < earliest) {
			earliest = watch->deadline;
		}
	}
	return earliest;
}

static void watch_all(void)
{
	while (!dog.stopping) {
		cfs_worker_sleep(&dog, earliest_deadline());
		for (cfs_watch *watch = watches; watch; watch = watch->next) {
			if (!watch->fired && watch->deadline <= cfs_now()) {
				watch->fired = true;
				if (watch->is_still(watch->socket, watch->peer)) {
					shutdown(watch->socket, SHUT_RDWR);
				}
			}
		}
	}
}

void cfs_watch_begin(cfs_watch *watch)
{
	watch->fired = false;
	pthread_mutex_lock(&dog.mutex);
	watch->next = watches;
	watches = watch;
	cfs_worker_start(&dog, watch_all);
	cfs_worker_wake_before(&dog, watch->deadline);
	pthread_mutex_unlock(&dog.mutex);
}

bool cfs_watch_end(cfs_watch *watch)
{
	cfs_watch **place = &watches;

	pthread_mutex_lock(&dog.mutex);
	while (*place != watch) {
		place = &(*place)->next;
	}
	*place = watch->next;
	pthread_mutex_unlock(&dog.mutex);
	return watch->fired;
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
	watches = NULL;
	cfs_worker_init(&dog);
	pthread_mutex_unlock(&dog.mutex);
}

void cfs_watchdog_startup(void)
{
	cfs_worker_init(&dog);
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

void cfs_watchdog_shutdown(void)
{
	cfs_worker_stop(&dog);
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "lease.h"
#include "pool.h"
#include "worker.h"

/* A failed renewal is retried after 1/RETRY_PART of the lease. */
#define RETRY_PART 10
/* A lock is renewed after 1/RENEW_PART of its lease. */
#define RENEW_PART 3

#ifdef PHP_WIN32

static bool has_thread(void)
{
	return false;
}

static void begin_renewals(cfs_lease *lease)
{
}

bool cfs_lease_end(cfs_lease *lease, bool settled)
{
	return false;
}

bool cfs_lease_is_over(const cfs_lease *lease)
{
	return cfs_now() >= lease->until;
}

bool cfs_lease_was_stopped(cfs_lease *lease)
{
	return cfs_now() >= lease->until;
}

void cfs_leases_startup(void)
{
}

void cfs_leases_shutdown(void)
{
}

#else

static cfs_worker worker = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* What renews one lock. The thread owns and frees it. */
typedef struct _cfs_renewer {
	cfs_lease *lease; /* NULL: it has ended */
	cfs_options options;
	cfs_target *target;
	cfs_store *store;
	char *id, *token;
	const cfs_backend *backend;
	struct _cfs_renewer *next;
} renewer;

/* The worker's mutex guards everything except `connections` and the stores, which belong to the thread alone. */
static cfs_lease *leases;
static renewer *renewers;
static renewer *busy;          /* the one that is talking to its server */
static cfs_thread connections; /* the thread's own */
static unsigned generation;    /* of the process that the connections belong to */
static bool was_busy_at_fork;  /* in the parent: its connections may be in any state */

/* {{{ Renewers */

/* A server that does not answer must not keep the thread from the locks at other servers. */
static void bound_times(cfs_options *options, int64_t lease)
{
	int64_t most = MAX(lease / RENEW_PART, 1);

	options->connect_timeout = MIN(options->connect_timeout, most);
	options->timeout = MIN(options->timeout, most);
	options->retry_interval = most;
	options->persistent = true;
}

/* A server's own settings take precedence over the options. */
static void bound_times_of_server(cfs_server *server, const cfs_options *options)
{
	server->connect_timeout = MIN(server->connect_timeout, options->connect_timeout);
	server->timeout = MIN(server->timeout, options->timeout);
	server->persistent = -1;
}

static renewer *make_renewer(cfs_lease *lease)
{
	renewer *renewer = pecalloc(1, sizeof(*renewer), 1);

	renewer->lease = lease;
	renewer->backend = lease->backend;
	renewer->options = *lease->options;
	bound_times(&renewer->options, lease->times.lifetime);
	renewer->target = cfs_target_copy(lease->target);
	for (uint32_t i = 0; i < renewer->target->server_count; i++) {
		bound_times_of_server(&renewer->target->servers[i], &renewer->options);
	}
	if (renewer->target->master) {
		bound_times_of_server(renewer->target->master, &renewer->options);
	}
	renewer->id = pestrdup(lease->id, 1);
	renewer->token = pestrdup(lease->token, 1);
	renewer->next = renewers;
	renewers = renewer;
	return renewer;
}

static void free_renewer(renewer *renewer)
{
	if (renewer->store) {
		renewer->backend->close(renewer->store);
	}
	cfs_target_release(renewer->target);
	pefree(renewer->id, 1);
	pefree(renewer->token, 1);
	pefree(renewer, 1);
}

static void free_ended(bool all)
{
	renewer **place = &renewers;

	while (*place) {
		renewer *renewer = *place;

		if (renewer->lease && !all) {
			place = &renewer->next;
			continue;
		}
		*place = renewer->next;
		free_renewer(renewer);
	}
}

/* }}} */

/* {{{ The thread */

static void note_stop(cfs_lease *lease)
{
	lease->was_stopped = lease->was_stopped ||
		(lease->due != INT64_MAX && cfs_now() - lease->tried > lease->times.lifetime);
}

/* Plans no renewal once the lock already lasts until it must end. */
static void plan(cfs_lease *lease, int64_t due)
{
	lease->due = lease->times.renewed && lease->until < lease->times.ends ? due : INT64_MAX;
}

static cfs_lease *earliest(void)
{
	cfs_lease *earliest = NULL;

	for (cfs_lease *lease = leases; lease; lease = lease->next) {
		if (lease->due != INT64_MAX && (!earliest || lease->due < earliest->due)) {
			earliest = lease;
		}
	}
	return earliest;
}

static void take_outcome(
	cfs_lease *lease, cfs_result result, uint64_t cas, int64_t asked, int64_t lifetime)
{
	lease->cas = result == CFS_ERROR ? 0 : cas;
	lease->tried = cfs_now();
	switch (result) {
		case CFS_OK:
			lease->renewals++;
			lease->until = asked + lifetime;
			plan(lease, asked + lease->times.lifetime / RENEW_PART);
			break;
		case CFS_ERROR:
			plan(lease, cfs_now() + MAX(lease->times.lifetime / RETRY_PART, 1));
			break;
		default: /* the lock belongs to another request, or is gone */
			lease->until = 0;
			lease->due = INT64_MAX;
	}
}

/* Releases the mutex while it asks the server. */
static void renew(cfs_lease *lease)
{
	renewer *renewer = lease->renewer ? lease->renewer : make_renewer(lease);
	int64_t asked = cfs_now();
	int64_t lifetime = MAX(1, MIN(lease->times.lifetime, lease->times.ends - asked));
	uint64_t cas = lease->cas;
	cfs_result result;
	cfs_error ignored;

	note_stop(lease);
	lease->tried = asked;
	lease->renewer = busy = renewer;
	pthread_mutex_unlock(&worker.mutex);
	if (!renewer->store) {
		renewer->store = renewer->backend->open(&connections, renewer->target, &renewer->options);
	}
	result = renewer->backend->renew(
		renewer->store, renewer->id, renewer->token, lifetime, &cas, &ignored);
	pthread_mutex_lock(&worker.mutex);
	busy = NULL;
	if (renewer->lease) {
		take_outcome(renewer->lease, result, cas, asked, lifetime);
	}
	pthread_cond_broadcast(&worker.changed);
}

/* Releasing a lock before its renewal is due does not wake the thread. When it finds nothing more to renew, it closes
 * its connections. */
static void work(void)
{
	while (!worker.stopping) {
		cfs_lease *lease = earliest();

		if (lease && lease->due <= cfs_now()) {
			renew(lease);
			continue;
		}
		free_ended(/* all */ false);
		if (!renewers) {
			cfs_pool_free(&connections);
		}
		cfs_worker_sleep(&worker, lease ? lease->due : INT64_MAX);
	}
}

/* A forked child closes its copies of the parent's connections without sending anything, unless they were in use. */
static void forget_parent(void)
{
	if (generation != cfs_generation()) {
		if (!was_busy_at_fork) {
			free_ended(/* all */ true);
			cfs_pool_free(&connections);
		}
		renewers = NULL;
		memset(&connections, 0, sizeof(connections));
		was_busy_at_fork = false;
		generation = cfs_generation();
	}
}

static bool has_thread(void)
{
	bool running;

	pthread_mutex_lock(&worker.mutex);
	if (!worker.running) {
		forget_parent();
	}
	running = cfs_worker_start(&worker, work);
	pthread_mutex_unlock(&worker.mutex);
	return running;
}

/* }}} */

static void begin_renewals(cfs_lease *lease)
{
	lease->renewer = NULL;
	lease->generation = cfs_generation();
	pthread_mutex_lock(&worker.mutex);
	plan(lease, lease->times.taken + lease->times.lifetime / RENEW_PART);
	lease->listed = true;
	lease->next = leases;
	leases = lease;
	if (lease->due != INT64_MAX) {
		cfs_worker_wake_before(&worker, lease->due);
	}
	pthread_mutex_unlock(&worker.mutex);
}

static void remove_from_list(cfs_lease *lease)
{
	cfs_lease **place = &leases;

	while (*place != lease) {
		place = &(*place)->next;
	}
	*place = lease->next;
	lease->listed = false;
	if (lease->renewer) {
		lease->renewer->lease = NULL;
	}
}

bool cfs_lease_end(cfs_lease *lease, bool settled)
{
	/* A forked child's copy is in no list. */
	if (!lease->listed || lease->generation != cfs_generation()) {
		return false;
	}
	pthread_mutex_lock(&worker.mutex);
	note_stop(lease);
	lease->due = INT64_MAX;
	while (settled && busy && busy == lease->renewer) {
		pthread_cond_wait(&worker.changed, &worker.mutex);
		lease->due = INT64_MAX;
	}
	remove_from_list(lease);
	pthread_mutex_unlock(&worker.mutex);
	return true;
}

bool cfs_lease_is_over(const cfs_lease *lease)
{
	int64_t until;

	pthread_mutex_lock(&worker.mutex);
	until = lease->until;
	pthread_mutex_unlock(&worker.mutex);
	return cfs_now() >= until;
}

bool cfs_lease_was_stopped(cfs_lease *lease)
{
	bool was_stopped;

	pthread_mutex_lock(&worker.mutex);
	note_stop(lease);
	was_stopped = lease->was_stopped || cfs_now() >= lease->times.ends ||
		(!lease->times.renewed && cfs_now() >= lease->until);
	pthread_mutex_unlock(&worker.mutex);
	return was_stopped;
}

/* {{{ fork() */

static void before_fork(void)
{
	pthread_mutex_lock(&worker.mutex);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&worker.mutex);
}

/* The parent goes on with its locks. */
static void after_fork_in_child(void)
{
	/* A grandchild inherits the doubt, until one of them starts its own thread. */
	was_busy_at_fork = was_busy_at_fork || busy != NULL;
	busy = NULL;
	leases = NULL;
	cfs_worker_init(&worker);
	pthread_mutex_unlock(&worker.mutex);
}

/* }}} */

void cfs_leases_startup(void)
{
	cfs_worker_init(&worker);
	generation = cfs_generation();
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

void cfs_leases_shutdown(void)
{
	cfs_worker_stop(&worker);
	forget_parent();
	free_ended(/* all */ true);
	cfs_pool_free(&connections);
}

#endif

void cfs_lease_begin(cfs_lease *lease, const cfs_backend *backend, cfs_target *target,
	const cfs_options *options, const char *id, const char *token, const cfs_lock_times *times)
{
	lease->backend = backend;
	lease->target = target;
	lease->options = options;
	lease->id = id;
	lease->token = token;
	lease->times = *times;
	lease->until = times->taken + times->lifetime;
	lease->renewals = 0;
	lease->tried = times->taken;
	lease->was_stopped = false;
	begin_renewals(lease);
}

cfs_lock_times cfs_lease_times(const cfs_options *options)
{
	cfs_lock_times times = {.taken = cfs_now(), .ends = INT64_MAX};

	if (options->lock_ttl) {
		times.ends = times.taken + options->lock_ttl;
	}
	times.lifetime = options->lock_lease;
	if (options->lock_ttl && options->lock_ttl <= options->lock_lease) {
		times.lifetime = options->lock_ttl;
	} else if (has_thread()) {
		times.renewed = true;
	} else {
		times.lifetime = options->lock_ttl ? options->lock_ttl : options->lock_ttl_alone;
	}
	return times;
}

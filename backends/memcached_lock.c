/*
 * The lock of a session is an item whose value is our token. A waiter polls, because Memcached cannot wake it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_lock.h"

/* The pause between two looks at a lock, in ms, is a part (1/PAUSE_PART) of the time for which it has been held, so that a
 * waiter waits at most about that part longer than necessary. */
#define PAUSE_MIN  1
#define PAUSE_MAX  100
#define PAUSE_PART 5
/* It is also at least this part of the time waited so far: many waiters that wait for seconds must not keep the server
 * busy. */
#define PAUSE_OF_WAIT 30

/* ms; a shorter lease would be too short once a second is taken off it. */
#define LEASE_MIN 3000

/* Seconds. */
#define LOCK_EXPIRATION_MIN 3

/* Seconds; the server's clock may tick right away, so that one second could be over at once. */
#define MARK_LIFETIME 2

/* How often we try again if the lock was released between our add and our look. */
#define LOOKS_MAX 5

/* {{{ Our lock */

void mc_begin_lease(mc_store *store)
{
	store->lease.cas = store->lock_cas;
	cfs_lease_begin(&store->lease, &cfs_backend_memcached, store->target, &store->options,
		store->id, store->token, &store->times);
}

void mc_end_lease(mc_store *store)
{
	if (cfs_lease_end(&store->lease, /* settled */ true)) {
		store->thread->counters.lock_renewals += store->lease.renewals;
		store->lock_cas = store->lease.cas;
	}
}

/* The lock's expiration time, a second longer than its lifetime: an item may expire up to a second early, and the lock has
 * to exist for as long as we think that we hold it. See take_lock_times(). A busy server's clock may also skip a second, and
 * then a short lock would end before its renewal. */
static time_t lock_expiration(int64_t lifetime)
{
	zend_long seconds = (zend_long) ((lifetime + 999) / 1000 + 1);

	return mc_expiration(MAX(seconds, LOCK_EXPIRATION_MIN));
}

/* Takes that second off a lease, so that waiters do not wait for it when a holder has died. */
static void take_lock_times(mc_store *store)
{
	store->times = cfs_lease_times(&store->options);
	if (store->times.renewed && store->times.lifetime >= LEASE_MIN) {
		store->times.lifetime -= 1000;
	}
}

static mc_item lock_item(const mc_store *store)
{
	return (mc_item){MC_ADD, store->lock_key, {store->token, strlen(store->token)},
		lock_expiration(store->times.lifetime), 0, true};
}

static bool has_token(const mc_store *store, const mc_items *items, mc_kind kind)
{
	return items->found[kind] &&
		cfs_value_is(items->values[kind], (cfs_value){store->token, strlen(store->token)});
}

bool mc_has_our_lock(const mc_store *store, const mc_items *items)
{
	return has_token(store, items, MC_LOCK);
}

bool mc_make_token(mc_store *store, cfs_error *error)
{
	return cfs_make_token(store->thread, store->token, error);
}

/* }}} */

/* {{{ Releasing and renewing */

memcached_return_t mc_look_at_lock(mc_store *store, const void *argument)
{
	mc_items items = mc_items_of(store, ASK_LOCK);
	memcached_return_t rc = mc_get_items(store, &items);

	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	if (!items.found[MC_LOCK]) {
		return MEMCACHED_NOTFOUND;
	}
	if (!mc_has_our_lock(store, &items)) {
		return MEMCACHED_DATA_EXISTS;
	}
	store->lock_cas = items.cas[MC_LOCK];
	return MEMCACHED_SUCCESS;
}

/* Makes the lock expire if it still has the CAS value that we know, without waiting for the answer. */
static cfs_result release_lock(mc_store *store, cfs_error *error)
{
	mc_item release = {MC_CAS, store->lock_key, {"", 0}, MEMCACHED_AT_ONCE, 0, true};
	memcached_return_t rc = MEMCACHED_SUCCESS;

	mc_end_lease(store);
	if ((store->reconnected || !store->lock_cas) &&
		!mc_run(store, mc_look_at_lock, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	store->locked = false;
	if (rc != MEMCACHED_SUCCESS) {
		return CFS_LOST;
	}
	release.cas = store->lock_cas;
	if (mc_connection_tell(store->connection, &release, store->deadline) != MEMCACHED_SUCCESS) {
		mc_drop_connection(store);
	}
	return CFS_OK;
}

void mc_expire_lock(mc_store *store)
{
	cfs_error ignored;

	if (store->locked && store->connection) {
		release_lock(store, &ignored);
	}
}

cfs_result mc_release(cfs_store *opaque, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;

	if (!store->locked) {
		return CFS_OK;
	}
	/* Nobody waits for such a server twice. */
	if (store->unreachable) {
		cfs_error_set(error, "its server could not be reached a moment ago");
		return CFS_ERROR;
	}
	mc_begin(store);
	return mc_connect(store, error) ? release_lock(store, error) : CFS_ERROR;
}

memcached_return_t mc_store_lock_again(mc_store *store, const void *argument)
{
	const mc_item lock = {MC_CAS, store->lock_key, {store->token, strlen(store->token)},
		lock_expiration(*(const int64_t *) argument), store->lock_cas, false};

	return mc_connection_store(store->connection, &lock);
}

/* }}} */

/* {{{ Waiting */

/* What a waiter sees of the lock's holders. */
typedef struct _lock_poll {
	mc_items items;
	mc_note holder; /* the token of the present holder */
	int64_t since;  /* cfs_now() at which we first saw it */
	int64_t pause;  /* ms before the next look */
} lock_poll;

/* Adds the lock, and reads its holder in the same round trip, except if the library adds it. Unlike start(), this waits for
 * the answer, so that an answer that comes twice is not taken for the session's. */
static memcached_return_t add_lock(mc_store *store, const void *argument)
{
	lock_poll *poll_state = (struct _lock_poll *) argument;
	mc_item lock = lock_item(store);
	mc_exchange exchange = {.item = &lock, .items = &poll_state->items};
	memcached_return_t rc;

	lock.quiet = false;
	if (!mc_connection_has_text(store->connection)) {
		return mc_connection_store(store->connection, &lock);
	}
	rc = mc_connection_exchange(store->connection, &exchange);
	return rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
}

/* Plans the next pause. We expect a new holder to hold the lock for as long as the one before. */
static void update_pause(lock_poll *poll_state)
{
	mc_note holder = mc_note_of(&poll_state->items, MC_LOCK);
	int64_t now = cfs_now(), pause = (now - poll_state->since) / PAUSE_PART;

	if (!holder.length || mc_note_equals(&holder, &poll_state->holder)) {
		pause = MAX(pause, poll_state->pause);
	} else {
		poll_state->holder = holder;
		poll_state->since = now;
	}
	poll_state->pause = MAX(PAUSE_MIN, MIN(pause, PAUSE_MAX));
}

/* Sleeps before the next look. A digit of the token varies the pause by up to a quarter, so that waiters do not look
 * at the same time. */
static void pause_for(const mc_store *store, int64_t pause, int64_t left)
{
	int64_t spread = pause * (store->token[CFS_TOKEN_ID_LENGTH - 1] % 16) / 64;

	cfs_sleep(MAX(1, MIN(pause + spread, left)));
}

static cfs_holder_text holder_text(const mc_note *lock)
{
	return cfs_describe_holder((cfs_value){lock->bytes, MIN(lock->length, MC_NOTE_MAX)});
}

static bool fail_lock_wait(mc_store *store, const mc_note *lock, cfs_error *error)
{
	cfs_error_set(error,
		"another request%s holds the lock %slock.%.*s... at %s and did not release it within %s "
		"(cfsession.lock_wait). Have slow requests call session_write_close() first, read with "
		"read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires "
		"by itself within seconds (cfsession.lock_lease)",
		holder_text(lock).text, store->options.prefix, (int) MIN(strlen(store->id) / 2, 4),
		store->id, mc_address(store), cfs_time_text(store->options.lock_wait).text);
	error->busy = true;
	return false;
}

/* {{{ How many wait for a session: counted only if cfsession.lock_waiters limits them */

typedef struct _waiters {
	char key[KEY_MAX + 1];
	uint64_t count;
} waiters;

/* Counts this request in. If it dies while waiting, it stays counted until the item expires. */
static memcached_return_t count_in(mc_store *store, const void *argument)
{
	waiters *waiters = (struct _waiters *) argument;
	int64_t longest = store->options.lock_wait + store->options.timeout;
	const mc_item first = {
		MC_ADD, waiters->key, {"1", 1}, mc_expiration((zend_long) (longest / 1000 + 2)), 0, false};
	memcached_return_t rc = memcached_increment(mc_connection_library(store->connection),
		waiters->key, strlen(waiters->key), 1, &waiters->count);

	if (rc != MEMCACHED_NOTFOUND) {
		return rc;
	}
	waiters->count = 1;
	rc = mc_connection_store(store->connection, &first);
	return rc == MEMCACHED_NOTSTORED ? memcached_increment(mc_connection_library(store->connection),
										   waiters->key, strlen(waiters->key), 1, &waiters->count)
									 : rc;
}

/* Counts this request out. The last waiter deletes the item; otherwise a waiter that died would stay counted for as long as
 * others keep the item alive. */
static memcached_return_t count_out(mc_store *store, const void *argument)
{
	const waiters *waiters = argument;
	memcached_st *library = mc_connection_library(store->connection);
	uint64_t left = 1;
	memcached_return_t rc =
		memcached_decrement(library, waiters->key, strlen(waiters->key), 1, &left);

	return rc == MEMCACHED_SUCCESS && left == 0
		? memcached_delete(library, waiters->key, strlen(waiters->key), 0)
		: rc;
}

static void leave_waiters(mc_store *store, const waiters *waiters)
{
	memcached_return_t rc;
	cfs_error ignored;

	if (waiters->count && !store->unreachable) {
		mc_run(store, count_out, waiters, &rc, NULL, &ignored);
	}
}

/* False: there are too many already, or it failed. */
static bool join_waiters(mc_store *store, const mc_note *lock, waiters *waiters, cfs_error *error)
{
	memcached_return_t rc;

	waiters->count = 0;
	if (!store->options.lock_waiters) {
		return true;
	}
	mc_set_key(waiters->key, store->options.prefix, "wait.", store->id);
	if (!mc_run(store, count_in, waiters, &rc, NULL, error)) {
		return false;
	}
	if (waiters->count <= store->options.lock_waiters) {
		return true;
	}
	leave_waiters(store, waiters);
	cfs_error_set(error,
		"another request%s holds the lock %slock.%.*s... at %s, and %u already wait for it "
		"(cfsession.lock_waiters)",
		holder_text(lock).text, store->options.prefix, (int) MIN(strlen(store->id) / 2, 4),
		store->id, mc_address(store), store->options.lock_waiters);
	error->busy = true;
	return false;
}

/* }}} */

/* Tries to add the lock until it succeeds, or the time is over. `items` are those that showed that another request has the
 * lock. */
static bool wait_for_lock(mc_store *store, const mc_items *items, int64_t until, cfs_error *error)
{
	int64_t began = cfs_now(), left;
	lock_poll poll_state = {.items = mc_items_of(store, ASK_LOCK),
		.holder = mc_note_of(items, MC_LOCK),
		.since = began,
		.pause = PAUSE_MIN};
	memcached_return_t rc = MEMCACHED_NOTSTORED;
	bool ran = true, repeated = false, is_ours = false;
	waiters waiters;

	if (!join_waiters(store, &poll_state.holder, &waiters, error)) {
		return false;
	}
	while (ran && !is_ours && (left = until - cfs_now()) > 0) {
		pause_for(store, MAX(poll_state.pause, MIN((cfs_now() - began) / PAUSE_OF_WAIT, PAUSE_MAX)),
			left);
		take_lock_times(store);
		mc_set_deadline(store);
		ran = mc_run(store, add_lock, &poll_state, &rc, &repeated, error);
		if (ran) {
			/* A retry may be refused because the first attempt added the lock: the caller looks. */
			is_ours = rc == MEMCACHED_SUCCESS || repeated;
			update_pause(&poll_state);
		}
	}
	leave_waiters(store, &waiters);
	store->thread->counters.lock_waits++;
	store->thread->counters.lock_wait_ms += (uint64_t) (cfs_now() - began);
	return ran && (is_ours || fail_lock_wait(store, &poll_state.holder, error));
}

/* }}} */

/* {{{ Locking and reading */

/* The library does not report bytes that it left unread, such as the end of an earlier answer. Without a lock, an answer
 * need not have any item, so such an end would be taken for "no such session". So on a used connection, we store a mark
 * with the request, and it must come back in place of the lock. */
static memcached_return_t mark_and_get(mc_store *store, mc_items *items)
{
	mc_item mark = {MC_SET, store->mark_key, {NULL, 0}, MARK_LIFETIME, 0, true};
	memcached_return_t rc;
	cfs_error ignored;

	if (store->connection->is_new || !cfs_make_token(store->thread, store->token, &ignored)) {
		return mc_get_items_by_library(store, items);
	}
	items->keys[MC_MARK] = store->mark_key;
	mark.value = (cfs_value){store->token, strlen(store->token)};
	rc = mc_connection_store(store->connection, &mark);
	if (rc == MEMCACHED_SUCCESS) {
		rc = mc_get_items_by_library(store, items);
	}
	return rc == MEMCACHED_SUCCESS && !has_token(store, items, MC_MARK) ? MEMCACHED_PROTOCOL_ERROR
																		: rc;
}

/* Adds the lock and reads the items in one round trip: the first command that the server answers is "get". */
static memcached_return_t lock_and_get(mc_store *store, const void *argument)
{
	mc_reading *reading = (mc_reading *) argument;
	const mc_item lock = lock_item(store);
	mc_exchange exchange = {.item = reading->locks ? &lock : NULL,
		.items = &reading->items,
		.expires = reading->expires};
	memcached_return_t rc;

	if (mc_connection_has_text(store->connection)) {
		rc = mc_connection_exchange(store->connection, &exchange);
		reading->extended = exchange.expires != 0;
		return rc;
	}
	if (!reading->locks) {
		return mark_and_get(store, &reading->items);
	}
	rc = mc_connection_store(store->connection, &lock);
	return rc == MEMCACHED_SUCCESS ? mc_get_items_by_library(store, &reading->items) : rc;
}

/* A lock comes back, whichever request has it, unless another request had it when we added ours and released it before we
 * asked. An answer without a lock for any other reason cannot be trusted. */
static bool add_lock_and_get(mc_store *store, mc_reading *reading, cfs_error *error)
{
	memcached_return_t rc;

	for (int tries = 0; tries < LOOKS_MAX; tries++) {
		if (!mc_run(store, lock_and_get, reading, &rc, NULL, error)) {
			return false;
		}
		if (reading->items.found[MC_LOCK]) {
			return true;
		}
	}
	mc_unexpected(store, error);
	return false;
}

/* Notes that the lock is ours. If it already was, its time is known. */
static void take_lock(mc_store *store, uint64_t cas)
{
	if (store->locked) {
		mc_end_lease(store);
		store->times.taken = store->lease.until - store->times.lifetime;
	}
	store->lock_cas = cas;
	store->locked = true;
	mc_begin_lease(store);
}

/* Before session_reset() takes the lock again: the server may still have the one that is over by our clock. */
static bool give_up_lost_lock(mc_store *store, cfs_error *error)
{
	cfs_error ignored;

	if (!mc_connect(store, error)) {
		return false;
	}
	release_lock(store, &ignored);
	store->locked = false;
	return true;
}

static bool lock_and_read(mc_store *store, mc_reading *reading, cfs_error *error)
{
	/* The clock counts whole milliseconds: one more, so as not to wait too short. */
	int64_t until = cfs_now() + store->options.lock_wait + (store->options.lock_wait > 0);

	if (store->locked && cfs_lease_is_over(&store->lease) && !give_up_lost_lock(store, error)) {
		return false;
	}
	/* A lock that is ours, or may be, keeps its token. */
	if (!store->locked && !store->repeated && !mc_make_token(store, error)) {
		return false;
	}
	if (!store->locked) {
		take_lock_times(store);
	}
	while (add_lock_and_get(store, reading, error)) {
		if (mc_has_our_lock(store, &reading->items)) {
			take_lock(store, reading->items.cas[MC_LOCK]);
			return true;
		}
		if (cfs_now() >= until) {
			mc_note holder = mc_note_of(&reading->items, MC_LOCK);

			return fail_lock_wait(store, &holder, error);
		}
		/* Another request has the lock, so our next one starts afresh. */
		mc_end_lease(store);
		store->locked = false;
		if (!wait_for_lock(store, &reading->items, until, error)) {
			return false;
		}
		mc_set_deadline(store);
	}
	return false;
}

bool mc_read_items(mc_store *store, mc_reading *reading, cfs_error *error)
{
	memcached_return_t rc;
	cfs_error ignored;

	if (!reading->locks) {
		return mc_run(store, lock_and_get, reading, &rc, NULL, error);
	}
	if (lock_and_read(store, reading, error)) {
		return true;
	}
	/* The server may have taken the lock although this failed. */
	if (!store->connection && !store->unreachable && *store->token && mc_connect(store, &ignored)) {
		release_lock(store, &ignored);
	}
	return false;
}

/* }}} */

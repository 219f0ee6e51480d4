/*
 * Sessions in Memcached: each call of the vtable as one round trip.
 *
 * There are no scripts and no transactions, but every item has a CAS value that changes with it:
 *
 * - start() sends "add the lock, if there is none" without waiting for the answer and asks for the
 *   lock and the session together. The lock is ours if its value is our token. The lock is always
 *   among what comes back: an answer without it is an error and not an empty session. Without
 *   locking, it asks for the session alone.
 * - write() changes the session only if its CAS value is the one that start() read, or adds it if
 *   there was none; release() does the same with the lock and makes it expire. Both are safe without
 *   looking first. Releasing is not waited for.
 * - A lock that may have expired, by our own clock, is lost: nothing is written.
 *
 * Who destroys a session leaves a tombstone behind, the gone item with a random value, which start() reads with
 * the session. What is stored later under the same tombstone is the same session:
 *
 * - A session that has gone at write() or touch() was then evicted or has expired. It is stored again if we have
 *   the lock. Without locking it is not, since a request of 0.1 or of php-memcached leaves no tombstone, or none
 *   that lives long enough.
 * - Without locking, the last writer wins: a write that finds another value looks, and tries again.
 *
 * A request that is older than tombstones get writes only over the value that it has read.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_connection.h"
#include <time.h>

#define KEY_MAX        250     /* of the protocol: doc/protocol.txt, "Keys" */
#define KEY_PREFIX_MAX 5       /* "lock.", "gone." */
#define RELATIVE_MAX   2592000 /* seconds, 30 days; more is a point in time */
#define ITEM_SIZE_MAX  1048576 /* bytes, memcached's default */

/* Pauses between two looks at a lock, in ms: they grow by an eighth each time, so that nobody waits much more
 * than an eighth longer than he has to, however long that is. */
#define PAUSE_MIN 2
#define PAUSE_MAX 100

/* How often a lock may be released between two of our looks at it. */
#define LOOKS_MAX 5

/* How often a write without a lock makes way for others. */
#define OVERWRITES_MAX 4

/* ms; a tombstone is not relied upon shortly before it expires. */
#define TOMBSTONE_MARGIN 60000

typedef struct _mc_store {
	cfs_thread *thread;
	cfs_target *target; /* a reference */
	cfs_options options;
	uint32_t server; /* that the session is on */
	mc_connection *connection;
	char token[CFS_TOKEN_SIZE];
	char key[KEY_MAX + 1], lock_key[KEY_MAX + 1];
	const char *id; /* the end of the key; "": no session is started */
	bool locked;
	bool existed;
	bool renewed;       /* the last operation is to be repeated, with other credentials */
	bool repeated;      /* what is under way is such a one, or a write that was sent again */
	int64_t lock_until; /* cfs_now() at which the lock may have expired */
	uint64_t cas, lock_cas;
	bool reconnected; /* since start(): the CAS values may be those of a server that has ended */
	bool unreachable; /* the last operation found no server, or one that was silent */
	bool sent;        /* start() has sent the lock, which the server may have added */
	int64_t began;    /* cfs_now() of the last start() */
	char tombstone[CFS_TOKEN_SIZE]; /* that start() saw; "": none */
	cfs_value value;                /* what start() read, as long as the connection holds it */
} mc_store;

/* {{{ The server of a session */

static void free_ring(void *ring)
{
	memcached_free(ring);
}

/* A handle that never connects, and knows only which server a key belongs to. Made once for a target,
 * which keeps it. */
static memcached_st *ring_of(cfs_target *target)
{
	memcached_st *ring = target->route;

	if (ring) {
		return ring;
	}
	ring = memcached_create(NULL);
	memcached_behavior_set(
		ring, target->weighted ? MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED : MEMCACHED_BEHAVIOR_KETAMA, 1);
	for (uint32_t i = 0; i < target->server_count; i++) {
		const cfs_server *server = &target->servers[i];

		if (server->port) {
			memcached_server_add_with_weight(ring, server->host, server->port, server->weight);
		} else {
			memcached_server_add_unix_socket_with_weight(ring, server->host, server->weight);
		}
	}
	target->route = ring;
	target->free_route = free_ring;
	return ring;
}

/* php-memcached hashes the id without the prefix. */
static uint32_t server_of(cfs_target *target, const char *id)
{
	return target->server_count == 1 ? 0 : memcached_generate_hash(ring_of(target), id, strlen(id));
}

/* }}} */

/* {{{ One operation */

static const char *address_of(const mc_store *store)
{
	return store->target->servers[store->server].address;
}

static void drop_connection(mc_store *store)
{
	mc_connection_drop(store->connection);
	store->connection = NULL;
	store->value.bytes = NULL;
	store->reconnected = true;
}

/* Each call of the vtable that may be repeated begins so. */
static void begin(mc_store *store)
{
	store->repeated = store->renewed;
	store->renewed = false;
}

static bool is_usable(const mc_connection *connection)
{
	return cfs_connection_is_ours(&connection->base) &&
		(connection->is_new || cfs_connection_is_quiet(&connection->base));
}

static bool connect_to_server(mc_store *store, cfs_error *error)
{
	while (!store->connection || !is_usable(store->connection)) {
		if (store->connection) {
			drop_connection(store);
		}
		store->connection =
			mc_connection_open(store->thread, store->target, store->server, &store->options, error);
		if (!store->connection) {
			return false;
		}
	}
	return true;
}

/* What is done with the handle in one operation; returns the library's code. */
typedef memcached_return_t (*mc_operation)(mc_store *store, const void *argument);

/* Runs an operation, within its time. False: it failed, the error says why, and the connection is
 * gone. A kept connection that failed is replaced once: every operation is harmless when it is
 * repeated, and *repeated (may be NULL) says that it was. */
static bool run(mc_store *store, mc_operation operation, const void *argument,
	memcached_return_t *rc, bool *repeated, cfs_error *error)
{
	for (int attempt = 0;; attempt++) {
		bool may_repeat;

		store->unreachable = !connect_to_server(store, error);
		if (store->unreachable) {
			return false;
		}
		*rc = mc_connection_begin(store->connection);
		if (*rc == MEMCACHED_SUCCESS) {
			*rc = operation(store, argument);
		}
		if (mc_connection_end(store->connection, *rc, error)) {
			return true;
		}
		store->unreachable = mc_connection_was_silent(store->connection, *rc);
		may_repeat = mc_connection_may_be_why(store->connection, *rc);
		drop_connection(store);
		if (!may_repeat || attempt > 0) {
			return false;
		}
		store->thread->counters.retries++;
		if (repeated) {
			*repeated = true;
		}
	}
}

/* An answer that its command never has: it may be another's. */
static cfs_result unexpected(mc_store *store, cfs_error *error)
{
	cfs_error_set(error, "the server at %s gave an answer that does not belong to the request",
		address_of(store));
	drop_connection(store);
	return CFS_ERROR;
}

/* The protocol takes seconds up to 30 days, and points in time beyond, in 32 bits. Never 0, which is for
 * ever. */
static time_t expiration(zend_long seconds)
{
	seconds = seconds < 1 ? CFS_LIFETIME_DEFAULT : MIN(seconds, INT_MAX);
	return seconds > RELATIVE_MAX ? MIN(time(NULL) + (time_t) seconds, INT32_MAX)
								  : (time_t) seconds;
}

/* An item with exptime n may go up to a second early, and a token has to outlive our own clock. */
static time_t lock_expiration(const mc_store *store)
{
	return expiration((zend_long) ((store->options.lock_ttl + 999) / 1000 + 1));
}

/* }}} */

/* {{{ start */

/* There is room for the longest, see set_session(). */
static void set_key(char *key, const char *prefix, const char *kind, const char *id)
{
	cfs_join(key, (const char *const[]){prefix, kind, id, NULL});
}

/* Where its tombstone is. */
static void set_gone_key(const mc_store *store, char key[KEY_MAX + 1])
{
	set_key(key, store->options.prefix, "gone.", store->id);
}

static bool set_session(mc_store *store, const char *id, cfs_error *error)
{
	const char *prefix = store->options.prefix;
	uint32_t server = server_of(store->target, id);

	if (strpbrk(prefix, " \t") || strlen(prefix) + KEY_PREFIX_MAX + strlen(id) > KEY_MAX) {
		cfs_error_set(error,
			"the key prefix has a blank, or is together with the id longer than %d bytes, the most "
			"that "
			"Memcached takes (cfsession.prefix)",
			KEY_MAX - KEY_PREFIX_MAX);
		return false;
	}
	if (store->connection && server != store->server) {
		mc_connection_release(store->connection, store->options.persistent);
		store->connection = NULL;
	}
	store->server = server;
	set_key(store->key, prefix, "", id);
	set_key(store->lock_key, prefix, "lock.", id);
	store->id = store->key + strlen(prefix);
	store->locked = store->existed = false;
	return true;
}

/* What there is of a session. */
enum {
	LOCK,
	SESSION,
	TOMBSTONE,
	KIND_COUNT
};

typedef struct _mc_items {
	const char *keys[KIND_COUNT]; /* NULL: not asked for */
	bool found[KIND_COUNT];
	cfs_value values[KIND_COUNT];
	uint64_t cas[KIND_COUNT];
} mc_items;

/* False: nobody asked for it. */
static bool take_item(mc_items *items, const memcached_result_st *item)
{
	size_t length = memcached_result_key_length(item);

	for (int i = 0; i < KIND_COUNT; i++) {
		if (items->keys[i] && !items->found[i] && strlen(items->keys[i]) == length &&
			memcmp(items->keys[i], memcached_result_key_value(item), length) == 0) {
			items->found[i] = true;
			items->values[i].bytes = memcached_result_value(item);
			items->values[i].length = memcached_result_length(item);
			items->cas[i] = memcached_result_cas(item);
			return true;
		}
	}
	return false;
}

/* Reads the answer to its end, which has to be a real one: libmemcached calls any error "not found" as
 * long as the result that it is given has no count. */
static memcached_return_t fetch_items(mc_connection *connection, mc_items *items)
{
	memcached_return_t rc = MEMCACHED_PROTOCOL_ERROR;

	for (int count = 0; count < MC_RESULT_COUNT; count++) {
		memcached_result_st *result = &connection->results[count];

		memcached_result_reset(result);
		result->count = 1;
		if (!memcached_fetch_result(connection->handle, result, &rc)) {
			break;
		}
		if (!take_item(items, result)) {
			return MEMCACHED_PROTOCOL_ERROR;
		}
	}
	if (memcached_last_error(connection->handle) != MEMCACHED_SUCCESS) {
		return memcached_last_error(connection->handle);
	}
	if (rc == MEMCACHED_END) {
		return MEMCACHED_SUCCESS;
	}
	return mc_is_answer(rc) ? MEMCACHED_PROTOCOL_ERROR : rc;
}

/* In one round trip. Any of the items may be missing. */
static memcached_return_t get_items(mc_store *store, const void *argument)
{
	mc_items *items = (mc_items *) argument;
	const char *keys[KIND_COUNT];
	size_t lengths[KIND_COUNT], count = 0;
	memcached_return_t rc;

	for (int i = 0; i < KIND_COUNT; i++) {
		items->found[i] = false;
		if (items->keys[i]) {
			keys[count] = items->keys[i];
			lengths[count++] = strlen(items->keys[i]);
		}
	}
	rc = memcached_mget(store->connection->handle, keys, lengths, count);
	return rc == MEMCACHED_SUCCESS ? fetch_items(store->connection, items) : rc;
}

/* Adds the lock, without waiting to hear. */
static memcached_return_t add_lock_quietly(mc_store *store, time_t expires)
{
	memcached_return_t rc;

	mc_connection_quiet(store->connection, true);
	rc = memcached_add(store->connection->handle, store->lock_key, strlen(store->lock_key),
		store->token, strlen(store->token), expires, 0);
	mc_connection_quiet(store->connection, false);
	return rc == MEMCACHED_BUFFERED ? MEMCACHED_SUCCESS : rc;
}

/* One round trip: the first answer that is awaited is that to "get". */
static memcached_return_t add_lock_and_get(mc_store *store, const void *argument)
{
	memcached_return_t rc = add_lock_quietly(store, lock_expiration(store));

	store->sent = true;
	return rc == MEMCACHED_SUCCESS ? get_items(store, argument) : rc;
}

static memcached_return_t add_lock(mc_store *store, const void *argument)
{
	const mc_item item = {
		MC_ADD, store->lock_key, {store->token, strlen(store->token)}, lock_expiration(store), 0};

	return mc_connection_store(store->connection, &item);
}

static bool is_our_token(const mc_store *store, cfs_value value)
{
	return value.length == strlen(store->token) &&
		memcmp(value.bytes, store->token, value.length) == 0;
}

/* Sleeps before the next look. The growing pauses differ by up to a quarter between those that wait,
 * by a digit of their tokens. */
static void pause_for(mc_store *store, int64_t *pause, int64_t left)
{
	int64_t spread = *pause * (store->token[CFS_TOKEN_SIZE - 2] % 16) / 64;
	int64_t ms = MAX(1, MIN(*pause + spread, left));

	cfs_sleep(ms);
	*pause = MIN(*pause * 9 / 8 + 1, PAUSE_MAX);
}

static bool lock_not_freed(mc_store *store, cfs_error *error)
{
	cfs_error_set(error,
		"another request holds the lock %slock.%.*s... at %s and did not release it "
		"within " ZEND_LONG_FMT " ms (cfsession.lock_wait)",
		store->options.prefix, (int) MIN(strlen(store->id) / 2, 4), store->id, address_of(store),
		(zend_long) store->options.lock_wait);
	return false;
}

/* Tries to add the lock until it does, or the time is over. */
static bool wait_for_lock(mc_store *store, int64_t until, cfs_error *error)
{
	int64_t began = cfs_now(), pause = PAUSE_MIN, left;
	memcached_return_t rc = MEMCACHED_NOTSTORED;
	bool ran = true, repeated = false;

	/* One that was repeated may be refused because the first one did it: the caller looks. */
	while (rc != MEMCACHED_SUCCESS && ran && !repeated && (left = until - cfs_now()) > 0) {
		pause_for(store, &pause, left);
		store->lock_until = cfs_now() + store->options.lock_ttl;
		ran = run(store, add_lock, NULL, &rc, &repeated, error);
	}
	store->thread->counters.lock_waits++;
	store->thread->counters.lock_wait_ms += (uint64_t) (cfs_now() - began);
	return ran && (rc == MEMCACHED_SUCCESS || repeated || lock_not_freed(store, error));
}

static bool make_token(mc_store *store, cfs_error *error)
{
	store->lock_until = cfs_now() + store->options.lock_ttl;
	return cfs_make_token(store->thread, store->token, error);
}

/* The lock comes back, whoever has it; unless another request had it when we added ours, and released
 * it before we asked. An answer without it is not to be trusted otherwise. */
static bool add_lock_and_see(mc_store *store, mc_items *items, cfs_error *error)
{
	memcached_return_t rc;

	for (int tries = 0; tries < LOOKS_MAX; tries++) {
		if (!run(store, add_lock_and_get, items, &rc, NULL, error)) {
			return false;
		}
		if (items->found[LOCK]) {
			return true;
		}
	}
	unexpected(store, error);
	return false;
}

static bool lock_and_read(mc_store *store, mc_items *items, cfs_error *error)
{
	/* The clock counts whole milliseconds: not one too few. */
	int64_t until = cfs_now() + store->options.lock_wait + (store->options.lock_wait > 0);

	/* A lock that is ours, or may be, keeps its token. */
	if (!store->locked && !store->repeated && !make_token(store, error)) {
		return false;
	}
	while (add_lock_and_see(store, items, error)) {
		if (is_our_token(store, items->values[LOCK])) {
			store->locked = true;
			store->lock_cas = items->cas[LOCK];
			return true;
		}
		if (cfs_now() >= until) {
			return lock_not_freed(store, error);
		}
		if (!wait_for_lock(store, until, error)) {
			return false;
		}
	}
	return false;
}

static cfs_result expire_lock(mc_store *store, cfs_error *error);
static cfs_result mc_release_lock(cfs_store *opaque, cfs_error *error);

static bool change_session(mc_store *store, const char *id, cfs_error *error)
{
	if (strcmp(store->id, id) == 0) {
		return true;
	}
	if (store->locked) {
		mc_release_lock((cfs_store *) store, error);
	}
	return set_session(store, id, error);
}

/* A tombstone of 0.1 is a single digit, and counts too. */
static void take_tombstone(const mc_items *items, char tombstone[CFS_TOKEN_SIZE])
{
	cfs_value value = {"", 0};

	if (items->found[TOMBSTONE]) {
		value = items->values[TOMBSTONE];
	}
	snprintf(tombstone, CFS_TOKEN_SIZE, "%.*s", (int) MIN(value.length, CFS_TOKEN_SIZE - 1),
		value.bytes);
}

static cfs_result take_answer(
	mc_store *store, const mc_items *items, cfs_value *value, cfs_error *error)
{
	store->reconnected = false;
	store->cas = items->cas[SESSION];
	store->existed = items->found[SESSION];
	take_tombstone(items, store->tombstone);
	if (!store->existed) {
		return CFS_ABSENT;
	}
	*value = store->value = items->values[SESSION];
	return CFS_OK;
}

/* Releases the lock that a start may have taken although it failed, as where the connection ends within the
 * answer. */
static void give_back(mc_store *store)
{
	cfs_error ignored;

	if (store->sent && !store->connection && !store->unreachable) {
		store->locked = true;
		mc_release_lock((cfs_store *) store, &ignored);
	}
}

static cfs_result mc_start(cfs_store *opaque, const char *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	char gone_key[KEY_MAX + 1];
	mc_items items = {.keys = {NULL, store->key, gone_key}};
	memcached_return_t rc;
	cfs_result result;
	cfs_error ignored;

	begin(store);
	store->value.bytes = NULL;
	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	store->began = cfs_now();
	store->sent = false;
	set_gone_key(store, gone_key);
	items.keys[LOCK] = store->options.lock ? store->lock_key : NULL;
	if (store->options.lock ? !lock_and_read(store, &items, error)
							: !run(store, get_items, &items, &rc, NULL, error)) {
		give_back(store);
		return CFS_ERROR;
	}
	result = take_answer(store, &items, value, error);
	if (result == CFS_ABSENT && only_existing) {
		expire_lock(store, &ignored);
	}
	return result;
}

/* }}} */

/* {{{ release */

/* MEMCACHED_SUCCESS if the lock is ours. A server that was started since start() counts CAS values anew,
 * but does not know our token. */
static memcached_return_t look_at_lock(mc_store *store, const void *argument)
{
	mc_items items = {.keys = {store->lock_key}};
	memcached_return_t rc = get_items(store, &items);

	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	if (!items.found[LOCK]) {
		return MEMCACHED_NOTFOUND;
	}
	if (!is_our_token(store, items.values[LOCK])) {
		return MEMCACHED_DATA_EXISTS;
	}
	store->lock_cas = items.cas[LOCK];
	return MEMCACHED_SUCCESS;
}

/* On the connection there is. Makes the lock expire if it still has the CAS value that we know, and does not wait
 * to hear. */
static memcached_return_t expire_quietly(mc_store *store)
{
	memcached_return_t rc;

	mc_connection_quiet(store->connection, true);
	rc = memcached_cas(store->connection->handle, store->lock_key, strlen(store->lock_key), "", 0,
		MEMCACHED_AT_ONCE, 0, store->lock_cas);
	mc_connection_quiet(store->connection, false);
	return rc == MEMCACHED_BUFFERED ? MEMCACHED_SUCCESS : rc;
}

/* On a new connection, the lock is looked at first. */
static memcached_return_t look_and_expire(mc_store *store, const void *argument)
{
	memcached_return_t rc = look_at_lock(store, argument);

	return rc == MEMCACHED_SUCCESS ? expire_quietly(store) : rc;
}

/* Releases the lock if it is held. A connection that has ended is replaced: whatever ended it, the lock is still
 * there. */
static cfs_result expire_lock(mc_store *store, cfs_error *error)
{
	memcached_return_t rc;

	if (!store->locked) {
		return CFS_OK;
	}
	if (store->connection && !store->reconnected) {
		store->locked = false;
		if (expire_quietly(store) == MEMCACHED_SUCCESS) {
			return CFS_OK;
		}
		drop_connection(store);
	}
	store->locked = false;
	return run(store, look_and_expire, NULL, &rc, NULL, error) ? CFS_OK : CFS_ERROR;
}

static cfs_result mc_release_lock(cfs_store *opaque, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;

	/* Nobody waits for such a server twice. */
	if (store->unreachable) {
		cfs_error_set(error, "its server could not be reached a moment ago");
		return CFS_ERROR;
	}
	if (store->connection && !is_usable(store->connection)) {
		drop_connection(store);
	}
	return expire_lock(store, error);
}

static bool mc_holds_lock(const cfs_store *opaque)
{
	return ((const mc_store *) opaque)->locked;
}

/* }}} */

/* {{{ write, touch */

typedef struct _new_value {
	cfs_value value;
	time_t expires;
} new_value;

static memcached_return_t store_value(mc_store *store, mc_verb verb, const void *argument)
{
	const new_value *new = argument;
	const mc_item item = {verb, store->key, new->value, new->expires, store->cas};

	return mc_connection_store(store->connection, &item);
}

static memcached_return_t replace_same(mc_store *store, const void *argument)
{
	memcached_return_t rc = store->reconnected ? look_at_lock(store, NULL) : MEMCACHED_SUCCESS;

	return rc == MEMCACHED_SUCCESS ? store_value(store, MC_CAS, argument) : rc;
}

static memcached_return_t replace_at(mc_store *store, const void *argument)
{
	return store_value(store, MC_CAS, argument);
}

static memcached_return_t add_new(mc_store *store, const void *argument)
{
	return store_value(store, MC_ADD, argument);
}

/* Whether the tombstone tells what became of the session: one that was set since start() is still there. */
static bool is_young(const mc_store *store)
{
	return cfs_now() - store->began < CFS_TOMBSTONE_LIFETIME * (int64_t) 1000 - TOMBSTONE_MARGIN;
}

/* Whether the session was destroyed since start(), for all that is known. */
static bool was_destroyed(const mc_store *store, const mc_items *items)
{
	char tombstone[CFS_TOKEN_SIZE];

	take_tombstone(items, tombstone);
	/* One that was there has expired. */
	return *tombstone && strcmp(tombstone, store->tombstone) != 0;
}

static bool has_our_lock(const mc_store *store, const mc_items *items)
{
	return store->locked && items->found[LOCK] && is_our_token(store, items->values[LOCK]);
}

/* Reads what tells what became of the session, and the session itself if it is wanted. */
static bool look_around(mc_store *store, bool session, mc_items *items, cfs_error *error)
{
	char gone_key[KEY_MAX + 1];
	memcached_return_t rc;

	set_gone_key(store, gone_key);
	items->keys[LOCK] = store->options.lock ? store->lock_key : NULL;
	items->keys[SESSION] = session ? store->key : NULL;
	items->keys[TOMBSTONE] = gone_key;
	return run(store, get_items, items, &rc, NULL, error);
}

/* What is stored is what we wanted to store: a write that was repeated after the connection broke may find that
 * the first one did it. */
static bool is_stored(const mc_items *items, cfs_value value)
{
	return items->found[SESSION] && items->values[SESSION].length == value.length &&
		memcmp(items->values[SESSION].bytes, value.bytes, value.length) == 0;
}

static memcached_return_t remember_limit(const memcached_instance_st *server, const char *key,
	size_t key_length, const char *value, size_t value_length, void *context)
{
	if (key_length == strlen("item_size_max") && memcmp(key, "item_size_max", key_length) == 0) {
		*(zend_long *) context = ZEND_STRTOL(value, NULL, 10);
	}
	return MEMCACHED_SUCCESS;
}

static memcached_return_t ask_for_limit(mc_store *store, const void *argument)
{
	return memcached_stat_execute(
		store->connection->handle, "settings", remember_limit, (void *) argument);
}

/* The library keeps what is too big from replacing what is there; both sizes help to mend it. */
static cfs_result too_big(mc_store *store, cfs_value value, cfs_error *error)
{
	zend_long limit = 0;
	memcached_return_t rc;

	if (!run(store, ask_for_limit, &limit, &rc, NULL, error) || limit == 0) {
		limit = ITEM_SIZE_MAX;
	}
	cfs_error_set(error,
		"the session has %zu bytes, and the server at %s takes items of at most " ZEND_LONG_FMT
		" bytes, key included; nothing was changed (raise memcached's -I, or keep less in the "
		"session)",
		value.length, address_of(store), limit);
	return CFS_ERROR;
}

static bool lock_may_have_expired(const mc_store *store)
{
	return store->locked && cfs_now() >= store->lock_until;
}

/* What became of one attempt to store. */
typedef enum _mc_stored {
	STORED,
	CHANGED_BY_OTHERS,
	HAS_GONE,
	FAILED
} mc_stored;

static mc_stored store_once(
	mc_store *store, mc_operation operation, const new_value *new, cfs_error *error)
{
	memcached_return_t rc;

	if (!run(store, operation, new, &rc, &store->repeated, error)) {
		return FAILED;
	}
	switch (rc) {
		case MEMCACHED_SUCCESS:
		case MEMCACHED_STORED:
			return STORED;
		case MEMCACHED_NOTFOUND:
			return HAS_GONE;
		case MEMCACHED_NOTSTORED:
		case MEMCACHED_DATA_EXISTS:
			return CHANGED_BY_OTHERS;
		case MEMCACHED_E2BIG:
			too_big(store, new->value, error);
			return FAILED;
		default:
			unexpected(store, error);
			return FAILED;
	}
}

/* With a lock, what has gone is stored again unless it was destroyed. */
static cfs_result store_again(mc_store *store, const new_value *new, cfs_error *error)
{
	mc_items items = {0};

	if (!store->locked || !is_young(store)) {
		return CFS_ABSENT;
	}
	if (!look_around(store, false, &items, error)) {
		return CFS_ERROR;
	}
	if (!has_our_lock(store, &items) || was_destroyed(store, &items)) {
		return CFS_ABSENT;
	}
	switch (store_once(store, add_new, new, error)) {
		case STORED:
			return CFS_OK;
		case FAILED:
			return CFS_ERROR;
		default:
			return CFS_LOST;
	}
}

/* With a lock, somebody else has written: the next holder, or one without a lock. */
static cfs_result give_way(mc_store *store, const new_value *new, cfs_error *error)
{
	mc_items items = {0};

	if (!look_around(store, store->repeated, &items, error)) {
		return CFS_ERROR;
	}
	if (store->repeated && is_stored(&items, new->value)) {
		return CFS_OK;
	}
	return has_our_lock(store, &items) && was_destroyed(store, &items) ? CFS_ABSENT : CFS_LOST;
}

static cfs_result write_locked(mc_store *store, const new_value *new, cfs_error *error)
{
	if (lock_may_have_expired(store)) {
		return CFS_LOST;
	}
	switch (store_once(store, store->existed ? replace_same : add_new, new, error)) {
		case STORED:
			return CFS_OK;
		case HAS_GONE:
			return store_again(store, new, error);
		case CHANGED_BY_OTHERS:
			return give_way(store, new, error);
		default:
			return CFS_ERROR;
	}
}

/* Whether the session that is stored may be overwritten, which `cas` then names: it is the one that was started.
 * CFS_ABSENT, CFS_LOST: it is not, or nobody knows. */
static cfs_result look_again(mc_store *store, const new_value *new, bool *is_ours, cfs_error *error)
{
	mc_items items = {0};

	if (!look_around(store, true, &items, error)) {
		return CFS_ERROR;
	}
	*is_ours = store->repeated && is_stored(&items, new->value);
	if (*is_ours) {
		return CFS_OK;
	}
	if (!is_young(store)) {
		return CFS_LOST;
	}
	if (!items.found[SESSION] || was_destroyed(store, &items)) {
		return CFS_ABSENT;
	}
	store->cas = items.cas[SESSION];
	return CFS_OK;
}

/* The last writer wins. One that wrote between our look and our write may as well have come after us, so that
 * nobody has to try for ever. */
static cfs_result overwrite(mc_store *store, const new_value *new, cfs_error *error)
{
	bool is_ours;
	cfs_result result = CFS_OK;

	for (int tries = 0; result == CFS_OK; tries++) {
		result = look_again(store, new, &is_ours, error);
		if (result != CFS_OK || is_ours || tries == OVERWRITES_MAX) {
			return result;
		}
		switch (store_once(store, replace_at, new, error)) {
			case STORED:
				return CFS_OK;
			case HAS_GONE:
				return CFS_ABSENT;
			case FAILED:
				return CFS_ERROR;
			default:
				break;
		}
	}
	return result;
}

/* Another server than the one that was read may have the same CAS value for something else: then it is read
 * first. */
static cfs_result write_unlocked(mc_store *store, const new_value *new, cfs_error *error)
{
	if (store->existed && store->reconnected && is_young(store)) {
		return overwrite(store, new, error);
	}
	switch (store_once(store, store->existed ? replace_at : add_new, new, error)) {
		case STORED:
			return CFS_OK;
		case HAS_GONE:
			return CFS_ABSENT;
		case CHANGED_BY_OTHERS:
			return overwrite(store, new, error);
		default:
			return CFS_ERROR;
	}
}

static cfs_result write_value(mc_store *store, const new_value *new, cfs_error *error)
{
	return store->options.lock ? write_locked(store, new, error)
							   : write_unlocked(store, new, error);
}

static cfs_result mc_write(cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	new_value new = {value, expiration(lifetime)};
	cfs_result result;
	cfs_error ignored;

	begin(store);
	result = write_value(store, &new, error);
	if (result != CFS_ERROR) {
		expire_lock(store, &ignored);
	}
	return store->repeated && (result == CFS_LOST || result == CFS_ABSENT) ? CFS_UNKNOWN : result;
}

static memcached_return_t touch_item(mc_store *store, const void *argument)
{
	return memcached_touch(
		store->connection->handle, store->key, strlen(store->key), *(const time_t *) argument);
}

static cfs_result mc_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	time_t expires = expiration(lifetime);
	memcached_return_t rc;
	cfs_result result = CFS_OK;
	cfs_error ignored;

	begin(store);
	if (lock_may_have_expired(store)) {
		return CFS_LOST;
	}
	if (!run(store, touch_item, &expires, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc == MEMCACHED_NOTFOUND) {
		/* The value lies where the next answer will. */
		char *copy =
			store->value.bytes ? pestrndup(store->value.bytes, store->value.length, 1) : NULL;
		new_value new = {{copy, store->value.length}, expires};

		result = copy ? store_again(store, &new, error) : CFS_ABSENT;
		if (copy) {
			pefree(copy, 1);
		}
	} else if (rc != MEMCACHED_SUCCESS) {
		return unexpected(store, error);
	}
	expire_lock(store, &ignored);
	return result;
}

/* }}} */

/* {{{ destroy */

/* The tombstone comes first, for a request that has the lock now and would store again what has gone. */
static memcached_return_t bury(mc_store *store, const void *tombstone)
{
	memcached_st *handle = store->connection->handle;
	char gone_key[KEY_MAX + 1];
	memcached_return_t rc;

	set_gone_key(store, gone_key);
	mc_connection_quiet(store->connection, true);
	rc = memcached_set(handle, gone_key, strlen(gone_key), tombstone, strlen(tombstone),
		CFS_TOMBSTONE_LIFETIME, 0);
	mc_connection_quiet(store->connection, false);
	if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_BUFFERED) {
		return rc;
	}
	return memcached_delete(handle, store->key, strlen(store->key), 0);
}

static cfs_result mc_destroy(cfs_store *opaque, const char *id, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	char tombstone[CFS_TOKEN_SIZE];
	memcached_return_t rc;
	cfs_error ignored;

	begin(store);
	if (!change_session(store, id, error) || !cfs_make_token(store->thread, tombstone, error) ||
		!run(store, bury, tombstone, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_NOTFOUND) {
		return unexpected(store, error);
	}
	expire_lock(store, &ignored);
	return CFS_OK;
}

/* }}} */

/* {{{ probe */

static bool is_named(const char *key, size_t length, const char *name)
{
	return length == strlen(name) && memcmp(key, name, length) == 0;
}

static memcached_return_t read_stat(const memcached_instance_st *server, const char *key,
	size_t key_length, const char *value, size_t value_length, void *context)
{
	cfs_probe *probe = context;
	const struct {
		const char *name;
		zend_long *number;
	} numbers[] = {{"bytes", &probe->used_memory}, {"limit_maxbytes", &probe->max_memory},
		{"evictions", &probe->evictions}, {"time", &probe->time}};

	if (is_named(key, key_length, "version")) {
		snprintf(probe->version, sizeof(probe->version), "%.*s", (int) value_length, value);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (is_named(key, key_length, numbers[i].name)) {
			*numbers[i].number = ZEND_STRTOL(value, NULL, 10);
		}
	}
	return MEMCACHED_SUCCESS;
}

static memcached_return_t ask_for_statistics(mc_store *store, const void *argument)
{
	return memcached_stat_execute(store->connection->handle, NULL, read_stat, (void *) argument);
}

/* The version would come from the library's memory. */
static memcached_return_t ask_for_anything(mc_store *store, const void *argument)
{
	const char *key = store->target->backend;

	return memcached_exist(store->connection->handle, key, strlen(key));
}

static cfs_result probe_store(mc_store *store, cfs_probe *probe, cfs_error *error)
{
	zend_long limit = -1;
	memcached_return_t rc;
	uint64_t began;

	if (!run(store, ask_for_statistics, probe, &rc, NULL, error) ||
		!run(store, ask_for_limit, &limit, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	probe->item_size_max = limit;
	began = cfs_now_ns();
	if (!run(store, ask_for_anything, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	probe->latency_ms = (double) (cfs_now_ns() - began) / 1e6;
	return CFS_OK;
}

static cfs_store *mc_open(cfs_thread *thread, cfs_target *target, const cfs_options *options);
static void mc_close(cfs_store *opaque);

static cfs_result mc_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error)
{
	cfs_store *opaque = mc_open(thread, target, options);
	cfs_result result;

	((mc_store *) opaque)->server = server;
	result = probe_store((mc_store *) opaque, probe, error);
	mc_close(opaque);
	return result;
}

/* }}} */

/* {{{ open, close */

static bool mc_supports(const cfs_target *target, cfs_error *error)
{
	if (target->servers[0].tls.on) {
		cfs_error_set(error, "it wants TLS, which libmemcached does not have");
		return false;
	}
	return true;
}

static cfs_store *mc_open(cfs_thread *thread, cfs_target *target, const cfs_options *options)
{
	mc_store *store = pecalloc(1, sizeof(*store), 1);

	store->thread = thread;
	store->target = cfs_target_reference(target);
	store->id = store->key;
	store->options = *options;
	/* What is said once holds for all servers of the list. */
	cfs_options_narrow(&store->options, &target->servers[0]);
	return (cfs_store *) store;
}

static void mc_retarget(cfs_store *opaque, cfs_target *target)
{
	mc_store *store = (mc_store *) opaque;

	if (store->connection) {
		drop_connection(store);
	}
	cfs_target_release(store->target);
	store->target = cfs_target_reference(target);
	store->server = server_of(target, store->id);
	store->renewed = true;
}

static void mc_close(cfs_store *opaque)
{
	mc_store *store = (mc_store *) opaque;

	if (store->connection) {
		mc_connection_release(store->connection, store->options.persistent);
	}
	cfs_target_release(store->target);
	pefree(store, 1);
}

/* }}} */

const cfs_backend cfs_backend_memcached = {
	.name = "memcached",
	.client = "libmemcached",
	.prefix = "memc.sess.key.",
	.key_max = KEY_MAX - KEY_PREFIX_MAX,
	.read_extends = false,
	.supports = mc_supports,
	.open = mc_open,
	.start = mc_start,
	.write = mc_write,
	.touch = mc_touch,
	.destroy = mc_destroy,
	.release = mc_release_lock,
	.holds_lock = mc_holds_lock,
	.probe = mc_probe,
	.retarget = mc_retarget,
	.close = mc_close,
	.client_version = memcached_lib_version,
	.module_startup = cfs_watchdog_startup,
	.module_shutdown = cfs_watchdog_shutdown,
};

/*
 * Sessions in Memcached: each call of the vtable as one round trip.
 *
 * There are no scripts and no transactions, but every item has a CAS value that changes with it:
 *
 * - start() sends "add the lock, if there is none" without waiting for the answer and asks for the
 *   lock, the tombstone and the session together. The lock is ours if its value is our token. The lock is always
 *   among what comes back: an answer without it is an error and not an empty session. Without
 *   locking, it asks for the other two.
 * - In text the session is asked for by "gats", which extends its lifetime, and its lock and tombstone by "mg", for
 *   their lifetimes are their own. So touch() has nothing to do but to release the lock. Where a server cannot do that
 *   (it is older, or a proxy is in between), in the binary protocol, and if the request took long, touch() touches.
 * - write() changes the session only if its CAS value is the one that start() read, or adds it if
 *   there was none; release() does the same with the lock and makes it expire. Both are safe without
 *   looking first. Releasing is not waited for.
 * - A lock that may have expired, by our own clock, is lost: nothing is written.
 * - Without locking, where libmemcached reads (SASL), an item that start() has just stored comes back in place of the lock.
 *
 * Who destroys a session leaves a tombstone behind, an item with a random value (the gone item). By it others know,
 * until it expires, that what is stored now, or nothing, is not the session that they have read:
 *
 * - A session that has gone at write() or touch() was evicted or has expired, or was destroyed. If we have the
 *   lock and the tombstone is the one that start() read, it is stored again. Without locking it may have been
 *   deleted by those who leave no tombstone, and it is not stored again.
 * - Without locking, a session that has another CAS value was written by another request, over which we write,
 *   unless there is another tombstone.
 * - A session that was not there is added, and the tombstone is asked for along with that. If it is another one,
 *   somebody has destroyed meanwhile what somebody else had stored: what we have added is taken back.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_connection.h"
#include <time.h>

#define KEY_MAX        250     /* of the protocol: doc/protocol.txt, "Keys" */
#define KEY_PREFIX_MAX 5       /* "lock.", "gone.", "mark." */
#define RELATIVE_MAX   2592000 /* seconds, 30 days; more is a point in time */
#define ITEM_SIZE_MAX  1048576 /* bytes, memcached's default */

/* Pauses between two looks at a lock, in ms: a part of the time for which it is held, so that nobody waits much more
 * than that part longer than he has to, however long that is. */
#define PAUSE_MIN  1
#define PAUSE_MAX  100
#define PAUSE_PART 5
/* And of the time waited so far: a crowd that waits for seconds must not keep the server busy with looks. */
#define PAUSE_OF_WAIT 30

/* ms for which a request may have had a lock that it gives back without having heard from the server again. */
#define QUIET_MAX 10000

/* Seconds; a second is over when the server's clock ticks. */
#define MARK_LIFETIME 2

/* How often a lock may be released between two of our looks at it. */
#define LOOKS_MAX 5

/* How often a session is written, where nobody locks and others write between our look at it and our write. */
#define WRITES_MAX 4

typedef struct _mc_store {
	cfs_thread *thread;
	cfs_target *target; /* a reference */
	cfs_options options;
	uint32_t server; /* that the session is on */
	mc_connection *connection;
	char token[CFS_TOKEN_SIZE];
	char key[KEY_MAX + 1], lock_key[KEY_MAX + 1], gone_key[KEY_MAX + 1], mark_key[KEY_MAX + 1];
	const char *id; /* the end of the key; "": no session is started */
	bool locked;
	bool existed;
	bool renewed;       /* the last operation is to be repeated, with other credentials */
	bool repeated;      /* what is under way is such a one, or a write that was sent again */
	int64_t lock_until; /* cfs_now() at which the lock may have expired */
	int64_t began;      /* cfs_now() of start() */
	int64_t deadline;   /* of the operation under way */
	uint64_t cas, lock_cas;
	zend_long lifetime; /* with which start() was called */
	bool extended;      /* and which the session has got by that, if there is one */
	mc_note tombstone;  /* that start() read; empty: there was none */
	bool reconnected;   /* since start(): the CAS values may be those of a server that has ended */
	bool unreachable;   /* no server was found, or one that was silent */
	bool has_failed;    /* and the error has told what there is to be told of the server */
	cfs_value value;    /* what start() read, as long as the connection holds it */
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

/* Connecting has a time of its own on top. */
static void set_deadline(mc_store *store)
{
	store->deadline = cfs_now() + store->options.timeout;
}

/* Each call of the vtable that may be repeated begins so. */
static void begin(mc_store *store)
{
	store->repeated = store->renewed;
	store->renewed = false;
	set_deadline(store);
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
		store->connection->may_ask = !store->has_failed;
	}
	return true;
}

/* What we told the server, as it may be in what it says. */
static void hide_secrets(const mc_store *store, cfs_error *error)
{
	cfs_hide(error->message, store->id);
	cfs_hide(error->message, store->token);
	cfs_hide(error->message, store->target->servers[store->server].password);
}

/* What is done with the handle in one operation; returns the library's code. */
typedef memcached_return_t (*mc_operation)(mc_store *store, const void *argument);

/* Runs an operation, within its time. False: it failed, the error says why, and the connection is
 * gone. A kept connection that failed is replaced once, as is one that the server may have closed for what it was
 * asked: every operation is harmless when it is repeated, and *repeated (may be NULL) says that it was. */
static bool run(mc_store *store, mc_operation operation, const void *argument,
	memcached_return_t *rc, bool *repeated, cfs_error *error)
{
	bool may_mind = false;

	for (int attempt = 0;; attempt++) {
		bool may_repeat;

		store->unreachable = !connect_to_server(store, error);
		if (store->unreachable) {
			return false;
		}
		store->connection->must_touch = may_mind;
		*rc = mc_connection_begin(store->connection, &store->deadline, error);
		if (*rc == MEMCACHED_SUCCESS) {
			*rc = operation(store, argument);
		}
		if (mc_connection_end(store->connection, *rc, error)) {
			if (may_mind) {
				mc_connection_note_mind(store->connection);
			}
			return true;
		}
		may_mind = store->connection->may_mind && !mc_connection_was_silent(store->connection, *rc);
		store->unreachable =
			store->connection->is_connecting || mc_connection_was_silent(store->connection, *rc);
		may_repeat = may_mind || mc_connection_may_be_why(store->connection, *rc);
		drop_connection(store);
		if (!may_repeat || attempt > 0) {
			store->has_failed = true;
			hide_secrets(store, error);
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
	store->has_failed = true;
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
	set_key(store->gone_key, prefix, "gone.", id);
	set_key(store->mark_key, prefix, "mark.", id);
	store->id = store->key + strlen(prefix);
	store->locked = store->existed = false;
	store->tombstone.length = 0;
	return true;
}

/* What is asked for, as bits. */
#define ASK_LOCK    (1u << MC_LOCK)
#define ASK_GONE    (1u << MC_GONE)
#define ASK_SESSION (1u << MC_SESSION)

static mc_items items_of(const mc_store *store, unsigned asked)
{
	const char *const keys[] = {store->lock_key, store->gone_key, store->key};
	mc_items items = {.keys = {NULL}};

	for (int i = 0; i < MC_KIND_COUNT; i++) {
		items.keys[i] = asked & 1u << i ? keys[i] : NULL;
	}
	return items;
}

/* False: nobody asked for it. */
static bool take_item(mc_items *items, const memcached_result_st *item)
{
	int kind =
		mc_items_find(items, memcached_result_key_value(item), memcached_result_key_length(item));

	if (kind == -1) {
		return false;
	}
	items->found[kind] = true;
	items->values[kind] = (cfs_value){memcached_result_value(item), memcached_result_length(item)};
	items->cas[kind] = memcached_result_cas(item);
	items->flags[kind] = memcached_result_flags(item);
	return true;
}

/* Reads the answer to its end, which has to be a real one: libmemcached calls any error "not found" as
 * long as the result that it is given has no count. */
static memcached_return_t fetch_items(mc_store *store, mc_items *items)
{
	memcached_st *handle = store->connection->handle;
	memcached_return_t rc = MEMCACHED_PROTOCOL_ERROR;

	for (int count = 0; count < MC_RESULT_COUNT; count++) {
		const memcached_result_st *result = mc_connection_fetch(store->connection, count, &rc);

		if (!result) {
			break;
		}
		if (!take_item(items, result)) {
			return MEMCACHED_PROTOCOL_ERROR;
		}
	}
	if (memcached_last_error(handle) != MEMCACHED_SUCCESS) {
		return memcached_last_error(handle);
	}
	if (rc == MEMCACHED_END) {
		return MEMCACHED_SUCCESS;
	}
	return mc_is_answer(rc) ? MEMCACHED_PROTOCOL_ERROR : rc;
}

static memcached_return_t get_items_by_library(mc_store *store, mc_items *items)
{
	const char *keys[MC_KIND_COUNT];
	size_t lengths[MC_KIND_COUNT], count = 0;
	memcached_return_t rc;

	memset(items->found, 0, sizeof(items->found));
	for (int i = 0; i < MC_KIND_COUNT; i++) {
		if (items->keys[i]) {
			keys[count] = items->keys[i];
			lengths[count] = strlen(keys[count]);
			count++;
		}
	}
	rc = memcached_mget(mc_connection_library(store->connection), keys, lengths, count);
	return rc == MEMCACHED_SUCCESS ? fetch_items(store, items) : rc;
}

/* In one round trip. Any of the items may be missing. */
static memcached_return_t get_items(mc_store *store, const void *argument)
{
	mc_exchange exchange = {.items = (mc_items *) argument};

	return mc_connection_has_text(store->connection)
		? mc_connection_exchange(store->connection, &exchange)
		: get_items_by_library(store, exchange.items);
}

/* The lock or the tombstone among the items; empty: there is none. */
static mc_note note_of(const mc_items *items, mc_kind kind)
{
	mc_note note = {.length = 0};

	if (items->found[kind]) {
		mc_note_set(&note, items->values[kind]);
	}
	return note;
}

/* What is asked for when a session is started. */
typedef struct _reading {
	mc_items items;
	bool locks;     /* adds the lock first */
	time_t expires; /* what the session gets; 0: nothing */
	bool extended;  /* it has got it */
} reading;

static mc_item lock_item(const mc_store *store)
{
	return (mc_item){MC_ADD, store->lock_key, {store->token, strlen(store->token)},
		lock_expiration(store), 0, true};
}

static bool has_our_lock(const mc_store *store, const mc_items *items)
{
	return items->found[MC_LOCK] &&
		cfs_value_is(items->values[MC_LOCK], (cfs_value){store->token, strlen(store->token)});
}

/* The library does not tell what it has left over of what the server said. Without a lock nothing has to come back, and
 * an end that nobody asked for would be taken for "no such session". So on a connection that was used before, something
 * is stored along with the question that has to come back in place of the lock. */
static memcached_return_t mark_and_get(mc_store *store, mc_items *items)
{
	mc_item mark = {MC_SET, store->mark_key, {NULL, 0}, MARK_LIFETIME, 0, true};
	memcached_return_t rc;
	cfs_error ignored;

	if (store->connection->is_new || !cfs_make_token(store->thread, store->token, &ignored)) {
		return get_items_by_library(store, items);
	}
	items->keys[MC_LOCK] = store->mark_key;
	mark.value = (cfs_value){store->token, strlen(store->token)};
	rc = mc_connection_store(store->connection, &mark);
	if (rc == MEMCACHED_SUCCESS) {
		rc = get_items_by_library(store, items);
	}
	return rc == MEMCACHED_SUCCESS && !has_our_lock(store, items) ? MEMCACHED_PROTOCOL_ERROR : rc;
}

/* One round trip: the first answer that is awaited is that to "get". */
static memcached_return_t lock_and_get(mc_store *store, const void *argument)
{
	reading *reading = (struct _reading *) argument;
	const mc_item lock = lock_item(store);
	mc_exchange exchange = {.item = reading->locks ? &lock : NULL,
		.items = &reading->items,
		.expires = reading->expires};
	memcached_return_t rc;

	reading->items.keys[MC_LOCK] = reading->locks ? store->lock_key : NULL;
	if (mc_connection_has_text(store->connection)) {
		rc = mc_connection_exchange(store->connection, &exchange);
		reading->extended = exchange.expires != 0;
		return rc;
	}
	if (!reading->locks) {
		return mark_and_get(store, &reading->items);
	}
	rc = mc_connection_store(store->connection, &lock);
	return rc == MEMCACHED_SUCCESS ? get_items_by_library(store, &reading->items) : rc;
}

/* What a waiter sees of those who have the lock. */
typedef struct _sight {
	mc_items items;
	mc_note holder; /* the token of the one who has it */
	int64_t since;  /* cfs_now() at which it was seen first */
	int64_t pause;  /* ms, before the next look */
} sight;

/* Adds the lock, and looks who has it in the same round trip; where the library adds it, nobody is seen. This has an
 * answer, unlike what start() does: one that comes twice is not taken for the session's. */
static memcached_return_t add_lock(mc_store *store, const void *argument)
{
	sight *sight = (struct _sight *) argument;
	mc_item lock = lock_item(store);
	mc_exchange exchange = {.item = &lock, .items = &sight->items};
	memcached_return_t rc;

	lock.quiet = false;
	if (!mc_connection_has_text(store->connection)) {
		return mc_connection_store(store->connection, &lock);
	}
	rc = mc_connection_exchange(store->connection, &exchange);
	return rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
}

/* The next one is taken to have it for as long as the one before. */
static void look_at_holder(sight *sight)
{
	mc_note holder = note_of(&sight->items, MC_LOCK);
	int64_t now = cfs_now(), pause = (now - sight->since) / PAUSE_PART;

	if (!holder.length || mc_note_equals(&holder, &sight->holder)) {
		pause = MAX(pause, sight->pause);
	} else {
		sight->holder = holder;
		sight->since = now;
	}
	sight->pause = MAX(PAUSE_MIN, MIN(pause, PAUSE_MAX));
}

/* Sleeps before the next look. The pauses differ by up to a quarter between those that wait, by a digit of their
 * tokens. */
static void pause_for(const mc_store *store, int64_t pause, int64_t left)
{
	int64_t spread = pause * (store->token[CFS_TOKEN_SIZE - 2] % 16) / 64;

	cfs_sleep(MAX(1, MIN(pause + spread, left)));
}

static bool lock_not_freed(mc_store *store, cfs_error *error)
{
	cfs_error_set(error,
		"another request holds the lock %slock.%.*s... at %s and did not release it within %s "
		"(cfsession.lock_wait). Have slow requests call session_write_close() first, read with "
		"read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires "
		"by itself (cfsession.lock_ttl)",
		store->options.prefix, (int) MIN(strlen(store->id) / 2, 4), store->id, address_of(store),
		cfs_time_text(store->options.lock_wait).text);
	return false;
}

/* Tries to add the lock until it does, or the time is over. The items are those by which it turned out that somebody
 * else has it. */
static bool wait_for_lock(mc_store *store, const mc_items *items, int64_t until, cfs_error *error)
{
	int64_t began = cfs_now(), left;
	sight sight = {.items = items_of(store, ASK_LOCK),
		.holder = note_of(items, MC_LOCK),
		.since = began,
		.pause = PAUSE_MIN};
	memcached_return_t rc = MEMCACHED_NOTSTORED;
	bool ran = true, repeated = false, is_ours = false;

	while (ran && !is_ours && (left = until - cfs_now()) > 0) {
		pause_for(
			store, MAX(sight.pause, MIN((cfs_now() - began) / PAUSE_OF_WAIT, PAUSE_MAX)), left);
		store->lock_until = cfs_now() + store->options.lock_ttl;
		set_deadline(store);
		ran = run(store, add_lock, &sight, &rc, &repeated, error);
		if (ran) {
			/* One that was repeated may be refused because the first one did it: the caller looks. */
			is_ours = rc == MEMCACHED_SUCCESS || repeated;
			look_at_holder(&sight);
		}
	}
	store->thread->counters.lock_waits++;
	store->thread->counters.lock_wait_ms += (uint64_t) (cfs_now() - began);
	return ran && (is_ours || lock_not_freed(store, error));
}

static bool make_token(mc_store *store, cfs_error *error)
{
	store->lock_until = cfs_now() + store->options.lock_ttl;
	return cfs_make_token(store->thread, store->token, error);
}

/* The lock comes back, whoever has it; unless another request had it when we added ours, and released
 * it before we asked. An answer without it is not to be trusted otherwise. */
static bool add_lock_and_see(mc_store *store, reading *reading, cfs_error *error)
{
	memcached_return_t rc;

	for (int tries = 0; tries < LOOKS_MAX; tries++) {
		if (!run(store, lock_and_get, reading, &rc, NULL, error)) {
			return false;
		}
		if (reading->items.found[MC_LOCK]) {
			return true;
		}
	}
	unexpected(store, error);
	return false;
}

static bool lock_and_read(mc_store *store, reading *reading, cfs_error *error)
{
	/* The clock counts whole milliseconds: not one too few. */
	int64_t until = cfs_now() + store->options.lock_wait + (store->options.lock_wait > 0);

	/* A lock that is ours, or may be, keeps its token. */
	if (!store->locked && !store->repeated && !make_token(store, error)) {
		return false;
	}
	while (add_lock_and_see(store, reading, error)) {
		if (has_our_lock(store, &reading->items)) {
			store->locked = true;
			store->lock_cas = reading->items.cas[MC_LOCK];
			return true;
		}
		if (cfs_now() >= until) {
			return lock_not_freed(store, error);
		}
		if (!wait_for_lock(store, &reading->items, until, error)) {
			return false;
		}
		set_deadline(store);
	}
	return false;
}

static void expire_lock(mc_store *store);
static cfs_result release_lock(mc_store *store, cfs_error *error);
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

/* Items of sessions have no flags; php-memcached's have some, where they are no sessions. */
static const struct {
	uint32_t flag;
	const char *words;
} item_flags[] = {
	{0x20, "compressed with zlib"},
	{0x40, "compressed with fastlz"},
	{0x80, "compressed with zstd"},
	{0x10, "compressed"},
};

static const char *const item_types[] = {"", "an integer", "a float", "a boolean",
	"serialized by PHP", "serialized by igbinary", "JSON", "serialized by msgpack"};

static bool is_session(mc_store *store, uint32_t flags, cfs_error *error)
{
	const char *words =
		(flags & 15) < sizeof(item_types) / sizeof(item_types[0]) ? item_types[flags & 15] : "";

	if (!flags) {
		return true;
	}
	for (size_t i = sizeof(item_flags) / sizeof(item_flags[0]); i > 0; i--) {
		words = flags & item_flags[i - 1].flag ? item_flags[i - 1].words : words;
	}
	cfs_error_set(error,
		"what is stored for it at %s was not stored as a session: its flags are %u%s%s, as an "
		"application stores data with php-memcached or another client. It was left as it is; let "
		"that use another key prefix (cfsession.prefix), or delete the key %s%.*s... (the dots "
		"stand for the rest of the session id)",
		address_of(store), flags, *words ? ", " : "", words, store->options.prefix,
		(int) MIN(strlen(store->id) / 2, 4), store->id);
	return false;
}

/* Takes the lock, if there are locks, and reads. */
static bool read_items(mc_store *store, reading *reading, cfs_error *error)
{
	memcached_return_t rc;
	cfs_error ignored;

	if (!reading->locks) {
		return run(store, lock_and_get, reading, &rc, NULL, error);
	}
	if (lock_and_read(store, reading, error)) {
		return true;
	}
	/* It may have been taken all the same. */
	if (!store->connection && !store->unreachable && *store->token &&
		connect_to_server(store, &ignored)) {
		release_lock(store, &ignored);
	}
	return false;
}

static cfs_result take_session(
	mc_store *store, const mc_items *items, bool only_existing, cfs_value *value, cfs_error *error)
{
	store->tombstone = note_of(items, MC_GONE);
	store->cas = items->cas[MC_SESSION];
	store->existed = items->found[MC_SESSION];
	if (store->existed && !is_session(store, items->flags[MC_SESSION], error)) {
		expire_lock(store);
		return CFS_ERROR;
	}
	if (store->existed) {
		*value = store->value = items->values[MC_SESSION];
		return CFS_OK;
	}
	if (only_existing) {
		expire_lock(store);
	}
	return CFS_ABSENT;
}

static cfs_result mc_start(cfs_store *opaque, const char *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	reading reading = {.locks = store->options.lock, .expires = expiration(lifetime)};

	begin(store);
	store->value.bytes = NULL;
	store->extended = false;
	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	store->began = cfs_now();
	reading.items = items_of(store, ASK_GONE | ASK_SESSION | (reading.locks ? ASK_LOCK : 0));
	if (!read_items(store, &reading, error)) {
		return CFS_ERROR;
	}
	store->reconnected = false;
	store->extended = reading.extended;
	store->lifetime = lifetime;
	return take_session(store, &reading.items, only_existing, value, error);
}

/* }}} */

/* {{{ release */

/* MEMCACHED_SUCCESS if the lock is ours. A server that was started since start() counts CAS values anew,
 * but does not know our token. */
static memcached_return_t look_at_lock(mc_store *store, const void *argument)
{
	mc_items items = items_of(store, ASK_LOCK);
	memcached_return_t rc = get_items(store, &items);

	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	if (!items.found[MC_LOCK]) {
		return MEMCACHED_NOTFOUND;
	}
	if (!has_our_lock(store, &items)) {
		return MEMCACHED_DATA_EXISTS;
	}
	store->lock_cas = items.cas[MC_LOCK];
	return MEMCACHED_SUCCESS;
}

/* Makes the lock expire if it still has the CAS value that we know, and does not wait to hear. */
static cfs_result release_lock(mc_store *store, cfs_error *error)
{
	mc_item release = {MC_CAS, store->lock_key, {"", 0}, MEMCACHED_AT_ONCE, 0, true};
	memcached_return_t rc = MEMCACHED_SUCCESS;

	if (store->reconnected && !run(store, look_at_lock, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	store->locked = false;
	if (rc != MEMCACHED_SUCCESS) {
		return CFS_LOST;
	}
	release.cas = store->lock_cas;
	if (mc_connection_tell(store->connection, &release, store->deadline) != MEMCACHED_SUCCESS) {
		drop_connection(store);
	}
	return CFS_OK;
}

/* Where there is no connection any more, mc_release_lock() makes one. */
static void expire_lock(mc_store *store)
{
	cfs_error ignored;

	if (store->locked && store->connection) {
		release_lock(store, &ignored);
	}
}

static cfs_result mc_release_lock(cfs_store *opaque, cfs_error *error)
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
	begin(store);
	return connect_to_server(store, error) ? release_lock(store, error) : CFS_ERROR;
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
	const mc_item item = {verb, store->key, new->value, new->expires, store->cas, false};

	return mc_connection_store(store->connection, &item);
}

static memcached_return_t replace_same(mc_store *store, const void *argument)
{
	memcached_return_t rc =
		store->reconnected && store->locked ? look_at_lock(store, NULL) : MEMCACHED_SUCCESS;

	return rc == MEMCACHED_SUCCESS ? store_value(store, MC_CAS, argument) : rc;
}

/* What is known after adding a session. */
typedef struct _added {
	const new_value *new;
	mc_note tombstone;
} added;

/* As add_and_look() where the library stores: without an answer, and what is stored then tells. */
static memcached_return_t add_quietly_and_look(mc_store *store, mc_item *item, added *added)
{
	mc_items items = items_of(store, ASK_GONE | ASK_SESSION);
	memcached_return_t rc;

	item->quiet = true;
	rc = mc_connection_store(store->connection, item);
	if (rc == MEMCACHED_SUCCESS) {
		rc = get_items_by_library(store, &items);
	}
	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	added->tombstone = note_of(&items, MC_GONE);
	if (!items.found[MC_SESSION]) {
		/* It was not stored: asked for an answer, the server says why. */
		return store_value(store, MC_ADD, added->new);
	}
	return cfs_value_is(items.values[MC_SESSION], item->value) ? MEMCACHED_SUCCESS
															   : MEMCACHED_NOTSTORED;
}

/* Adds the session, and looks at the tombstone in the same round trip. */
static memcached_return_t add_and_look(mc_store *store, const void *argument)
{
	added *added = (struct _added *) argument;
	mc_item item = {MC_ADD, store->key, added->new->value, added->new->expires, 0, false};
	mc_items items = items_of(store, ASK_GONE);
	mc_exchange exchange = {.item = &item, .items = &items};
	memcached_return_t rc;

	if (!mc_connection_has_text(store->connection)) {
		return add_quietly_and_look(store, &item, added);
	}
	rc = mc_connection_exchange(store->connection, &exchange);
	added->tombstone = note_of(&items, MC_GONE);
	return rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
}

/* Makes the session expire if it is what we have added. */
static memcached_return_t take_back(mc_store *store, const void *argument)
{
	const added *added = argument;
	mc_items items = items_of(store, ASK_SESSION);
	memcached_return_t rc = get_items(store, &items);
	mc_item item = {MC_CAS, store->key, {"", 0}, MEMCACHED_AT_ONCE, items.cas[MC_SESSION], false};

	if (rc != MEMCACHED_SUCCESS || !items.found[MC_SESSION] ||
		!cfs_value_is(items.values[MC_SESSION], added->new->value)) {
		return rc;
	}
	return mc_connection_store(store->connection, &item);
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
		mc_connection_library(store->connection), "settings", remember_limit, (void *) argument);
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

/* After a write that was not done, because the session is not as it was read: what it is. CFS_OK: the write may be
 * tried again, on what there is now. */
static cfs_result look_again(mc_store *store, cfs_value value, bool *is_written, cfs_error *error)
{
	mc_items items = items_of(store, ASK_GONE | ASK_SESSION | (store->locked ? ASK_LOCK : 0));
	mc_note tombstone;
	memcached_return_t rc;
	bool has_changed;

	if (!run(store, get_items, &items, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	has_changed = items.found[MC_SESSION];
	*is_written = has_changed && cfs_value_is(items.values[MC_SESSION], value);
	tombstone = note_of(&items, MC_GONE);
	if (store->locked && !has_our_lock(store, &items)) {
		return has_changed ? CFS_LOST : CFS_ABSENT;
	}
	if (!mc_note_equals(&tombstone, &store->tombstone)) {
		return CFS_ABSENT;
	}
	/* Else it cannot know whether the session is the one that it has read. */
	if (cfs_outlives_tombstones(store->began)) {
		return has_changed ? CFS_LOST : CFS_ABSENT;
	}
	if (store->locked) {
		return has_changed ? CFS_LOST : CFS_OK;
	}
	/* The last writer wins; but nobody makes a session anew that has gone. */
	if (!has_changed && store->existed) {
		return CFS_ABSENT;
	}
	store->existed = has_changed;
	store->cas = items.cas[MC_SESSION];
	return CFS_OK;
}

static cfs_result add_session(
	mc_store *store, const new_value *new, memcached_return_t *rc, cfs_error *error)
{
	added added = {new, {.length = 0}};
	memcached_return_t ignored;

	if (!run(store, add_and_look, &added, rc, &store->repeated, error)) {
		return CFS_ERROR;
	}
	if (*rc != MEMCACHED_SUCCESS || mc_note_equals(&added.tombstone, &store->tombstone)) {
		return CFS_OK;
	}
	return run(store, take_back, &added, &ignored, NULL, error) ? CFS_ABSENT : CFS_ERROR;
}

/* Not CFS_OK: it has failed, or what there was to write has gone. Else the code says what became of it. */
static cfs_result write_once(
	mc_store *store, const new_value *new, bool adds, memcached_return_t *rc, cfs_error *error)
{
	if (adds) {
		return add_session(store, new, rc, error);
	}
	return run(store, replace_same, new, rc, &store->repeated, error) ? CFS_OK : CFS_ERROR;
}

static cfs_result write_value(mc_store *store, const new_value *new, cfs_error *error)
{
	bool adds = !store->existed, is_written = false;
	cfs_result result = lock_may_have_expired(store) ? CFS_LOST : CFS_OK;

	for (int tries = 0; result == CFS_OK && tries < WRITES_MAX; tries++) {
		memcached_return_t rc;

		result = write_once(store, new, adds, &rc, error);
		if (result != CFS_OK || rc == MEMCACHED_SUCCESS || rc == MEMCACHED_STORED) {
			return result;
		}
		if (rc == MEMCACHED_E2BIG) {
			return too_big(store, new->value, error);
		}
		if (rc != MEMCACHED_NOTFOUND && rc != MEMCACHED_NOTSTORED && rc != MEMCACHED_DATA_EXISTS) {
			return unexpected(store, error);
		}
		result = look_again(store, new->value, &is_written, error);
		if (store->repeated && is_written) {
			return CFS_OK;
		}
		adds = store->locked || !store->existed;
	}
	/* The request that came between wrote the same session, and may as well have come after us. */
	return result == CFS_OK && store->locked ? CFS_LOST : result;
}

static cfs_result mc_write(cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	new_value new = {value, expiration(lifetime)};
	cfs_result result;

	begin(store);
	result = write_value(store, &new, error);
	/* After an error that leaves the connection, too: nothing was written. Else it is released later. */
	expire_lock(store);
	return store->repeated && (result == CFS_LOST || result == CFS_ABSENT) ? CFS_UNKNOWN : result;
}

static memcached_return_t touch_item(mc_store *store, const void *argument)
{
	return memcached_touch(mc_connection_library(store->connection), store->key, strlen(store->key),
		*(const time_t *) argument);
}

/* An item that is not there any more is stored again from what was read. */
static cfs_result touch_again(mc_store *store, time_t expires, cfs_error *error)
{
	char *copy;
	bool ignored;
	memcached_return_t rc;
	cfs_result result;

	if (!store->locked || !store->value.bytes) {
		return CFS_ABSENT;
	}
	/* The value lies where the next answer will. */
	copy = pestrndup(store->value.bytes, store->value.length, 1);
	result = look_again(store, (cfs_value){"", 0}, &ignored, error);
	if (result == CFS_OK) {
		new_value new = {{copy, store->value.length}, expires};

		result = add_session(store, &new, &rc, error);
	}
	pefree(copy, 1);
	return result;
}

/* Whether start() has left nothing to extend. A request that has the lock and took long asks all the same: nobody
 * hears of a release that is lost, and the longer a connection has been idle, the likelier it is dead. */
static bool needs_no_touch(const mc_store *store, zend_long lifetime)
{
	return store->extended && store->lifetime == lifetime &&
		(!store->locked || cfs_now() - store->began < QUIET_MAX);
}

static cfs_result touch_session(mc_store *store, zend_long lifetime, cfs_error *error)
{
	time_t expires = expiration(lifetime);
	cfs_result result = CFS_OK;
	memcached_return_t rc;

	if (!run(store, touch_item, &expires, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc == MEMCACHED_NOTFOUND) {
		result = touch_again(store, expires, error);
	} else if (rc != MEMCACHED_SUCCESS) {
		return unexpected(store, error);
	}
	expire_lock(store);
	return result;
}

static cfs_result mc_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	cfs_result result;

	begin(store);
	if (lock_may_have_expired(store)) {
		return CFS_LOST;
	}
	if (!needs_no_touch(store, lifetime)) {
		return touch_session(store, lifetime, error);
	}
	result = mc_release_lock(opaque, error);
	return result == CFS_OK && !store->existed ? CFS_ABSENT : result;
}

/* }}} */

/* {{{ destroy */

/* The tombstone comes first, for a request that has the lock now and would store again what has gone. A server that
 * has no room for it deletes the session all the same. */
static memcached_return_t note_and_delete(mc_store *store, const void *argument)
{
	mc_item tombstone = {MC_SET, store->gone_key, {store->token, strlen(store->token)},
		expiration(CFS_TOMBSTONE_LIFETIME), 0, false};
	mc_exchange exchange = {.item = &tombstone, .deleted = store->key};
	memcached_return_t rc;

	if (mc_connection_has_text(store->connection)) {
		rc = mc_connection_exchange(store->connection, &exchange);
		rc = rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
		return rc == MEMCACHED_SUCCESS || rc == MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE
			? exchange.deletion
			: rc;
	}
	tombstone.quiet = true;
	rc = mc_connection_store(store->connection, &tombstone);
	return rc == MEMCACHED_SUCCESS ? memcached_delete(mc_connection_library(store->connection),
										 store->key, strlen(store->key), 0)
								   : rc;
}

static cfs_result mc_destroy(cfs_store *opaque, const char *id, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	memcached_return_t rc;

	begin(store);
	/* The token is the tombstone's value, and no two are alike. */
	if (!change_session(store, id, error) ||
		(!store->locked && !store->repeated && !make_token(store, error)) ||
		!run(store, note_and_delete, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_DELETED && rc != MEMCACHED_NOTFOUND) {
		return unexpected(store, error);
	}
	expire_lock(store);
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
	return memcached_stat_execute(
		mc_connection_library(store->connection), NULL, read_stat, (void *) argument);
}

/* The version would come from the library's memory. */
static memcached_return_t ask_for_anything(mc_store *store, const void *argument)
{
	const char *key = store->target->backend;

	return memcached_exist(mc_connection_library(store->connection), key, strlen(key));
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
	set_deadline((mc_store *) opaque);
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

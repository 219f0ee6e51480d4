/*
 * Sessions in Memcached: each call of the vtable as one round trip.
 *
 * There are no scripts and no transactions, but every item has a CAS value that changes with it:
 *
 * - start() sends "add the lock, if there is none" without waiting for the answer, and asks for the lock, the tombstone
 *   and the session together. The lock is ours if its value is our token. There is always a lock in the answer: without
 *   one, it is an error and not an empty session. Without locking, start() asks for the other two.
 * - In the text protocol, start() reads the session by "gats", which extends its lifetime, and lock and tombstone by "mg",
 *   which leaves theirs alone. So touch() only has to release the lock. If a server cannot do that (it is older, or there
 *   is a proxy), in the binary protocol, and if the request took long, touch() extends the lifetime.
 * - write() changes the session only if its CAS value is the one that start() read, or adds it if there was none;
 *   release() does the same with the lock, and makes it expire. Both are safe without looking first. No request waits
 *   for the answer to a release.
 * - A lock that may have expired, by our own clock, is lost: nothing is written.
 * - Without locking, where libmemcached reads (SASL), an item that start() has just stored comes back in place of the lock.
 *
 * A request that destroys a session leaves a tombstone, an item with a random value. Until it expires, it tells other
 * requests that what is stored now, if anything, is not the session that they have read:
 *
 * - A session that has gone at write() or touch() was evicted, has expired, or was destroyed. If we have the lock and the
 *   tombstone is the one that start() read, it is stored again. Without locking it is not, because other software may
 *   have deleted it, which leaves no tombstone.
 * - Without locking, a session with another CAS value was written by another request. We write over that, unless there is
 *   another tombstone.
 * - A session that did not exist is added, and the same round trip reads the tombstone. If it is another one, a request
 *   has meanwhile destroyed what another one had stored: then we remove what we have added.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_call.h"
#include "memcached_lock.h"
#include "memcached_probe.h"
#include "memcached_write.h"

/* {{{ start */

static bool set_session(mc_store *store, const char *id, cfs_error *error)
{
	const char *prefix = store->options.prefix;
	uint32_t server = mc_server_of(store->target, id);

	if (strpbrk(prefix, " \t") || strlen(prefix) + KEY_PREFIX_MAX + strlen(id) > KEY_MAX) {
		cfs_error_set(error,
			"cfsession.prefix has a space, or prefix and session id together have more than %d "
			"bytes, which is Memcached's limit",
			KEY_MAX - KEY_PREFIX_MAX);
		return false;
	}
	if (store->connection && server != store->server) {
		mc_connection_release(store->connection, store->options.persistent);
		store->connection = NULL;
	}
	store->server = server;
	mc_set_key(store->key, prefix, "", id);
	mc_set_key(store->lock_key, prefix, "lock.", id);
	mc_set_key(store->tombstone_key, prefix, "gone.", id);
	mc_set_key(store->mark_key, prefix, "mark.", id);
	store->id = store->key + strlen(prefix);
	mc_end_lease(store);
	store->locked = store->existed = false;
	store->tombstone.length = 0;
	return true;
}

static bool change_session(mc_store *store, const char *id, cfs_error *error)
{
	if (strcmp(store->id, id) == 0) {
		return true;
	}
	if (store->locked) {
		mc_release((cfs_store *) store, error);
	}
	return set_session(store, id, error);
}

/* Items that are sessions have no flags; items of php-memcached that are not sessions have some. */
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
		"application stores data with php-memcached or another client; it was not changed. Give "
		"sessions another cfsession.prefix, or delete the key %s%.*s... (the dots stand for the "
		"rest of the session id)",
		mc_address(store), flags, *words ? ", " : "", words, store->options.prefix,
		(int) MIN(strlen(store->id) / 2, 4), store->id);
	return false;
}

static cfs_result take_session(
	mc_store *store, const mc_items *items, bool only_existing, cfs_value *value, cfs_error *error)
{
	store->tombstone = mc_note_of(items, MC_TOMBSTONE);
	store->cas = items->cas[MC_SESSION];
	store->existed = items->found[MC_SESSION];
	if (store->existed && !is_session(store, items->flags[MC_SESSION], error)) {
		mc_expire_lock(store);
		return CFS_ERROR;
	}
	if (store->existed) {
		*value = store->value = items->values[MC_SESSION];
		return CFS_OK;
	}
	if (only_existing) {
		mc_expire_lock(store);
	}
	return CFS_ABSENT;
}

static cfs_result mc_start(cfs_store *opaque, const char *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	mc_reading reading = {.locks = store->options.lock, .expires = mc_expiration(lifetime)};

	mc_begin(store);
	store->value.bytes = NULL;
	store->extended = false;
	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	store->began = cfs_now();
	reading.items = mc_items_of(store,
		ASK_TOMBSTONE | ASK_SESSION | (reading.locks || store->options.merge ? ASK_LOCK : 0));
	if (!mc_read_items(store, &reading, error)) {
		return CFS_ERROR;
	}
	store->reconnected = false;
	store->extended = reading.extended;
	store->lifetime = lifetime;
	store->is_busy = !reading.locks && reading.items.found[MC_LOCK];
	return take_session(store, &reading.items, only_existing, value, error);
}

/* The tombstone that was seen first counts. */
static cfs_result mc_lock(cfs_store *opaque, cfs_value *value, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	mc_note seen = store->tombstone;
	bool existed = store->existed;
	uint64_t cas = store->cas;
	int64_t began = store->began;
	cfs_result result;

	store->options.lock = true;
	/* The request has done its work: this waits, however many do. */
	store->options.lock_waiters = 0;
	result = mc_start(opaque, store->id, store->lifetime, /* only_existing */ false, value, error);
	store->began = began;
	if (result == CFS_ERROR) {
		return result;
	}
	if ((existed && result == CFS_ABSENT) || !mc_note_equals(&seen, &store->tombstone)) {
		return CFS_ABSENT;
	}
	return cfs_outlives_tombstones(began) && (existed != store->existed || cas != store->cas)
		? CFS_LOST
		: CFS_OK;
}

/* }}} */

/* {{{ destroy, renew */

/* Sets the tombstone first, because otherwise a request that holds the lock now could store the session again. If the
 * server has no room for it, deletes the session anyway. */
static memcached_return_t note_and_delete(mc_store *store, const void *argument)
{
	mc_item tombstone = {MC_SET, store->tombstone_key, {store->token, CFS_TOKEN_ID_LENGTH},
		mc_expiration(CFS_TOMBSTONE_LIFETIME), 0, false};
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

	mc_begin(store);
	/* The token is the tombstone's value, and is unique. */
	if (!change_session(store, id, error) ||
		(!store->locked && !store->repeated && !mc_make_token(store, error)) ||
		!mc_run(store, note_and_delete, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_DELETED && rc != MEMCACHED_NOTFOUND) {
		return mc_unexpected(store, error);
	}
	mc_expire_lock(store);
	return CFS_OK;
}

static cfs_result mc_renew(cfs_store *opaque, const char *id, const char *token, int64_t lifetime,
	uint64_t *cas, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	memcached_return_t rc;
	bool repeated = false;

	if (strcmp(store->id, id) != 0 && !set_session(store, id, error)) {
		return CFS_ERROR;
	}
	cfs_copy_text(token, store->token, sizeof(store->token));
	mc_begin(store);
	if (!mc_run(store, mc_look_at_lock, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc != MEMCACHED_SUCCESS) {
		return CFS_LOST;
	}
	if (!mc_run(store, mc_store_lock_again, &lifetime, &rc, &repeated, error)) {
		return CFS_ERROR;
	}
	if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_STORED && !repeated) {
		return mc_is_answer(rc) ? CFS_LOST : CFS_ERROR;
	}
	/* The lock's CAS value has changed; this reads the new one. */
	if (!mc_run(store, mc_look_at_lock, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	*cas = store->lock_cas;
	return rc == MEMCACHED_SUCCESS ? CFS_OK : CFS_LOST;
}

static bool mc_holds_lock(const cfs_store *opaque)
{
	return ((const mc_store *) opaque)->locked;
}

/* }}} */

/* {{{ open, close */

static bool mc_supports(const cfs_target *target, cfs_error *error)
{
	if (target->servers[0].tls.on) {
		cfs_error_set(error, "it requires TLS, which libmemcached does not support");
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
	/* A setting that is given once holds for all servers of the list. */
	cfs_options_narrow(&store->options, &target->servers[0]);
	return (cfs_store *) store;
}

static void mc_retarget(cfs_store *opaque, cfs_target *target)
{
	mc_store *store = (mc_store *) opaque;

	if (store->connection) {
		mc_drop_connection(store);
	}
	/* The thread that renews the lock also moves. */
	mc_end_lease(store);
	cfs_target_reference(target);
	cfs_target_release(store->target);
	store->target = target;
	if (store->locked) {
		store->times.taken = store->lease.until - store->times.lifetime;
		mc_begin_lease(store);
	}
	store->server = mc_server_of(target, store->id);
	store->unreachable = false;
	store->renewed = true;
}

static void mc_close(cfs_store *opaque)
{
	mc_store *store = (mc_store *) opaque;

	mc_end_lease(store);
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
	.lock = mc_lock,
	.touch = mc_touch,
	.destroy = mc_destroy,
	.release = mc_release,
	.renew = mc_renew,
	.holds_lock = mc_holds_lock,
	.probe = mc_probe,
	.retarget = mc_retarget,
	.close = mc_close,
	.client_version = memcached_lib_version,
	.module_startup = cfs_watchdog_startup,
	.module_shutdown = cfs_watchdog_shutdown,
};

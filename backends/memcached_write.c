#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_lock.h"
#include "memcached_write.h"

#define ITEM_SIZE_MAX 1048576 /* bytes, memcached's default */

/* ms; a request that has had a lock for longer contacts the server once more before it releases it. */
#define QUIET_MAX 10000

/* How often we try to write without a lock while others write between our read and our write. */
#define WRITES_MAX 4

/* {{{ write */

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
	memcached_return_t rc;

	/* Look at what is stored first; take_stored() does that. */
	if (store->reconnected && store->options.merge) {
		return MEMCACHED_DATA_EXISTS;
	}
	rc = store->reconnected && store->locked ? mc_look_at_lock(store, NULL) : MEMCACHED_SUCCESS;

	return rc == MEMCACHED_SUCCESS ? store_value(store, MC_CAS, argument) : rc;
}

/* What we know after adding a session. */
typedef struct _added {
	const new_value *new;
	mc_note tombstone;
} added;

/* As add_and_get_tombstone(), if the library has to store: it does not wait for the answer, and reads what is stored
 * instead. */
static memcached_return_t add_noreply_and_get_tombstone(
	mc_store *store, mc_item *item, added *added)
{
	mc_items items = mc_items_of(store, ASK_TOMBSTONE | ASK_SESSION);
	memcached_return_t rc;

	item->quiet = true;
	rc = mc_connection_store(store->connection, item);
	if (rc == MEMCACHED_SUCCESS) {
		rc = mc_get_items_by_library(store, &items);
	}
	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	added->tombstone = mc_note_of(&items, MC_TOMBSTONE);
	if (!items.found[MC_SESSION]) {
		/* It was not stored: tries again with an answer, which says why. */
		return store_value(store, MC_ADD, added->new);
	}
	return cfs_value_is(items.values[MC_SESSION], item->value) ? MEMCACHED_SUCCESS
															   : MEMCACHED_NOTSTORED;
}

/* Adds the session, and looks at the tombstone in the same round trip. */
static memcached_return_t add_and_get_tombstone(mc_store *store, const void *argument)
{
	added *added = (struct _added *) argument;
	mc_item item = {MC_ADD, store->key, added->new->value, added->new->expires, 0, false};
	mc_items items = mc_items_of(store, ASK_TOMBSTONE);
	mc_exchange exchange = {.item = &item, .items = &items};
	memcached_return_t rc;

	if (!mc_connection_has_text(store->connection)) {
		return add_noreply_and_get_tombstone(store, &item, added);
	}
	rc = mc_connection_exchange(store->connection, &exchange);
	added->tombstone = mc_note_of(&items, MC_TOMBSTONE);
	return rc == MEMCACHED_SUCCESS ? exchange.stored : rc;
}

/* Makes the session expire if it is the one that we have added. */
static memcached_return_t expire_if_ours(mc_store *store, const void *argument)
{
	const added *added = argument;
	mc_items items = mc_items_of(store, ASK_SESSION);
	memcached_return_t rc = mc_get_items(store, &items);
	mc_item item = {MC_CAS, store->key, {"", 0}, MEMCACHED_AT_ONCE, items.cas[MC_SESSION], false};

	if (rc != MEMCACHED_SUCCESS || !items.found[MC_SESSION] ||
		!cfs_value_is(items.values[MC_SESSION], added->new->value)) {
		return rc;
	}
	return mc_connection_store(store->connection, &item);
}

/* For a value that is too big: the library does not send it, so the old value stays. The message names both sizes. */
static cfs_result too_big(mc_store *store, cfs_value value, cfs_error *error)
{
	zend_long limit = 0;
	memcached_return_t rc;

	if (!mc_run(store, mc_ask_for_limit, &limit, &rc, NULL, error) || limit == 0) {
		limit = ITEM_SIZE_MAX;
	}
	cfs_error_set(error,
		"the session has %zu bytes, and the server at %s takes items of at most " ZEND_LONG_FMT
		" bytes, key included; nothing was changed (raise memcached's -I, or keep less in the "
		"session)",
		value.length, mc_address(store), limit);
	return CFS_ERROR;
}

static bool lock_may_have_expired(const mc_store *store)
{
	return store->locked && cfs_lease_is_over(&store->lease);
}

/* After a write that was not done because the session has changed or gone: reads what there is now. CFS_OK: the write may
 * be tried again on that, unless *is_written. */
static cfs_result look_again(mc_store *store, cfs_value value, bool *is_written, cfs_error *error)
{
	mc_items items =
		mc_items_of(store, ASK_TOMBSTONE | ASK_SESSION | (store->locked ? ASK_LOCK : 0));
	mc_note tombstone;
	memcached_return_t rc;
	bool has_changed;

	if (!mc_run(store, mc_get_items, &items, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	has_changed = items.found[MC_SESSION];
	*is_written = has_changed && cfs_value_is(items.values[MC_SESSION], value);
	tombstone = mc_note_of(&items, MC_TOMBSTONE);
	if (store->locked && !mc_has_our_lock(store, &items)) {
		return has_changed ? CFS_LOST : CFS_ABSENT;
	}
	if (!mc_note_equals(&tombstone, &store->tombstone)) {
		return CFS_ABSENT;
	}
	/* A request that is older than any tombstone cannot tell whether this is the session that it read. */
	if (cfs_outlives_tombstones(store->began)) {
		return has_changed ? CFS_LOST : CFS_ABSENT;
	}
	if (store->locked) {
		return has_changed ? CFS_LOST : CFS_OK;
	}
	/* The last writer wins, but a session that has gone is not created again. */
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

	if (!mc_run(store, add_and_get_tombstone, &added, rc, &store->repeated, error)) {
		return CFS_ERROR;
	}
	if (*rc != MEMCACHED_SUCCESS || mc_note_equals(&added.tombstone, &store->tombstone)) {
		return CFS_OK;
	}
	return mc_run(store, expire_if_ours, &added, &ignored, NULL, error) ? CFS_ABSENT : CFS_ERROR;
}

/* Sends the write once. CFS_OK: `written` says whether it was done; if not, the session has changed or gone. */
static cfs_result write_once(
	mc_store *store, const new_value *new, bool adds, bool *written, cfs_error *error)
{
	memcached_return_t rc;
	cfs_result result = CFS_ERROR;

	if (adds) {
		result = add_session(store, new, &rc, error);
	} else if (mc_run(store, replace_same, new, &rc, &store->repeated, error)) {
		result = CFS_OK;
	}
	*written = result == CFS_OK && (rc == MEMCACHED_SUCCESS || rc == MEMCACHED_STORED);
	if (result != CFS_OK || *written) {
		return result;
	}
	if (rc == MEMCACHED_E2BIG) {
		return too_big(store, new->value, error);
	}
	if (rc != MEMCACHED_NOTFOUND && rc != MEMCACHED_NOTSTORED && rc != MEMCACHED_DATA_EXISTS) {
		return mc_unexpected(store, error);
	}
	return CFS_OK;
}

static cfs_result write_value(mc_store *store, const new_value *new, cfs_error *error)
{
	bool adds = !store->existed, is_written = false;
	cfs_result result = lock_may_have_expired(store) ? CFS_LOST : CFS_OK;

	for (int tries = 0; result == CFS_OK && tries < WRITES_MAX; tries++) {
		bool written;

		result = write_once(store, new, adds, &written, error);
		if (result != CFS_OK || written) {
			return result;
		}
		result = look_again(store, new->value, &is_written, error);
		if (store->repeated && is_written) {
			return CFS_OK;
		}
		adds = store->locked || !store->existed;
	}
	/* The request that wrote in between wrote the same session, and might as well have come after us. */
	return result == CFS_OK && store->locked ? CFS_LOST : result;
}

/* After a merging write that was not done: reads what is stored instead. */
static cfs_result take_stored(mc_store *store, cfs_value value, cfs_value *stored, cfs_error *error)
{
	mc_items items = mc_items_of(store, ASK_TOMBSTONE | ASK_SESSION | ASK_LOCK);
	mc_note tombstone;
	memcached_return_t rc;

	if (!mc_run(store, mc_get_items, &items, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	tombstone = mc_note_of(&items, MC_TOMBSTONE);
	if (!mc_note_equals(&tombstone, &store->tombstone) ||
		(store->existed && !items.found[MC_SESSION])) {
		return store->repeated ? CFS_UNKNOWN : CFS_ABSENT;
	}
	if (store->repeated && items.found[MC_SESSION] &&
		cfs_value_is(items.values[MC_SESSION], value)) {
		return CFS_OK;
	}
	/* A request that is older than any tombstone cannot tell whether this is the session that it read. */
	if (cfs_outlives_tombstones(store->began)) {
		return CFS_LOST;
	}
	*stored = items.found[MC_SESSION] ? items.values[MC_SESSION] : (cfs_value){"", 0};
	store->existed = items.found[MC_SESSION];
	store->cas = items.cas[MC_SESSION];
	store->reconnected = false;
	if (store->locked) {
		return mc_has_our_lock(store, &items) ? CFS_CHANGED : CFS_LOST;
	}
	return items.found[MC_LOCK] ? CFS_BUSY : CFS_CHANGED;
}

/* Memcached cannot check the lock and write in one step, and a write between a lock holder's read and write makes the
 * holder's fail. So a merging request does not write if the session was locked when the request read it, or if it is
 * locked once it has changed. Thus a request can get between a holder's read and write only once. */
static cfs_result write_merged(
	mc_store *store, const new_value *new, cfs_value *stored, cfs_error *error)
{
	bool written;
	cfs_result result;

	if (store->is_busy) {
		return CFS_BUSY;
	}
	result = write_once(store, new, !store->existed, &written, error);
	return result != CFS_OK || written ? result : take_stored(store, new->value, stored, error);
}

cfs_result mc_write(
	cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	new_value new = {value, mc_expiration(lifetime)};
	cfs_result result;

	mc_begin(store);
	if (store->options.merge) {
		result = lock_may_have_expired(store) ? CFS_LOST : write_merged(store, &new, stored, error);
		if (result != CFS_CHANGED) {
			mc_expire_lock(store);
		}
		return result;
	}
	result = write_value(store, &new, error);
	/* Also after an error that leaves the connection usable: nothing was written. After others, release() comes later. */
	mc_expire_lock(store);
	return store->repeated && (result == CFS_LOST || result == CFS_ABSENT) ? CFS_UNKNOWN : result;
}

/* }}} */

/* {{{ touch */

static memcached_return_t touch_item(mc_store *store, const void *argument)
{
	return memcached_touch(mc_connection_library(store->connection), store->key, strlen(store->key),
		*(const time_t *) argument);
}

/* If the session has gone, stores it again as it was read. */
static cfs_result touch_again(mc_store *store, time_t expires, cfs_error *error)
{
	char *copy;
	bool ignored;
	memcached_return_t rc;
	cfs_result result;

	if (!store->locked || !store->value.bytes) {
		return CFS_ABSENT;
	}
	/* The next answer will overwrite the value. */
	copy = pestrndup(store->value.bytes, store->value.length, 1);
	result = look_again(store, (cfs_value){"", 0}, &ignored, error);
	if (result == CFS_OK) {
		new_value new = {{copy, store->value.length}, expires};

		result = add_session(store, &new, &rc, error);
	}
	pefree(copy, 1);
	return result;
}

/* Whether start() has already extended the session. A request that held the lock for long still asks the server: it would
 * not notice if its release got lost, and the longer a connection has been idle, the likelier it is dead. */
static bool needs_no_touch(const mc_store *store, zend_long lifetime)
{
	return store->extended && store->lifetime == lifetime &&
		(!store->locked || cfs_now() - store->began < QUIET_MAX);
}

static cfs_result touch_session(mc_store *store, zend_long lifetime, cfs_error *error)
{
	time_t expires = mc_expiration(lifetime);
	cfs_result result = CFS_OK;
	memcached_return_t rc;

	if (!mc_run(store, touch_item, &expires, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	if (rc == MEMCACHED_NOTFOUND) {
		result = touch_again(store, expires, error);
	} else if (rc != MEMCACHED_SUCCESS) {
		return mc_unexpected(store, error);
	}
	mc_expire_lock(store);
	return result;
}

cfs_result mc_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error)
{
	mc_store *store = (mc_store *) opaque;
	cfs_result result;

	mc_begin(store);
	if (lock_may_have_expired(store)) {
		return CFS_LOST;
	}
	if (!needs_no_touch(store, lifetime)) {
		return touch_session(store, lifetime, error);
	}
	result = mc_release(opaque, error);
	return result == CFS_OK && !store->existed ? CFS_ABSENT : result;
}

/* }}} */

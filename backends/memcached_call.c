/*
 * One operation on a session's server: choosing the server, its connection and time limit, and one retry after the
 * connection broke.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_call.h"
#include <time.h>

#define RELATIVE_MAX 2592000 /* seconds, 30 days; more is a point in time */

/* {{{ The server of a session */

static void free_ring(void *ring)
{
	memcached_free(ring);
}

/* A handle that never connects, and only knows which server a key belongs to. Made once for a target, which owns it. */
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

uint32_t mc_server_of(cfs_target *target, const char *id)
{
	return target->server_count == 1 ? 0 : memcached_generate_hash(ring_of(target), id, strlen(id));
}

/* }}} */

/* {{{ One operation */

const char *mc_address(const mc_store *store)
{
	return store->target->servers[store->server].address;
}

void mc_drop_connection(mc_store *store)
{
	mc_connection_drop(store->connection);
	store->connection = NULL;
	store->value.bytes = NULL;
	store->reconnected = true;
}

void mc_set_deadline(mc_store *store)
{
	store->deadline = cfs_now() + store->options.timeout;
}

void mc_begin(mc_store *store)
{
	store->repeated = store->renewed;
	store->renewed = false;
	mc_set_deadline(store);
}

static bool is_usable(const mc_connection *connection)
{
	return cfs_connection_is_ours(&connection->base) &&
		(connection->is_new || cfs_connection_is_quiet(&connection->base));
}

bool mc_connect(mc_store *store, cfs_error *error)
{
	while (!store->connection || !is_usable(store->connection)) {
		if (store->connection) {
			mc_drop_connection(store);
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

/* Hides the secrets that we sent to the server: its words may repeat them. */
static void redact_secrets(const mc_store *store, cfs_error *error)
{
	cfs_redact(error->message, store->id);
	cfs_redact(error->message, store->token);
	cfs_redact(error->message, store->target->servers[store->server].password);
}

bool mc_run(mc_store *store, mc_operation operation, const void *argument, memcached_return_t *rc,
	bool *repeated, cfs_error *error)
{
	bool may_reject = false;

	for (int attempt = 0;; attempt++) {
		bool may_repeat;

		store->unreachable = !mc_connect(store, error);
		if (store->unreachable) {
			return false;
		}
		store->connection->must_touch = may_reject;
		*rc = mc_connection_begin(store->connection, &store->deadline, error);
		if (*rc == MEMCACHED_SUCCESS) {
			*rc = operation(store, argument);
		}
		if (mc_connection_end(store->connection, *rc, error)) {
			if (may_reject) {
				mc_connection_note_rejection(store->connection);
			}
			return true;
		}
		may_reject =
			store->connection->may_reject && !mc_connection_was_silent(store->connection, *rc);
		store->unreachable =
			store->connection->is_connecting || mc_connection_was_silent(store->connection, *rc);
		may_repeat = may_reject || mc_connection_may_be_why(store->connection, *rc);
		mc_drop_connection(store);
		if (!may_repeat || attempt > 0) {
			store->has_failed = true;
			redact_secrets(store, error);
			return false;
		}
		store->thread->counters.retries++;
		if (repeated) {
			*repeated = true;
		}
	}
}

cfs_result mc_unexpected(mc_store *store, cfs_error *error)
{
	cfs_error_set(
		error, "the server at %s sent a reply that does not match the request", mc_address(store));
	mc_drop_connection(store);
	store->has_failed = true;
	return CFS_ERROR;
}

time_t mc_expiration(zend_long seconds)
{
	seconds = seconds < 1 ? CFS_LIFETIME_DEFAULT : MIN(seconds, INT_MAX);
	return seconds > RELATIVE_MAX ? MIN(time(NULL) + (time_t) seconds, INT32_MAX)
								  : (time_t) seconds;
}

static memcached_return_t remember_limit(const memcached_instance_st *server, const char *key,
	size_t key_length, const char *value, size_t value_length, void *context)
{
	if (key_length == strlen("item_size_max") && memcmp(key, "item_size_max", key_length) == 0) {
		*(zend_long *) context = ZEND_STRTOL(value, NULL, 10);
	}
	return MEMCACHED_SUCCESS;
}

memcached_return_t mc_ask_for_limit(mc_store *store, const void *argument)
{
	return memcached_stat_execute(
		mc_connection_library(store->connection), "settings", remember_limit, (void *) argument);
}

/* }}} */

/* {{{ Items */

void mc_set_key(char *key, const char *prefix, const char *kind, const char *id)
{
	cfs_join(key, (const char *const[]){prefix, kind, id, NULL});
}

mc_items mc_items_of(const mc_store *store, unsigned asked)
{
	const char *const keys[] = {store->mark_key, store->lock_key, store->tombstone_key, store->key};
	mc_items items = {.keys = {NULL}};

	for (int i = 0; i < MC_KIND_COUNT; i++) {
		items.keys[i] = asked & 1u << i ? keys[i] : NULL;
	}
	return items;
}

/* False: it was not asked for. */
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

/* Reads the answer to its real end: libmemcached reports any error as "not found" as long as the result has no count. */
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

memcached_return_t mc_get_items_by_library(mc_store *store, mc_items *items)
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

memcached_return_t mc_get_items(mc_store *store, const void *argument)
{
	mc_exchange exchange = {.items = (mc_items *) argument};

	return mc_connection_has_text(store->connection)
		? mc_connection_exchange(store->connection, &exchange)
		: mc_get_items_by_library(store, exchange.items);
}

mc_note mc_note_of(const mc_items *items, mc_kind kind)
{
	mc_note note = {.length = 0};

	if (items->found[kind]) {
		mc_note_set(&note, items->values[kind]);
	}
	return note;
}

/* }}} */

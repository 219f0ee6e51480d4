#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pool.h"
#include "shared.h"

/* Idle connections that a thread keeps; an application that uses more targets in turn dials again. */
#define IDLE_MAX 16

/* Servers about which a thread remembers something; a Redis Cluster may have that many nodes. */
#define PEER_MAX 64

struct _cfs_pool {
	cfs_connection *idle; /* the most recently used first */
	cfs_peer *peers;      /* the most recently asked for first */
	void *extra;
	void (*free_extra)(void *extra);
};

static struct _cfs_pool *pool_of(cfs_thread *thread)
{
	if (!thread->pool) {
		thread->pool = pecalloc(1, sizeof(*thread->pool), 1);
	}
	return thread->pool;
}

/* {{{ Connections */

void cfs_connection_init(cfs_connection *connection, const cfs_backend *backend, cfs_thread *thread,
	cfs_target *target, uint32_t server)
{
	connection->backend = backend;
	connection->thread = thread;
	connection->target = cfs_target_reference(target);
	connection->server = &target->servers[server];
	connection->generation = cfs_generation();
	connection->socket = -1;
}

void cfs_connection_end(cfs_connection *connection)
{
	cfs_target_release(connection->target);
}

bool cfs_connection_is_ours(const cfs_connection *connection)
{
	return connection->generation == cfs_generation();
}

bool cfs_connection_is_quiet(const cfs_connection *connection)
{
	return connection->socket == -1 || php_pollfd_for_ms(connection->socket, POLLIN, 0) == 0;
}

cfs_connection *cfs_pool_take(
	cfs_thread *thread, const cfs_backend *backend, const cfs_server *server)
{
	for (cfs_connection **place = &pool_of(thread)->idle; *place;) {
		cfs_connection *connection = *place;
		bool ours = cfs_connection_is_ours(connection);

		if (ours &&
			(connection->backend != backend ||
				!cfs_server_same_connection(connection->server, server))) {
			place = &connection->next;
			continue;
		}
		*place = connection->next;
		if (ours) {
			return connection;
		}
		connection->drop(connection);
	}
	return NULL;
}

static void end_connection(cfs_connection *connection)
{
	if (connection->settle) {
		connection->settle(connection);
	}
	connection->drop(connection);
}

void cfs_pool_put(cfs_connection *connection)
{
	struct _cfs_pool *pool = pool_of(connection->thread);
	cfs_connection **place = &pool->idle;

	connection->next = pool->idle;
	pool->idle = connection;
	for (int count = 0; *place && count < IDLE_MAX; count++) {
		place = &(*place)->next;
	}
	if (*place) {
		cfs_connection *oldest = *place;

		*place = NULL;
		end_connection(oldest);
	}
}

void cfs_pool_forget(cfs_thread *thread, const cfs_backend *backend, const cfs_server *server)
{
	for (cfs_connection **place = &pool_of(thread)->idle; *place;) {
		cfs_connection *connection = *place;

		if (connection->backend != backend ||
			strcmp(connection->server->address, server->address) != 0) {
			place = &connection->next;
			continue;
		}
		*place = connection->next;
		connection->drop(connection);
	}
}

/* }}} */

/* {{{ What the thread remembers about servers */

static void free_peers(cfs_peer **place)
{
	while (*place) {
		cfs_peer *forgotten = *place;

		*place = forgotten->next;
		pefree(forgotten->address, 1);
		pefree(forgotten->unconfirmed, 1);
		pefree(forgotten->unconfirmed_user, 1);
		pefree(forgotten, 1);
	}
}

/* Takes the peer out of the list, if it is there. */
static cfs_peer *take_peer(struct _cfs_pool *pool, const char *address)
{
	cfs_peer **place = &pool->peers, *peer;

	while (*place && strcmp((*place)->address, address) != 0) {
		place = &(*place)->next;
	}
	peer = *place;
	if (peer) {
		*place = peer->next;
	}
	return peer;
}

static cfs_peer *new_peer(const char *address)
{
	cfs_peer *peer = pecalloc(1, sizeof(*peer), 1);

	peer->address = pestrdup(address, 1);
	peer->key = cfs_shared_key(address);
	return peer;
}

cfs_peer *cfs_pool_peer(cfs_thread *thread, const cfs_server *server)
{
	struct _cfs_pool *pool = pool_of(thread);
	cfs_peer *peer = pool->peers, **place = &pool->peers;

	if (peer && strcmp(peer->address, server->address) == 0) {
		return peer;
	}
	peer = take_peer(pool, server->address);
	if (!peer) {
		peer = new_peer(server->address);
	}
	peer->next = pool->peers;
	pool->peers = peer;
	for (int count = 0; *place && count < PEER_MAX; count++) {
		place = &(*place)->next;
	}
	free_peers(place);
	return peer;
}

void cfs_server_was_silent(cfs_thread *thread, const cfs_server *server, int64_t retry_interval)
{
	if (retry_interval > 0) {
		cfs_peer *peer = cfs_pool_peer(thread, server);

		peer->silent_until = cfs_now() + retry_interval;
		cfs_shared_was_silent(peer->key);
	}
}

void cfs_server_has_answered(cfs_thread *thread, const cfs_server *server)
{
	if (cfs_shared_knows_silence()) {
		cfs_shared_has_answered(cfs_pool_peer(thread, server)->key);
	}
}

/* cfs_now() at which the server that another process found silent may be asked again, by our own interval; 0: none found
 * it silent. */
static int64_t silent_for_others_until(const cfs_peer *peer, int64_t retry_interval)
{
	int64_t since = cfs_shared_knows_silence() ? cfs_shared_silent_since(peer->key) : 0;

	return since && retry_interval > 0 ? since + retry_interval : 0;
}

bool cfs_server_is_silent(
	cfs_thread *thread, const cfs_server *server, int64_t retry_interval, cfs_error *error)
{
	cfs_peer *peer = cfs_pool_peer(thread, server);
	int64_t until = MAX(peer->silent_until, silent_for_others_until(peer, retry_interval));
	int64_t left = until ? until - cfs_now() : 0;

	if (left <= 0) {
		peer->silent_until = 0;
		return false;
	}
	cfs_error_set(error,
		"the server at %s did not answer a moment ago and is not asked again for %s "
		"(cfsession.retry_interval)",
		server->address, cfs_time_text(left).text);
	return true;
}

/* }}} */

void *cfs_pool_extra(cfs_thread *thread)
{
	return pool_of(thread)->extra;
}

void cfs_pool_set_extra(cfs_thread *thread, void *extra, void (*free_extra)(void *extra))
{
	pool_of(thread)->extra = extra;
	pool_of(thread)->free_extra = free_extra;
}

void cfs_pool_free(cfs_thread *thread)
{
	struct _cfs_pool *pool = thread->pool;

	if (!pool) {
		return;
	}
	while (pool->idle) {
		cfs_connection *connection = pool->idle;

		pool->idle = connection->next;
		end_connection(connection);
	}
	free_peers(&pool->peers);
	if (pool->extra) {
		pool->free_extra(pool->extra);
	}
	pefree(pool, 1);
	thread->pool = NULL;
}

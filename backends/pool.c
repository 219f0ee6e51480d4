#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pool.h"

/* Idle connections a thread keeps; an application that talks to more targets in turn dials again. */
#define IDLE_MAX 16

/* A server that did not answer in time. */
typedef struct _silent_server {
	char *address;
	int64_t until; /* cfs_now() at which it may be asked again */
	struct _silent_server *next;
} silent_server;

struct _cfs_pool {
	cfs_connection *idle; /* the one that was used last comes first */
	silent_server *silent;
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

bool cfs_connection_blocks(const cfs_connection *connection, int64_t ms)
{
#ifndef PHP_WIN32
	struct timeval limit = {(time_t) (ms / 1000), (suseconds_t) (ms % 1000 * 1000)};
	php_socket_t socket = connection->socket;

	if (ms == 0) {
		php_set_sock_blocking(socket, false);
		return false;
	}
	return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
		setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
		php_set_sock_blocking(socket, true) == SUCCESS;
#else
	return false;
#endif
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
		oldest->drop(oldest);
	}
}

/* }}} */

/* {{{ Servers that did not answer */

static void forget_silent(silent_server **place)
{
	silent_server *forgotten = *place;

	*place = forgotten->next;
	pefree(forgotten->address, 1);
	pefree(forgotten, 1);
}

static silent_server **find_silent(cfs_thread *thread, const cfs_server *server)
{
	silent_server **place = &pool_of(thread)->silent;

	while (*place && strcmp((*place)->address, server->address) != 0) {
		place = &(*place)->next;
	}
	return place;
}

void cfs_server_was_silent(cfs_thread *thread, const cfs_server *server, int64_t retry_interval)
{
	silent_server **place = find_silent(thread, server);

	if (retry_interval <= 0) {
		return;
	}
	if (!*place) {
		*place = pecalloc(1, sizeof(**place), 1);
		(*place)->address = pestrdup(server->address, 1);
	}
	(*place)->until = cfs_now() + retry_interval;
}

bool cfs_server_is_silent(cfs_thread *thread, const cfs_server *server, cfs_error *error)
{
	silent_server **place = find_silent(thread, server);
	int64_t left = *place ? (*place)->until - cfs_now() : 0;

	if (!*place) {
		return false;
	}
	if (left <= 0) {
		forget_silent(place);
		return false;
	}
	cfs_error_set(error,
		"the server at %s did not answer a moment ago and is not asked again for " ZEND_LONG_FMT
		" ms (cfsession.retry_interval)",
		server->address, (zend_long) left);
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
		connection->drop(connection);
	}
	while (pool->silent) {
		forget_silent(&pool->silent);
	}
	if (pool->extra) {
		pool->free_extra(pool->extra);
	}
	pefree(pool, 1);
	thread->pool = NULL;
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "backend.h"
#include "compat.h"
#ifndef PHP_WIN32
#include <pthread.h>
#include <unistd.h>
#endif

const cfs_backend *const cfs_backends[] = {
#ifdef HAVE_CFSESSION_REDIS
	&cfs_backend_redis,
#endif
#ifdef HAVE_CFSESSION_MEMCACHED
	&cfs_backend_memcached,
#endif
	NULL};

const cfs_backend *cfs_backend_named(const char *name)
{
	for (const cfs_backend *const *backend = cfs_backends; *backend; backend++) {
		if (strcmp((*backend)->name, name) == 0) {
			return *backend;
		}
	}
	return NULL;
}

bool cfs_backend_supports(const cfs_target *target, cfs_error *error)
{
	const cfs_backend *backend = cfs_backend_named(target->backend);

	if (!backend) {
		cfs_error_set(error, "it names a %s server, and this cfsession was built without",
			strcmp(target->backend, "redis") == 0 ? "Redis" : "Memcached");
		return false;
	}
	return backend->supports(target, error);
}

bool cfs_fits_into_memory(size_t bytes)
{
	return PG(memory_limit) <= 0 || bytes < ZEND_MM_CHUNK_SIZE / 2 ||
		zend_memory_usage(/* real_usage */ true) + bytes < (size_t) PG(memory_limit);
}

bool cfs_value_is(cfs_value value, cfs_value other)
{
	return value.length == other.length &&
		(value.length == 0 || memcmp(value.bytes, other.bytes, value.length) == 0);
}

size_t cfs_join(char *to, const char *const *parts)
{
	size_t joined = 0;

	for (; *parts; parts++) {
		size_t length = strlen(*parts);

		memcpy(to + joined, *parts, length + 1);
		joined += length;
	}
	return joined;
}

void cfs_options_narrow(cfs_options *options, const cfs_server *server)
{
	if (server->prefix) {
		snprintf(options->prefix, sizeof(options->prefix), "%s", server->prefix);
	}
	if (server->persistent != -1) {
		options->persistent = server->persistent;
	}
	if (server->connect_timeout != CFS_TIME_UNSET) {
		options->connect_timeout = server->connect_timeout;
	}
	if (server->timeout != CFS_TIME_UNSET) {
		options->timeout = server->timeout;
	}
}

#define TOMBSTONE_MARGIN 60000 /* ms */

bool cfs_outlives_tombstones(int64_t began)
{
	return cfs_now() - began >= CFS_TOMBSTONE_LIFETIME * (int64_t) 1000 - TOMBSTONE_MARGIN;
}

#define TOKEN_BYTES 16

/* Random bytes for a token; NULL: there are none. A forked child never uses those that its parent has too. */
static unsigned char *take_randomness(cfs_randomness *randomness)
{
	if (randomness->left == 0 || randomness->generation != cfs_generation()) {
		if (php_random_bytes_silent(randomness->bytes, sizeof(randomness->bytes)) == FAILURE) {
			return NULL;
		}
		randomness->left = sizeof(randomness->bytes);
		randomness->generation = cfs_generation();
	}
	randomness->left -= TOKEN_BYTES;
	return randomness->bytes + randomness->left;
}

bool cfs_make_token(cfs_thread *thread, char token[CFS_TOKEN_SIZE], cfs_error *error)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *random = take_randomness(&thread->randomness);
	char *end = token + strlen(CFS_TOKEN_MARK);

	if (!random) {
		cfs_error_set(error, "the system gives no random numbers for the lock");
		return false;
	}
	memcpy(token, CFS_TOKEN_MARK, sizeof(CFS_TOKEN_MARK));
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		*end++ = digits[random[i] >> 4];
		*end++ = digits[random[i] & 15];
	}
	*end = '\0';
	return true;
}

uint64_t cfs_now_ns(void)
{
	return cfs_hrtime();
}

int64_t cfs_now(void)
{
	return (int64_t) (cfs_now_ns() / 1000000);
}

void cfs_sleep(int64_t milliseconds)
{
#ifdef PHP_WIN32
	Sleep((DWORD) milliseconds);
#else
	usleep((useconds_t) milliseconds * 1000);
#endif
}

/* Changed only in a child that has just been forked and has a single thread. */
static volatile unsigned generation;

unsigned cfs_generation(void)
{
	return generation;
}

#ifdef PHP_WIN32
void cfs_watch_forks(void)
{
}
#else
static void forked(void)
{
	generation++;
}

void cfs_watch_forks(void)
{
	pthread_atfork(NULL, NULL, forked);
}
#endif

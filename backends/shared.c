#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "shared.h"
#include "ext/standard/sha1.h"
#include <stdatomic.h>
#ifndef PHP_WIN32
#include <sys/mman.h>
#endif

#define COUNTER_COUNT (sizeof(cfs_counters) / sizeof(uint64_t))

/* A server's key names the one bucket that it may be in, so that a look-up reads few places. */
#define BUCKET_COUNT 16
#define BUCKET_SIZE  8

typedef struct _silent_server {
	_Atomic uint64_t key; /* 0: none */
	_Atomic int64_t since;
} silent_server;

typedef struct _shared_state {
	_Atomic uint64_t totals[COUNTER_COUNT];
	_Atomic bool knows_silence;
	silent_server silent[BUCKET_COUNT][BUCKET_SIZE];
} shared_state;

static shared_state unshared;
static shared_state *shared = &unshared;

/* {{{ The mapping */

void cfs_shared_startup(void)
{
#ifdef MAP_ANONYMOUS
	void *mapping =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mapping != MAP_FAILED) {
		shared = mapping;
	}
#endif
}

/* Connections that end after this are not counted. */
void cfs_shared_shutdown(void)
{
	shared_state *mapping = shared;

	shared = &unshared;
#ifdef MAP_ANONYMOUS
	if (mapping != &unshared) {
		munmap(mapping, sizeof(*mapping));
	}
#endif
}

/* }}} */

/* {{{ Totals */

void cfs_shared_count(cfs_thread *thread)
{
	const uint64_t *now = (const uint64_t *) &thread->counters;
	uint64_t *counted = (uint64_t *) &thread->counted;

	if (thread->generation != cfs_generation()) {
		thread->counted = thread->counters;
		thread->generation = cfs_generation();
		return;
	}
	/* Usually so when a request begins. */
	if (memcmp(now, counted, sizeof(thread->counters)) == 0) {
		return;
	}
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		if (now[i] != counted[i]) {
			atomic_fetch_add_explicit(
				&shared->totals[i], now[i] - counted[i], memory_order_relaxed);
			counted[i] = now[i];
		}
	}
}

void cfs_shared_totals(cfs_counters *totals)
{
	uint64_t *total = (uint64_t *) totals;

	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		total[i] = atomic_load_explicit(&shared->totals[i], memory_order_relaxed);
	}
}

/* }}} */

/* {{{ Silent servers */

uint64_t cfs_shared_key(const char *address)
{
	PHP_SHA1_CTX context;
	unsigned char digest[20];
	uint64_t key;

	PHP_SHA1Init(&context);
	PHP_SHA1Update(&context, (const unsigned char *) address, strlen(address));
	PHP_SHA1Final(digest, &context);
	memcpy(&key, digest, sizeof(key));
	return key ? key : 1;
}

static silent_server *bucket_of(uint64_t key)
{
	return shared->silent[key % BUCKET_COUNT];
}

/* Reads the time before the key, and cfs_shared_was_silent() writes it after the key: so one server never gets the time
 * of another that had the place before. */
int64_t cfs_shared_silent_since(uint64_t key)
{
	silent_server *bucket = bucket_of(key);
	int64_t latest = 0;

	for (size_t i = 0; i < BUCKET_SIZE; i++) {
		int64_t since = atomic_load(&bucket[i].since);

		/* Two processes may each have given it a place at the same time. */
		if (atomic_load(&bucket[i].key) == key) {
			latest = MAX(latest, since);
		}
	}
	return latest;
}

/* Uses the server's place, or else that of the server that was found silent longest ago. */
void cfs_shared_was_silent(uint64_t key)
{
	silent_server *bucket = bucket_of(key), *place = bucket;

	for (size_t i = 0; i < BUCKET_SIZE && atomic_load(&place->key) != key; i++) {
		if (atomic_load(&bucket[i].key) == key ||
			atomic_load(&bucket[i].since) < atomic_load(&place->since)) {
			place = &bucket[i];
		}
	}
	atomic_store(&place->key, key);
	atomic_store(&place->since, cfs_now());
	atomic_store(&shared->knows_silence, true);
}

void cfs_shared_has_answered(uint64_t key)
{
	silent_server *bucket = bucket_of(key);

	for (size_t i = 0; i < BUCKET_SIZE; i++) {
		if (atomic_load(&bucket[i].key) == key) {
			atomic_store(&bucket[i].since, 0);
		}
	}
}

bool cfs_shared_knows_silence(void)
{
	return atomic_load_explicit(&shared->knows_silence, memory_order_relaxed);
}

/* }}} */

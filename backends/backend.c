#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "backend.h"
#include "compat.h"
#include <ctype.h>
#include <time.h>
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
		cfs_error_set(error, "it names a %s server, which this cfsession was built without",
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

/* {{{ Sessions that were found by a tag */

void cfs_tagged_add(cfs_tagged *tagged, const char *id, int64_t expires)
{
	size_t length = strlen(id) + 1;

	if (tagged->count == tagged->room) {
		tagged->room = MAX(16, tagged->room * 2);
		tagged->sessions =
			safe_perealloc(tagged->sessions, tagged->room, sizeof(*tagged->sessions), 0, 1);
	}
	if (tagged->length + length > tagged->size) {
		tagged->size = MAX(1024, (tagged->length + length) * 2);
		tagged->ids = perealloc(tagged->ids, tagged->size, 1);
	}
	memcpy(tagged->ids + tagged->length, id, length);
	tagged->sessions[tagged->count].id = tagged->length;
	tagged->sessions[tagged->count].expires = expires;
	tagged->length += length;
	tagged->count++;
}

void cfs_tagged_free(cfs_tagged *tagged)
{
	if (tagged->sessions) {
		pefree(tagged->sessions, 1);
		pefree(tagged->ids, 1);
	}
	memset(tagged, 0, sizeof(*tagged));
}

/* }}} */

#define TOMBSTONE_MARGIN 60000 /* ms */

bool cfs_outlives_tombstones(int64_t began)
{
	return cfs_now() - began >= CFS_TOMBSTONE_LIFETIME * (int64_t) 1000 - TOMBSTONE_MARGIN;
}

/* {{{ Tokens */

/* Each digit shows half a byte. */
#define TOKEN_BYTES    ((CFS_TOKEN_ID_LENGTH - (sizeof(CFS_TOKEN_MARK) - 1)) / 2)
#define SECONDS_DIGITS 10

/* How many characters of a host's name to use: the last ones, in which similar hosts differ. */
#define HOST_MAX 39

void cfs_holder_name(char name[CFS_HOLDER_SIZE])
{
	char host[256] = "";
	size_t length;

	gethostname(host, sizeof(host) - 1);
	for (char *c = host; *c; c++) {
		*c = isalnum((unsigned char) *c) || *c == '.' || *c == '_' ? *c : '-';
	}
	length = strlen(host);
	snprintf(name, CFS_HOLDER_SIZE, "%s/%d", host + length - MIN(length, HOST_MAX), (int) getpid());
}

/* Random bytes for a token; NULL: there are none. A forked child never uses random bytes that its parent has, too. */
static unsigned char *take_randomness(cfs_thread *thread)
{
	cfs_randomness *randomness = &thread->randomness;

	if (!*thread->holder || randomness->generation != cfs_generation()) {
		cfs_holder_name(thread->holder);
		randomness->left = 0;
	}
	if (randomness->left == 0) {
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
	const unsigned char *random = take_randomness(thread);
	char *end = token + strlen(CFS_TOKEN_MARK);
	uint64_t seconds = (uint64_t) time(NULL);

	if (!random) {
		cfs_error_set(error, "the operating system provided no random bytes for the lock");
		return false;
	}
	memcpy(token, CFS_TOKEN_MARK, sizeof(CFS_TOKEN_MARK));
	for (size_t i = 0; i < TOKEN_BYTES; i++) {
		*end++ = digits[random[i] >> 4];
		*end++ = digits[random[i] & 15];
	}
	*end++ = '/';
	end += cfs_join(end, (const char *const[]){thread->holder, "/", NULL});
	for (size_t i = SECONDS_DIGITS; i > 0; i--, seconds /= 10) {
		end[i - 1] = digits[seconds % 10];
	}
	end[SECONDS_DIGITS] = '\0';
	return true;
}

/* The values of locks: ours, as above; phpredis' are "host|pid" or random; php-memcached's are "1". */
cfs_holder_text cfs_describe_holder(cfs_value lock)
{
	cfs_holder_text holder = {""};
	char value[CFS_TOKEN_SIZE], host[HOST_MAX + 1];
	long long since, held;
	int pid;

	snprintf(value, sizeof(value), "%.*s", (int) MIN(lock.length, sizeof(value)), lock.bytes);
	if (lock.length <= CFS_TOKEN_ID_LENGTH ||
		sscanf(value + CFS_TOKEN_ID_LENGTH, "/%39[A-Za-z0-9._-]/%d/%lld", host, &pid, &since) !=
			3) {
		return holder;
	}
	held = (long long) time(NULL) - since;
	if (held < 0 || held > CFS_TIME_MAX / 1000) {
		/* The clocks disagree, so do not tell how long. */
		snprintf(holder.text, sizeof(holder.text), " (process %d on %s)", pid, host);
	} else {
		snprintf(
			holder.text, sizeof(holder.text), " (process %d on %s, for %lld s)", pid, host, held);
	}
	return holder;
}

/* }}} */

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

/* Changes only in a child that was just forked and has a single thread. */
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

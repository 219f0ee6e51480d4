/*
 * What a store of sessions must be able to do, and the table of those there are.
 *
 * The calls speak of sessions, not of keys, so that each can be one round trip. A store serves one
 * session at a time: start() says which, and every later call is about that one. Nothing here warns,
 * throws or allocates request-bound memory: a request may end at any point outside these calls, and
 * never within one.
 */
#ifndef CFS_BACKEND_H
#define CFS_BACKEND_H

#include "php.h"
#include "error.h"
#include "target.h"

/* How a call ended. */
typedef enum _cfs_result {
	CFS_OK,
	CFS_ABSENT,  /* start(): no such session; write(), touch(): it is gone, destroyed or expired */
	CFS_LOST,    /* write(), touch(): the lock is no longer ours, and nothing was written */
	CFS_UNKNOWN, /* write(): lost or gone when it was sent again; the first may have been done */
	CFS_ERROR    /* it failed or may have failed; the error says why */
} cfs_result;

/* What this process (on ZTS builds: this thread) has done so far. */
typedef struct _cfs_counters {
	uint64_t starts, writes, touches, destroys;
	uint64_t round_trips, connects, retries;
	uint64_t lock_waits, lock_wait_ms, lost_locks;
	uint64_t errors;
} cfs_counters;

/* Random bytes of the system's, fetched for several tokens at a time. */
typedef struct _cfs_randomness {
	unsigned char bytes[256];
	size_t left;         /* not yet used, at the beginning */
	unsigned generation; /* of the process that fetched them */
} cfs_randomness;

/* What outlives requests, one per thread. Zeroed at first. */
typedef struct _cfs_thread {
	cfs_counters counters;
	cfs_randomness randomness;
	struct _cfs_pool *pool; /* pool.h */
} cfs_thread;

/* The settings that hold for one session: the ini setting, else the backend's default; and before
 * these what the save path says of the session's server, see cfs_options_narrow(). Times are
 * milliseconds. */
typedef struct _cfs_options {
	char prefix[CFS_PREFIX_MAX + 1];
	bool lock;
	bool persistent;
	int64_t lock_wait; /* 0: do not wait */
	int64_t lock_ttl;
	int64_t connect_timeout;
	int64_t timeout;
	int64_t retry_interval;
	size_t value_max; /* bytes of a session at most: a server that sends more is not believed */
} cfs_options;

/* Puts what is said of a server, and not of others, in place of what holds in general. */
void cfs_options_narrow(cfs_options *options, const cfs_server *server);

/* Writes the parts, a NULL behind the last, one after the other into `to`, which has room for all of them and a
 * NUL. Returns their length. */
size_t cfs_join(char *to, const char *const *parts);

/* The bytes of a session. They belong to whoever the function that gives them says. */
typedef struct _cfs_value {
	const char *bytes;
	size_t length;
} cfs_value;

/* Whether so many bytes fit into what memory_limit leaves. If not, PHP would end the request or even the process, with
 * the session locked. Fewer than half a chunk of PHP's memory come from what it has already. */
bool cfs_fits_into_memory(size_t bytes);

/* Whether both have the same bytes. Those of an empty value may be NULL. */
bool cfs_value_is(cfs_value value, cfs_value other);

/* What probe() learns of one server. Texts are empty, and numbers -1, where it does not tell. */
typedef struct _cfs_probe {
	char host[256]; /* of the master that sentinels name; of others it is known */
	uint16_t port;
	double latency_ms;
	char version[64];
	char eviction_policy[64];
	const char *persistence; /* "aof", "rdb", "none" */
	zend_long used_memory;   /* bytes */
	zend_long max_memory;    /* bytes; 0: no limit */
	zend_long evictions;     /* of items, since it started */
	zend_long item_size_max; /* bytes */
	zend_long time;          /* seconds since 1970, by its clock */
} cfs_probe;

/* One session on one backend; each backend extends it. */
typedef struct _cfs_store cfs_store;

typedef struct _cfs_backend {
	const char *name;
	const char *client;         /* the library that it needs */
	const char *prefix;         /* of the session keys, unless a setting says otherwise */
	const char *cluster_prefix; /* the same where a CFS_CLUSTER was asked for */
	size_t key_max;             /* bytes that prefix and id may have together */
	bool read_extends;          /* whether start() always extends the lifetime too */

	/* Whether this build can talk to the target; if not, the error names what it lacks. */
	bool (*supports)(const cfs_target *target, cfs_error *error);

	/* Nothing on the wire. The store refers to `thread` and holds a reference to `target`; it is
	 * freed by close(). The options are the general ones, for the backend to narrow. Never fails. */
	cfs_store *(*open)(cfs_thread *thread, cfs_target *target, const cfs_options *options);

	/* Takes the session's lock (unless locking is off), waiting for it as the options say, and reads.
	 * `lifetime` (seconds, from now) becomes that of the session. With `only_existing` a session that
	 * is not there is not locked either. Starting the session that is started already keeps its lock
	 * and reads anew. On CFS_OK `value` is set; its bytes are the store's and end with the next call.
	 * CFS_OK, CFS_ABSENT or CFS_ERROR. */
	cfs_result (*start)(cfs_store *store, const char *id, zend_long lifetime, bool only_existing,
		cfs_value *value, cfs_error *error);

	/* The value that start() gave, where it is a string of PHP's, else NULL. It is the store's until the next call,
	 * and a reference keeps it. The function may be NULL. */
	zend_string *(*string)(const cfs_store *store);

	/* Writes if the lock is still ours and a session that was there has not gone since, and releases
	 * the lock, all in one step. On CFS_ERROR the lock may still be held. */
	cfs_result (*write)(cfs_store *store, cfs_value value, zend_long lifetime, cfs_error *error);

	/* Extends the lifetime and releases the lock; as write() otherwise. */
	cfs_result (*touch)(cfs_store *store, zend_long lifetime, cfs_error *error);

	/* Deletes the session `id`, whoever holds its lock: a logout counts even when it comes late. Then
	 * releases the lock if it is ours. No session is no error. CFS_OK or CFS_ERROR. */
	cfs_result (*destroy)(cfs_store *store, const char *id, cfs_error *error);

	/* Releases the lock, if it is held, without writing. CFS_OK, CFS_LOST or CFS_ERROR. */
	cfs_result (*release)(cfs_store *store, cfs_error *error);

	/* Whether start() took a lock that no later call is known to have released. This says nothing about the
	 * connection, which may have broken since: release() makes a new one. */
	bool (*holds_lock)(const cfs_store *store);

	/* Asks one of the target's servers who it is; `server_count` stands for the master that sentinels
	 * name. CFS_OK or CFS_ERROR. */
	cfs_result (*probe)(cfs_thread *thread, cfs_target *target, uint32_t server,
		const cfs_options *options, cfs_probe *probe, cfs_error *error);

	/* Goes on with the session on another target, which says the same but for place and credentials.
	 * Takes a reference to it. Nothing on the wire. The next call is the last one once more, which may
	 * have been done for all that is known. */
	void (*retarget)(cfs_store *store, cfs_target *target);

	/* Frees the store. Its connection goes back to the pool, or is closed if there is any doubt about
	 * it. Nothing on the wire. */
	void (*close)(cfs_store *store);

	/* Version of the client library, as linked. A static string. */
	const char *(*client_version)(void);

	/* Once per process, before any thread uses the backend and after all have. May be NULL. */
	void (*module_startup)(void);
	void (*module_shutdown)(void);
} cfs_backend;

extern const cfs_backend cfs_backend_redis;
extern const cfs_backend cfs_backend_memcached;

/* All backends of this build, ended by NULL. */
extern const cfs_backend *const cfs_backends[];

/* The backend of that name, or NULL if this build does not have it. */
const cfs_backend *cfs_backend_named(const char *name);

/* Whether this build can talk to the target; if not, the error says why. */
bool cfs_backend_supports(const cfs_target *target, cfs_error *error);

/* Seconds that a session lives where session.gc_maxlifetime is 0 or less, as with phpredis: PHP takes
 * it for "as good as expired", and the stores for an error or for ever. */
#define CFS_LIFETIME_DEFAULT 1440

/* Seconds that a tombstone lives, the note that a session was destroyed: by it, a request that opened the
 * session before knows that what is stored now is another one. A request that is older than that cannot know,
 * and writes only over the very bytes that it has read. */
#define CFS_TOMBSTONE_LIFETIME 600

/* Whether a request that began to read at `began` (see cfs_now()) is so old, with a minute to spare for what is on
 * its way and for clocks that run apart. */
bool cfs_outlives_tombstones(int64_t began);

/* A lock's token: 128 random bits in hexadecimal digits, after a mark by which the lock is known as
 * one whose release wakes those that wait for it. */
#define CFS_TOKEN_MARK "cfsession:"
#define CFS_TOKEN_SIZE (sizeof(CFS_TOKEN_MARK) + 32)

/* Makes a new token, NUL-terminated. False: the system gives no random numbers. */
bool cfs_make_token(cfs_thread *thread, char token[CFS_TOKEN_SIZE], cfs_error *error);

/* Milliseconds of a clock that never jumps. */
int64_t cfs_now(void);
uint64_t cfs_now_ns(void);

void cfs_sleep(int64_t milliseconds);

/* A number that differs between a process and its forked children, whose copies of connections and
 * of sessions belong to the parent. */
unsigned cfs_generation(void);

/* Once per process: makes fork() change the generation. */
void cfs_watch_forks(void);

#endif

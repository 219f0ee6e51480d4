/*
 * What a backend must provide, and the table of all backends.
 *
 * The calls speak of sessions, not of keys, so that each can be one round trip. A store serves one session at a time:
 * start() names it, and every later call refers to it. Nothing here warns, throws or allocates request-bound memory:
 * a request may end at any point outside these calls, and never within one.
 */
#ifndef CFS_BACKEND_H
#define CFS_BACKEND_H

#include "php.h"
#include "error.h"
#include "../target/target.h"

/* How a call ended. */
typedef enum _cfs_result {
	CFS_OK,
	CFS_ABSENT,  /* start(): no such session; write(), touch(): it is gone, destroyed or expired */
	CFS_LOST,    /* write(), touch(): the lock is no longer ours, and nothing was written */
	CFS_UNKNOWN, /* write(): lost or gone on a retry; the first attempt may have written */
	CFS_CHANGED, /* write(), options.merge: what is stored is not what this store read or wrote */
	CFS_BUSY,    /* write(), options.merge: another request has the session's lock */
	CFS_ERROR    /* it failed or may have failed; see the error */
} cfs_result;

/* What this process (on ZTS builds: this thread) has done so far. Each is a uint64_t. */
typedef struct _cfs_counters {
	uint64_t starts, writes, touches, destroys;
	uint64_t round_trips, connects, retries;
	uint64_t lock_waits, lock_wait_ms, lock_renewals, lost_locks;
	uint64_t merges, merge_conflicts;
	uint64_t compressions, decompressions;
	uint64_t errors;
} cfs_counters;

/* Random bytes of the operating system, fetched for several tokens at a time. */
typedef struct _cfs_randomness {
	unsigned char bytes[256];
	size_t left;         /* not yet used, at the beginning */
	unsigned generation; /* of the process that fetched them */
} cfs_randomness;

/* "host/pid" of this process, cut to the room that a token has, NUL included. */
#define CFS_HOLDER_SIZE 52

/* What outlives requests, one per thread. Zeroed at first. */
typedef struct _cfs_thread {
	cfs_counters counters;
	cfs_counters counted; /* what the totals already have of them: see shared.h */
	unsigned generation;  /* of the process that counted them */
	cfs_randomness randomness;
	char holder[CFS_HOLDER_SIZE]; /* names the process that fetched the random bytes */
	struct _cfs_pool *pool;       /* pool.h */
} cfs_thread;

/* cfsession.lock */
typedef enum _cfs_lock_mode {
	CFS_LOCK_OFF,
	CFS_LOCK_ON,
	CFS_LOCK_MERGE
} cfs_lock_mode;

/* The settings of one session, in order of precedence: the parameters of its server in the save path (see
 * cfs_options_narrow()), the ini setting, the backend's default. Times are milliseconds. */
typedef struct _cfs_options {
	char prefix[CFS_PREFIX_MAX + 1];
	bool lock;  /* start() takes the session's lock */
	bool merge; /* write() writes only over what was read; never together with `lock` */
	bool persistent;
	int64_t lock_wait;      /* 0: do not wait */
	int64_t lock_lease;     /* how long a lock lasts after it is taken or renewed */
	int64_t lock_ttl;       /* how long it may be held in total; 0: as long as its holder lives */
	int64_t lock_ttl_alone; /* the same if nothing can renew it and lock_ttl is 0 */
	uint32_t lock_waiters;  /* how many may wait for one session; 0: any number */
	int64_t connect_timeout;
	int64_t timeout;
	int64_t retry_interval;
	size_t value_max; /* bytes of a session at most: a larger reply is an error */
} cfs_options;

/* How long a lock lives. */
typedef struct _cfs_lock_times {
	int64_t taken;    /* cfs_now() when it was asked for, or earlier */
	int64_t lifetime; /* ms, unless it is renewed */
	int64_t ends;     /* cfs_now() at which it must end, renewed or not; INT64_MAX: no limit */
	bool renewed;     /* by the thread of lease.h */
} cfs_lock_times;

/* Replaces general options by those that the server has of its own. */
void cfs_options_narrow(cfs_options *options, const cfs_server *server);

/* Concatenates the parts, a list that ends with NULL, into `to`, which must have room for all of them and a NUL.
 * Returns the length without the NUL. */
size_t cfs_join(char *to, const char *const *parts);

/* The bytes of a session. The function that returns them says who owns them. */
typedef struct _cfs_value {
	const char *bytes;
	size_t length;
} cfs_value;

/* Whether that many bytes fit into what memory_limit leaves. If they did not, PHP would end the request or even the
 * process, with the session locked. PHP serves less than half a chunk from memory that it already has. */
bool cfs_fits_into_memory(size_t bytes);

/* Whether both have the same bytes. An empty value may have NULL for its bytes. */
bool cfs_value_is(cfs_value value, cfs_value other);

/* Called for a server that the target does not name, because other servers named it: the master that sentinels named, or
 * a node of a Redis Cluster, with the number of its `slots`. `learnt` is a CFS_SINGLE, and belongs to the target. */
typedef void (*cfs_learnt)(void *context, cfs_target *learnt, uint32_t slots);

/* What probe() learns about one server. Texts are empty, and numbers -1, where the server does not say. */
typedef struct _cfs_probe {
	char host[256]; /* of the master that sentinels name; for others it is known */
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

/* {{{ Tags: by them the sessions of a user are found */

/* A tag is the SHA-256 of the application's name for it, in hexadecimal digits, so that no key contains a name. */
#define CFS_TAG_SIZE 65

/* Tags that one session may have. */
#define CFS_TAGS_MAX 16

typedef struct _cfs_tags {
	uint32_t count;
	char tag[CFS_TAGS_MAX][CFS_TAG_SIZE];
} cfs_tags;

/* What a call also does with the session's tags. Zeroed at first. */
typedef struct _cfs_tagging {
	cfs_tags added;  /* with write() and touch() */
	bool asks;       /* with write() and destroy(): asks which tags it has, including those added */
	cfs_tags stored; /* the answer to that */
	zend_long lifetime; /* s, of the session */
	bool failed;        /* the tags' part failed, perhaps it alone; the error says why */
	bool crowded;       /* one of the tags has many expired sessions: clean() is due */
	bool full; /* the session has no room for `added`, and keeps what it has: withdraw() is due */
	cfs_error error;
} cfs_tagging;

/* Sessions, found by a tag. Zeroed at first; freed by cfs_tagged_free(). */
typedef struct _cfs_tagged {
	size_t count, length; /* sessions, and bytes of their ids */
	size_t room, size;    /* how many of each there is memory for */
	struct {
		size_t id;       /* where it begins in `ids`, NUL-terminated */
		int64_t expires; /* ms since 1970; INT64_MAX: never */
	} * sessions;
	char *ids;
} cfs_tagged;

void cfs_tagged_add(cfs_tagged *tagged, const char *id, int64_t expires);
void cfs_tagged_free(cfs_tagged *tagged);

/* The result of destroying the sessions of a tag. */
typedef struct _cfs_logouts {
	const char *current; /* id of the session that is open; NULL: none is */
	bool spares_current;
	bool had_current;   /* it was one of them */
	uint64_t destroyed; /* how many that existed */
} cfs_logouts;

typedef struct _cfs_tag_calls {
	/* From now on, each write(), touch() and destroy() also does what `tagging` says, until attach() gets NULL. What
	 * cannot share their round trip, attach() does at once. CFS_OK or CFS_ERROR. */
	cfs_result (*attach)(cfs_store *store, cfs_tagging *tagging, cfs_error *error);

	/* For a session that is started but not yet stored, and continues `from`: gives it the tags of `from`, and takes
	 * them from `from` if `removes`. Without tags, sends nothing. CFS_OK; CFS_LOST: `from` has been destroyed by one
	 * of its tags since; or CFS_ERROR. */
	cfs_result (*move)(cfs_store *store, const char *from, bool removes, const cfs_tags *tags,
		zend_long lifetime, cfs_error *error);

	/* Removes the session from those tags, none of which it has. CFS_OK or CFS_ERROR. */
	cfs_result (*withdraw)(cfs_store *store, const cfs_tags *tags, cfs_error *error);

	/* Removes expired sessions from the tags. Failures do not matter. */
	void (*clean)(cfs_store *store, const cfs_tags *tags);

	/* Adds the tag's stored sessions, and when they expire, to `tagged`. CFS_OK or CFS_ERROR. */
	cfs_result (*list)(cfs_store *store, const char *tag, cfs_tagged *tagged, cfs_error *error);

	/* Destroys the tag's sessions as destroy() above does, including those that are not stored yet. CFS_OK or
	 * CFS_ERROR; after CFS_ERROR some may be left, and the next call finds them again. */
	cfs_result (*destroy)(
		cfs_store *store, const char *tag, cfs_logouts *logouts, cfs_error *error);
} cfs_tag_calls;

/* }}} */

typedef struct _cfs_backend {
	const char *name;
	const char *client;         /* the library that it needs */
	const char *prefix;         /* of the session keys, unless a setting says otherwise */
	const char *cluster_prefix; /* the same for a CFS_CLUSTER */
	size_t key_max;             /* bytes that prefix and id may have together */
	bool read_extends;          /* whether start() always extends the lifetime too */
	bool compressed;            /* whether its other clients compress values: compression.h */

	/* Whether this build can talk to the target; if not, the error names what it lacks. */
	bool (*supports)(const cfs_target *target, cfs_error *error);

	/* Makes a store, which close() frees; sends nothing and never fails. The store refers to `thread` and holds a
	 * reference to `target`. The options are the general ones, which the backend narrows. */
	cfs_store *(*open)(cfs_thread *thread, cfs_target *target, const cfs_options *options);

	/* Takes the session's lock (unless locking is off), waiting for it as the options say, and reads the session.
	 * `lifetime` (seconds from now) becomes the session's. With `only_existing`, a session that does not exist is not
	 * locked. Starting the same session again keeps its lock and reads it again. On CFS_OK `value` is set; its bytes
	 * belong to the store and are valid until the next call. CFS_OK, CFS_ABSENT or CFS_ERROR. */
	cfs_result (*start)(cfs_store *store, const char *id, zend_long lifetime, bool only_existing,
		cfs_value *value, cfs_error *error);

	/* The value that start() gave, if it is a string of PHP's, else NULL. It belongs to the store until the next call; a
	 * caller that takes a reference keeps it. The function may be NULL. */
	zend_string *(*string)(const cfs_store *store);

	/* Writes if the lock is still ours and a session that existed still does, and releases the lock, all in one step.
	 * On CFS_ERROR the lock may still be held. With options.merge, writes only over what was read last. If something
	 * else is stored (CFS_CHANGED), `stored` gets it: it counts as read, and belongs to the store until the next
	 * call. */
	cfs_result (*write)(
		cfs_store *store, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error);

	/* For options.merge: takes the lock of a session that was started without one, and reads it again, as start()
	 * does. From then on the store locks. write() may still return CFS_CHANGED, if others wrote before they saw the
	 * lock. Returns what start() does; also CFS_ABSENT if the session was destroyed since it was started, and CFS_LOST
	 * if it has changed and the backend cannot tell whether it was destroyed. */
	cfs_result (*lock)(cfs_store *store, cfs_value *value, cfs_error *error);

	/* Extends the lifetime and releases the lock; as write() otherwise. */
	cfs_result (*touch)(cfs_store *store, zend_long lifetime, cfs_error *error);

	/* Deletes the session `id`, even if another request holds its lock: a logout counts even when it comes late. Then
	 * releases the lock if it is ours. A missing session is not an error. CFS_OK; CFS_ABSENT, if the backend can tell
	 * that another request has destroyed the session since it was started; or CFS_ERROR. */
	cfs_result (*destroy)(cfs_store *store, const char *id, cfs_error *error);

	/* Releases the lock, if it is held, without writing. CFS_OK, CFS_LOST or CFS_ERROR. */
	cfs_result (*release)(cfs_store *store, cfs_error *error);

	/* For the thread that renews locks (lease.h), which owns this store: makes the lock of session `id` end `lifetime`
	 * ms from now, if it has that token. In backends that have it, `cas` is the lock's, and is updated; 0: not known.
	 * CFS_OK; CFS_LOST: the lock has another token, or has gone; or CFS_ERROR. */
	cfs_result (*renew)(cfs_store *store, const char *id, const char *token, int64_t lifetime,
		uint64_t *cas, cfs_error *error);

	/* Whether start() took a lock that no later call is known to have released. The connection may have broken since:
	 * release() then makes a new one. */
	bool (*holds_lock)(const cfs_store *store);

	/* Asks one of the target's servers about itself. If `server` is the target's server_count, that is the master that
	 * sentinels name. CFS_OK or CFS_ERROR. */
	cfs_result (*probe)(cfs_thread *thread, cfs_target *target, uint32_t server,
		const cfs_options *options, cfs_probe *probe, cfs_error *error);

	/* Calls `found` for each server that other servers have named so far. NULL: this backend learns of none. */
	void (*each_learnt)(const cfs_target *target, cfs_learnt found, void *context);

	/* Moves the session to another target, which differs only in place and credentials, and takes a reference to it.
	 * Sends nothing. The next call must repeat the last one, which the first server may have carried out. */
	void (*retarget)(cfs_store *store, cfs_target *target);

	/* Frees the store. Its connection goes back to the pool, or is closed if its state is in doubt. Sends nothing. */
	void (*close)(cfs_store *store);

	/* NULL: it has no tags. */
	const cfs_tag_calls *tags;

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

/* Lifetime in seconds of a session if session.gc_maxlifetime is 0 or less; phpredis has the same. PHP takes 0 as
 * "expired at once", the stores as an error or "for ever". */
#define CFS_LIFETIME_DEFAULT 1440

/* Lifetime in seconds of a tombstone, the note that a session was destroyed. It tells a request that opened the
 * session earlier that what is stored now is another session. A request that is older than any tombstone cannot tell,
 * so it overwrites only exactly the bytes that it read. */
#define CFS_TOMBSTONE_LIFETIME 600

/* Whether a request that began to read at `began` (see cfs_now()) is that old, less a minute for messages in transit
 * and for clocks that drift apart. */
bool cfs_outlives_tombstones(int64_t began);

/* A lock's token is "cfsession:DIGITS/HOST/PID/SECONDS": a mark that says that releasing this lock wakes its waiters,
 * 128 random bits in hexadecimal digits, and who took it when. A tombstone has only the part up to the digits, of
 * CFS_TOKEN_ID_LENGTH bytes: a plain number, because a script has it too. */
#define CFS_TOKEN_MARK      "cfsession:"
#define CFS_TOKEN_ID_LENGTH 42
#define CFS_TOKEN_SIZE      (CFS_TOKEN_ID_LENGTH + CFS_HOLDER_SIZE + 24)

/* Makes a new token, NUL-terminated. False: the operating system provided no random bytes; the error says so. */
bool cfs_make_token(cfs_thread *thread, char token[CFS_TOKEN_SIZE], cfs_error *error);

/* Describes the holder of a lock with that value, which need not be a token of ours, for use in a sentence: " (process
 * 7 on web-3, for 12 s)"; "" if the value does not say. */
typedef struct _cfs_holder_text {
	char text[128];
} cfs_holder_text;

cfs_holder_text cfs_describe_holder(cfs_value lock);

/* "host/pid", as in the tokens of this process. */
void cfs_holder_name(char name[CFS_HOLDER_SIZE]);

/* A clock that never jumps, in milliseconds and in nanoseconds. */
int64_t cfs_now(void);
uint64_t cfs_now_ns(void);

void cfs_sleep(int64_t milliseconds);

/* A number that differs between a process and its forked children. A child's copies of connections and sessions have
 * its parent's number: they belong to the parent. */
unsigned cfs_generation(void);

/* Once per process: makes fork() change the generation. */
void cfs_watch_forks(void);

#endif

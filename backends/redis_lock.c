/*
 * How a request waits for the lock of a session: the server delays its answer until a release wakes the request.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_lock.h"

/* ms after which a waiter looks again even if nothing woke it: the waiter that was woken may have died. */
#define WAIT_MAX ((int64_t) 1000)
/* ms between two looks at a lock whose holder does not wake waiters. */
#define POLL_MIN 10
#define POLL_MAX 200

/* The state of one wait for a lock. */
typedef struct _lock_wait {
	int64_t began;
	int64_t until;
	int64_t block; /* ms by which the server delays the next look, unless the holder wakes us */
	int64_t pause;
	bool registered;
	bool last_look;
	bool polls; /* the server, or a proxy before it, cannot delay answers */
} lock_wait;

/* Sets how long the lock may live. Starting a session again does not prolong the total time for which we may hold a lock
 * that is already ours; if that is over, what we take is another lock. */
static void take_lock_times(redis_store *store)
{
	int64_t ends = store->times.ends;

	store->times = cfs_lease_times(&store->options);
	if (store->locked && ends > store->times.taken) {
		store->times.ends = ends;
		store->times.lifetime = MIN(store->times.lifetime, ends - store->times.taken);
	}
}

/* Sends the start script and, after it, the command that reads the session. To wait, a blocking pop on the list that a
 * release pushes to goes first: the server runs the rest as soon as it is woken, without another round trip. */
static bool look(redis_store *store, const lock_wait *wait, zend_long lifetime, bool only_existing,
	redis_pipeline *pipeline, cfs_error *error)
{
	redis_number lock_lifetime;
	char who[24] = "00";
	redis_number seconds = redis_lifetime_number(lifetime);
	redis_number longest_wait =
		redis_number_of(wait->last_look ? 0 : 2 * WAIT_MAX + store->options.timeout);
	redis_command *command = pipeline->commands;
	char block[32];

	take_lock_times(store);
	lock_lifetime = redis_number_of(store->times.lifetime);
	if (store->options.lock_waiters) {
		snprintf(who + 2, sizeof(who) - 2, "%u", store->options.lock_waiters);
	}
	who[0] = only_existing ? '1' : '0';
	who[1] = wait->registered ? '1' : '0';
	pipeline->count = 2;
	pipeline->main = 0;
	pipeline->reads = true;
	pipeline->block = wait->polls ? 0 : wait->block;
	if (wait->polls) {
		cfs_sleep(wait->block);
	} else if (wait->block) {
		snprintf(block, sizeof(block), "%d.%03d", (int) (wait->block / 1000),
			(int) (wait->block % 1000));
		redis_command_plain(command, "BLPOP");
		redis_command_add_key(command, &store->keys, KEY_WAKE);
		redis_command_add(command, block);
		command++;
		pipeline->count = 3;
		pipeline->main = 1;
	}
	redis_command_script(command, &redis_script_start, /* aside */ false);
	redis_command_add(command, lock_lifetime.text);
	redis_command_add(command, seconds.text);
	redis_command_add(command, longest_wait.text);
	redis_command_add(command, who);
	command++;
	redis_command_plain(command, "GET");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	return redis_call_script(store, pipeline, &redis_script_start, error);
}

static bool is_busy(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == 4 &&
		reply->element[0]->type == REDIS_REPLY_INTEGER &&
		reply->element[1]->type == REDIS_REPLY_INTEGER &&
		reply->element[2]->type == REDIS_REPLY_STRING &&
		reply->element[3]->type == REDIS_REPLY_INTEGER;
}

/* Plans how long to wait before the next look: until we are woken, but at most for the rest of the lock's lifetime,
 * because a holder that died wakes no waiter. */
static void plan_wait(redis_store *store, lock_wait *wait, const redisReply *busy)
{
	int64_t left_of_lock = busy->element[0]->integer;
	bool wakes_us = busy->element[1]->integer == 1 && !wait->polls;
	int64_t left = wait->until - cfs_now();

	wait->block = WAIT_MAX;
	if (!wakes_us) {
		wait->pause = MIN(wait->pause * 3 / 2, POLL_MAX);
		/* The token's random digits spread the waiters of one lock over time. */
		wait->block = wait->pause + store->keys.token[strlen(CFS_TOKEN_MARK)] % 8;
	}
	if (left_of_lock >= 0) {
		wait->block = MIN(wait->block, left_of_lock + 1);
	}
	wait->last_look = wait->block >= left;
	wait->block = MAX(1, MIN(wait->block, left));
	wait->registered = true;
}

static void fail_lock_wait(redis_store *store, const redisReply *busy, cfs_error *error)
{
	const redis_key *session = &store->keys.key[KEY_SESSION], *lock = &store->keys.key[KEY_LOCK];
	size_t brace = memcmp(session->text, lock->text, session->length) != 0;
	int shown = (int) (brace + strlen(store->options.prefix) + MIN(strlen(store->id) / 2, 4));
	const char *end = brace ? "}_LOCK" : "_LOCK";
	const char *address = redis_connection_server(store->connection)->address;
	int64_t left = busy->element[0]->integer;
	cfs_holder_text holder =
		cfs_describe_holder((cfs_value){busy->element[2]->str, (size_t) busy->element[2]->len});
	cfs_time waited = cfs_time_text(store->options.lock_wait), lifetime = cfs_time_text(left);

	if (redis_is_integer(busy->element[3], 1)) {
		cfs_error_set(error,
			"another request%s holds the lock %.*s...%s at %s, and %u already wait for it "
			"(cfsession.lock_waiters)",
			holder.text, shown, lock->text, end, address, store->options.lock_waiters);
		return;
	}
	if (left < 0) {
		cfs_error_set(error,
			"another request holds the lock %.*s...%s at %s and did not release it within %s "
			"(cfsession.lock_wait); it never expires: if the program that took it is gone, delete "
			"the key with redis-cli DEL (the dots stand for "
			"the rest of the session id)",
			shown, lock->text, end, address, waited.text);
		return;
	}
	cfs_error_set(error,
		"another request%s holds the lock %.*s...%s at %s and did not release it within %s "
		"(cfsession.lock_wait); if that request has died, the lock expires in %s. Have slow "
		"requests call session_write_close() first, read with read_and_close, or raise "
		"cfsession.lock_wait",
		holder.text, shown, lock->text, end, address, waited.text, lifetime.text);
}

/* Whether the server broke the wait off because another node or master takes over. */
static bool is_takeover(const redisReply *reply)
{
	return redis_is_error(reply, "UNBLOCKED") || redis_is_error(reply, "MOVED ") ||
		redis_is_error(reply, "ASK ") || redis_is_error(reply, "TRYAGAIN") ||
		redis_is_error(reply, "CLUSTERDOWN");
}

/* Whether the server does not know BLPOP. (A proxy such as twemproxy may close the connection instead.) */
static bool is_unknown(const redisReply *reply)
{
	return redis_is_error(reply, "ERR unknown command");
}

/* As look(). If the connection is closed at a blocking pop, looks again without one, from then on. */
static bool look_or_poll(redis_store *store, lock_wait *wait, zend_long lifetime,
	bool only_existing, redis_pipeline *pipeline, cfs_error *error)
{
	if (look(store, wait, lifetime, only_existing, pipeline, error)) {
		return true;
	}
	if (!wait->block || wait->polls || !store->sent || store->unreachable) {
		return false;
	}
	wait->polls = true;
	wait->last_look = false;
	wait->block = POLL_MIN;
	return look(store, wait, lifetime, only_existing, pipeline, error);
}

/* Looks until the lock is ours; then the main reply is that of the script that took it. */
static bool wait_for_lock(redis_store *store, lock_wait *wait, zend_long lifetime,
	bool only_existing, redis_pipeline *pipeline, cfs_error *error)
{
	while (look_or_poll(store, wait, lifetime, only_existing, pipeline, error)) {
		redisReply *reply = pipeline->replies[pipeline->main];

		if (!is_busy(reply)) {
			return true;
		}
		if (is_takeover(pipeline->replies[0])) {
			cfs_sleep(POLL_MIN);
		} else if (is_unknown(pipeline->replies[0])) {
			wait->polls = true;
		} else if (pipeline->replies[0]->type == REDIS_REPLY_ERROR) {
			redis_reply_error(store, pipeline->replies[0], error);
			redis_free_replies(pipeline);
			return false;
		}
		if (wait->last_look || redis_is_integer(reply->element[3], 1)) {
			fail_lock_wait(store, reply, error);
			error->busy = true;
			redis_free_replies(pipeline);
			return false;
		}
		plan_wait(store, wait, reply);
		redis_free_replies(pipeline);
	}
	return false;
}

bool redis_lock_and_read(redis_store *store, zend_long lifetime, bool only_existing,
	redis_pipeline *pipeline, cfs_error *error)
{
	lock_wait wait = {.began = cfs_now(), .pause = POLL_MIN};
	bool locked;

	wait.until = wait.began + store->options.lock_wait;
	wait.last_look = store->options.lock_wait <= 0;
	locked = wait_for_lock(store, &wait, lifetime, only_existing, pipeline, error);
	if (wait.registered) {
		store->thread->counters.lock_waits++;
		store->thread->counters.lock_wait_ms += (uint64_t) (cfs_now() - wait.began);
	}
	return locked;
}

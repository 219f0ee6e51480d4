/*
 * Sessions in Redis: each call of the vtable as one round trip.
 *
 * With locking, a call is one script (redis_scripts.h) and the plain command that moves the session;
 * without, it is that alone. The way to the right connection (redis_topology.h), and the one retry after it broke, are in call().
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_topology.h"
#include "redis_command.h"
#include "redis_scripts.h"
#include "tls.h"

/* bytes; larger sessions are set aside in front of the script that writes */
#define SCRIPT_VALUE_MAX 2048
/* ms; after which what was set aside is gone, should its script never come */
#define ASIDE_TTL "10000"

/* A waiter looks again after this long even if nobody woke it: the one that was woken may have died. */
#define WAIT_MAX ((int64_t) 1000)
/* Pauses between two looks at a lock whose holder does not wake anybody. */
#define POLL_MIN 10
#define POLL_MAX 200

typedef struct _redis_store {
	cfs_thread *thread;
	cfs_target *target;  /* a reference */
	cfs_options general; /* of all servers */
	cfs_options options; /* of the session's server */
	redis_way way;
	redis_connection *connection; /* NULL: none yet, or dropped */
	redisReply *reply;            /* owns the value that start() gave, */
	zend_string *string;          /* or this does */
	char id[REDIS_ID_MAX + 1];    /* "": no session is started */
	bool for_cluster;             /* the keys are those of a cluster */
	bool locked;
	bool existed;         /* when it was read */
	int64_t began;        /* when it began to be read, see cfs_now() */
	zend_long lifetime;   /* that it got then, s */
	bool knows_tombstone; /* which there was when it was read, or that there was none */
	char read_sha[41];    /* of what was read, once it was needed, else "" */
	bool renewed;         /* the last operation is to be repeated, with other credentials */
	bool sent;            /* the operation, to a server that may have done it; nobody undid it */
	bool unreachable;     /* the last operation found no server, or one that was silent */
	/* One argument of scripts: '1' once the command under way had to be sent again, else '0'; and behind it the
	 * tombstone that there was when it was read, if there was one. */
	char history[1 + CFS_TOKEN_SIZE];
	redis_keys
		keys; /* last, for it is not filled with zeros, which costs more than anything else here */
} redis_store;

/* {{{ Commands */

typedef struct _redis_number {
	char text[24];
} redis_number;

#define PIPELINE_MAX 3

/* Commands that make one round trip. */
typedef struct _redis_pipeline {
	int count;
	int main;        /* number of the one that says how it went; the others serve it */
	bool keeps_head; /* what is in front of it is a part of it */
	bool head_tells; /* whether this is the right server, too */
	redis_command commands[PIPELINE_MAX];
	redisReply *replies[PIPELINE_MAX];
	bool reads;                     /* one of the replies is the session, */
	zend_string *string;            /* which may be here, */
	const redisReply *string_reply; /* instead of in this reply */
	int64_t block;                  /* ms for which the server may hold its answer back */
	redis_number wait[2];           /* arguments of WAIT */
} redis_pipeline;

static void redis_module_startup(void)
{
	cfs_ssl_module_startup();
	redis_scripts_module_startup();
}

static void redis_module_shutdown(void)
{
	redis_scripts_module_shutdown();
	cfs_ssl_module_shutdown();
}

static redis_number number(int64_t value)
{
	redis_number number = {""};

	snprintf(number.text, sizeof(number.text), ZEND_LONG_FMT, (zend_long) value);
	return number;
}

/* Seconds that Redis accepts. PHP takes 0 and less as "as good as expired"; phpredis as the default. */
static redis_number lifetime_number(zend_long lifetime)
{
	return number(lifetime < 1 ? CFS_LIFETIME_DEFAULT : MIN(lifetime, INT_MAX));
}

/* }}} */

static bool set_keys(redis_store *store, cfs_error *error)
{
	store->for_cluster = redis_is_cluster(store->target);
	return redis_keys_set(
		&store->keys, store->options.prefix, store->id, store->for_cluster, error);
}

/* {{{ One round trip */

static void server_error(redis_store *store, redisReply *reply, cfs_error *error)
{
	redis_asker asker = {
		&store->options, store->for_cluster, {*store->id ? store->id : NULL, store->keys.token}};

	redis_server_error(redis_connection_server(store->connection), &asker, reply->str, error);
}

/* What we told servers, as it may be in what they say. */
static void hide_secrets(const redis_store *store, char *text)
{
	const cfs_target *target = store->target;

	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_hide(text, target->servers[i].password);
	}
	cfs_hide(text, target->master ? target->master->password : NULL);
	cfs_hide(text, store->id);
	cfs_hide(text, store->keys.token);
}

/* Each call of the vtable ends so: an error may have whatever servers say, be it where another is. */
static cfs_result concluded(const redis_store *store, cfs_result result, cfs_error *error)
{
	if (result == CFS_ERROR) {
		hide_secrets(store, error->message);
	}
	return result;
}

static void drop_connection(redis_store *store)
{
	redis_connection_drop(store->connection);
	store->connection = NULL;
}

static bool is_repeated(const redis_store *store)
{
	return store->history[0] == '1';
}

static void forget_value(redis_store *store)
{
	freeReplyObject(store->reply);
	store->reply = NULL;
	if (store->string) {
		zend_string_release(store->string);
		store->string = NULL;
	}
}

/* Each call of the vtable begins so. */
static void begin(redis_store *store)
{
	forget_value(store);
	store->history[0] = store->renewed ? '1' : '0';
	store->renewed = false;
	store->sent = store->unreachable = false;
	redis_way_begin(&store->way);
}

static void free_replies(redis_pipeline *pipeline)
{
	for (int i = 0; i < pipeline->count; i++) {
		freeReplyObject(pipeline->replies[i]);
		pipeline->replies[i] = NULL;
	}
	if (pipeline->string) {
		zend_string_release(pipeline->string);
		pipeline->string = NULL;
	}
}

/* The lock must not stay behind if the server took it although the request failed: because it served us
 * as its default user when it had refused our credentials, or will serve us when it wakes up. The
 * script is sent in full, for the server may not know it. */
static void undo(redis_store *store, redis_status failure, int64_t deadline)
{
	redis_command release;
	redisReply *reply;
	cfs_error ignored;

	if (!store->options.lock || !*store->keys.token) {
		return;
	}
	redis_command_script(&release, &redis_script_release, /* aside */ false);
	release.in_full = true;
	redis_command_append(&release, &store->keys, store->connection);
	if (failure == REDIS_SILENT) {
		redis_connection_leave_word(store->connection);
		return;
	}
	redis_connection_exchange(store->connection, &reply, 1, deadline, &ignored);
	freeReplyObject(reply);
}

static void append_word(redis_store *store, const char *word, const char *other)
{
	const char *argv[] = {word, other};

	redis_connection_append(store->connection, other ? 2 : 1, argv, NULL);
}

/* ROLE, the commands with ASKING, CLUSTER SLOTS */
#define ANSWER_MAX (2 * PIPELINE_MAX + 2)

/* Returns how many answers there will be. */
static int append_pipeline(redis_store *store, redis_pipeline *pipeline, redis_escort escort)
{
	if (escort.role) {
		append_word(store, "ROLE", NULL);
	}
	for (int i = 0; i < pipeline->count; i++) {
		if (escort.asking) {
			append_word(store, "ASKING", NULL);
		}
		redis_command_append(&pipeline->commands[i], &store->keys, store->connection);
	}
	if (escort.slots) {
		append_word(store, "CLUSTER", "SLOTS");
	}
	return pipeline->count * (escort.asking ? 2 : 1) + escort.role + escort.slots;
}

/* The reply that tells whether this is the right server. While a slot is on its way, it may be so for the
 * main command and not any more for those that follow. */
static const redisReply *telling_reply(const redis_pipeline *pipeline)
{
	for (int i = pipeline->head_tells ? 0 : pipeline->main; i < pipeline->count; i++) {
		if (pipeline->replies[i]->type == REDIS_REPLY_ERROR) {
			return pipeline->replies[i];
		}
	}
	return pipeline->replies[pipeline->main];
}

/* Takes what the pipeline asked for out of the answers, and heeds the rest. */
static redis_verdict take_answers(redis_store *store, redis_pipeline *pipeline, redis_escort escort,
	redisReply **answers, cfs_error *error)
{
	redisReply **next = answers, *role = escort.role ? *next++ : NULL;
	redis_verdict verdict;

	for (int i = 0; i < pipeline->count; i++) {
		if (escort.asking) {
			freeReplyObject(*next++);
		}
		pipeline->replies[i] = *next++;
	}
	if (escort.slots) {
		redis_way_learn(&store->way, store->connection, *next);
		freeReplyObject(*next);
	}
	verdict = redis_way_heed(&store->way, store->connection, role, telling_reply(pipeline), error);
	freeReplyObject(role);
	return verdict;
}

static redis_status try_once(redis_store *store, redis_pipeline *pipeline, int64_t deadline,
	redis_verdict *verdict, cfs_error *error)
{
	redis_escort escort = redis_way_escort(&store->way, store->connection);
	redisReply *answers[ANSWER_MAX];
	int count = append_pipeline(store, pipeline, escort);
	redis_status status;

	if (pipeline->reads) {
		redis_connection_expect_value(store->connection);
	}
	status = redis_connection_exchange(store->connection, answers, count, deadline, error);
	if (status == REDIS_ANSWERED) {
		pipeline->string = redis_connection_take_value(store->connection, &pipeline->string_reply);
		*verdict = take_answers(store, pipeline, escort, answers, error);
		if (*verdict == REDIS_LEAVE || *verdict == REDIS_NOWHERE) {
			drop_connection(store);
		}
		return status;
	}
	for (int i = 0; i < count; i++) {
		freeReplyObject(answers[i]);
	}
	if (status == REDIS_REFUSED || status == REDIS_STRANGER || status == REDIS_SILENT) {
		undo(store, status, deadline);
	} else if (status != REDIS_STALE) {
		store->sent = true;
	}
	store->unreachable = status == REDIS_SILENT;
	drop_connection(store);
	return status;
}

/* Makes sure that there is a connection; a new one has a time limit of its own, by which the deadline
 * of the operation is put off. */
static bool connect_to_server(redis_store *store, int64_t *deadline, cfs_error *error)
{
	int64_t began = cfs_now();

	if (store->connection && !redis_connection_is_ours(store->connection)) {
		drop_connection(store);
	}
	store->connection = redis_way_open(&store->way, store->connection, error);
	store->unreachable = !store->connection;
	*deadline += cfs_now() - began;
	return store->connection != NULL;
}

/* A connection that the server had closed meanwhile, or closes now, is replaced once: every command is
 * harmless when it is repeated. Where a new one is closed too, another server may have taken over. */
static bool may_repeat(redis_store *store, redis_status status, bool was_new, int64_t deadline)
{
	if (status == REDIS_STALE || status == REDIS_STRANGER) {
		return cfs_now() < deadline;
	}
	if (status != REDIS_CLOSED && status != REDIS_UNNAMED) {
		redis_way_lost(&store->way);
		return false;
	}
	if (cfs_now() >= deadline ||
		(was_new && status == REDIS_CLOSED && !redis_way_lost(&store->way))) {
		return false;
	}
	store->thread->counters.retries++;
	store->history[0] = '1';
	return true;
}

/* What came before the main command has been done, or is not worth while any more. */
static void forget_before_main(redis_pipeline *pipeline)
{
	if (pipeline->main && !pipeline->keeps_head) {
		pipeline->count -= pipeline->main;
		memmove(pipeline->commands, &pipeline->commands[pipeline->main],
			(size_t) pipeline->count * sizeof(redis_command));
		pipeline->main = 0;
		pipeline->block = 0;
	}
}

/* Whether the pipeline is to be sent on, to where the answer says; else the answer is what it is, and
 * whoever asked gets it. Waits if that is asked for, as long as enough time is left for an answer. */
static bool goes_on(
	redis_store *store, redis_pipeline *pipeline, redis_verdict verdict, int64_t deadline)
{
	int64_t pause = verdict == REDIS_LATER ? store->way.pause : 0;

	if (verdict == REDIS_ARRIVED || verdict == REDIS_NOWHERE ||
		cfs_now() + pause + store->options.timeout / 4 > deadline) {
		return false;
	}
	if (pause) {
		cfs_sleep(pause);
	}
	free_replies(pipeline);
	forget_before_main(pipeline);
	return true;
}

/* Whether the answers are those of the right server, else the connection has been dropped. */
static bool is_settled(redis_store *store, redis_pipeline *pipeline)
{
	if (!store->connection) {
		free_replies(pipeline);
	}
	return store->connection != NULL;
}

/* The first answer may have told that this is a cluster. */
static bool adapt_keys(redis_store *store, cfs_error *error)
{
	return !*store->id || store->for_cluster || !redis_is_cluster(store->target) ||
		set_keys(store, error);
}

/* Sends the pipeline on the store's connection, and on wherever it is sent, and reads the replies,
 * which are the caller's to free. */
static bool call(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	int64_t deadline = cfs_now() + store->options.timeout + pipeline->block;

	redis_way_begin(&store->way);
	while (adapt_keys(store, error) && connect_to_server(store, &deadline, error)) {
		bool was_new = redis_connection_is_new(store->connection);
		redis_verdict verdict = REDIS_ARRIVED;
		redis_status status = try_once(store, pipeline, deadline, &verdict, error);

		if (status != REDIS_ANSWERED) {
			if (!may_repeat(store, status, was_new, deadline)) {
				return false;
			}
		} else if (!goes_on(store, pipeline, verdict, deadline)) {
			return is_settled(store, pipeline);
		}
	}
	return false;
}

static bool is_integer(const redisReply *reply, long long integer)
{
	return reply->type == REDIS_REPLY_INTEGER && reply->integer == integer;
}

static bool is_error(const redisReply *reply, const char *code)
{
	return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, code, strlen(code)) == 0;
}

/* call() whose main command is a script: the server is given the script if it does not have it. */
static bool call_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error)
{
	if (!call(store, pipeline, error)) {
		return false;
	}
	if (is_error(pipeline->replies[pipeline->main], "NOSCRIPT")) {
		if (redis_script_is_known(script, store->connection)) {
			redis_connection_set_lost_scripts(store->connection);
		}
		free_replies(pipeline);
		forget_before_main(pipeline);
		pipeline->commands[pipeline->main].in_full = true;
		if (!call(store, pipeline, error)) {
			return false;
		}
	}
	if (pipeline->replies[pipeline->main]->type != REDIS_REPLY_ERROR) {
		redis_script_set_known(script, store->connection);
	}
	return true;
}

/* A reply of a type that its command never has. */
static cfs_result unexpected(redis_store *store, cfs_error *error)
{
	cfs_error_set(error, "the server at %s gave an answer that does not belong to the request",
		redis_connection_server(store->connection)->address);
	drop_connection(store);
	return CFS_ERROR;
}

/* {{{ Replicas */

/* The write is followed by the question how many replicas have it, if the save path asks for some. */
static void add_wait(redis_store *store, redis_pipeline *pipeline)
{
	const cfs_target *target = store->target;
	redis_command *command = &pipeline->commands[pipeline->count];
	int64_t ms =
		target->wait_timeout == CFS_TIME_UNSET ? store->options.timeout : target->wait_timeout;

	if (!target->wait_replicas) {
		return;
	}
	pipeline->wait[0] = number(target->wait_replicas);
	pipeline->wait[1] = number(ms);
	pipeline->block = ms;
	pipeline->count++;
	redis_command_plain(command, "WAIT");
	redis_command_add(command, pipeline->wait[0].text);
	redis_command_add(command, pipeline->wait[1].text);
}

/* What was done is done on the master, come what may of the replicas. */
static cfs_result check_replicas(
	redis_store *store, redis_pipeline *pipeline, cfs_result result, cfs_error *error)
{
	int last = pipeline->count - 1;
	redisReply *reply = last > pipeline->main ? pipeline->replies[last] : NULL;

	if (!reply || result != CFS_OK) {
		return result;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		hide_secrets(store, reply->str);
		cfs_error_set(error,
			"the server at %s did it, but does not say how many replicas have it (wait_replicas): "
			"\"%.100s\"",
			redis_connection_server(store->connection)->address, reply->str);
		return CFS_ERROR;
	}
	if (reply->type != REDIS_REPLY_INTEGER) {
		return unexpected(store, error);
	}
	if (reply->integer >= (zend_long) store->target->wait_replicas) {
		return CFS_OK;
	}
	cfs_error_set(error,
		"the server at %s did it, but only " ZEND_LONG_FMT " of %u replicas had it within %s ms "
		"(wait_replicas): it is lost if that server fails before they have",
		redis_connection_server(store->connection)->address, (zend_long) reply->integer,
		store->target->wait_replicas, pipeline->wait[1].text);
	return CFS_ERROR;
}

/* }}} */

/* What scripts that end a request return: 1 done, 0 the lock is not ours or another one wrote, 2 the session
 * has gone, 3 its value could not be set aside. Frees the replies. */
static cfs_result take_result(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	static const cfs_result results[] = {CFS_LOST, CFS_OK, CFS_ABSENT};
	redisReply *reply = pipeline->replies[pipeline->main];
	cfs_result result = CFS_ERROR;

	if (is_integer(reply, 3) && pipeline->replies[0]->type == REDIS_REPLY_ERROR) {
		reply = pipeline->replies[0];
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		server_error(store, reply, error);
	} else if (reply->type == REDIS_REPLY_INTEGER && reply->integer >= 0 && reply->integer <= 2) {
		store->locked = false;
		result = check_replicas(store, pipeline, results[reply->integer], error);
	} else if (is_integer(reply, 3)) {
		cfs_error_set(error,
			"the server at %s has dropped the value before it was written: it evicts for lack of "
			"memory; raise its maxmemory",
			redis_connection_server(store->connection)->address);
	} else {
		unexpected(store, error);
	}
	free_replies(pipeline);
	return concluded(store, result, error);
}

static cfs_result finish_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error)
{
	if (!call_script(store, pipeline, script, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	return take_result(store, pipeline, error);
}

/* Whether nobody has to wait for the answer to a script that ends a request: if it does not say how many replicas have
 * it, nor is the second try, on a connection that is kept. With sentinels and in a cluster, it may say that another
 * server has the lock now. */
static bool may_post(const redis_store *store, const redis_script *script)
{
	return store->connection && store->options.persistent && !store->target->wait_replicas &&
		!is_repeated(store) && redis_way_is_single(&store->way) &&
		redis_script_is_known(script, store->connection) &&
		redis_connection_may_post(store->connection);
}

/* False: it could not be sent. */
static bool post_script(redis_store *store, const redis_command *command, uint64_t *when_lost)
{
	redis_post post = redis_script_post(command->script);

	post.when_lost = when_lost;
	redis_command_append(command, &store->keys, store->connection);
	if (!redis_connection_post(store->connection, &post, cfs_now() + store->options.timeout)) {
		drop_connection(store);
		return false;
	}
	store->locked = false;
	return true;
}

/* }}} */

/* {{{ start */

/* What holds for the server of the session. */
static void narrow_options(redis_store *store)
{
	store->options = store->general;
	cfs_options_narrow(&store->options, redis_settings_server(store->target, store->way.server));
}

static bool set_session(redis_store *store, const char *id, cfs_error *error)
{
	strlcpy(store->id, id, sizeof(store->id));
	store->way.server = redis_server_of_id(store->target, id);
	store->existed = false;
	store->locked = false;
	store->knows_tombstone = false;
	narrow_options(store);
	return set_keys(store, error);
}

/* The state of one wait for a lock. */
typedef struct _lock_wait {
	int64_t began;
	int64_t until;
	int64_t block; /* ms that the next look is held back, unless the holder wakes us */
	int64_t pause;
	bool registered;
	bool last_look;
} lock_wait;

/* The start script, and behind it what reads the session. They are held back by a blocking pop on the list
 * that a release pushes to: the server runs them as soon as we are woken, without another round trip. */
static bool look(redis_store *store, const lock_wait *wait, zend_long lifetime, bool only_existing,
	redis_pipeline *pipeline, cfs_error *error)
{
	redis_number lock_ttl = number(store->options.lock_ttl), seconds = lifetime_number(lifetime);
	redis_number patience = number(wait->last_look ? 0 : 2 * WAIT_MAX + store->options.timeout);
	redis_command *command = pipeline->commands;
	char block[32];

	pipeline->count = 2;
	pipeline->main = 0;
	pipeline->reads = true;
	pipeline->block = wait->block;
	if (wait->block) {
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
	redis_command_add(command, lock_ttl.text);
	redis_command_add(command, seconds.text);
	redis_command_add(command, only_existing ? "1" : "0");
	redis_command_add(command, wait->registered ? "1" : "0");
	redis_command_add(command, patience.text);
	command++;
	redis_command_plain(command, "GET");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	return call_script(store, pipeline, &redis_script_start, error);
}

static bool is_busy(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
		reply->element[0]->type == REDIS_REPLY_INTEGER &&
		reply->element[1]->type == REDIS_REPLY_INTEGER;
}

/* How long to wait for the lock at a stretch: until we are woken, at most what is left of its
 * lifetime, for a holder that died wakes nobody. */
static void plan_wait(redis_store *store, lock_wait *wait, const redisReply *busy)
{
	int64_t left_of_lock = busy->element[0]->integer;
	bool wakes_us = busy->element[1]->integer == 1;
	int64_t left = wait->until - cfs_now();

	wait->block = WAIT_MAX;
	if (!wakes_us) {
		wait->pause = MIN(wait->pause * 3 / 2, POLL_MAX);
		/* The token's digits spread those that wait for one lock. */
		wait->block = wait->pause + store->keys.token[strlen(CFS_TOKEN_MARK)] % 8;
	}
	if (left_of_lock >= 0) {
		wait->block = MIN(wait->block, left_of_lock + 1);
	}
	wait->last_look = wait->block >= left;
	wait->block = MAX(1, MIN(wait->block, left));
	wait->registered = true;
}

static void lock_not_freed(redis_store *store, const redisReply *busy, cfs_error *error)
{
	const redis_key *session = &store->keys.key[KEY_SESSION], *lock = &store->keys.key[KEY_LOCK];
	size_t brace = memcmp(session->text, lock->text, session->length) != 0;
	int shown = (int) (brace + strlen(store->options.prefix) + MIN(strlen(store->id) / 2, 4));
	const char *end = brace ? "}_LOCK" : "_LOCK";
	const char *address = redis_connection_server(store->connection)->address;
	int64_t left = busy->element[0]->integer;
	cfs_time waited = cfs_time_text(store->options.lock_wait), lifetime = cfs_time_text(left);

	if (left < 0) {
		cfs_error_set(error,
			"another request holds the lock %.*s...%s at %s and did not release it within %s "
			"(cfsession.lock_wait); it has no lifetime, so that it never frees itself: if the "
			"program that took it is gone, delete the key with redis-cli DEL (the dots stand for "
			"the rest of the session id)",
			shown, lock->text, end, address, waited.text);
		return;
	}
	cfs_error_set(error,
		"another request holds the lock %.*s...%s at %s and did not release it within %s "
		"(cfsession.lock_wait); it frees itself in %s, should that request have died. Have slow "
		"requests call session_write_close() first, read with read_and_close, or raise "
		"cfsession.lock_wait",
		shown, lock->text, end, address, waited.text, lifetime.text);
}

/* Whether the wait was broken off because another node or master takes over. */
static bool is_takeover(const redisReply *reply)
{
	return is_error(reply, "UNBLOCKED") || is_error(reply, "MOVED ") || is_error(reply, "ASK ") ||
		is_error(reply, "TRYAGAIN") || is_error(reply, "CLUSTERDOWN");
}

/* Looks until the lock is ours; the answer is then that to the main command. */
static bool wait_for_lock(redis_store *store, lock_wait *wait, zend_long lifetime,
	bool only_existing, redis_pipeline *pipeline, cfs_error *error)
{
	while (look(store, wait, lifetime, only_existing, pipeline, error)) {
		redisReply *reply = pipeline->replies[pipeline->main];

		if (!is_busy(reply)) {
			return true;
		}
		if (is_takeover(pipeline->replies[0])) {
			cfs_sleep(POLL_MIN);
		} else if (pipeline->replies[0]->type == REDIS_REPLY_ERROR) {
			server_error(store, pipeline->replies[0], error);
			free_replies(pipeline);
			return false;
		}
		if (wait->last_look) {
			lock_not_freed(store, reply, error);
			free_replies(pipeline);
			return false;
		}
		plan_wait(store, wait, reply);
		free_replies(pipeline);
	}
	return false;
}

static bool lock_and_read(redis_store *store, zend_long lifetime, bool only_existing,
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

/* One command reads and extends the lifetime, GETEX; before Redis 6.2, two. The tombstone comes first: one that is
 * set between the two belongs to the session that is read, and has to be unknown. */
static bool read_only(
	redis_store *store, zend_long lifetime, redis_pipeline *pipeline, cfs_error *error)
{
	redis_number seconds = lifetime_number(lifetime);
	redis_command *note = &pipeline->commands[0], *read = note + 1, *extend = read + 1;
	int64_t unused = 0;
	bool is_old;

	if (!connect_to_server(store, &unused, error)) {
		return false;
	}
	is_old = redis_connection_lacks_getex(store->connection);
	pipeline->block = 0;
	pipeline->main = 1;
	pipeline->keeps_head = true;
	pipeline->reads = true;
	pipeline->count = is_old ? 3 : 2;
	redis_command_plain(note, "GET");
	redis_command_add_key(note, &store->keys, KEY_TOMBSTONE);
	redis_command_plain(read, is_old ? "GET" : "GETEX");
	redis_command_add_key(read, &store->keys, KEY_SESSION);
	if (!is_old) {
		redis_command_add(read, "EX");
		redis_command_add(read, seconds.text);
	}
	redis_command_plain(extend, "EXPIRE");
	redis_command_add_key(extend, &store->keys, KEY_SESSION);
	redis_command_add(extend, seconds.text);
	if (!call(store, pipeline, error)) {
		return false;
	}
	if (!is_old && is_error(pipeline->replies[1], "ERR unknown command")) {
		redis_connection_set_lacks_getex(store->connection);
		free_replies(pipeline);
		return read_only(store, lifetime, pipeline, error);
	}
	return true;
}

static bool is_token(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING && (size_t) reply->len == CFS_TOKEN_SIZE - 1 &&
		memcmp(reply->str, CFS_TOKEN_MARK, strlen(CFS_TOKEN_MARK)) == 0;
}

/* Keeps the tombstone that there was when the session was read; with any other reply, that there was none, or
 * that this is not known. */
static void take_tombstone(redis_store *store, const redisReply *reply)
{
	store->knows_tombstone = reply->type != REDIS_REPLY_ERROR;
	strlcpy(store->history + 1, is_token(reply) ? reply->str : "", CFS_TOKEN_SIZE);
}

/* Takes the reply that has the session over into the store. */
static cfs_result take_value(redis_store *store, redis_pipeline *pipeline, redisReply **reply,
	cfs_value *value, cfs_error *error)
{
	switch ((*reply)->type) {
		case REDIS_REPLY_STRING:
			if (pipeline->string && *reply == pipeline->string_reply) {
				value->bytes = ZSTR_VAL(pipeline->string);
				value->length = ZSTR_LEN(pipeline->string);
				store->string = pipeline->string;
				pipeline->string = NULL;
				return CFS_OK;
			}
			value->bytes = (*reply)->str;
			value->length = (size_t) (*reply)->len;
			store->reply = *reply;
			*reply = NULL;
			return CFS_OK;
		case REDIS_REPLY_NIL:
			return CFS_ABSENT;
		case REDIS_REPLY_ERROR:
			server_error(store, *reply, error);
			return CFS_ERROR;
		default:
			return unexpected(store, error);
	}
}

static zend_string *redis_string(const cfs_store *opaque)
{
	return ((const redis_store *) opaque)->string;
}

/* If the script took the lock, the reply behind its own has the session. */
static cfs_result take_answer(redis_store *store, redis_pipeline *pipeline, bool only_existing,
	cfs_value *value, cfs_error *error)
{
	redisReply **main = &pipeline->replies[pipeline->main];

	if (!store->options.lock) {
		const redisReply *note = pipeline->replies[0];

		take_tombstone(store, note);
		return is_token(note) || note->type == REDIS_REPLY_NIL || note->type == REDIS_REPLY_ERROR
			? take_value(store, pipeline, main, value, error)
			: unexpected(store, error);
	}
	store->locked = is_integer(*main, 1) || is_token(*main);
	if (store->locked) {
		take_tombstone(store, *main);
		return take_value(store, pipeline, main + 1, value, error);
	}
	if ((*main)->type == REDIS_REPLY_ERROR) {
		server_error(store, *main, error);
		return CFS_ERROR;
	}
	return (*main)->type == REDIS_REPLY_NIL && only_existing ? CFS_ABSENT
															 : unexpected(store, error);
}

static cfs_result redis_release(cfs_store *opaque, cfs_error *error);

/* Releases the lock that a start may have taken although it failed, as where the server closes the connection
 * at a session that is larger than its client-output-buffer-limit. */
static void give_back(redis_store *store)
{
	cfs_error ignored;

	if (store->options.lock && store->sent && !store->unreachable) {
		redis_release((cfs_store *) store, &ignored);
	}
}

/* Goes over to another session. Its predecessor does not stay locked, unless its server, which need not be the
 * same, is not to be reached. */
static bool change_session(redis_store *store, const char *id, cfs_error *error)
{
	cfs_error ignored;

	if (strcmp(store->id, id) == 0) {
		return true;
	}
	if (store->locked) {
		redis_release((cfs_store *) store, &ignored);
	}
	return set_session(store, id, error);
}

static cfs_result redis_start(cfs_store *opaque, const char *id, zend_long lifetime,
	bool only_existing, cfs_value *value, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 0};
	cfs_result result;

	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	begin(store);
	store->began = cfs_now();
	store->lifetime = lifetime;
	store->read_sha[0] = '\0';
	/* A lock that is ours, or may be, keeps its token, by which the server knows that it is. */
	if (store->options.lock && !store->locked && !is_repeated(store) &&
		!redis_keys_make_token(&store->keys, store->thread, error)) {
		return CFS_ERROR;
	}
	if (!(store->options.lock ? lock_and_read(store, lifetime, only_existing, &pipeline, error)
							  : read_only(store, lifetime, &pipeline, error))) {
		give_back(store);
		return concluded(store, CFS_ERROR, error);
	}
	result = take_answer(store, &pipeline, only_existing, value, error);
	free_replies(&pipeline);
	store->existed = result == CFS_OK;
	/* It was there when the script looked, and expired before it was read. */
	if (result == CFS_ABSENT && only_existing && store->locked &&
		redis_release(opaque, error) == CFS_ERROR) {
		result = CFS_ERROR;
	}
	return concluded(store, result, error);
}

/* }}} */

/* {{{ write, touch, destroy, release */

/* What is to be stored where it was read, as LUA_STORE takes it. Must come before begin(), which frees what was
 * read. A request that knows what became of the session by its tombstones needs no look at it. */
static const char *state_that_was_read(redis_store *store)
{
	if (store->knows_tombstone && !cfs_outlives_tombstones(store->began)) {
		return store->existed ? "1" : "0";
	}
	if (!*store->read_sha && store->string) {
		redis_make_sha(ZSTR_VAL(store->string), ZSTR_LEN(store->string), store->read_sha);
	} else if (!*store->read_sha && store->reply) {
		redis_make_sha(store->reply->str, (size_t) store->reply->len, store->read_sha);
	}
	/* If it is not known any more, it is the same as nothing that is stored. */
	return store->existed && *store->read_sha ? store->read_sha : "none";
}

/* The first command of the pipeline: a key of ours has the value. */
static bool set_aside(
	redis_store *store, cfs_value value, redis_pipeline *pipeline, cfs_error *error)
{
	redis_command *command = &pipeline->commands[0];

	/* With the token that the lock has now. */
	if (!set_keys(store, error)) {
		return false;
	}
	redis_command_plain(command, "SET");
	redis_command_add_key(command, &store->keys, KEY_ASIDE);
	redis_command_add_bytes(command, value.bytes, value.length);
	redis_command_add(command, "PX");
	redis_command_add(command, ASIDE_TTL);
	pipeline->count = 2;
	pipeline->main = 1;
	pipeline->keeps_head = true;
	return true;
}

/* What LUA_STORE has to know. */
static void add_store_arguments(
	redis_store *store, redis_command *command, const char *seconds, const char *was)
{
	redis_command_add(command, seconds);
	redis_command_add(command, was);
	redis_command_add(command, store->history);
}

static cfs_result write_locked(
	redis_store *store, cfs_value value, const char *seconds, const char *was, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	redis_command *command = &pipeline.commands[0];
	bool aside = value.length > SCRIPT_VALUE_MAX;
	cfs_result result;

	if (aside) {
		if (!set_aside(store, value, &pipeline, error)) {
			return CFS_ERROR;
		}
		command++;
	}
	redis_command_script(command, &redis_script_write, aside);
	add_store_arguments(store, command, seconds, was);
	if (!aside) {
		redis_command_add_bytes(command, value.bytes, value.length);
	}
	add_wait(store, &pipeline);
	result = finish_script(store, &pipeline, &redis_script_write, error);
	/* The first one would have given the lock back. */
	return result == CFS_LOST && is_repeated(store) ? CFS_UNKNOWN : result;
}

/* One plain command, which does not know of tombstones. */
static cfs_result write_plainly(
	redis_store *store, cfs_value value, const char *seconds, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	redis_command *command = &pipeline.commands[0];
	redisReply *reply;
	cfs_result result = CFS_OK;

	redis_command_plain(command, "SET");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	redis_command_add_bytes(command, value.bytes, value.length);
	redis_command_add(command, "EX");
	redis_command_add(command, seconds);
	if (store->existed) {
		redis_command_add(command, "XX");
	}
	add_wait(store, &pipeline);
	if (!call(store, &pipeline, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	reply = pipeline.replies[0];
	if (reply->type == REDIS_REPLY_ERROR) {
		server_error(store, reply, error);
		result = CFS_ERROR;
	} else if (reply->type == REDIS_REPLY_NIL) {
		result = is_repeated(store) ? CFS_UNKNOWN : CFS_ABSENT;
	} else if (reply->type != REDIS_REPLY_STATUS) {
		result = unexpected(store, error);
	}
	result = check_replicas(store, &pipeline, result, error);
	free_replies(&pipeline);
	return concluded(store, result, error);
}

/* Whether the server, a proxy or what the user may do stands against scripts, or against what is in ours. */
static bool refuses_scripts(const redisReply *reply)
{
	return is_error(reply, "ERR unknown command") || is_error(reply, "NOPERM") ||
		(reply->type == REDIS_REPLY_ERROR &&
			(strstr(reply->str, "ACL failure") || strstr(reply->str, "can't run this command")));
}

/* Whether a slot has been on its way for longer than the operation may take. Then no script can have two keys
 * of which one is not stored, as no tombstone is, for the most part. */
static bool is_slot_moving(const redisReply *reply)
{
	return is_error(reply, "TRYAGAIN") || is_error(reply, "ASK ");
}

/* Then the look at the tombstone and the write are two steps. */
static cfs_result write_while_slot_moves(
	redis_store *store, cfs_value value, const char *seconds, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	bool has_gone;

	redis_command_plain(&pipeline.commands[0], "GET");
	redis_command_add_key(&pipeline.commands[0], &store->keys, KEY_TOMBSTONE);
	if (!call(store, &pipeline, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	has_gone = store->knows_tombstone && is_token(pipeline.replies[0]) &&
		strcmp(pipeline.replies[0]->str, store->history + 1) != 0;
	free_replies(&pipeline);
	return has_gone ? CFS_ABSENT : write_plainly(store, value, seconds, error);
}

/* Sends the script that writes without a lock. */
static bool call_write_unlocked(redis_store *store, cfs_value value, const char *seconds,
	const char *was, redis_pipeline *pipeline, cfs_error *error)
{
	redis_command *command = &pipeline->commands[0];
	bool aside = value.length > SCRIPT_VALUE_MAX;

	if (aside) {
		if (!redis_keys_make_token(&store->keys, store->thread, error) ||
			!set_aside(store, value, pipeline, error)) {
			return false;
		}
		command++;
	}
	redis_command_script(command, &redis_script_write_unlocked, aside);
	add_store_arguments(store, command, seconds, was);
	if (!aside) {
		redis_command_add_bytes(command, value.bytes, value.length);
	}
	add_wait(store, pipeline);
	return call_script(store, pipeline, &redis_script_write_unlocked, error);
}

static cfs_result write_unlocked(
	redis_store *store, cfs_value value, const char *seconds, const char *was, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	int64_t unused = 0;
	cfs_result result;

	if (!connect_to_server(store, &unused, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	if (redis_connection_lacks_scripts(store->connection)) {
		return write_plainly(store, value, seconds, error);
	}
	if (!call_write_unlocked(store, value, seconds, was, &pipeline, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	if (refuses_scripts(pipeline.replies[pipeline.main])) {
		redis_connection_set_lacks_scripts(store->connection);
		free_replies(&pipeline);
		return write_plainly(store, value, seconds, error);
	}
	if (is_slot_moving(pipeline.replies[pipeline.main])) {
		free_replies(&pipeline);
		return write_while_slot_moves(store, value, seconds, error);
	}
	result = take_result(store, &pipeline, error);
	/* The first one may have written, before another request wrote or destroyed. */
	return is_repeated(store) && (result == CFS_LOST || result == CFS_ABSENT) ? CFS_UNKNOWN
																			  : result;
}

static cfs_result redis_write(
	cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_number seconds = lifetime_number(lifetime);
	const char *was = state_that_was_read(store);

	begin(store);
	return store->options.lock ? write_locked(store, value, seconds.text, was, error)
							   : write_unlocked(store, value, seconds.text, was, error);
}

/* A plain command whose reply is a number that does not matter. */
static cfs_result number_command(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	redisReply *reply;
	cfs_result result = CFS_OK;

	if (!call(store, pipeline, error)) {
		return concluded(store, CFS_ERROR, error);
	}
	reply = pipeline->replies[pipeline->main];
	if (reply->type == REDIS_REPLY_ERROR) {
		server_error(store, reply, error);
		result = CFS_ERROR;
	} else if (reply->type != REDIS_REPLY_INTEGER) {
		result = unexpected(store, error);
	}
	result = check_replicas(store, pipeline, result, error);
	free_replies(pipeline);
	return concluded(store, result, error);
}

static cfs_result redis_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_number seconds = lifetime_number(lifetime);
	redis_pipeline pipeline = {.count = 1};
	redis_command *command = &pipeline.commands[0];

	begin(store);
	if (store->options.lock) {
		redis_command_script(command, &redis_script_touch, /* aside */ false);
		redis_command_add(command, seconds.text);
		if (lifetime == store->lifetime && may_post(store, &redis_script_touch) &&
			post_script(store, command, &store->thread->counters.lost_locks)) {
			return CFS_OK;
		}
		return finish_script(store, &pipeline, &redis_script_touch, error);
	}
	redis_command_plain(command, "EXPIRE");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	redis_command_add(command, seconds.text);
	return number_command(store, &pipeline, error);
}

/* The tombstone goes in front, so that nobody makes the session anew without one. Where it cannot be set, as in
 * a server that is full, the session is destroyed all the same. */
static cfs_result destroy_unlocked(redis_store *store, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 2, .main = 1, .keeps_head = true, .head_tells = true};
	redis_command *note = &pipeline.commands[0], *command = note + 1;

	redis_command_plain(note, "SET");
	redis_command_add_key(note, &store->keys, KEY_TOMBSTONE);
	redis_command_add(note, store->keys.token);
	redis_command_add(note, "EX");
	redis_command_add(note, LUA_TOMBSTONE_TTL);
	redis_command_plain(command, "DEL");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	add_wait(store, &pipeline);
	return number_command(store, &pipeline, error);
}

static cfs_result redis_destroy(cfs_store *opaque, const char *id, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 1};

	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	begin(store);
	/* The token becomes the tombstone, and no two are alike. */
	if (!store->locked && !redis_keys_make_token(&store->keys, store->thread, error)) {
		return CFS_ERROR;
	}
	if (!store->options.lock) {
		return destroy_unlocked(store, error);
	}
	redis_command_script(&pipeline.commands[0], &redis_script_destroy, /* aside */ false);
	add_wait(store, &pipeline);
	return finish_script(store, &pipeline, &redis_script_destroy, error);
}

static cfs_result redis_release(cfs_store *opaque, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 1};

	/* Nobody waits for such a server twice. If it was silent, it has been told to release the lock. */
	if (store->unreachable) {
		cfs_error_set(error, "its server could not be reached a moment ago");
		return CFS_ERROR;
	}
	begin(store);
	redis_command_script(&pipeline.commands[0], &redis_script_release, /* aside */ false);
	if (may_post(store, &redis_script_release) && post_script(store, &pipeline.commands[0], NULL)) {
		return CFS_OK;
	}
	return finish_script(store, &pipeline, &redis_script_release, error);
}

static bool redis_holds_lock(const cfs_store *opaque)
{
	const redis_store *store = (const redis_store *) opaque;

	return store->locked;
}

/* }}} */

/* {{{ probe */

/* The value of "name:value\r\n" in what INFO says; `text` is left empty if it is not there. */
static void info_field(const char *info, const char *name, char *text, size_t size)
{
	size_t length = strlen(name);

	for (const char *line = info; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			line += length + 1;
			snprintf(text, size, "%.*s", (int) strcspn(line, "\r\n"), line);
			return;
		}
	}
}

static zend_long info_number(const char *info, const char *name)
{
	char text[32] = "";

	info_field(info, name, text, sizeof(text));
	return *text ? ZEND_STRTOL(text, NULL, 10) : -1;
}

static void read_info(const redisReply *reply, cfs_probe *probe)
{
	zend_long microseconds;

	if (reply->type != REDIS_REPLY_STRING) {
		return;
	}
	info_field(reply->str, "redis_version", probe->version, sizeof(probe->version));
	/* Valkey says redis_version too, that of the Redis that it is compatible with. */
	info_field(reply->str, "valkey_version", probe->version, sizeof(probe->version));
	info_field(
		reply->str, "maxmemory_policy", probe->eviction_policy, sizeof(probe->eviction_policy));
	probe->used_memory = info_number(reply->str, "used_memory");
	probe->max_memory = info_number(reply->str, "maxmemory");
	probe->evictions = info_number(reply->str, "evicted_keys");
	microseconds = info_number(reply->str, "server_time_usec");
	probe->time = microseconds < 0 ? -1 : microseconds / 1000000;
	if (info_number(reply->str, "aof_enabled") == 1) {
		probe->persistence = "aof";
	}
}

/* The answer to CONFIG GET save, which many a server refuses: name and value, the times of saving. */
static void read_save(const redisReply *reply, cfs_probe *probe)
{
	if (!*probe->persistence && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
		reply->element[1]->type == REDIS_REPLY_STRING) {
		probe->persistence = reply->element[1]->len ? "rdb" : "none";
	}
}

static cfs_result ask_for_info(redis_store *store, cfs_probe *probe, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 2};
	cfs_result result = CFS_OK;

	redis_command_plain(&pipeline.commands[0], "INFO");
	redis_command_plain(&pipeline.commands[1], "CONFIG");
	redis_command_add(&pipeline.commands[1], "GET");
	redis_command_add(&pipeline.commands[1], "save");
	if (!call(store, &pipeline, error)) {
		return CFS_ERROR;
	}
	/* A user who may not ask INFO gets a session all the same; one who has to log in does not. */
	if (is_error(pipeline.replies[0], "NOAUTH") || is_error(pipeline.replies[0], "LOADING")) {
		server_error(store, pipeline.replies[0], error);
		result = CFS_ERROR;
	}
	read_info(pipeline.replies[0], probe);
	read_save(pipeline.replies[1], probe);
	free_replies(&pipeline);
	return result;
}

static cfs_result measure_latency(redis_store *store, cfs_probe *probe, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	uint64_t began = cfs_now_ns();

	redis_command_plain(&pipeline.commands[0], "PING");
	if (!call(store, &pipeline, error)) {
		return CFS_ERROR;
	}
	probe->latency_ms = (double) (cfs_now_ns() - began) / 1e6;
	free_replies(&pipeline);
	return CFS_OK;
}

static cfs_store *redis_open(cfs_thread *thread, cfs_target *target, const cfs_options *options);
static void redis_close(cfs_store *opaque);

static cfs_result redis_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error)
{
	cfs_store *opaque = redis_open(thread, target, options);
	redis_store *store = (redis_store *) opaque;
	cfs_result result;

	store->way.server = server;
	store->way.fixed = server < target->server_count;
	store->options = *options;
	result = ask_for_info(store, probe, error);
	if (!store->way.fixed && store->connection) {
		const cfs_server *master = redis_connection_server(store->connection);

		snprintf(probe->host, sizeof(probe->host), "%s", master->host);
		probe->port = master->port;
	}
	if (result == CFS_OK) {
		result = measure_latency(store, probe, error);
	}
	result = concluded(store, result, error);
	redis_close(opaque);
	return result;
}

/* }}} */

/* {{{ open, close */

static bool needs_tls(const cfs_target *target)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (target->servers[i].tls.on) {
			return true;
		}
	}
	return target->master && target->master->tls.on;
}

static bool redis_supports(const cfs_target *target, cfs_error *error)
{
	if (needs_tls(target) && !cfs_ssl_is_there()) {
		cfs_error_set(error,
			"it needs TLS, which this cfsession was built without: build it with OpenSSL (Debian, "
			"Ubuntu: libssl-dev)");
		return false;
	}
	return true;
}

static cfs_store *redis_open(cfs_thread *thread, cfs_target *target, const cfs_options *options)
{
	redis_store *store = pemalloc(sizeof(*store), 1);

	memset(store, 0, offsetof(redis_store, keys));
	redis_keys_init(&store->keys);
	store->thread = thread;
	store->target = cfs_target_reference(target);
	store->general = *options;
	store->way.thread = thread;
	store->way.target = target;
	store->way.options = &store->options;
	store->way.key = store->keys.key[KEY_SESSION].text;
	narrow_options(store);
	return (cfs_store *) store;
}

static void redis_retarget(cfs_store *opaque, cfs_target *target)
{
	redis_store *store = (redis_store *) opaque;

	if (store->connection) {
		drop_connection(store);
	}
	cfs_target_release(store->target);
	store->target = cfs_target_reference(target);
	store->way.target = target;
	store->renewed = true;
}

static void redis_close(cfs_store *opaque)
{
	redis_store *store = (redis_store *) opaque;

	begin(store);
	redis_way_end(&store->way);
	if (store->connection) {
		redis_connection_release(store->connection, store->options.persistent);
	}
	cfs_target_release(store->target);
	pefree(store, 1);
}

static const char *redis_client_version(void)
{
	return ZEND_TOSTR(HIREDIS_MAJOR) "." ZEND_TOSTR(HIREDIS_MINOR) "." ZEND_TOSTR(HIREDIS_PATCH);
}

/* }}} */

const cfs_backend cfs_backend_redis = {
	.name = "redis",
	.client = "hiredis",
	.prefix = "PHPREDIS_SESSION:",
	.cluster_prefix = "PHPREDIS_CLUSTER_SESSION:",
	.key_max = CFS_PREFIX_MAX + REDIS_ID_MAX,
	.read_extends = true,
	.supports = redis_supports,
	.open = redis_open,
	.start = redis_start,
	.string = redis_string,
	.write = redis_write,
	.touch = redis_touch,
	.destroy = redis_destroy,
	.release = redis_release,
	.holds_lock = redis_holds_lock,
	.probe = redis_probe,
	.retarget = redis_retarget,
	.close = redis_close,
	.client_version = redis_client_version,
	.module_startup = redis_module_startup,
	.module_shutdown = redis_module_shutdown,
};

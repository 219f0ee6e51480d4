/*
 * Writing a session: a small one is an argument of the script; for a larger one, a SET before the script sets it aside
 * under a key of its own.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_write.h"

/* bytes; larger sessions are set aside before the script that writes them */
#define SCRIPT_VALUE_MAX 2048
/* ms after which the server drops what was set aside, in case the script never comes */
#define ASIDE_TTL "10000"

/* A request that can tell by tombstones what became of the session needs no hash of what it read, unless the server that
 * it asks now may not be the one that it locked. */
const char *redis_state_that_was_read(redis_store *store)
{
	if (store->knows_tombstone && !cfs_outlives_tombstones(store->began) && !store->options.merge &&
		!store->renewed) {
		return store->existed ? "1" : "0";
	}
	if (!*store->read_sha && store->string) {
		redis_make_sha(ZSTR_VAL(store->string), ZSTR_LEN(store->string), store->read_sha);
	} else if (!*store->read_sha && store->reply) {
		redis_make_sha(store->reply->str, (size_t) store->reply->len, store->read_sha);
	}
	return store->existed && *store->read_sha ? store->read_sha : "none";
}

/* Makes the first command of the pipeline: a SET that stores the value under a key of this request alone. */
static bool set_aside(
	redis_store *store, cfs_value value, redis_pipeline *pipeline, cfs_error *error)
{
	redis_command *command = &pipeline->commands[0];

	/* The key's name contains the token that the lock has now. */
	if (!redis_set_keys(store, error)) {
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

/* Adds the arguments that LUA_STORE needs. */
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
	redis_add_wait(store, &pipeline);
	result = redis_finish_script(store, &pipeline, &redis_script_write, error);
	/* The first attempt may have written, and would have released the lock. */
	return result == CFS_LOST && redis_is_repeated(store) ? CFS_UNKNOWN : result;
}

/* Writes with one plain command, which ignores tombstones. */
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
	redis_add_wait(store, &pipeline);
	if (!redis_call(store, &pipeline, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	reply = pipeline.replies[0];
	if (reply->type == REDIS_REPLY_ERROR) {
		redis_reply_error(store, reply, error);
		result = CFS_ERROR;
	} else if (reply->type == REDIS_REPLY_NIL) {
		result = redis_is_repeated(store) ? CFS_UNKNOWN : CFS_ABSENT;
	} else if (reply->type != REDIS_REPLY_STATUS) {
		result = redis_unexpected(store, error);
	}
	result = redis_check_replicas(store, &pipeline, result, error);
	redis_free_replies(&pipeline);
	return redis_concluded(store, result, error);
}

/* Whether the server, a proxy or our user's rights forbid scripts, or commands in ours. */
static bool refuses_scripts(const redisReply *reply)
{
	return redis_is_error(reply, "ERR unknown command") || redis_is_error(reply, "NOPERM") ||
		(reply->type == REDIS_REPLY_ERROR &&
			(strstr(reply->str, "ACL failure") || strstr(reply->str, "can't run this command")));
}

/* Whether the slot has been moving to another node for longer than the operation may take. Meanwhile a script fails if one
 * of its keys does not exist, and usually there is no tombstone. */
static bool is_slot_moving(const redisReply *reply)
{
	return redis_is_error(reply, "TRYAGAIN") || redis_is_error(reply, "ASK ");
}

/* Looks at the tombstone and writes in two steps, because no script can do both. */
static cfs_result write_while_slot_moves(
	redis_store *store, cfs_value value, const char *seconds, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	bool has_gone;

	redis_command_plain(&pipeline.commands[0], "GET");
	redis_command_add_key(&pipeline.commands[0], &store->keys, KEY_TOMBSTONE);
	if (!redis_call(store, &pipeline, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	has_gone = store->knows_tombstone && redis_is_token(pipeline.replies[0]) &&
		strcmp(pipeline.replies[0]->str, store->history + 1) != 0;
	redis_free_replies(&pipeline);
	return has_gone ? CFS_ABSENT : write_plainly(store, value, seconds, error);
}

/* Sends the script that writes without a lock. */
static bool call_write_unlocked(redis_store *store, cfs_value value, const char *seconds,
	const char *was, redis_pipeline *pipeline, cfs_error *error)
{
	const redis_script *script =
		store->options.merge ? &redis_script_write_merged : &redis_script_write_unlocked;
	redis_command *command = &pipeline->commands[0];
	bool aside = value.length > SCRIPT_VALUE_MAX;

	if (aside) {
		if (!redis_keys_make_token(&store->keys, store->thread, error) ||
			!set_aside(store, value, pipeline, error)) {
			return false;
		}
		command++;
	}
	redis_command_script(command, script, aside);
	add_store_arguments(store, command, seconds, was);
	if (!aside) {
		redis_command_add_bytes(command, value.bytes, value.length);
	}
	redis_add_wait(store, pipeline);
	return redis_call_script(store, pipeline, script, error);
}

/* If the reply is what is stored instead, keeps it as what was read last. */
static cfs_result take_stored(
	redis_store *store, redis_pipeline *pipeline, cfs_value *stored, cfs_error *error)
{
	redisReply **main = &pipeline->replies[pipeline->main];
	cfs_result result;

	if ((*main)->type != REDIS_REPLY_STRING) {
		return CFS_OK;
	}
	redis_forget_value(store);
	result = redis_take_value(store, pipeline, main, stored, error);
	store->existed = true;
	store->read_sha[0] = '\0';
	redis_free_replies(pipeline);
	if (result != CFS_OK) {
		return redis_concluded(store, result, error);
	}
	/* A request that is older than any tombstone cannot tell whether it is still the same session. */
	return cfs_outlives_tombstones(store->began) ? CFS_LOST : CFS_CHANGED;
}

static cfs_result write_merged(redis_store *store, cfs_value value, const char *seconds,
	const char *was, cfs_value *stored, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1, .reads = true};
	const redisReply *reply;
	cfs_result result;

	if (!call_write_unlocked(store, value, seconds, was, &pipeline, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	reply = pipeline.replies[pipeline.main];
	if (redis_is_integer(reply, 4)) {
		redis_free_replies(&pipeline);
		return CFS_BUSY;
	}
	result = take_stored(store, &pipeline, stored, error);
	if (result != CFS_OK) {
		return result;
	}
	result = redis_take_result(store, &pipeline, error);
	return redis_is_repeated(store) && result == CFS_ABSENT ? CFS_UNKNOWN : result;
}

static cfs_result write_unlocked(
	redis_store *store, cfs_value value, const char *seconds, const char *was, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	int64_t unused = 0;
	cfs_result result;

	if (!redis_connect(store, &unused, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	if (redis_connection_lacks_scripts(store->connection)) {
		return write_plainly(store, value, seconds, error);
	}
	if (!call_write_unlocked(store, value, seconds, was, &pipeline, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	if (refuses_scripts(pipeline.replies[pipeline.main])) {
		redis_connection_set_lacks_scripts(store->connection);
		redis_free_replies(&pipeline);
		return write_plainly(store, value, seconds, error);
	}
	if (is_slot_moving(pipeline.replies[pipeline.main])) {
		redis_free_replies(&pipeline);
		return write_while_slot_moves(store, value, seconds, error);
	}
	result = redis_take_result(store, &pipeline, error);
	/* The first attempt may have written, before another request wrote or destroyed. */
	return redis_is_repeated(store) && (result == CFS_LOST || result == CFS_ABSENT) ? CFS_UNKNOWN
																					: result;
}

/* A server that has taken over may never have heard of the lock. So if this is not the connection that the lock was taken
 * on, and the write found the lock lost, it is sent again, marked as a retry: then the server writes if no request has the
 * lock and what is stored is what was read. Not by a process that stood still: its connection may only have been closed
 * meanwhile, by the same server. */
static cfs_result write_where_lock_may_be_unknown(
	redis_store *store, cfs_value value, const char *seconds, cfs_error *error)
{
	const char *was = redis_state_that_was_read(store);
	cfs_result result, again;

	redis_begin(store);
	result = write_locked(store, value, seconds, was, error);
	if ((result != CFS_LOST && result != CFS_UNKNOWN) || !store->moved || was[1] != '\0' ||
		cfs_lease_was_stopped(&store->lease)) {
		return result;
	}
	store->renewed = true;
	was = redis_state_that_was_read(store);
	redis_begin(store);
	again = write_locked(store, value, seconds, was, error);
	return again == CFS_OK || again == CFS_ERROR ? again : result;
}

cfs_result redis_write(
	cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_number seconds = redis_lifetime_number(lifetime);
	const char *was;
	cfs_result result;

	if (store->options.lock && !store->options.merge) {
		result = write_where_lock_may_be_unknown(store, value, seconds.text, error);
	} else {
		was = redis_state_that_was_read(store);
		redis_begin(store);
		result = store->options.merge ? write_merged(store, value, seconds.text, was, stored, error)
									  : write_unlocked(store, value, seconds.text, was, error);
	}
	if (result == CFS_OK) {
		redis_forget_value(store);
	}
	return result;
}

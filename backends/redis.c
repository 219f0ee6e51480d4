/*
 * Sessions in Redis: each call of the vtable as one round trip.
 *
 * With locking, a call is one script (redis_scripts.h) and the plain command that moves the session; without, mostly that
 * command alone. redis_call.h does the round trip itself.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_call.h"
#include "redis_lock.h"
#include "redis_probe.h"
#include "redis_scripts.h"
#include "redis_tags.h"
#include "redis_write.h"
#include "tls.h"

/* {{{ start */

/* Sets the options of the session's server. */
static void narrow_options(redis_store *store)
{
	store->options = store->general;
	cfs_options_narrow(&store->options, redis_settings_server(store->target, store->route.server));
}

static bool set_session(redis_store *store, const char *id, cfs_error *error)
{
	cfs_copy_text(id, store->id, sizeof(store->id));
	store->route.server = redis_server_of_id(store->target, id);
	store->existed = false;
	redis_set_locked(store, false);
	store->knows_tombstone = false;
	narrow_options(store);
	return redis_set_keys(store, error);
}

/* Reads without a lock. GETEX reads and extends the lifetime; before Redis 6.2, that takes two commands. Reads the tombstone
 * first: if it is set between the two, it belongs to the session that was read, and must count as unknown. */
static bool read_only(
	redis_store *store, zend_long lifetime, redis_pipeline *pipeline, cfs_error *error)
{
	redis_number seconds = redis_lifetime_number(lifetime);
	redis_command *note = &pipeline->commands[0], *read = note + 1, *extend = read + 1;
	int64_t unused = 0;
	bool is_old;

	if (!redis_connect(store, &unused, error)) {
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
	if (!redis_call(store, pipeline, error)) {
		return false;
	}
	if (!is_old && redis_is_error(pipeline->replies[1], "ERR unknown command")) {
		redis_connection_set_lacks_getex(store->connection);
		redis_free_replies(pipeline);
		return read_only(store, lifetime, pipeline, error);
	}
	return true;
}

/* Keeps the tombstone that there was when the session was read; from other replies, that there was none, or that this is not
 * known. */
static void take_tombstone(redis_store *store, const redisReply *reply)
{
	store->knows_tombstone = reply->type != REDIS_REPLY_ERROR;
	cfs_copy_text(
		redis_is_token(reply) ? reply->str : "", store->history + 1, CFS_TOKEN_ID_LENGTH + 1);
}

static zend_string *redis_string(const cfs_store *opaque)
{
	return ((const redis_store *) opaque)->string;
}

/* Takes the answer. If the script took the lock, the next reply has the session. */
static cfs_result take_answer(redis_store *store, redis_pipeline *pipeline, bool only_existing,
	cfs_value *value, cfs_error *error)
{
	redisReply **main = &pipeline->replies[pipeline->main];

	if (!store->options.lock) {
		const redisReply *note = pipeline->replies[0];

		take_tombstone(store, note);
		return redis_is_token(note) || note->type == REDIS_REPLY_NIL ||
				note->type == REDIS_REPLY_ERROR
			? redis_take_value(store, pipeline, main, value, error)
			: redis_unexpected(store, error);
	}
	redis_set_locked(store, redis_is_integer(*main, 1) || redis_is_token(*main));
	if (store->locked) {
		store->moved = false;
		take_tombstone(store, *main);
		return redis_take_value(store, pipeline, main + 1, value, error);
	}
	if ((*main)->type == REDIS_REPLY_ERROR) {
		redis_reply_error(store, *main, error);
		return CFS_ERROR;
	}
	return (*main)->type == REDIS_REPLY_NIL && only_existing ? CFS_ABSENT
															 : redis_unexpected(store, error);
}

static cfs_result redis_release(cfs_store *opaque, cfs_error *error);

/* Releases the lock that a start may have taken although it failed, for example because the server closed the connection at
 * a session that exceeds its client-output-buffer-limit. */
static void release_after_failure(redis_store *store)
{
	cfs_error ignored;

	if (store->options.lock && store->sent && !store->unreachable) {
		redis_release((cfs_store *) store, &ignored);
	}
}

/* Switches to another session. Releases the previous one, unless its server, which may be another one, cannot be reached. */
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
	redis_forget_value(store);
	redis_begin(store);
	store->began = cfs_now();
	store->lifetime = lifetime;
	store->read_sha[0] = '\0';
	/* A lock that is ours, or may be, keeps its token, because the server recognises it by that. */
	if (store->options.lock && !store->locked && !redis_is_repeated(store) &&
		!redis_keys_make_token(&store->keys, store->thread, error)) {
		return CFS_ERROR;
	}
	if (!(store->options.lock
				? redis_lock_and_read(store, lifetime, only_existing, &pipeline, error)
				: read_only(store, lifetime, &pipeline, error))) {
		release_after_failure(store);
		return redis_concluded(store, CFS_ERROR, error);
	}
	store->is_direct = store->route.redirects == 0;
	result = take_answer(store, &pipeline, only_existing, value, error);
	redis_free_replies(&pipeline);
	store->existed = result == CFS_OK;
	/* The session existed when the script looked, and expired before it was read. */
	if (result == CFS_ABSENT && only_existing && store->locked &&
		redis_release(opaque, error) == CFS_ERROR) {
		result = CFS_ERROR;
	}
	return redis_concluded(store, result, error);
}

/* }}} */

/* {{{ lock, touch, destroy, release */

/* Keeps the tombstone that was seen first, which counts. */
static cfs_result redis_lock(cfs_store *opaque, cfs_value *value, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	char seen[sizeof(store->history)], was[sizeof(store->read_sha)];
	bool existed = store->existed, knew = store->knows_tombstone;
	int64_t began = store->began;
	cfs_result result;

	cfs_copy_text(store->history + 1, seen, sizeof(seen));
	cfs_copy_text(redis_state_that_was_read(store), was, sizeof(was));
	store->options.lock = store->general.lock = true;
	store->options.merge = store->general.merge = false;
	/* The request has done its work: this waits, however many do. */
	store->options.lock_waiters = store->general.lock_waiters = 0;
	result =
		redis_start(opaque, store->id, store->lifetime, /* only_existing */ false, value, error);
	store->began = began;
	if (result == CFS_ERROR) {
		return result;
	}
	if ((existed && result == CFS_ABSENT) || !knew || strcmp(seen, store->history + 1) != 0) {
		return CFS_ABSENT;
	}
	return cfs_outlives_tombstones(began) && strcmp(was, redis_state_that_was_read(store)) != 0
		? CFS_LOST
		: CFS_OK;
}

static cfs_result take_number(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	redisReply *reply = pipeline->replies[pipeline->main];
	cfs_result result = CFS_OK;

	if (reply->type == REDIS_REPLY_ERROR) {
		redis_reply_error(store, reply, error);
		result = CFS_ERROR;
	} else if (reply->type != REDIS_REPLY_INTEGER) {
		result = redis_unexpected(store, error);
	}
	result = redis_check_replicas(store, pipeline, result, error);
	redis_free_replies(pipeline);
	return redis_concluded(store, result, error);
}

/* Sends a plain command whose reply is a number that does not matter. */
static cfs_result number_command(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	return redis_call(store, pipeline, error) ? take_number(store, pipeline, error)
											  : redis_concluded(store, CFS_ERROR, error);
}

static cfs_result redis_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_number seconds = redis_lifetime_number(lifetime);
	redis_pipeline pipeline = {.count = 1};
	redis_command *command = &pipeline.commands[0];

	redis_begin(store);
	if (store->options.lock) {
		redis_command_script(command, &redis_script_touch, /* aside */ false);
		redis_command_add(command, seconds.text);
		if (lifetime == store->lifetime && redis_may_post(store, &redis_script_touch) &&
			redis_post_script(store, command, &store->thread->counters.lost_locks)) {
			return CFS_OK;
		}
		return redis_finish_script(store, &pipeline, &redis_script_touch, error);
	}
	redis_command_plain(command, "EXPIRE");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	redis_command_add(command, seconds.text);
	return number_command(store, &pipeline, error);
}

/* As number_command(), but the first command asks which tombstone there is. */
static cfs_result destroy_asking(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	const redisReply *tombstone;
	cfs_result result;
	bool has_gone;

	if (!redis_call(store, pipeline, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	tombstone = pipeline->replies[0];
	has_gone = store->knows_tombstone && redis_is_token(tombstone) &&
		strcmp(tombstone->str, store->history + 1) != 0 &&
		strncmp(tombstone->str, store->keys.token, CFS_TOKEN_ID_LENGTH) != 0;
	has_gone = has_gone ||
		(store->existed && cfs_outlives_tombstones(store->began) && !redis_is_repeated(store) &&
			redis_is_integer(pipeline->replies[pipeline->main], 0));
	result = take_number(store, pipeline, error);
	return result == CFS_OK && has_gone ? CFS_ABSENT : result;
}

/* Sets the tombstone first, so that no request creates the session again before the tombstone exists. If it cannot be set,
 * for example in a full server, destroys the session anyway. */
static cfs_result destroy_unlocked(redis_store *store, cfs_error *error)
{
	bool asks = store->tagging && store->tagging->asks;
	redis_pipeline pipeline = {
		.count = 2 + asks, .main = 1 + asks, .keeps_head = true, .head_tells = true};
	redis_command *note = &pipeline.commands[asks], *command = note + 1;

	if (asks) {
		redis_command_plain(&pipeline.commands[0], "GET");
		redis_command_add_key(&pipeline.commands[0], &store->keys, KEY_TOMBSTONE);
	}
	redis_command_plain(note, "SET");
	redis_command_add_key(note, &store->keys, KEY_TOMBSTONE);
	redis_command_add_bytes(note, store->keys.token, CFS_TOKEN_ID_LENGTH);
	redis_command_add(note, "EX");
	redis_command_add(note, LUA_TOMBSTONE_TTL);
	redis_command_plain(command, "DEL");
	redis_command_add_key(command, &store->keys, KEY_SESSION);
	redis_add_wait(store, &pipeline);
	return asks ? destroy_asking(store, &pipeline, error) : number_command(store, &pipeline, error);
}

static cfs_result redis_destroy(cfs_store *opaque, const char *id, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 1};
	char seen[sizeof(store->history)];
	cfs_result result;

	if (!change_session(store, id, error)) {
		return CFS_ERROR;
	}
	redis_begin(store);
	/* The token becomes the tombstone, so it must be unique. */
	if (!store->locked && !redis_keys_make_token(&store->keys, store->thread, error)) {
		return CFS_ERROR;
	}
	if (!store->options.lock) {
		return destroy_unlocked(store, error);
	}
	cfs_copy_text(store->history, seen, sizeof(seen));
	seen[0] = store->existed && cfs_outlives_tombstones(store->began) ? '!' : '.';
	redis_command_script(&pipeline.commands[0], &redis_script_destroy, /* aside */ false);
	redis_command_add(&pipeline.commands[0], seen);
	redis_add_wait(store, &pipeline);
	result = redis_finish_script(store, &pipeline, &redis_script_destroy, error);
	return result == CFS_ABSENT && !store->knows_tombstone ? CFS_OK : result;
}

static cfs_result redis_release(cfs_store *opaque, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 1};

	/* Do not wait for such a server twice. If it was silent, we have already told it to release the lock. */
	if (store->unreachable) {
		cfs_error_set(error, "its server could not be reached a moment ago");
		return CFS_ERROR;
	}
	redis_begin(store);
	redis_command_script(&pipeline.commands[0], &redis_script_release, /* aside */ false);
	if (redis_may_post(store, &redis_script_release) &&
		redis_post_script(store, &pipeline.commands[0], NULL)) {
		return CFS_OK;
	}
	return redis_finish_script(store, &pipeline, &redis_script_release, error);
}

/* The script answers as the one that releases the lock does: 0 if the lock is not ours. */
static cfs_result redis_renew(cfs_store *opaque, const char *id, const char *token,
	int64_t lifetime, uint64_t *cas, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_pipeline pipeline = {.count = 1};
	redis_number milliseconds = redis_number_of(lifetime);

	if (strcmp(store->id, id) != 0 && !set_session(store, id, error)) {
		return CFS_ERROR;
	}
	redis_begin(store);
	redis_keys_set_token(&store->keys, token);
	redis_command_script(&pipeline.commands[0], &redis_script_renew, /* aside */ false);
	redis_command_add(&pipeline.commands[0], milliseconds.text);
	return redis_finish_script(store, &pipeline, &redis_script_renew, error);
}

static bool redis_holds_lock(const cfs_store *opaque)
{
	const redis_store *store = (const redis_store *) opaque;

	return store->locked;
}

/* }}} */

/* {{{ Tags */

/* Begins calls about tags, on the store's connection; end_tags() takes it, or the one that replaced it, back. */
static redis_tags begin_tags(redis_store *store)
{
	return (redis_tags){.thread = store->thread,
		.target = store->target,
		.general = &store->general,
		.connection = store->connection};
}

/* Ends them. If tags and sessions may be on several servers, the connection may now lead to another one than the session's,
 * so the session's script must not be posted on it. */
static cfs_result end_tags(
	redis_store *store, const redis_tags *tags, cfs_result result, cfs_error *error)
{
	uint64_t number = redis_connection_number(tags->connection);

	store->moved = store->moved || number != store->connected;
	store->connected = number;
	store->connection = tags->connection;
	if (store->connection && !redis_tags_go_along(store->target)) {
		redis_connection_release(store->connection, store->options.persistent);
		store->connection = NULL;
	}
	return redis_concluded(store, result, error);
}

static cfs_result add_tags(redis_store *store, cfs_tagging *tagging, cfs_error *error)
{
	redis_tags tags;

	/* Mostly there are none to add, or they are sent with the session. */
	if (!tagging->added.count || redis_tags_go_along(store->target)) {
		return CFS_OK;
	}
	tags = begin_tags(store);
	return end_tags(store, &tags, redis_tags_add(&tags, store->id, tagging, error), error);
}

/* Checks again where the tags are: it may have turned out that this is a cluster, with the tags on other servers. */
static cfs_result redis_attach(cfs_store *opaque, cfs_tagging *tagging, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	cfs_tagging *before = store->tagging;

	store->tagging = NULL;
	if (before && before->added.count && store->tags_go_along &&
		!redis_tags_go_along(store->target)) {
		before->failed = add_tags(store, before, &before->error) == CFS_ERROR;
	}
	if (tagging && add_tags(store, tagging, error) == CFS_ERROR) {
		return CFS_ERROR;
	}
	store->tagging = tagging;
	store->tags_go_along = redis_tags_go_along(store->target);
	return CFS_OK;
}

static cfs_result redis_move(cfs_store *opaque, const char *from, bool removes,
	const cfs_tags *moved, zend_long lifetime, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_tags tags = begin_tags(store);

	return end_tags(store, &tags,
		redis_tags_move(&tags, from, store->id, removes, moved, lifetime, error), error);
}

static cfs_result redis_withdraw(cfs_store *opaque, const cfs_tags *withdrawn, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_tags tags = begin_tags(store);

	return end_tags(store, &tags, redis_tags_withdraw(&tags, store->id, withdrawn, error), error);
}

static void redis_clean(cfs_store *opaque, const cfs_tags *crowded)
{
	redis_store *store = (redis_store *) opaque;
	redis_tags tags = begin_tags(store);
	cfs_error ignored;

	redis_tags_clean(&tags, crowded);
	end_tags(store, &tags, CFS_OK, &ignored);
}

static cfs_result redis_list(
	cfs_store *opaque, const char *tag, cfs_tagged *tagged, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_tags tags = begin_tags(store);

	return end_tags(store, &tags, redis_tags_list(&tags, tag, tagged, error), error);
}

static cfs_result redis_destroy_tagged(
	cfs_store *opaque, const char *tag, cfs_logouts *logouts, cfs_error *error)
{
	redis_store *store = (redis_store *) opaque;
	redis_tags tags = begin_tags(store);

	return end_tags(store, &tags, redis_tags_destroy(&tags, tag, logouts, error), error);
}

static const cfs_tag_calls redis_tag_calls = {.attach = redis_attach,
	.move = redis_move,
	.withdraw = redis_withdraw,
	.clean = redis_clean,
	.list = redis_list,
	.destroy = redis_destroy_tagged};

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
	store->route.thread = thread;
	store->route.target = target;
	store->route.options = &store->options;
	store->route.key = store->keys.key[KEY_SESSION].text;
	narrow_options(store);
	return (cfs_store *) store;
}

static void redis_retarget(cfs_store *opaque, cfs_target *target)
{
	redis_store *store = (redis_store *) opaque;

	bool locked = store->locked;

	if (store->connection) {
		redis_drop_connection(store);
	}
	/* The thread that renews the lock moves, too. */
	redis_set_locked(store, false);
	cfs_target_reference(target);
	cfs_target_release(store->target);
	store->target = store->route.target = target;
	redis_set_locked(store, locked);
	store->renewed = true;
}

static void redis_close(cfs_store *opaque)
{
	redis_store *store = (redis_store *) opaque;

	redis_forget_value(store);
	redis_set_locked(store, false);
	redis_route_end(&store->route);
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

/* }}} */

const cfs_backend cfs_backend_redis = {
	.name = "redis",
	.client = "hiredis",
	.prefix = "PHPREDIS_SESSION:",
	.cluster_prefix = "PHPREDIS_CLUSTER_SESSION:",
	.key_max = CFS_PREFIX_MAX + REDIS_ID_MAX,
	.read_extends = true,
	.compressed = true,
	.supports = redis_supports,
	.open = redis_open,
	.start = redis_start,
	.string = redis_string,
	.write = redis_write,
	.lock = redis_lock,
	.touch = redis_touch,
	.destroy = redis_destroy,
	.release = redis_release,
	.renew = redis_renew,
	.holds_lock = redis_holds_lock,
	.probe = redis_probe,
	.each_learnt = redis_each_learnt,
	.retarget = redis_retarget,
	.close = redis_close,
	.tags = &redis_tag_calls,
	.client_version = redis_client_version,
	.module_startup = redis_module_startup,
	.module_shutdown = redis_module_shutdown,
};

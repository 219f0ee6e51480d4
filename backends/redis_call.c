/*
 * One round trip of a session: the route to the right connection (redis_topology.h), and the one retry after it
 * broke, are in redis_call().
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_call.h"
#include "redis_tags.h"

redis_number redis_number_of(int64_t value)
{
	redis_number number = {""};

	snprintf(number.text, sizeof(number.text), ZEND_LONG_FMT, (zend_long) value);
	return number;
}

redis_number redis_lifetime_number(zend_long lifetime)
{
	return redis_number_of(lifetime < 1 ? CFS_LIFETIME_DEFAULT : MIN(lifetime, INT_MAX));
}

/* {{{ A call of the vtable */

/* Hides the secrets that we sent to servers: their words may repeat them. */
static void redact_secrets(const redis_store *store, char *text)
{
	const cfs_target *target = store->target;

	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_redact(text, target->servers[i].password);
	}
	cfs_redact(text, target->master ? target->master->password : NULL);
	cfs_redact(text, store->id);
	cfs_redact(text, store->keys.token);
}

void redis_begin(redis_store *store)
{
	store->history[0] = store->renewed ? '1' : '0';
	store->renewed = false;
	store->sent = store->unreachable = false;
	redis_route_begin(&store->route);
}

cfs_result redis_concluded(const redis_store *store, cfs_result result, cfs_error *error)
{
	if (result == CFS_ERROR) {
		redact_secrets(store, error->message);
	}
	return result;
}

bool redis_set_keys(redis_store *store, cfs_error *error)
{
	store->for_cluster = redis_is_cluster(store->target);
	return redis_keys_set(
		&store->keys, store->options.prefix, store->id, store->for_cluster, error);
}

void redis_set_locked(redis_store *store, bool locked)
{
	if (store->locked && cfs_lease_end(&store->lease, /* settled */ false)) {
		store->thread->counters.lock_renewals += store->lease.renewals;
	}
	store->locked = locked;
	if (locked) {
		cfs_lease_begin(&store->lease, &cfs_backend_redis, store->target, &store->general,
			store->id, store->keys.token, &store->times);
	}
}

void redis_forget_value(redis_store *store)
{
	freeReplyObject(store->reply);
	store->reply = NULL;
	if (store->string) {
		zend_string_release(store->string);
		store->string = NULL;
	}
}

void redis_drop_connection(redis_store *store)
{
	redis_connection_drop(store->connection);
	store->connection = NULL;
}

bool redis_connect(redis_store *store, int64_t *deadline, cfs_error *error)
{
	int64_t began = cfs_now();
	uint64_t number;

	if (store->connection && !redis_connection_is_ours(store->connection)) {
		redis_drop_connection(store);
	}
	store->connection = redis_route_open(&store->route, store->connection, error);
	number = redis_connection_number(store->connection);
	store->moved = store->moved || number != store->connected;
	store->connected = number;
	store->unreachable = !store->connection;
	*deadline += cfs_now() - began;
	return store->connection != NULL;
}

/* }}} */

/* {{{ One round trip */

void redis_reply_error(redis_store *store, redisReply *reply, cfs_error *error)
{
	redis_asker asker = {&store->options, store->for_cluster,
		{*store->id ? store->id : NULL, store->keys.token},
		/* for_tags */ false};

	redis_server_error(redis_connection_server(store->connection), &asker, reply->str, error);
}

void redis_free_replies(redis_pipeline *pipeline)
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

/* Releases a lock that the server may have given us although the request failed: after refusing our credentials it may have
 * served us as its default user, or a silent server may still serve us later. Sends the script in full, because the server
 * may not know it. */
static void undo_lock(redis_store *store, redis_status failure, int64_t deadline)
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
		redis_connection_send_unanswered(store->connection);
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
#define ANSWER_MAX (2 * REDIS_PIPELINE_MAX + 2 + REDIS_TAG_ANSWERS_MAX)

/* Adds the commands about the session's tags, before or after its own. Returns how many answers there will be. */
static int append_tags(redis_store *store, redis_piggyback piggyback, bool behind)
{
	int *answers = &store->tag_answers[behind];

	*answers = !store->tagging
		? 0
		: redis_tags_append(store->tagging, &store->keys, store->id, store->options.prefix,
			  redis_tags_go_along(store->target), piggyback.asking, behind, store->connection);
	return *answers;
}

/* Adds the pipeline's commands. Returns how many answers there will be. */
static int append_pipeline(redis_store *store, redis_pipeline *pipeline, redis_piggyback piggyback)
{
	int tags;

	if (piggyback.role) {
		append_word(store, "ROLE", NULL);
	}
	tags = append_tags(store, piggyback, /* behind */ false);
	for (int i = 0; i < pipeline->count; i++) {
		if (piggyback.asking) {
			append_word(store, "ASKING", NULL);
		}
		redis_command_append(&pipeline->commands[i], &store->keys, store->connection);
	}
	tags += append_tags(store, piggyback, /* behind */ true);
	if (piggyback.slots) {
		append_word(store, "CLUSTER", "SLOTS");
	}
	return pipeline->count * (piggyback.asking ? 2 : 1) + piggyback.role + piggyback.slots + tags;
}

/* Takes the answers about tags, which come next. */
static void take_tags(redis_store *store, redisReply **answers, bool asking, bool behind)
{
	int count = store->tag_answers[behind];
	redis_asker asker = {&store->options, store->for_cluster, {store->id, store->keys.token},
		/* for_tags */ true};

	if (!count) {
		return;
	}
	redis_tags_take(store->tagging, answers, count, asking, behind, store->connection, &asker);
	if (store->tagging->failed) {
		redact_secrets(store, store->tagging->error.message);
	}
	for (int i = 0; i < count; i++) {
		freeReplyObject(answers[i]);
	}
}

/* The reply that tells whether this is the right server. While a slot moves, the server may be right for the main command,
 * but no longer for the next ones. */
static const redisReply *reply_of_server(const redis_pipeline *pipeline)
{
	for (int i = pipeline->head_tells ? 0 : pipeline->main; i < pipeline->count; i++) {
		if (pipeline->replies[i]->type == REDIS_REPLY_ERROR) {
			return pipeline->replies[i];
		}
	}
	return pipeline->replies[pipeline->main];
}

/* Takes the pipeline's replies out of the answers, and lets the route judge the rest. */
static redis_verdict take_answers(redis_store *store, redis_pipeline *pipeline,
	redis_piggyback piggyback, redisReply **answers, cfs_error *error)
{
	redisReply **next = answers, *role = piggyback.role ? *next++ : NULL;
	redis_verdict verdict;

	if (store->tagging) {
		store->tagging->failed = false;
	}
	take_tags(store, next, piggyback.asking, /* behind */ false);
	next += store->tag_answers[false];
	for (int i = 0; i < pipeline->count; i++) {
		if (piggyback.asking) {
			freeReplyObject(*next++);
		}
		pipeline->replies[i] = *next++;
	}
	take_tags(store, next, piggyback.asking, /* behind */ true);
	next += store->tag_answers[true];
	if (piggyback.slots) {
		redis_route_learn(&store->route, store->connection, *next);
		freeReplyObject(*next);
	}
	verdict =
		redis_route_judge(&store->route, store->connection, role, reply_of_server(pipeline), error);
	freeReplyObject(role);
	if (verdict == REDIS_DELIVERED && store->tagging && store->tagging->failed &&
		strstr(store->tagging->error.message, "\"MOVED ")) {
		redis_set_cluster(store->target);
	}
	return verdict;
}

static redis_status try_once(redis_store *store, redis_pipeline *pipeline, int64_t deadline,
	redis_verdict *verdict, cfs_error *error)
{
	redis_piggyback piggyback = redis_route_piggyback(&store->route, store->connection);
	redisReply *answers[ANSWER_MAX];
	int count = append_pipeline(store, pipeline, piggyback);
	redis_status status;

	if (pipeline->reads) {
		redis_connection_expect_value(store->connection);
	}
	status = redis_connection_exchange(store->connection, answers, count, deadline, error);
	if (status == REDIS_ANSWERED) {
		pipeline->string = redis_connection_take_value(store->connection, &pipeline->string_reply);
		*verdict = take_answers(store, pipeline, piggyback, answers, error);
		if (*verdict == REDIS_RECONNECT || *verdict == REDIS_UNROUTABLE) {
			redis_drop_connection(store);
		}
		return status;
	}
	for (int i = 0; i < count; i++) {
		freeReplyObject(answers[i]);
	}
	if (status == REDIS_REFUSED || status == REDIS_UNKNOWN_USER || status == REDIS_SILENT) {
		undo_lock(store, status, deadline);
	} else if (status != REDIS_STALE) {
		store->sent = true;
	}
	store->unreachable = status == REDIS_SILENT;
	redis_drop_connection(store);
	return status;
}

/* Drops the commands before the main one from a pipeline that is sent again: they are done, or no longer matter. */
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

/* Whether the pipeline must be sent again, to the server that the answer names; if not, the caller gets the answer. Pauses
 * first if the route says so and enough time is left for an answer. */
static bool must_resend(
	redis_store *store, redis_pipeline *pipeline, redis_verdict verdict, int64_t deadline)
{
	int64_t pause = verdict == REDIS_BACKOFF ? store->route.pause : 0;

	if (verdict == REDIS_DELIVERED || verdict == REDIS_UNROUTABLE ||
		cfs_now() + pause + store->options.timeout / 4 > deadline) {
		return false;
	}
	if (pause) {
		cfs_sleep(pause);
	}
	redis_free_replies(pipeline);
	forget_before_main(pipeline);
	return true;
}

/* Whether the answers are from the right server; if not, the connection has been dropped. */
static bool is_settled(redis_store *store, redis_pipeline *pipeline)
{
	if (!store->connection) {
		redis_free_replies(pipeline);
	}
	return store->connection != NULL;
}

/* Makes the keys anew if the first answer has shown that this is a cluster. */
static bool adapt_keys(redis_store *store, cfs_error *error)
{
	return !*store->id || store->for_cluster || !redis_is_cluster(store->target) ||
		redis_set_keys(store, error);
}

bool redis_call(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	int64_t deadline = cfs_now() + store->options.timeout + pipeline->block;

	redis_route_begin(&store->route);
	while (adapt_keys(store, error) && redis_connect(store, &deadline, error)) {
		bool was_new = redis_connection_is_new(store->connection);
		redis_verdict verdict = REDIS_DELIVERED;
		redis_status status = try_once(store, pipeline, deadline, &verdict, error);

		if (status != REDIS_ANSWERED) {
			if (!redis_route_may_repeat(&store->route, status, was_new, deadline)) {
				return false;
			}
			if (store->sent) {
				store->history[0] = '1';
			}
		} else if (!must_resend(store, pipeline, verdict, deadline)) {
			return is_settled(store, pipeline);
		}
	}
	return false;
}

bool redis_call_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error)
{
	if (!redis_call(store, pipeline, error)) {
		return false;
	}
	if (redis_is_error(pipeline->replies[pipeline->main], "NOSCRIPT")) {
		if (redis_script_is_known(script, store->connection)) {
			redis_connection_set_lost_scripts(store->connection);
		}
		redis_free_replies(pipeline);
		forget_before_main(pipeline);
		pipeline->commands[pipeline->main].in_full = true;
		if (!redis_call(store, pipeline, error)) {
			return false;
		}
	}
	if (pipeline->replies[pipeline->main]->type != REDIS_REPLY_ERROR) {
		redis_script_set_known(script, store->connection);
	}
	return true;
}

/* }}} */

/* {{{ What the replies say */

cfs_result redis_unexpected(redis_store *store, cfs_error *error)
{
	cfs_error_set(error, "the server at %s sent a reply that does not match the request",
		redis_connection_server(store->connection)->address);
	redis_drop_connection(store);
	return CFS_ERROR;
}

cfs_result redis_take_value(redis_store *store, redis_pipeline *pipeline, redisReply **reply,
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
			redis_reply_error(store, *reply, error);
			return CFS_ERROR;
		default:
			return redis_unexpected(store, error);
	}
}

/* {{{ Replicas */

void redis_add_wait(redis_store *store, redis_pipeline *pipeline)
{
	const cfs_target *target = store->target;
	redis_command *command = &pipeline->commands[pipeline->count];
	int64_t ms =
		target->wait_timeout == CFS_TIME_UNSET ? store->options.timeout : target->wait_timeout;

	if (!target->wait_replicas) {
		return;
	}
	pipeline->wait[0] = redis_number_of(target->wait_replicas);
	pipeline->wait[1] = redis_number_of(ms);
	pipeline->block = ms;
	pipeline->count++;
	redis_command_plain(command, "WAIT");
	redis_command_add(command, pipeline->wait[0].text);
	redis_command_add(command, pipeline->wait[1].text);
}

cfs_result redis_check_replicas(
	redis_store *store, redis_pipeline *pipeline, cfs_result result, cfs_error *error)
{
	int last = pipeline->count - 1;
	redisReply *reply = last > pipeline->main ? pipeline->replies[last] : NULL;

	if (!reply || result != CFS_OK) {
		return result;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		redact_secrets(store, reply->str);
		cfs_error_set(error,
			"the server at %s has stored the change, but does not say how many replicas have it "
			"(wait_replicas): \"%.100s\"; allow its user +wait, or leave wait_replicas out",
			redis_connection_server(store->connection)->address, reply->str);
		return CFS_ERROR;
	}
	if (reply->type != REDIS_REPLY_INTEGER) {
		return redis_unexpected(store, error);
	}
	if (reply->integer >= (zend_long) store->target->wait_replicas) {
		return CFS_OK;
	}
	cfs_error_set(error,
		"the server at %s has stored the change, but only " ZEND_LONG_FMT
		" of %u replicas had it within %s "
		"(wait_replicas): it is lost if that server fails first",
		redis_connection_server(store->connection)->address, (zend_long) reply->integer,
		store->target->wait_replicas, cfs_time_text(pipeline->block).text);
	return CFS_ERROR;
}

/* }}} */

cfs_result redis_take_result(redis_store *store, redis_pipeline *pipeline, cfs_error *error)
{
	static const cfs_result results[] = {CFS_LOST, CFS_OK, CFS_ABSENT};
	redisReply *reply = pipeline->replies[pipeline->main];
	cfs_result result = CFS_ERROR;

	if (redis_is_integer(reply, 3) && pipeline->replies[0]->type == REDIS_REPLY_ERROR) {
		reply = pipeline->replies[0];
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		redis_reply_error(store, reply, error);
	} else if (reply->type == REDIS_REPLY_INTEGER && reply->integer >= 0 && reply->integer <= 2) {
		redis_set_locked(store, false);
		result = redis_check_replicas(store, pipeline, results[reply->integer], error);
	} else if (redis_is_integer(reply, 3)) {
		cfs_error_set(error,
			"the server at %s evicted the value before it was stored, for lack of memory: raise "
			"its maxmemory",
			redis_connection_server(store->connection)->address);
	} else {
		redis_unexpected(store, error);
	}
	redis_free_replies(pipeline);
	return redis_concluded(store, result, error);
}

cfs_result redis_finish_script(
	redis_store *store, redis_pipeline *pipeline, const redis_script *script, cfs_error *error)
{
	if (!redis_call_script(store, pipeline, script, error)) {
		return redis_concluded(store, CFS_ERROR, error);
	}
	return redis_take_result(store, pipeline, error);
}

/* }}} */

/* {{{ Posts */

bool redis_may_post(const redis_store *store, const redis_script *script)
{
	return store->connection && store->options.persistent && !store->target->wait_replicas &&
		!store->tagging && !redis_is_repeated(store) &&
		(redis_route_is_single(&store->route) || (store->times.renewed && store->is_direct)) &&
		redis_script_is_known(script, store->connection) &&
		redis_connection_may_post(store->connection);
}

bool redis_post_script(redis_store *store, const redis_command *command, uint64_t *when_lost)
{
	redis_post post = redis_script_post(command->script, &store->keys);

	post.when_lost = when_lost;
	redis_command_append(command, &store->keys, store->connection);
	if (!redis_connection_post(store->connection, &post, cfs_now() + store->options.timeout)) {
		redis_drop_connection(store);
		return false;
	}
	redis_set_locked(store, false);
	return true;
}

/* }}} */

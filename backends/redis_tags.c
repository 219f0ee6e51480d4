/*
 * The sessions of a user. These rules ensure that no session is missed:
 *
 * - A tag is a sorted set, PREFIX_TAG:HASH, of the ids of its sessions. A score is the time at which a session expires,
 *   in ms by the clock of the tag's server. It is only a hint, because a visit extends just the session's lifetime. The
 *   truth is that lifetime (PTTL), which list() asks for.
 * - A session is put into the set before the command that first stores it. It is taken out only when its tag has
 *   destroyed it, when its time is over and it does not exist (so a look at a session that is not stored yet does not
 *   take it out; a session that lives on gets a new time), or when it has no room for the tag.
 * - A session knows its tags: a hash beside it, KEY_TAGS, has their names, at most CFS_TAGS_MAX (LUA_NOTE). They are
 *   needed when the session's id changes (session_regenerate_id()): then the new id is put into the sets while the old
 *   one is still in them, and only if it is (LUA_MOVE).
 * - destroy() first condemns the sessions in the set, by a score below zero. A condemned session cannot move to a new id,
 *   and getting the tag again does not acquit it. Then destroy() deletes them, each together with a tombstone, so that
 *   no request that read the session, or found it missing, writes it afterwards. Last, it takes them out of the set. If
 *   it is cut short, they stay condemned, and the next call finds them.
 * - Set and hash live KEPT longer than the sessions for which they are made; each use of the tag begins that time again.
 *
 * A set's key (in a cluster) or first bytes (with several servers) decide where it is, independently of its sessions. With
 * only one server, the round trip that writes the session writes the set, too.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_tags.h"
#include "redis_scripts.h"
#include <time.h>

/* s; longer than browsers keep a cookie (400 days) */
#define KEPT ((zend_long) 400 * 86400)

/* Sessions on one server that one round trip asks about. */
#define BATCH 500

/* From this many expired sessions on, a set is cleaned in passing. */
#define CROWD 16

/* {{{ Keys and commands */

typedef struct _text {
	char text[24];
} text;

static text number(zend_long value)
{
	text number = {""};

	snprintf(number.text, sizeof(number.text), ZEND_LONG_FMT, value);
	return number;
}

static zend_long lifetime_of(zend_long lifetime)
{
	return lifetime < 1 ? CFS_LIFETIME_DEFAULT : MIN(lifetime, INT_MAX);
}

static text kept_for(zend_long lifetime)
{
	return number(KEPT + lifetime_of(lifetime));
}

static void set_tag_key(redis_key *key, const char *prefix, const char *tag)
{
	key->length = cfs_join(key->text, (const char *const[]){prefix, "_TAG:", tag, NULL});
}

/* The key of the session's tags stands beside that of its lock. */
static void set_note_key(redis_key *key, const redis_keys *keys)
{
	const redis_key *lock = &keys->key[KEY_LOCK];
	size_t length = lock->length - strlen("_LOCK");

	memcpy(key->text, lock->text, length);
	key->length = length + cfs_join(key->text + length, (const char *const[]){"_TAGS", NULL});
}

static int append(bool asking, redis_connection *connection, int argc, const char **argv)
{
	const char *word = "ASKING";

	if (asking) {
		redis_connection_append(connection, 1, &word, NULL);
	}
	redis_connection_append(connection, argc, argv, NULL);
	return 1 + asking;
}

static int append_tag(
	bool asking, redis_connection *connection, const char *key, const char *id, zend_long lifetime)
{
	text seconds = number(lifetime_of(lifetime)), kept = kept_for(lifetime);
	const char *argv[] = {"EVAL", LUA_TAG, "1", key, id, seconds.text, kept.text};

	return append(asking, connection, 7, argv);
}

/* }}} */

/* {{{ What goes along with a session's commands */

bool redis_tags_go_along(const cfs_target *target)
{
	return !redis_is_cluster(target) && target->topology != CFS_WEIGHTED;
}

static int append_note(
	const cfs_tagging *tagging, const char *note, bool asking, redis_connection *connection)
{
	text kept = kept_for(tagging->lifetime), most = number(CFS_TAGS_MAX);
	const char *expire[] = {"EXPIRE", note, kept.text};
	const char *argv[5 + CFS_TAGS_MAX] = {"EVAL", LUA_NOTE, "1", note, most.text};
	int argc = 5;

	for (uint32_t i = 0; i < tagging->added.count; i++) {
		argv[argc++] = tagging->added.tag[i];
	}
	return append(asking, connection, argc, argv) + append(asking, connection, 3, expire);
}

int redis_tags_append(const cfs_tagging *tagging, redis_keys *keys, const char *id,
	const char *prefix, bool with_sets, bool asking, bool behind, redis_connection *connection)
{
	redis_key note, key;
	int count = 0;

	set_note_key(&note, keys);
	if (behind) {
		const char *argv[] = {"HKEYS", note.text};

		return tagging->asks ? append(asking, connection, 2, argv) : 0;
	}
	if (!tagging->added.count) {
		return 0;
	}
	for (uint32_t i = 0; with_sets && i < tagging->added.count; i++) {
		set_tag_key(&key, prefix, tagging->added.tag[i]);
		count += append_tag(asking, connection, key.text, id, tagging->lifetime);
	}
	return count + append_note(tagging, note.text, asking, connection);
}

static bool is_tag(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING && (size_t) reply->len == CFS_TAG_SIZE - 1 &&
		strspn(reply->str, "0123456789abcdef") == CFS_TAG_SIZE - 1;
}

static void set_alien(const redis_asker *asker, cfs_error *error)
{
	char advice[REDIS_ADVICE_MAX];

	redis_advise_of_alien(asker, advice, sizeof(advice));
	cfs_error_set(error, "its tags cannot be read%s", advice);
}

/* Reads the answer to HKEYS. False if it has tags that are not ours, or more than a session may have: then the list may be
 * incomplete. */
static bool read_tags(
	const redisReply *reply, const redis_asker *asker, cfs_tags *tags, cfs_error *error)
{
	tags->count = 0;
	for (size_t i = 0; i < reply->elements; i++) {
		if (!is_tag(reply->element[i])) {
			set_alien(asker, error);
			return false;
		}
	}
	if (reply->elements > CFS_TAGS_MAX) {
		cfs_error_set(error, "it has more than %d tags", CFS_TAGS_MAX);
		return false;
	}
	for (size_t i = 0; i < reply->elements; i++) {
		memcpy(tags->tag[tags->count++], reply->element[i]->str, CFS_TAG_SIZE);
	}
	return true;
}

/* False: the error says what the server said, or that the command never has such an answer. */
static bool is_answer(redis_connection *connection, const redis_asker *asker, redisReply *reply,
	int type, cfs_error *error)
{
	const cfs_server *server = redis_connection_server(connection);

	if (reply->type == type) {
		return true;
	}
	if (reply->type == REDIS_REPLY_ERROR) {
		redis_server_error(server, asker, reply->str, error);
	} else {
		cfs_error_set(error, "the server at %s sent a reply that does not match the request",
			server->address);
		redis_connection_doubt(connection);
	}
	return false;
}

void redis_tags_take(cfs_tagging *tagging, redisReply **answers, int count, bool asking,
	bool behind, redis_connection *connection, const redis_asker *asker)
{
	int step = 1 + asking, type = behind ? REDIS_REPLY_ARRAY : REDIS_REPLY_INTEGER;
	/* LUA_NOTE and EXPIRE follow the sets. */
	int note = behind ? -1 : count / step - 2;

	for (int i = asking; i < count && !tagging->failed; i += step) {
		redisReply *reply = answers[i];

		/* If our user may not ask for tags, the session cannot have any. */
		if (behind && !tagging->added.count && reply->type == REDIS_REPLY_ERROR &&
			strncmp(reply->str, ZEND_STRL("NOPERM")) == 0) {
			continue;
		}
		if (!is_answer(connection, asker, reply, type, &tagging->error) ||
			(behind && !read_tags(reply, asker, &tagging->stored, &tagging->error))) {
			tagging->failed = true;
		} else if (i / step < note) {
			tagging->crowded = tagging->crowded || reply->integer >= CROWD;
		} else if (i / step == note) {
			tagging->full = reply->integer == 0;
		}
	}
}

/* }}} */

/* {{{ One round trip */

/* Puts the commands into the pipeline, with put(). Called each time they have to be sent. */
typedef void (*appender)(redis_tags *tags, const void *what);

static void put(redis_tags *tags, int argc, const char **argv)
{
	append(tags->asking, tags->connection, argc, argv);
	tags->count += 1 + tags->asking;
}

static void forget_replies(redis_tags *tags)
{
	for (int i = 0; i < tags->count; i++) {
		freeReplyObject(tags->replies[i]);
	}
	tags->count = 0;
}

static void make_room(redis_tags *tags)
{
	if (tags->count > tags->room) {
		tags->room = tags->count;
		tags->replies = safe_perealloc(tags->replies, tags->room, sizeof(redisReply *), 0, 1);
	}
	memset(tags->replies, 0, (size_t) tags->count * sizeof(redisReply *));
}

/* Keeps only the answers to what was put, and returns what the route makes of them. */
static redis_verdict handle(redis_tags *tags, redis_piggyback piggyback, cfs_error *error)
{
	redisReply *role = NULL, *telling;
	redis_verdict verdict;
	int kept = 0;

	if (piggyback.slots) {
		redis_route_learn(&tags->route, tags->connection, tags->replies[tags->count - 1]);
		freeReplyObject(tags->replies[--tags->count]);
	}
	if (piggyback.role) {
		role = tags->replies[0];
	}
	for (int i = piggyback.role; i < tags->count; i++) {
		if (piggyback.asking && (i - piggyback.role) % 2 == 0) {
			freeReplyObject(tags->replies[i]);
		} else {
			tags->replies[kept++] = tags->replies[i];
		}
	}
	tags->count = kept;
	telling = tags->replies[0];
	kept = tags->grouped ? MIN(tags->grouped, kept) : kept;
	for (int i = 0; i < kept && telling->type != REDIS_REPLY_ERROR; i++) {
		telling = tags->replies[i];
	}
	verdict = redis_route_judge(&tags->route, tags->connection, role, telling, error);
	freeReplyObject(role);
	return verdict;
}

static redis_status exchange(redis_tags *tags, appender append, const void *what, int64_t deadline,
	redis_verdict *verdict, cfs_error *error)
{
	redis_piggyback piggyback = redis_route_piggyback(&tags->route, tags->connection);
	const char *role = "ROLE", *slots[] = {"CLUSTER", "SLOTS"};
	redis_status status;

	forget_replies(tags);
	if (piggyback.role) {
		redis_connection_append(tags->connection, 1, &role, NULL);
		tags->count++;
	}
	tags->asking = piggyback.asking;
	append(tags, what);
	if (piggyback.slots) {
		redis_connection_append(tags->connection, 2, slots, NULL);
		tags->count++;
	}
	make_room(tags);
	status =
		redis_connection_exchange(tags->connection, tags->replies, tags->count, deadline, error);
	if (status == REDIS_ANSWERED) {
		*verdict = handle(tags, piggyback, error);
	}
	if (status != REDIS_ANSWERED || *verdict == REDIS_RECONNECT || *verdict == REDIS_UNROUTABLE) {
		redis_connection_drop(tags->connection);
		tags->connection = NULL;
		forget_replies(tags);
	}
	return status;
}

/* Sends what `append` puts along the route, follows redirects, and retries, which is harmless. The answers are in
 * `replies`, without those to ASKING. `block`: ms for which the server may delay its answer. */
static bool ask(
	redis_tags *tags, appender append, const void *what, int64_t block, cfs_error *error)
{
	int64_t deadline = cfs_now() + tags->options.timeout + block;

	redis_route_begin(&tags->route);
	for (;;) {
		int64_t began = cfs_now(), pause;
		redis_verdict verdict = REDIS_DELIVERED;
		redis_status status;
		bool was_new;

		tags->connection = redis_route_open(&tags->route, tags->connection, error);
		deadline += cfs_now() - began;
		if (!tags->connection) {
			return false;
		}
		was_new = redis_connection_is_new(tags->connection);
		status = exchange(tags, append, what, deadline, &verdict, error);
		if (status != REDIS_ANSWERED) {
			if (!redis_route_may_repeat(&tags->route, status, was_new, deadline)) {
				return false;
			}
			continue;
		}
		pause = verdict == REDIS_BACKOFF ? tags->route.pause : 0;
		if (verdict == REDIS_DELIVERED || verdict == REDIS_UNROUTABLE ||
			cfs_now() + pause + tags->options.timeout / 4 > deadline) {
			return tags->connection != NULL;
		}
		cfs_sleep(pause);
	}
}

static void begin(redis_tags *tags)
{
	redis_keys_init(&tags->keys);
	tags->route.thread = tags->thread;
	tags->route.target = tags->target;
	tags->route.options = &tags->options;
	if (tags->connection && !redis_connection_is_ours(tags->connection)) {
		redis_connection_drop(tags->connection);
		tags->connection = NULL;
	}
}

static cfs_result end(redis_tags *tags, cfs_result result)
{
	forget_replies(tags);
	if (tags->replies) {
		pefree(tags->replies, 1);
	}
	redis_route_end(&tags->route);
	return result;
}

static void set_server(redis_tags *tags, uint32_t server, const char *key)
{
	tags->route.server = server;
	tags->route.key = key;
	tags->options = *tags->general;
	cfs_options_narrow(&tags->options, redis_settings_server(tags->target, server));
}

/* Makes the route lead to the tag's set. */
static void set_tag(redis_tags *tags, const char *tag)
{
	set_server(tags, redis_server_of_id(tags->target, tag), tags->key.text);
	set_tag_key(&tags->key, tags->options.prefix, tag);
}

/* Makes the route lead to a session. */
static void set_session(redis_tags *tags, const char *id)
{
	set_server(tags, redis_server_of_id(tags->target, id), tags->keys.key[KEY_SESSION].text);
}

/* Makes the session's keys anew: it may have turned out meanwhile that this is a cluster. */
static bool set_keys(redis_tags *tags, const char *id, cfs_error *error)
{
	return redis_keys_set(
		&tags->keys, tags->options.prefix, id, redis_is_cluster(tags->target), error);
}

/* False: the answer is an error or of another type. The message does not show the session's id (`id`; NULL: none). */
static bool check(redis_tags *tags, redisReply *reply, const char *id, int type, cfs_error *error)
{
	redis_asker asker = {
		&tags->options, redis_is_cluster(tags->target), {id, NULL}, /* for_tags */ true};

	return is_answer(tags->connection, &asker, reply, type, error);
}

/* }}} */

/* {{{ Sets */

/* One command about a set. */
typedef struct _set_command {
	int argc;
	const char **argv;
} set_command;

static void put_set_command(redis_tags *tags, const void *what)
{
	const set_command *command = what;

	put(tags, command->argc, command->argv);
}

/* Sends one command about a set. False: the first answer is not of that type; the error says why. */
static bool ask_set(
	redis_tags *tags, int argc, const char **argv, const char *id, int type, cfs_error *error)
{
	set_command command = {argc, argv};

	return ask(tags, put_set_command, &command, 0, error) &&
		check(tags, tags->replies[0], id, type, error);
}

cfs_result redis_tags_add(redis_tags *tags, const char *id, cfs_tagging *tagging, cfs_error *error)
{
	text seconds = number(lifetime_of(tagging->lifetime)), kept = kept_for(tagging->lifetime);
	cfs_result result = CFS_OK;

	begin(tags);
	for (uint32_t i = 0; result == CFS_OK && i < tagging->added.count; i++) {
		const char *argv[] = {"EVAL", LUA_TAG, "1", tags->key.text, id, seconds.text, kept.text};

		set_tag(tags, tagging->added.tag[i]);
		if (!ask_set(tags, 7, argv, id, REDIS_REPLY_INTEGER, error)) {
			result = CFS_ERROR;
		} else {
			tagging->crowded = tagging->crowded || tags->replies[0]->integer >= CROWD;
		}
	}
	return end(tags, result);
}

cfs_result redis_tags_withdraw(
	redis_tags *tags, const char *id, const cfs_tags *withdrawn, cfs_error *error)
{
	cfs_result result = CFS_OK;

	begin(tags);
	for (uint32_t i = 0; result == CFS_OK && i < withdrawn->count; i++) {
		const char *argv[] = {"ZREM", tags->key.text, id};

		set_tag(tags, withdrawn->tag[i]);
		if (!ask_set(tags, 3, argv, id, REDIS_REPLY_INTEGER, error)) {
			result = CFS_ERROR;
		}
	}
	return end(tags, result);
}

/* }}} */

/* {{{ Sessions */

/* Sessions that the set has named; the texts belong to the reply. */
typedef struct _members {
	size_t count;
	const char **ids;
	const char **scores; /* NULL: not asked for */
	bool *failed;        /* for each, whether its commands failed */
	bool *alone;         /* for each, whether it has to be asked about separately */
	zend_long *answers;  /* for each, what they answered */
} members;

static void free_members(members *members)
{
	pefree((void *) members->ids, 1);
	pefree((void *) members->scores, 1);
	pefree(members->failed, 1);
	pefree(members->alone, 1);
	pefree(members->answers, 1);
}

/* Reads a flat list of ids or, if `has_scores`, of ids and scores in turn. Skips what is not an id of ours. */
static void read_members(const redisReply *list, bool has_scores, members *members)
{
	size_t step = 1 + has_scores, most = list->elements / step + 1;

	members->count = 0;
	members->ids = safe_pemalloc(most, sizeof(char *), 0, 1);
	members->scores = safe_pemalloc(most, sizeof(char *), 0, 1);
	members->failed = pecalloc(most, sizeof(bool), 1);
	members->alone = pecalloc(most, sizeof(bool), 1);
	members->answers = pecalloc(most, sizeof(zend_long), 1);
	for (size_t i = 0; i + step <= list->elements; i += step) {
		const redisReply *id = list->element[i], *score = list->element[i + step - 1];

		if (id->type == REDIS_REPLY_STRING && score->type == REDIS_REPLY_STRING &&
			(size_t) id->len <= REDIS_ID_MAX && strlen(id->str) == (size_t) id->len) {
			members->ids[members->count] = id->str;
			members->scores[members->count++] = score->str;
		}
	}
}

/* Takes the first reply out of the answers, so that others can be read while it is in use. The caller frees it. */
static redisReply *keep_reply(redis_tags *tags)
{
	redisReply *reply = tags->replies[0];

	tags->replies[0] = NULL;
	return reply;
}

/* What is done for each of some sessions. */
typedef struct _member_op {
	int commands; /* for one session */
	void (*put)(redis_tags *tags, const char *const *keys);
	zend_long (*take)(redisReply *const *replies); /* what to note for a session */
	bool waits;                                    /* whether to wait for replicas */
} member_op;

/* Some sessions on one server, in one round trip. */
typedef struct _batch {
	const member_op *op;
	members *members;
	size_t indices[BATCH];
	size_t count;
} batch;

enum {
	OF_SESSION,
	OF_LOCK,
	OF_TOMBSTONE,
	OF_TAGS,
	PUT_COUNT
};

static int64_t wait_ms(const redis_tags *tags)
{
	return tags->target->wait_timeout == CFS_TIME_UNSET ? tags->options.timeout
														: tags->target->wait_timeout;
}

static void put_batch(redis_tags *tags, const void *what)
{
	const batch *batch = what;
	cfs_error ignored;
	text replicas = number(tags->target->wait_replicas), ms = number(wait_ms(tags));
	const char *wait[] = {"WAIT", replicas.text, ms.text};

	for (size_t i = 0; i < batch->count; i++) {
		const char *keys[PUT_COUNT];
		redis_key note;

		/* As they could be made for the first, this fails only if it has turned out since that this is a cluster; then the
		 * server answers with a redirect. */
		if (!set_keys(tags, batch->members->ids[batch->indices[i]], &ignored)) {
			redis_keys_set(&tags->keys, tags->options.prefix,
				batch->members->ids[batch->indices[i]], /* in_cluster */ false, &ignored);
		}
		set_note_key(&note, &tags->keys);
		keys[OF_SESSION] = tags->keys.key[KEY_SESSION].text;
		keys[OF_LOCK] = tags->keys.key[KEY_LOCK].text;
		keys[OF_TOMBSTONE] = tags->keys.key[KEY_TOMBSTONE].text;
		keys[OF_TAGS] = note.text;
		batch->op->put(tags, keys);
	}
	if (batch->op->waits && tags->target->wait_replicas) {
		put(tags, 3, wait);
	}
}

/* Whether as many replicas as the save path asks for have the changes. */
static bool check_replicas(redis_tags *tags, cfs_error *error)
{
	redisReply *reply = tags->replies[tags->count - 1];

	if (!check(tags, reply, NULL, REDIS_REPLY_INTEGER, error)) {
		return false;
	}
	if (reply->integer >= (long long) tags->target->wait_replicas) {
		return true;
	}
	cfs_error_set(error,
		"the server at %s has stored the change, but only " ZEND_LONG_FMT
		" of %u replicas had it within %s (wait_replicas): it is lost if that server fails first",
		redis_connection_server(tags->connection)->address, (zend_long) reply->integer,
		tags->target->wait_replicas, cfs_time_text(wait_ms(tags)).text);
	return false;
}

static void fail_batch(const batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		batch->members->failed[batch->indices[i]] = true;
	}
}

/* Notes what the answers say about each session, and the first error. */
static void take_batch(redis_tags *tags, const batch *batch, cfs_error *error)
{
	int commands = batch->op->commands;
	members *members = batch->members;

	for (size_t i = 0; i < batch->count; i++) {
		size_t member = batch->indices[i];
		redisReply **replies = &tags->replies[i * (size_t) commands];
		members->failed[member] = false;
		for (int j = 0; j < commands; j++) {
			cfs_error reason;

			if (check(tags, replies[j], members->ids[member], REDIS_REPLY_INTEGER, &reason)) {
				continue;
			}
			members->failed[member] = true;
			if (replies[j]->type == REDIS_REPLY_ERROR &&
				strncmp(replies[j]->str, "MOVED ", strlen("MOVED ")) == 0) {
				redis_set_cluster(tags->target);
			}
			if (!*error->message) {
				*error = reason;
			}
		}
		members->answers[member] = batch->op->take(replies);
	}
}

static void send_batch(redis_tags *tags, batch *batch, cfs_error *error)
{
	const char *first = batch->members->ids[batch->indices[0]];
	bool waits = batch->op->waits && tags->target->wait_replicas;
	cfs_error reason = {.message = ""};

	tags->grouped = batch->count > 1 ? batch->op->commands : 0;
	if (!set_keys(tags, first, &reason) ||
		!ask(tags, put_batch, batch, waits ? wait_ms(tags) : 0, &reason)) {
		fail_batch(batch);
	} else {
		/* The message may be left from a first attempt. */
		reason.message[0] = '\0';
		take_batch(tags, batch, &reason);
		if (waits && !*reason.message && !check_replicas(tags, &reason)) {
			fail_batch(batch);
		}
	}
	tags->grouped = 0;
	if (*reason.message && !*error->message) {
		*error = reason;
	}
}

/* Whether both can be asked about in one round trip. */
static bool are_together(redis_tags *tags, const members *members, size_t first, size_t other)
{
	const char *prefix = tags->options.prefix;
	char keys[2][REDIS_KEY_MAX];

	if (!redis_is_cluster(tags->target)) {
		return tags->route.server == redis_server_of_id(tags->target, members->ids[other]);
	}
	if (members->alone[first] || members->alone[other]) {
		return false;
	}
	cfs_join(keys[0], (const char *const[]){prefix, members->ids[first], NULL});
	cfs_join(keys[1], (const char *const[]){prefix, members->ids[other], NULL});
	return redis_have_one_node(tags->target, keys[0], keys[1]);
}

static void fill_batch(redis_tags *tags, batch *batch, size_t first, bool *done)
{
	const members *members = batch->members;

	set_session(tags, members->ids[first]);
	batch->count = 0;
	for (size_t i = first; i < members->count && batch->count < BATCH; i++) {
		if (i == first || (!done[i] && are_together(tags, members, first, i))) {
			batch->indices[batch->count++] = i;
			done[i] = true;
		}
	}
}

/* In a cluster, some sessions may have moved to another node: makes each that failed be asked about again, separately. */
static void take_apart(const batch *batch, bool *done)
{
	for (size_t i = 0; i < batch->count; i++) {
		size_t member = batch->indices[i];

		if (batch->members->failed[member] && !batch->members->alone[member]) {
			batch->members->alone[member] = true;
			done[member] = false;
		}
	}
}

/* Runs the commands for all sessions; leaves `error` alone if nothing failed. Once something failed, it tries no more
 * sessions after the time for one operation, so that silent servers do not add up. */
static void run(redis_tags *tags, const member_op *op, members *members, cfs_error *error)
{
	batch batch = {.op = op, .members = members};
	bool *done = pecalloc(members->count + 1, sizeof(bool), 1);
	int64_t until = cfs_now() + tags->general->timeout;
	cfs_error reason;

	for (size_t first = 0; first < members->count; first++) {
		if (done[first]) {
			continue;
		}
		if (*error->message && cfs_now() > until) {
			members->failed[first] = true;
			continue;
		}
		fill_batch(tags, &batch, first, done);
		reason.message[0] = '\0';
		send_batch(tags, &batch, &reason);
		if (batch.count > 1 && redis_is_cluster(tags->target) && *reason.message) {
			take_apart(&batch, done);
			first = (size_t) -1;
		} else if (*reason.message && !*error->message) {
			*error = reason;
		}
	}
	pefree(done, 1);
}

/* }}} */

/* {{{ How long sessions live */

static void put_look(redis_tags *tags, const char *const *keys)
{
	const char *argv[] = {"PTTL", keys[OF_SESSION]};

	put(tags, 2, argv);
}

static zend_long take_number(redisReply *const *replies)
{
	return replies[0]->type == REDIS_REPLY_INTEGER ? (zend_long) replies[0]->integer : -1;
}

static const member_op look = {.commands = 1, .put = put_look, .take = take_number};

static void put_forget(redis_tags *tags, const char *const *keys)
{
	const char *argv[] = {"EVAL", LUA_FORGET, "3", keys[OF_SESSION], keys[OF_LOCK], keys[OF_TAGS]};

	put(tags, 6, argv);
}

static const member_op forget = {.commands = 1, .put = put_forget, .take = take_number};

static void put_keep(redis_tags *tags, const char *const *keys)
{
	text kept = kept_for(0);
	const char *argv[] = {"EXPIRE", keys[OF_TAGS], kept.text};

	put(tags, 3, argv);
}

static const member_op keep = {.commands = 1, .put = put_keep, .take = take_number};

static int64_t unix_ms(void)
{
	return (int64_t) time(NULL) * 1000;
}

/* Keeps only sessions whose time is over by our clock, or will be within a second: the script decides by the server's. */
static void keep_over(members *members)
{
	size_t count = 0;

	for (size_t i = 0; i < members->count; i++) {
		if (!members->failed[i] && ZEND_STRTOL(members->scores[i], NULL, 10) <= unix_ms() + 1000) {
			members->ids[count] = members->ids[i];
			members->scores[count] = members->scores[i];
			members->failed[count] = false;
			members->answers[count++] = members->answers[i];
		}
	}
	members->count = count;
}

/* Tells the set what became of the sessions, and extends its lifetime. The answer names those that were taken out. */
static bool tell_set(redis_tags *tags, const char *tag, const members *members, cfs_error *error)
{
	text kept = kept_for(0);
	const char **argv = safe_pemalloc(members->count, 3 * sizeof(char *), 5 * sizeof(char *), 1);
	text *left = safe_pemalloc(members->count, sizeof(text), 0, 1);
	int argc = 0;
	bool told;

	set_tag(tags, tag);
	argv[argc++] = "EVAL";
	argv[argc++] = LUA_CLEAN;
	argv[argc++] = "1";
	argv[argc++] = tags->key.text;
	argv[argc++] = kept.text;
	for (size_t i = 0; i < members->count; i++) {
		left[i] = number(members->answers[i]);
		argv[argc++] = members->ids[i];
		argv[argc++] = members->scores[i];
		argv[argc++] = left[i].text;
	}
	told = ask_set(tags, argc, argv, NULL, REDIS_REPLY_ARRAY, error);
	pefree((void *) argv, 1);
	pefree(left, 1);
	return told;
}

/* Corrects the set for sessions whose time was over: deletes what is left of those that have gone, and keeps those that
 * live on. A failure does no harm. */
static cfs_result reconcile(redis_tags *tags, const char *tag, members *over, cfs_error *error)
{
	cfs_error ignored = {.message = ""};
	members gone;
	redisReply *list;

	keep_over(over);
	if (over->count == 0) {
		return CFS_OK;
	}
	if (!tell_set(tags, tag, over, error)) {
		return CFS_ERROR;
	}
	list = keep_reply(tags);
	read_members(list, /* has_scores */ false, &gone);
	run(tags, &forget, &gone, &ignored);
	run(tags, &keep, over, &ignored);
	free_members(&gone);
	freeReplyObject(list);
	return CFS_OK;
}

static void add_living(const members *members, cfs_tagged *tagged)
{
	int64_t now = unix_ms();

	for (size_t i = 0; i < members->count; i++) {
		if (!members->failed[i] && members->answers[i] >= 0) {
			cfs_tagged_add(
				tagged, members->ids[i], now + MIN(members->answers[i], INT64_MAX - now));
		} else if (!members->failed[i] && members->answers[i] == -1) {
			cfs_tagged_add(tagged, members->ids[i], INT64_MAX);
		}
	}
}

/* Checks and reports the sessions of a list with scores, and corrects the set. Frees the list. */
static cfs_result look_at(
	redis_tags *tags, const char *tag, redisReply *list, cfs_tagged *tagged, cfs_error *error)
{
	members members;
	cfs_error reason = {.message = ""};
	cfs_result result = CFS_OK;

	read_members(list, /* has_scores */ true, &members);
	run(tags, &look, &members, &reason);
	if (tagged) {
		add_living(&members, tagged);
	}
	result = reconcile(tags, tag, &members, error);
	if (*reason.message) {
		*error = reason;
		result = CFS_ERROR;
	}
	free_members(&members);
	freeReplyObject(list);
	return result;
}

/* Whether the reply is ZSCAN's: where it goes on, and a list with scores. */
static bool is_scan(redis_tags *tags, redisReply *reply, cfs_error *error)
{
	static redisReply nothing = {.type = REDIS_REPLY_NIL};
	bool is_pair = reply->elements == 2;

	return check(tags, is_pair ? reply->element[0] : &nothing, NULL, REDIS_REPLY_STRING, error) &&
		check(tags, reply->element[1], NULL, REDIS_REPLY_ARRAY, error);
}

/* ZSCAN finds each session that is in the set all the time, whatever happens to others meanwhile. */
cfs_result redis_tags_list(redis_tags *tags, const char *tag, cfs_tagged *tagged, cfs_error *error)
{
	char cursor[24] = "0";
	text most = number(BATCH);
	cfs_result result = CFS_OK;

	begin(tags);
	do {
		const char *argv[] = {"ZSCAN", tags->key.text, cursor, "COUNT", most.text};
		redisReply *scan, *list;

		set_tag(tags, tag);
		if (!ask_set(tags, 5, argv, NULL, REDIS_REPLY_ARRAY, error) ||
			!is_scan(tags, tags->replies[0], error)) {
			return end(tags, CFS_ERROR);
		}
		scan = keep_reply(tags);
		cfs_copy_text(scan->element[0]->str, cursor, sizeof(cursor));
		list = scan->element[1];
		scan->element[1] = NULL;
		freeReplyObject(scan);
		result = look_at(tags, tag, list, tagged, error);
		if (tagged->length > tags->options.value_max) {
			cfs_error_set(error, "more sessions have the tag than fit into memory_limit");
			result = CFS_ERROR;
		}
	} while (result == CFS_OK && strcmp(cursor, "0") != 0);
	return end(tags, result);
}

/* Looks only at the sessions that expired longest ago. */
void redis_tags_clean(redis_tags *tags, const cfs_tags *crowded)
{
	text now = number((zend_long) unix_ms());
	cfs_error ignored;

	begin(tags);
	for (uint32_t i = 0; i < crowded->count; i++) {
		const char *argv[] = {
			"ZRANGEBYSCORE", tags->key.text, "0", now.text, "WITHSCORES", "LIMIT", "0", "64"};

		set_tag(tags, crowded->tag[i]);
		if (ask_set(tags, 8, argv, NULL, REDIS_REPLY_ARRAY, &ignored)) {
			look_at(tags, crowded->tag[i], keep_reply(tags), NULL, &ignored);
		}
	}
	end(tags, CFS_OK);
}

/* }}} */

/* {{{ Their end */

static void put_end(redis_tags *tags, const char *const *keys)
{
	const char *argv[] = {
		"EVAL", LUA_END, "3", keys[OF_SESSION], keys[OF_TOMBSTONE], keys[OF_TAGS], tags->token};

	put(tags, 7, argv);
}

static const member_op destroy = {
	.commands = 1, .put = put_end, .take = take_number, .waits = true};

static bool condemn(redis_tags *tags, const char *spared, cfs_error *error)
{
	text most = number(BATCH), kept = kept_for(0);
	const char *argv[] = {
		"EVAL", LUA_CONDEMN, "1", tags->key.text, spared ? spared : "", most.text, kept.text};

	do {
		if (!ask_set(tags, 7, argv, NULL, REDIS_REPLY_INTEGER, error)) {
			return false;
		}
	} while (tags->replies[0]->integer > 0);
	return true;
}

/* Takes the destroyed sessions out of the set, and counts them. */
static cfs_result strike_out(redis_tags *tags, const char *tag, const members *members,
	cfs_logouts *logouts, uint64_t *left, cfs_error *error)
{
	const char **argv = safe_pemalloc(members->count, sizeof(char *), 2 * sizeof(char *), 1);
	int argc = 0;
	cfs_result result = CFS_OK;

	set_tag(tags, tag);
	argv[argc++] = "ZREM";
	argv[argc++] = tags->key.text;
	for (size_t i = 0; i < members->count; i++) {
		bool is_current = logouts->current && strcmp(members->ids[i], logouts->current) == 0;

		if (members->failed[i]) {
			(*left)++;
			continue;
		}
		logouts->had_current = logouts->had_current || is_current;
		logouts->destroyed += members->answers[i] > 0;
		argv[argc++] = members->ids[i];
	}
	if (argc > 2 && !ask_set(tags, argc, argv, NULL, REDIS_REPLY_INTEGER, error)) {
		result = CFS_ERROR;
	}
	pefree((void *) argv, 1);
	return result;
}

/* Destroys the condemned sessions, in batches, and leaves those that cannot be destroyed now. */
static cfs_result execute(redis_tags *tags, const char *tag, cfs_logouts *logouts, cfs_error *error)
{
	text most = number(BATCH);
	uint64_t left = 0;
	cfs_result result = CFS_OK;
	cfs_error reason = {.message = ""};
	size_t found;

	do {
		text offset = number((zend_long) left);
		const char *argv[] = {
			"ZRANGEBYSCORE", tags->key.text, "-inf", "(0", "LIMIT", offset.text, most.text};
		redisReply *list;
		members members;

		set_tag(tags, tag);
		if (!ask_set(tags, 7, argv, NULL, REDIS_REPLY_ARRAY, error)) {
			return CFS_ERROR;
		}
		list = keep_reply(tags);
		found = list->elements;
		read_members(list, /* has_scores */ false, &members);
		/* What is not an id of ours stays, too. */
		left += found - members.count;
		run(tags, &destroy, &members, &reason);
		result = strike_out(tags, tag, &members, logouts, &left, error);
		free_members(&members);
		freeReplyObject(list);
	} while (result == CFS_OK && found == BATCH);
	if (*reason.message) {
		*error = reason;
		result = CFS_ERROR;
	}
	return result;
}

cfs_result redis_tags_destroy(
	redis_tags *tags, const char *tag, cfs_logouts *logouts, cfs_error *error)
{
	const char *spared = logouts->spares_current ? logouts->current : NULL;
	cfs_result result;

	if (!cfs_make_token(tags->thread, tags->token, error)) {
		return CFS_ERROR;
	}
	tags->token[CFS_TOKEN_ID_LENGTH] = '\0';
	begin(tags);
	set_tag(tags, tag);
	result = condemn(tags, spared, error) ? execute(tags, tag, logouts, error) : CFS_ERROR;
	if (result == CFS_ERROR) {
		/* Any server that it was routed to may repeat it, even as the name of the next. */
		cfs_redact(error->message, tags->token);
	}
	return end(tags, result);
}

/* }}} */

/* {{{ A new id */

static bool move_one(redis_tags *tags, const char *from, const char *to, bool removes,
	zend_long lifetime, bool *has_gone, cfs_error *error)
{
	text seconds = number(lifetime_of(lifetime)), kept = kept_for(lifetime);
	const char *argv[] = {"EVAL", LUA_MOVE, "1", tags->key.text, from, to, seconds.text, kept.text,
		removes ? "1" : "0"};

	if (!ask_set(tags, 9, argv, from, REDIS_REPLY_INTEGER, error)) {
		return false;
	}
	*has_gone = *has_gone || tags->replies[0]->integer == 0;
	return true;
}

static void put_note(redis_tags *tags, const void *what)
{
	cfs_error ignored;
	redis_key note;
	const char *argv[] = {"DEL", note.text};

	set_keys(tags, what, &ignored);
	set_note_key(&note, &tags->keys);
	put(tags, 2, argv);
}

cfs_result redis_tags_move(redis_tags *tags, const char *from, const char *to, bool removes,
	const cfs_tags *moved, zend_long lifetime, cfs_error *error)
{
	bool has_gone = false;
	cfs_result result = CFS_OK;
	cfs_error ignored;

	begin(tags);
	for (uint32_t i = 0; result == CFS_OK && i < moved->count; i++) {
		set_tag(tags, moved->tag[i]);
		if (!move_one(tags, from, to, removes, lifetime, &has_gone, error)) {
			result = CFS_ERROR;
		}
	}
	/* If this fails, what is left is useless but harmless. */
	if (result == CFS_OK && removes) {
		set_session(tags, from);
		if (set_keys(tags, from, &ignored)) {
			ask(tags, put_note, from, 0, &ignored);
		}
	}
	return end(tags, result == CFS_OK && has_gone ? CFS_LOST : result);
}

/* }}} */

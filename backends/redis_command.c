#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_command.h"
#include "redis_scripts.h"
#include "ext/standard/sha1.h"

/* {{{ Keys */

/* Whether the prefix has a "{tag}", the part of a key that alone decides about its slot. */
static bool has_tag(const char *prefix)
{
	const char *open = strchr(prefix, '{'), *close = open ? strchr(open, '}') : NULL;

	return close && close > open + 1;
}

/* Makes a key that belongs to the session's. */
static void set_key(redis_key *key, bool braces, const redis_key *session, const char *suffix)
{
	char *end = key->text;

	if (braces) {
		*end++ = '{';
	}
	memcpy(end, session->text, session->length);
	end += session->length;
	if (braces) {
		*end++ = '}';
	}
	end += cfs_join(end, (const char *const[]){suffix, NULL});
	key->length = (size_t) (end - key->text);
}

static const char aside_suffix[] = "_LOCK_NEW_";

/* Ends KEY_ASIDE with the token's digits. */
static void complete_aside(redis_keys *keys)
{
	redis_key *key = &keys->key[KEY_ASIDE];
	char *end = strstr(key->text + keys->key[KEY_SESSION].length, aside_suffix);

	if (end && *keys->token) {
		const char *digits = keys->token + strlen(CFS_TOKEN_MARK);
		size_t count = CFS_TOKEN_ID_LENGTH - strlen(CFS_TOKEN_MARK);

		end += strlen(aside_suffix);
		memcpy(end, digits, count);
		end[count] = '\0';
		key->length = (size_t) (end + count - key->text);
	}
}

void redis_keys_init(redis_keys *keys)
{
	for (int i = 0; i < KEY_COUNT; i++) {
		keys->key[i].text[0] = '\0';
		keys->key[i].length = 0;
	}
	keys->token[0] = '\0';
	keys->has_frame = false;
}

/* In a cluster, the session's key is the tag of its other keys, as with phpredis, unless its prefix already has one. */
bool redis_keys_set(
	redis_keys *keys, const char *prefix, const char *id, bool in_cluster, cfs_error *error)
{
	static const char *const suffixes[KEY_COUNT] = {
		NULL, "_LOCK", "_LOCK_WAITERS", "_LOCK_WAKE", "_GONE", aside_suffix};
	redis_key *session = &keys->key[KEY_SESSION];
	bool braces = in_cluster && !has_tag(prefix);

	if (braces && strchr(prefix, '}')) {
		cfs_error_set(error,
			"cfsession.prefix has a \"}\", which would put a session and its lock on two nodes of "
			"the Redis Cluster");
		return false;
	}
	session->length = cfs_join(session->text, (const char *const[]){prefix, id, NULL});
	for (int i = KEY_SESSION + 1; i < KEY_COUNT; i++) {
		set_key(&keys->key[i], braces, session, suffixes[i]);
	}
	complete_aside(keys);
	keys->has_frame = false;
	return true;
}

bool redis_keys_make_token(redis_keys *keys, cfs_thread *thread, cfs_error *error)
{
	if (!cfs_make_token(thread, keys->token, error)) {
		return false;
	}
	complete_aside(keys);
	keys->has_frame = false;
	return true;
}

void redis_keys_set_token(redis_keys *keys, const char *token)
{
	cfs_copy_text(token, keys->token, sizeof(keys->token));
	complete_aside(keys);
	keys->has_frame = false;
}

/* }}} */

/* {{{ Scripts */

#define KEYS_OF_LOCK (1 << KEY_SESSION | 1 << KEY_LOCK | 1 << KEY_WAITERS | 1 << KEY_WAKE)

struct _redis_script {
	const char *source;
	unsigned keys;  /* which ones it takes: 1 << KEY_… */
	bool has_token; /* its first argument is the token */
	int argc;       /* how many arguments follow; one less if the value was set aside */
};

const redis_script redis_script_start = {LUA_START, KEYS_OF_LOCK | 1 << KEY_TOMBSTONE, true, 4};
const redis_script redis_script_write = {LUA_WRITE, KEYS_OF_LOCK | 1 << KEY_TOMBSTONE, true, 4};
const redis_script redis_script_write_unlocked = {
	LUA_WRITE_UNLOCKED, 1 << KEY_SESSION | 1 << KEY_TOMBSTONE, false, 4};
const redis_script redis_script_write_merged = {
	LUA_WRITE_MERGED, 1 << KEY_SESSION | 1 << KEY_LOCK | 1 << KEY_TOMBSTONE, false, 4};
const redis_script redis_script_touch = {LUA_TOUCH, KEYS_OF_LOCK, true, 1};
const redis_script redis_script_destroy = {LUA_DESTROY, KEYS_OF_LOCK | 1 << KEY_TOMBSTONE, true, 1};
const redis_script redis_script_release = {LUA_FREE, KEYS_OF_LOCK, true, 0};
const redis_script redis_script_renew = {LUA_RENEW, 1 << KEY_SESSION | 1 << KEY_LOCK, true, 1};

static const redis_script *const scripts[] = {&redis_script_start, &redis_script_write,
	&redis_script_write_unlocked, &redis_script_write_merged, &redis_script_touch,
	&redis_script_destroy, &redis_script_release, &redis_script_renew};

#define SCRIPT_COUNT (sizeof(scripts) / sizeof(scripts[0]))

/* How commands with a script begin, up to the keys: by its SHA-1 or in full, without or with KEY_ASIDE. Made once per process,
 * at module start. */
typedef struct _script_heads {
	cfs_value head[2][2];
} script_heads;

static script_heads heads[SCRIPT_COUNT];

static size_t number_of(const redis_script *script)
{
	size_t i = 0;

	while (i < SCRIPT_COUNT - 1 && scripts[i] != script) {
		i++;
	}
	return i;
}

void redis_make_sha(const char *bytes, size_t length, char sha[41])
{
	PHP_SHA1_CTX context;
	unsigned char digest[20];

	PHP_SHA1Init(&context);
	PHP_SHA1Update(&context, (const unsigned char *) bytes, length);
	PHP_SHA1Final(digest, &context);
	make_sha1_digest(sha, digest);
}

static int key_count(const redis_script *script, bool aside)
{
	int count = aside;

	for (int i = 0; i < KEY_COUNT; i++) {
		count += (script->keys & 1u << i) != 0;
	}
	return count;
}

/* Formats the three arguments before the keys by hiredis, and replaces the number of arguments by that of all. */
static cfs_value make_head(const redis_script *script, bool in_full, bool aside)
{
	int keys = key_count(script, aside);
	char count[8], sha[41], line[16], *head;
	const char *argv[] = {"EVALSHA", sha, count};
	sds formatted = NULL;
	size_t length;

	snprintf(count, sizeof(count), "%d", keys);
	snprintf(line, sizeof(line), "*%d", 3 + keys + script->has_token + script->argc - aside);
	redis_make_sha(script->source, strlen(script->source), sha);
	if (in_full) {
		argv[0] = "EVAL";
		argv[1] = script->source;
	}
	redisFormatSdsCommandArgv(&formatted, 3, argv, NULL);
	head = pemalloc(sdslen(formatted) + sizeof(line), 1);
	length = cfs_join(head, (const char *const[]){line, strchr(formatted, '\r'), NULL});
	redisFreeSdsCommand(formatted);
	return (cfs_value){head, length};
}

void redis_scripts_module_startup(void)
{
	for (size_t i = 0; i < SCRIPT_COUNT; i++) {
		for (int form = 0; form < 4; form++) {
			heads[i].head[form >> 1][form & 1] = make_head(scripts[i], form >> 1, form & 1);
		}
	}
}

void redis_scripts_module_shutdown(void)
{
	for (size_t i = 0; i < SCRIPT_COUNT; i++) {
		for (int form = 0; form < 4; form++) {
			pefree((char *) heads[i].head[form >> 1][form & 1].bytes, 1);
		}
	}
}

bool redis_script_is_known(const redis_script *script, const redis_connection *connection)
{
	return redis_connection_knows_scripts(connection, 1u << number_of(script));
}

void redis_script_set_known(const redis_script *script, redis_connection *connection)
{
	redis_connection_set_knows_scripts(connection, 1u << number_of(script));
}

redis_post redis_script_post(const redis_script *script, const redis_keys *keys)
{
	const script_heads *of = &heads[number_of(script)];
	const redis_key *session = &keys->key[KEY_SESSION];

	return (redis_post){of->head[false][false].length, of->head[true][false],
		{session->text, session->length}, NULL};
}

/* }}} */

/* {{{ Commands */

void redis_command_add_bytes(redis_command *command, const char *bytes, size_t length)
{
	ZEND_ASSERT(command->argc < REDIS_ARGUMENT_MAX);
	command->argv[command->argc] = bytes;
	command->lengths[command->argc] = length;
	command->argc++;
}

void redis_command_add(redis_command *command, const char *text)
{
	redis_command_add_bytes(command, text, strlen(text));
}

void redis_command_add_key(redis_command *command, const redis_keys *keys, int key)
{
	redis_command_add_bytes(command, keys->key[key].text, keys->key[key].length);
}

void redis_command_plain(redis_command *command, const char *name)
{
	command->script = NULL;
	command->argc = 0;
	redis_command_add(command, name);
}

void redis_command_script(redis_command *command, const redis_script *script, bool aside)
{
	command->script = script;
	command->aside = aside;
	command->in_full = false;
	command->argc = 0;
}

/* Formats the keys and the token once. False: there is no memory. */
static bool make_frame(redis_keys *keys)
{
	const char *argv[KEY_ASIDE + 1];
	size_t lengths[KEY_ASIDE + 1];
	sds formatted = NULL;
	const char *from, *end;

	for (int i = 0; i < KEY_ASIDE; i++) {
		argv[i] = keys->key[i].text;
		lengths[i] = keys->key[i].length;
	}
	argv[KEY_ASIDE] = keys->token;
	lengths[KEY_ASIDE] = strlen(keys->token);
	if (redisFormatSdsCommandArgv(&formatted, KEY_ASIDE + 1, argv, lengths) < 0) {
		return false;
	}
	/* Each one is a line with its length, and then its bytes. */
	from = end = strchr(formatted, '\n') + 1;
	for (int i = 0; i <= KEY_ASIDE; i++) {
		end = strchr(end, '\n') + 1 + lengths[i] + strlen("\r\n");
		keys->frame_ends[i] = (size_t) (end - from);
	}
	memcpy(keys->frame, from, (size_t) (end - from));
	redisFreeSdsCommand(formatted);
	keys->has_frame = true;
	return true;
}

static void append_frame(const redis_keys *keys, int i, redis_connection *connection)
{
	size_t begin = i ? keys->frame_ends[i - 1] : 0;

	redis_connection_append_text(connection, keys->frame + begin, keys->frame_ends[i] - begin);
}

/* Appends the script's keys and the token. Without a lock, most sessions send only one script, so a frame does not pay. */
static void append_keys(const redis_script *script, redis_keys *keys, redis_connection *connection)
{
	const char *argv[KEY_COUNT];
	size_t lengths[KEY_COUNT];
	int argc = 0;

	for (int i = 0; i < KEY_ASIDE; i++) {
		if (script->keys & 1u << i) {
			argv[argc] = keys->key[i].text;
			lengths[argc++] = keys->key[i].length;
		}
	}
	redis_connection_append_arguments(connection, argc, argv, lengths);
}

static void append_keys_of_frame(
	const redis_script *script, redis_keys *keys, redis_connection *connection)
{
	if (!keys->has_frame && !make_frame(keys)) {
		redis_connection_append_failed(connection);
		return;
	}
	for (int i = 0; i < KEY_ASIDE; i++) {
		if (script->keys & 1u << i) {
			append_frame(keys, i, connection);
		}
	}
}

static void append_script(
	const redis_command *command, redis_keys *keys, redis_connection *connection)
{
	const redis_script *script = command->script;
	cfs_value head = heads[number_of(script)].head[command->in_full][command->aside];

	redis_connection_append_text(connection, head.bytes, head.length);
	if (script->has_token) {
		append_keys_of_frame(script, keys, connection);
	} else {
		append_keys(script, keys, connection);
	}
	if (command->aside) {
		const redis_key *aside = &keys->key[KEY_ASIDE];

		redis_connection_append_arguments(
			connection, 1, (const char *[]){aside->text}, &aside->length);
	}
	if (script->has_token && keys->has_frame) {
		append_frame(keys, KEY_ASIDE, connection);
	}
	if (command->argc) {
		redis_connection_append_arguments(
			connection, command->argc, (const char **) command->argv, command->lengths);
	}
}

/* Appends a plain command. Looks its keys up again, because they may have become longer. */
static void append_plain(
	const redis_command *command, const redis_keys *keys, redis_connection *connection)
{
	size_t lengths[REDIS_ARGUMENT_MAX];

	for (int i = 0; i < command->argc; i++) {
		lengths[i] = command->lengths[i];
		for (int key = 0; key < KEY_COUNT; key++) {
			if (command->argv[i] == keys->key[key].text) {
				lengths[i] = keys->key[key].length;
			}
		}
	}
	redis_connection_append(connection, command->argc, (const char **) command->argv, lengths);
}

void redis_command_append(
	const redis_command *command, redis_keys *keys, redis_connection *connection)
{
	if (command->script) {
		append_script(command, keys, connection);
	} else {
		append_plain(command, keys, connection);
	}
}

/* }}} */

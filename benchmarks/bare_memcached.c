/*
 * bare.h with libmemcached. The option is USER:PASSWORD.
 *
 * libmemcached has neither "mg" nor "gats": what is asked for by "mg" is asked for along with the session that follows,
 * and that does not get its lifetime anew.
 */
#define _GNU_SOURCE
#include "bare.h"
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX 8
#define KEYS_MAX     4

typedef struct _text {
	const char *bytes;
	size_t length;
} text;

typedef struct _command {
	char name[16];
	bool quiet;
	int key_count;
	text keys[KEYS_MAX];
	text value;
	time_t expires;
} command;

typedef struct _commands {
	int count;
	command list[COMMANDS_MAX];
} commands;

static memcached_st *handle;
static memcached_result_st result;

/* The CAS values that were read last. */
static struct {
	char key[MEMCACHED_MAX_KEY];
	size_t length;
	uint64_t cas;
} seen[KEYS_MAX];
static int seen_count;

static void log_in(const char *login)
{
	const char *colon = strchr(login, ':');
	char *user = strndup(login, (size_t) (colon - login));

	memcached_set_sasl_auth_data(handle, user, colon + 1);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 1);
	free(user);
}

void bare_connect(const bare_server *server)
{
	const char *colon = strrchr(server->address, ':');

	if (handle) {
		memcached_result_free(&result);
		memcached_free(handle);
	}
	handle = memcached_create(NULL);
	memcached_result_create(handle, &result);
	if (server->option) {
		log_in(server->option);
	}
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_SUPPORT_CAS, 1);
	memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
	if (colon) {
		memcached_server_add(handle, "127.0.0.1", (in_port_t) atoi(colon + 1));
	} else {
		memcached_server_add_unix_socket(handle, server->address);
	}
}

/* {{{ Understanding */

/* Takes the next word out of the line that ends at end. */
static text next_word(char **at, const char *end)
{
	text word = {*at, 0};

	while (*at < end && **at != ' ') {
		(*at)++;
	}
	word.length = (size_t) (*at - word.bytes);
	if (*at < end) {
		(*at)++;
	}
	return word;
}

static bool is_word(text word, const char *what)
{
	return word.length == strlen(what) && memcmp(word.bytes, what, word.length) == 0;
}

/* name key flags exptime bytes [cas] [noreply], and the value */
static void take_storage(char **at, char *end, command *command)
{
	text word;

	next_word(at, end);
	command->expires = (time_t) strtoll(next_word(at, end).bytes, NULL, 10);
	command->value.length = strtoul(next_word(at, end).bytes, NULL, 10);
	do {
		word = next_word(at, end);
		command->quiet |= is_word(word, "noreply");
	} while (word.length);
	command->value.bytes = end + 2;
	*at = end + 2 + command->value.length;
}

static void take_keys(char **at, char *end, command *command)
{
	text word;

	while ((word = next_word(at, end)).length) {
		if (command->key_count == KEYS_MAX) {
			bare_die("too many keys");
		}
		command->keys[command->key_count++] = word;
	}
}

static void take_command(char **at, char *limit, command *command)
{
	char *end = memmem(*at, (size_t) (limit - *at), "\r\n", 2);
	text name = next_word(at, end);

	if (!end || name.length >= sizeof(command->name)) {
		bare_die("this is not a command of Memcached: %.40s", name.bytes);
	}
	memset(command->name, 0, sizeof(command->name));
	memcpy(command->name, name.bytes, name.length);
	if (strcmp(command->name, "mg") == 0) {
		command->keys[command->key_count++] = next_word(at, end);
		*at = end + 2;
		take_command(at, limit, command);
		return;
	}
	if (strcmp(command->name, "gats") == 0) {
		next_word(at, end);
	}
	if (strcmp(command->name, "get") == 0 || strcmp(command->name, "gets") == 0 ||
		strcmp(command->name, "gats") == 0) {
		take_keys(at, end, command);
	} else {
		command->keys[command->key_count++] = next_word(at, end);
		if (strcmp(command->name, "touch") == 0) {
			command->expires = (time_t) strtoll(next_word(at, end).bytes, NULL, 10);
		} else if (strcmp(command->name, "delete") != 0) {
			take_storage(at, end, command);
			end = *at;
		}
	}
	*at = end + 2;
}

void bare_prepare(bare_burst *burst)
{
	commands *commands = bare_allocate(sizeof(*commands));
	char *at = burst->bytes, *limit = burst->bytes + burst->length;

	burst->commands = commands;
	while (at < limit) {
		if (commands->count == COMMANDS_MAX) {
			bare_die("too many commands at a time");
		}
		/* Freeing the handle says that, too. */
		if (memcmp(at, "quit", 4) == 0) {
			break;
		}
		take_command(&at, limit, &commands->list[commands->count++]);
	}
}

/* }}} */

/* {{{ Sending */

static void remember(void)
{
	if (seen_count == KEYS_MAX) {
		bare_die("too many CAS values");
	}
	seen[seen_count].length = memcached_result_key_length(&result);
	memcpy(seen[seen_count].key, memcached_result_key_value(&result), seen[seen_count].length);
	seen[seen_count++].cas = memcached_result_cas(&result);
}

static uint64_t recall(text key)
{
	for (int i = 0; i < seen_count; i++) {
		if (seen[i].length == key.length && memcmp(seen[i].key, key.bytes, key.length) == 0) {
			return seen[i].cas;
		}
	}
	/* The lock of the request before, released without an answer on another connection, was still there when ours was to be
	 * added, and gone when it was read. A value that nothing has costs as much. */
	return 1;
}

static memcached_return_t get(const command *command)
{
	const char *keys[KEYS_MAX];
	size_t lengths[KEYS_MAX];
	memcached_return_t rc;

	for (int i = 0; i < command->key_count; i++) {
		keys[i] = command->keys[i].bytes;
		lengths[i] = command->keys[i].length;
	}
	/* A "get" asks for nothing whose CAS value anybody needs. */
	seen_count = strcmp(command->name, "get") == 0 ? seen_count : 0;
	rc = memcached_mget(handle, keys, lengths, (size_t) command->key_count);
	if (rc != MEMCACHED_SUCCESS) {
		return rc;
	}
	while (memcached_fetch_result(handle, &result, &rc)) {
		remember();
	}
	return rc == MEMCACHED_END || rc == MEMCACHED_NOTFOUND ? MEMCACHED_SUCCESS : rc;
}

static memcached_return_t store(const command *command)
{
	const text key = command->keys[0], value = command->value;
	const char letter = command->name[0];

	if (letter == 'c') {
		return memcached_cas(handle, key.bytes, key.length, value.bytes, value.length,
			command->expires, 0, recall(key));
	}
	if (letter == 'a') {
		return memcached_add(
			handle, key.bytes, key.length, value.bytes, value.length, command->expires, 0);
	}
	return (letter == 's' ? memcached_set : memcached_replace)(
		handle, key.bytes, key.length, value.bytes, value.length, command->expires, 0);
}

static memcached_return_t send_command(const command *command)
{
	const text key = command->keys[0];

	switch (command->name[0]) {
		case 'g':
			return get(command);
		case 't':
			return memcached_touch(handle, key.bytes, key.length, command->expires);
		case 'd':
			return memcached_delete(handle, key.bytes, key.length, 0);
		default:
			return store(command);
	}
}

void bare_send(bare_burst *burst)
{
	const commands *commands = burst->commands;

	for (int i = 0; i < commands->count; i++) {
		const command *command = &commands->list[i];
		const bool quiet = command->quiet || burst->posted;
		memcached_return_t rc;

		if (quiet) {
			memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, 1);
		}
		rc = send_command(command);
		if (quiet) {
			memcached_behavior_set(handle, MEMCACHED_BEHAVIOR_NOREPLY, 0);
		}
		if (rc != MEMCACHED_SUCCESS && rc != MEMCACHED_STORED && rc != MEMCACHED_BUFFERED) {
			bare_die("%s: %s", command->name, memcached_strerror(handle, rc));
		}
	}
}

/* }}} */

/* bare.h with hiredis. The option is the file with the certificate of who vouches for the server: it speaks TLS. */
#include "bare.h"
#include <hiredis/hiredis.h>
#ifdef BARE_TLS
#include <hiredis/hiredis_ssl.h>
#endif
#include <stdlib.h>
#include <string.h>

#define COMMANDS_MAX  8
#define ARGUMENTS_MAX 32

typedef struct _command {
	int argc;
	const char *argv[ARGUMENTS_MAX];
	size_t lengths[ARGUMENTS_MAX];
} command;

typedef struct _commands {
	int count;
	command list[COMMANDS_MAX];
} commands;

static redisContext *context;

#ifdef BARE_TLS
static void secure(const char *authority)
{
	static redisSSLContext *tls;

	if (!tls) {
		redisInitOpenSSL();
		tls = redisCreateSSLContext(authority, NULL, NULL, NULL, NULL, NULL);
	}
	if (!tls || redisInitiateSSLWithContext(context, tls) != REDIS_OK) {
		bare_die("TLS: %s", context->errstr);
	}
}
#else
static void secure(const char *authority)
{
	bare_die("built without TLS, which %s is for", authority);
}
#endif

void bare_connect(const bare_server *server)
{
	const char *colon = strrchr(server->address, ':');

	if (context) {
		redisFree(context);
	}
	context =
		colon ? redisConnect("127.0.0.1", atoi(colon + 1)) : redisConnectUnix(server->address);
	if (!context || context->err) {
		bare_die("%s: %s", server->address, context ? context->errstr : "out of memory");
	}
	context->reader->maxbuf = 2097152; /* as cfsession: enough for all sessions */
	if (server->option) {
		secure(server->option);
	}
}

/* The number behind a mark, in front of the end of a line. */
static size_t take_number(char **at, char mark)
{
	size_t number;

	if (**at != mark) {
		bare_die("this is not a command of Redis: %.40s", *at);
	}
	number = strtoul(*at + 1, at, 10);
	*at += 2;
	return number;
}

static void take_command(char **at, command *command)
{
	command->argc = (int) take_number(at, '*');
	if (command->argc > ARGUMENTS_MAX) {
		bare_die("a command has too many arguments");
	}
	for (int i = 0; i < command->argc; i++) {
		command->lengths[i] = take_number(at, '$');
		command->argv[i] = *at;
		*at += command->lengths[i] + 2;
	}
}

void bare_prepare(bare_burst *burst)
{
	commands *commands = bare_allocate(sizeof(*commands));
	char *at = burst->bytes;

	burst->commands = commands;
	while (at < burst->bytes + burst->length) {
		if (commands->count == COMMANDS_MAX) {
			bare_die("too many commands at a time");
		}
		take_command(&at, &commands->list[commands->count++]);
	}
}

void bare_send(bare_burst *burst)
{
	const commands *commands = burst->commands;

	for (int i = 0; i < commands->count; i++) {
		const command *command = &commands->list[i];

		redisAppendCommandArgv(
			context, command->argc, (const char **) command->argv, command->lengths);
	}
	for (int i = 0; i < commands->count; i++) {
		redisReply *reply;

		if (redisGetReply(context, (void **) &reply) != REDIS_OK) {
			bare_die("the connection to Redis failed: %s", context->errstr);
		}
		if (reply->type == REDIS_REPLY_ERROR) {
			bare_die("Redis says: %s", reply->str);
		}
		freeReplyObject(reply);
	}
}

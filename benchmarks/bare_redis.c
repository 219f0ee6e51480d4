/*
 * bare.h with hiredis. The option is the file with the certificate of who vouches for the server: it speaks TLS, which
 * is OpenSSL's, and hiredis then formats the commands and parses the answers.
 */
#include "bare.h"
#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
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
static SSL *tls;   /* NULL: in clear */
static int posted; /* answers that have not been read yet */

__attribute__((noreturn)) static void tls_failed(void)
{
	bare_die("TLS: %s", ERR_error_string(ERR_peek_error(), NULL));
}

static SSL_CTX *tls_context(const char *authority)
{
	static SSL_CTX *made;

	if (!made) {
		made = SSL_CTX_new(TLS_client_method());
		if (!made || SSL_CTX_load_verify_locations(made, authority, NULL) != 1) {
			tls_failed();
		}
		SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
	}
	return made;
}

/* The handshake. It goes on with the last connection's session, as cfsession does. */
static void secure(const char *authority)
{
	SSL_SESSION *session = NULL;

	if (tls) {
		session = SSL_get1_session(tls);
		/* Else OpenSSL takes it for a failure, after which the session may not go on. */
		SSL_set_shutdown(tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		SSL_free(tls);
	}
	tls = SSL_new(tls_context(authority));
	if (!tls || SSL_set_fd(tls, context->fd) != 1) {
		tls_failed();
	}
	if (session) {
		SSL_set_session(tls, session);
		SSL_SESSION_free(session);
	}
	if (SSL_connect(tls) != 1) {
		tls_failed();
	}
}

void bare_connect(const bare_server *server)
{
	const char *colon = strrchr(server->address, ':');

	if (context) {
		redisFree(context);
	}
	posted = 0;
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

/* Sends what hiredis has formatted. */
static void tls_send(void)
{
	if (SSL_write(tls, context->obuf, (int) sdslen(context->obuf)) <= 0) {
		tls_failed();
	}
	sdsclear(context->obuf);
}

static redisReply *tls_receive(void)
{
	static char buffer[16384]; /* a record of TLS */
	void *reply = NULL;

	while (redisGetReplyFromReader(context, &reply) == REDIS_OK && !reply) {
		int length = SSL_read(tls, buffer, sizeof(buffer));

		if (length <= 0) {
			tls_failed();
		}
		redisReaderFeed(context->reader, buffer, (size_t) length);
	}
	return reply;
}

static void send_all(void)
{
	int done = 0;

	if (tls) {
		tls_send();
		return;
	}
	while (!done) {
		if (redisBufferWrite(context, &done) != REDIS_OK) {
			bare_die("the connection to Redis failed: %s", context->errstr);
		}
	}
}

static redisReply *receive(void)
{
	void *reply = NULL;

	if (tls) {
		return tls_receive();
	}
	redisGetReply(context, &reply);
	return reply;
}

static void take_answers(int count)
{
	while (count-- > 0) {
		redisReply *reply = receive();

		if (!reply) {
			bare_die("the connection to Redis failed: %s", context->errstr);
		}
		if (reply->type == REDIS_REPLY_ERROR) {
			bare_die("Redis says: %s", reply->str);
		}
		freeReplyObject(reply);
	}
}

void bare_send(bare_burst *burst)
{
	const commands *commands = burst->commands;

	take_answers(posted);
	posted = 0;
	for (int i = 0; i < commands->count; i++) {
		const command *command = &commands->list[i];

		redisAppendCommandArgv(
			context, command->argc, (const char **) command->argv, command->lengths);
	}
	send_all();
	if (burst->posted) {
		posted = commands->count;
	} else {
		take_answers(commands->count);
	}
}

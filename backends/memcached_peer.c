#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_peer.h"
#include "socket.h"
#include <sys/socket.h>

/* PHP ignores SIGPIPE where this is not known. */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* ms to wait in case the server refuses us before we say anything. If we spoke first, it would reset the connection, and
 * its words would be lost. */
#define FIRST_BYTES_WAIT 20

/* Bytes of the first word that a message shows: fewer than an id has, because answers may have been mixed up. */
#define QUOTED_MAX 12

#define REDIS_ADVICE \
	"is a Redis, not a Memcached: for sessions there, write the save path as tcp://"

static const struct {
	const char *sign; /* what the words contain */
	const char *advice;
	bool for_address; /* which is to follow */
} peers[] = {
	{"-ERR ", REDIS_ADVICE, true},
	{"-NOAUTH ", REDIS_ADVICE, true},
	{"-DENIED ", REDIS_ADVICE, true},
	{"-NOPERM ", REDIS_ADVICE, true},
	{"-LOADING ", REDIS_ADVICE, true},
	{"HTTP/", "is a web server, not a Memcached: check the port", false},
	/* nginx answers so to a line that is no request. */
	{"<html", "is a web server, not a Memcached: check the port", false},
	{"SSH-", "is an SSH server, not a Memcached: check the port", false},
	{"\x15\x03",
		"speaks TLS, which libmemcached does not: use a port without TLS, or a tunnel (stunnel)",
		false},
	{"ERROR Too many open connections",
		"has reached its limit of connections: raise memcached's -c above the number of PHP's "
		"workers on all machines",
		false},
	{"unauthenticated",
		"requires a login in the text protocol (memcached -Y), which libmemcached does not "
		"support: start it with SASL (-S), and give a user name and a password",
		false},
};

bool mc_peer_explain(const cfs_server *server, const char *words, cfs_error *error)
{
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		if (strstr(words, peers[i].sign)) {
			cfs_error_set(error, "the server at %s %s%s", server->address, peers[i].advice,
				peers[i].for_address ? server->address : "");
			return true;
		}
	}
	return false;
}

void mc_peer_explain_login(const cfs_server *server, cfs_error *error)
{
	cfs_error_set(error,
		"the server at %s did not accept a login; if it runs without SASL (memcached -S), leave "
		"the credentials out",
		server->address);
}

/* Reads the first bytes that come, as a text. False: none came within `wait` ms. */
static bool hear(php_socket_t socket, int64_t wait, char *words, size_t size)
{
	ssize_t got;

	if (wait <= 0 || php_pollfd_for_ms(socket, POLLIN, (int) wait) <= 0) {
		return false;
	}
	got = recv(socket, words, size - 1, MSG_DONTWAIT);
	words[MAX(got, 0)] = '\0';
	return got > 0;
}

/* Whether a message may show the words: not those of a Memcached, which may be of somebody's session if answers were mixed
 * up. */
static bool is_quotable(const char *words)
{
	static const char *const own[] = {"VALUE", "VA ", "EN", "STORED", "NOT_", "EXISTS", "DELETED",
		"TOUCHED", "STAT", "OK", "ERROR", "CLIENT_ERROR", "SERVER_ERROR"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strncmp(words, own[i], strlen(own[i])) == 0) {
			return false;
		}
	}
	return *words > ' ' && *words < 0x7f;
}

static bool explain_words(
	const cfs_server *server, const char *words, mc_attempt failed, cfs_error *error)
{
	bool is_memcached = strncmp(words, "VERSION ", 8) == 0;

	if (is_memcached && failed != MC_NO_TEXT) {
		mc_peer_explain_login(server, error);
		return true;
	}
	if (is_memcached || mc_peer_explain(server, words, error)) {
		return !is_memcached;
	}
	if (!is_quotable(words)) {
		return false;
	}
	cfs_error_set(error,
		"the server at %s does not speak Memcached's protocol, but says \"%.*s\": check the host "
		"and the port",
		server->address, (int) MIN(strcspn(words, " \t\r\n"), QUOTED_MAX), words);
	return true;
}

bool mc_peer_ask(
	cfs_thread *thread, const cfs_server *server, mc_attempt failed, int64_t wait, cfs_error *error)
{
	static const char question[] = "version\r\n";
	int64_t deadline = cfs_now() + wait;
	char place[CFS_PLACE_MAX], words[128];
	php_socket_t socket;
	cfs_error ignored;
	bool heard;

	if (cfs_socket_connect(thread, server, wait, &socket, place, &ignored) !=
		CFS_SOCKET_CONNECTED) {
		return false;
	}
	heard = (failed != MC_NO_LOGIN_ANSWER &&
				hear(socket, MIN(FIRST_BYTES_WAIT, wait), words, sizeof(words))) ||
		(send(socket, question, sizeof(question) - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 &&
			hear(socket, deadline - cfs_now(), words, sizeof(words)));
	closesocket(socket);
	return heard && explain_words(server, words, failed, error);
}

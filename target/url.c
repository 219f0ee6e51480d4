#include "url.h"
#include <ctype.h>

#define SOCKET_PATH_MAX 107 /* sun_path less its NUL */
#define HOST_MAX        255 /* what DNS allows */

static bool is_host_character(char c)
{
	return c && (isalnum((unsigned char) c) || strchr(".-_", c));
}

/* Judges by the characters alone; the resolver knows the rest. */
static bool is_ipv6_address(cfs_piece text)
{
	cfs_piece zone, address = cfs_take_until(text, "%", &zone);

	for (size_t i = 0; i < address.length; i++) {
		if (!isxdigit((unsigned char) address.at[i]) && address.at[i] != ':' &&
			address.at[i] != '.') {
			return false;
		}
	}
	for (size_t i = 1; i < zone.length; i++) {
		if (!is_host_character(zone.at[i])) {
			return false;
		}
	}
	return memchr(address.at, ':', address.length);
}

static bool parse_port(cfs_server *server, cfs_piece text, cfs_error *error)
{
	uint32_t port = 0;

	/* The error does not quote it: after an unescaped "/" in a password, it may be a part of that. */
	if (!cfs_piece_number(text, UINT16_MAX, &port) || port == 0) {
		cfs_error_set(error, "the port has to be a number from 1 to 65535");
		return false;
	}
	server->port = (uint16_t) port;
	return true;
}

static bool set_host(cfs_server *server, cfs_piece host, bool is_address, cfs_error *error)
{
	if (!host.length) {
		cfs_error_set(error, "the host is missing");
		return false;
	}
	if (host.length > HOST_MAX) {
		cfs_error_set(error, "the host has more than %d bytes", HOST_MAX);
		return false;
	}
	if (is_address && !is_ipv6_address(host)) {
		cfs_error_set(error, "what is between \"[\" and \"]\" has to be an IPv6 address");
		return false;
	}
	for (size_t i = 0; i < host.length && !is_address; i++) {
		if (!is_host_character(host.at[i])) {
			cfs_error_set(error, "the host has a character that is not allowed in a host name");
			return false;
		}
	}
	server->host = pestrndup(host.at, host.length, 1);
	return true;
}

/* Which is a port or a weight in the wrong place; but to the system, "0" is this machine. */
static bool is_number(const char *host)
{
	return host[strspn(host, "0123456789")] == '\0' && strcmp(host, "0") != 0;
}

bool cfs_url_host_alone(cfs_server *server, const char *host, cfs_error *error)
{
	cfs_piece text = cfs_trimmed(host);
	bool is_address = text.length && memchr(text.at, ':', text.length);

	if (strstr(host, "://")) {
		cfs_error_set(error,
			"the host is a URL: write the host alone, or all of it in the field \"uri\" or "
			"REDIS_URL");
		return false;
	}
	if (is_address && text.at[0] == '[' && text.at[text.length - 1] == ']') {
		cfs_skip(&text, 1);
		text.length--;
	}
	/* With one colon only, it is a host with a port. */
	if (is_address && strchr(host, ':') == strrchr(host, ':')) {
		is_address = false;
	}
	if (!set_host(server, text, is_address, error)) {
		return false;
	}
	if (is_number(server->host)) {
		cfs_error_set(error, "the host is a number: write its name or its address");
		return false;
	}
	return true;
}

/* An IPv6 address, perhaps with a port, without brackets: nothing else has two colons in a row, or seven. */
bool cfs_url_lacks_brackets(cfs_piece text, cfs_error *error)
{
	size_t colons = 0;
	bool doubled = false;

	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] == ':') {
			colons++;
			doubled = doubled || (i > 0 && text.at[i - 1] == ':');
		} else if (!isxdigit((unsigned char) text.at[i]) && text.at[i] != '.') {
			return false;
		}
	}
	if (!doubled && colons < 7) {
		return false;
	}
	cfs_error_set(error, "write the IPv6 address in brackets, as in [::1]:6379");
	return true;
}

bool cfs_url_host(cfs_server *server, cfs_piece text, uint16_t default_port, cfs_error *error)
{
	bool is_address = text.length && text.at[0] == '[';
	cfs_piece host, rest;

	if (cfs_url_lacks_brackets(text, error)) {
		return false;
	}
	if (is_address) {
		cfs_skip(&text, 1);
	}
	host = cfs_take_until(text, is_address ? "]" : ":", &rest);
	if (is_address) {
		if (!rest.length) {
			cfs_error_set(error, "the \"[\" before the address has no \"]\"");
			return false;
		}
		cfs_skip(&rest, 1);
	}
	if (!set_host(server, host, is_address, error)) {
		return false;
	}
	server->port = default_port;
	if (is_number(server->host) || (!rest.length && strcmp(server->host, "0") == 0)) {
		cfs_error_set(error,
			"the host is a number: a port or a weight follows its host after a colon, as in "
			"host:%u",
			default_port);
		return false;
	}
	if (!rest.length) {
		return true;
	}
	if (rest.at[0] != ':') {
		cfs_error_set(error, "only \":port\" may follow the address");
		return false;
	}
	cfs_skip(&rest, 1);
	return parse_port(server, rest, error);
}

void cfs_url_split_login(cfs_piece text, cfs_piece *user, cfs_piece *password)
{
	*user = cfs_take_until(text, ":", password);
	if (password->length) {
		cfs_skip(password, 1);
	} else {
		*password = *user;
		user->length = 0;
	}
}

bool cfs_url_user(cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece user, password;

	cfs_url_split_login(text, &user, &password);
	if (user.length && !(server->username = cfs_decode(user, false, "the user name", error))) {
		return false;
	}
	if (!password.length && !user.length) {
		return true;
	}
	server->user_from_url = server->username != NULL;
	server->password = cfs_decode(password, false, "the password", error);
	return server->password != NULL;
}

bool cfs_url_database(cfs_server *server, cfs_piece path, cfs_error *error)
{
	if (path.length <= 1) {
		return true;
	}
	cfs_skip(&path, 1);
	if (!cfs_piece_number(path, INT32_MAX, &server->database)) {
		cfs_error_set(error,
			"the database after the host has to be a number "
			"(in a password, write \"/\" as %%2F)");
		return false;
	}
	return true;
}

bool cfs_url_split_user(cfs_piece *authority, cfs_piece *user_info)
{
	for (size_t i = authority->length; i-- > 0;) {
		if (authority->at[i] == '@') {
			user_info->at = authority->at;
			user_info->length = i;
			cfs_skip(authority, i + 1);
			return true;
		}
	}
	return false;
}

bool cfs_url_socket(cfs_server *server, cfs_piece path, cfs_error *error)
{
	server->host = cfs_decode(path, false, "the path of the socket", error);
	if (!server->host) {
		return false;
	}
	if (server->host[0] != '/' || strlen(server->host) > SOCKET_PATH_MAX) {
		cfs_error_set(error, "the path of a unix socket starts with \"/\" and has at most %d bytes",
			SOCKET_PATH_MAX);
		return false;
	}
	return true;
}

/*
 * session.save_path -> target.
 *
 * PHP's php_url_parse_ex() is not used: it turns control characters into "_", drops what it does not
 * understand and cannot say which part is bad, and a save path may name several servers.
 * Percent-escapes are decoded by PHP's functions, once, after they have been checked.
 */
#include "target.h"
#include "ext/standard/url.h"
#include "Zend/zend_smart_str.h"
#include <ctype.h>

#define REDIS_PORT     6379
#define MEMCACHED_PORT 11211
#define FORMS \
	"a server is written tcp://host:port, redis://user:password@host:port, unix:///path, or for " \
	"Memcached host:port or memcached://user:password@host:port"
#define DATABASE_UNSET  UINT32_MAX
#define SOCKET_PATH_MAX 107 /* sun_path less its NUL */

bool cfs_parse_boolean(const char *text, bool *value)
{
	static const char *const words[][2] = {
		{"0", "1"}, {"off", "on"}, {"no", "yes"}, {"false", "true"}, {"", "1"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int meaning = 0; meaning < 2; meaning++) {
			if (strcasecmp(text, words[i][meaning]) == 0) {
				*value = meaning;
				return true;
			}
		}
	}
	return false;
}

bool cfs_parse_seconds(const char *text, int64_t *milliseconds)
{
	const char *end;
	double seconds;

	if (strspn(text, "0123456789.") != strlen(text)) {
		return false;
	}
	seconds = zend_strtod(text, &end);
	if (end == text || *end || seconds > CFS_TIME_MAX / 1000.0) {
		return false;
	}
	*milliseconds = (int64_t) (seconds * 1000.0 + 0.5);
	/* What is above zero stays above zero: zero has a meaning of its own. */
	if (*milliseconds == 0 && seconds > 0) {
		*milliseconds = 1;
	}
	return true;
}

bool cfs_parse_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;
	size_t length = strlen(text);

	if (length == 0 || length > 10 || strspn(text, "0123456789") != length) {
		return false;
	}
	for (const char *digit = text; *digit; digit++) {
		value = value * 10 + (uint64_t) (*digit - '0');
	}
	if (value > max) {
		return false;
	}
	*number = (uint32_t) value;
	return true;
}

bool cfs_is_printable(const char *text)
{
	for (const unsigned char *c = (const unsigned char *) text; *c; c++) {
		if (*c < ' ' || *c == 0x7f) {
			return false;
		}
	}
	return true;
}

/* {{{ Pieces of text */

/* A part of the save path, not terminated. */
typedef struct {
	const char *at;
	size_t length;
} piece;

/* The piece up to the first of `stops`; *rest is what follows it, stop included. */
static piece take_until(piece from, const char *stops, piece *rest)
{
	piece taken = {from.at, 0};

	while (taken.length < from.length && !strchr(stops, from.at[taken.length])) {
		taken.length++;
	}
	rest->at = from.at + taken.length;
	rest->length = from.length - taken.length;
	return taken;
}

static void skip(piece *text, size_t count)
{
	text->at += count;
	text->length -= count;
}

static bool piece_is(piece text, const char *word)
{
	return strlen(word) == text.length && strncasecmp(text.at, word, text.length) == 0;
}

static bool escapes_are_well_formed(piece text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] != '%') {
			continue;
		}
		if (i + 2 >= text.length || !isxdigit((unsigned char) text.at[i + 1]) ||
			!isxdigit((unsigned char) text.at[i + 2])) {
			return false;
		}
		i += 2;
	}
	return true;
}

/* Decodes percent-escapes once, and "+" as a blank where the part is a query (phpredis reads it so).
 * Returns a malloc'ed string, or NULL with an error that names the part and does not quote it. */
static char *decode(piece text, bool is_query, const char *part, cfs_error *error)
{
	char *decoded;
	size_t length;

	if (!escapes_are_well_formed(text)) {
		cfs_error_set(error,
			"%s has a \"%%\" that no two hexadecimal digits follow (write %%25 for it)", part);
		return NULL;
	}
	decoded = pemalloc(text.length + 1, 1);
	memcpy(decoded, text.at, text.length);
	decoded[text.length] = '\0';
	length =
		is_query ? php_url_decode(decoded, text.length) : php_raw_url_decode(decoded, text.length);
	if (strlen(decoded) != length || !cfs_is_printable(decoded)) {
		cfs_error_set(error, "%s has a control character", part);
		pefree(decoded, 1);
		return NULL;
	}
	return decoded;
}

/* }}} */

/* {{{ Parameters: ?name=value&name=value */

/* Puts a decoded value, which becomes the server's, into a field that may be set only once. */
static bool keep_text(char **field, char *value, const char *name, cfs_error *error)
{
	if (*field) {
		cfs_error_set(error, "the parameter \"%s\" is given twice", name);
		pefree(value, 1);
		return false;
	}
	*field = value;
	return true;
}

/* phpredis' auth=password, auth[]=password, auth[]=user&auth[]=password. An empty one is none, as
 * Cloud Foundry's buildpack writes it for a service without a password. */
static bool set_auth(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&server->password, value, "auth", error);
}

static bool set_auth_item(cfs_server *server, char *value, cfs_error *error)
{
	if (server->password && !server->username) {
		server->username = server->password;
		server->password = NULL;
	}
	return keep_text(&server->password, value, "auth[]", error);
}

/* auth[0]=user&auth[1]=password, as http_build_query() writes it, in either order. */
static bool set_auth_first(cfs_server *server, char *value, cfs_error *error)
{
	return keep_text(
		server->password ? &server->username : &server->password, value, "auth[0]", error);
}

static bool set_user(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&server->username, value, "auth[user]", error);
}

static bool refuse_value(char *value, const char *name, const char *wanted, cfs_error *error)
{
	cfs_error_set(error, "the parameter \"%s\" has to be %s", name, wanted);
	pefree(value, 1);
	return false;
}

static bool set_database(cfs_server *server, char *value, cfs_error *error)
{
	if (server->database != DATABASE_UNSET) {
		return refuse_value(value, "database", "given once", error);
	}
	if (!cfs_parse_number(value, INT32_MAX, &server->database)) {
		return refuse_value(value, "database", "a number from 0", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_weight(cfs_server *server, char *value, cfs_error *error)
{
	if (!cfs_parse_number(value, 65535, &server->weight) || server->weight == 0) {
		return refuse_value(value, "weight", "a number from 1 to 65535", error);
	}
	pefree(value, 1);
	return true;
}

/* Zero is phpredis' way to say "not given". */
static bool set_time(int64_t *field, char *value, const char *name, cfs_error *error)
{
	if (!cfs_parse_seconds(value, field)) {
		return refuse_value(value, name, "a number of seconds, at most 86400", error);
	}
	if (*field == 0) {
		*field = CFS_TIME_UNSET;
	}
	pefree(value, 1);
	return true;
}

static bool set_timeout(cfs_server *server, char *value, cfs_error *error)
{
	return set_time(&server->connect_timeout, value, "timeout", error);
}

static bool set_read_timeout(cfs_server *server, char *value, cfs_error *error)
{
	return set_time(&server->timeout, value, "read_timeout", error);
}

static bool set_prefix(cfs_server *server, char *value, cfs_error *error)
{
	if (strlen(value) > CFS_PREFIX_MAX) {
		return refuse_value(value, "prefix", "at most 128 bytes long", error);
	}
	return keep_text(&server->prefix, value, "prefix", error);
}

static bool set_persistent(cfs_server *server, char *value, cfs_error *error)
{
	bool persistent;

	if (!*value || !cfs_parse_boolean(value, &persistent)) {
		return refuse_value(value, "persistent", "0 or 1", error);
	}
	server->persistent = persistent;
	pefree(value, 1);
	return true;
}

static bool set_pool(cfs_server *server, char *value, cfs_error *error)
{
	return keep_text(&server->pool, value, "persistent_id", error);
}

/* Each takes the decoded value over, and frees it if it does not keep it. */
static const struct {
	const char *name;
	bool (*set)(cfs_server *server, char *value, cfs_error *error);
	bool may_repeat;
	bool is_common; /* to Redis and Memcached */
} parameters[] = {
	{"auth", set_auth, false, false},
	{"auth[]", set_auth_item, true, false},
	{"auth[0]", set_auth_first, false, false},
	{"auth[1]", set_auth_item, false, false},
	{"auth[user]", set_user, false, false},
	{"auth[pass]", set_auth, false, false},
	{"database", set_database, false, false},
	{"weight", set_weight, false, false},
	{"timeout", set_timeout, false, true},
	{"read_timeout", set_read_timeout, false, true},
	{"prefix", set_prefix, false, true},
	{"persistent", set_persistent, false, true},
	{"persistent_id", set_pool, false, true},
};

#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))
#define AUTH_PARAMETERS 0x3f        /* the first six */
#define MAY_BE_SECRET   0x80000000u /* the query has an "@", which follows a password */

/* An "&" that belongs to a password starts what looks like a parameter, and so does a "?" in a URL: then
 * its name is not shown. */
static void refuse_parameter(const char *name, bool may_be_secret, cfs_error *error)
{
	if (may_be_secret) {
		cfs_error_set(error,
			"an unknown parameter follows what may be a password (in which \"&\" is written %%26, "
			"and "
			"in a URL \"?\" %%3F)");
	} else {
		cfs_error_set(error, "unknown parameter \"%s\"", name);
	}
}

static bool parse_parameter(
	cfs_server *server, piece parameter, bool common_only, uint32_t *seen, cfs_error *error)
{
	piece rest, name_text = take_until(parameter, "=", &rest);
	char part[64], *name, *value;
	size_t i;

	name = decode(name_text, true, "the name of a parameter", error);
	if (!name) {
		return false;
	}
	for (i = 0; i < PARAMETER_COUNT && strcmp(name, parameters[i].name) != 0;) {
		i++;
	}
	if (i == PARAMETER_COUNT || (common_only && !parameters[i].is_common)) {
		refuse_parameter(name, *seen & (AUTH_PARAMETERS | MAY_BE_SECRET), error);
		pefree(name, 1);
		return false;
	}
	pefree(name, 1);
	if ((*seen & (1u << i)) && !parameters[i].may_repeat) {
		cfs_error_set(error, "the parameter \"%s\" is given twice", parameters[i].name);
		return false;
	}
	*seen |= 1u << i;
	if (rest.length) {
		skip(&rest, 1);
	}
	snprintf(part, sizeof(part), "the parameter \"%s\"", parameters[i].name);
	value = decode(rest, true, part, error);
	return value && parameters[i].set(server, value, error);
}

/* "?name=value&name=value", or nothing */
static bool parse_query(cfs_server *server, piece query, bool common_only, cfs_error *error)
{
	uint32_t seen = query.length && memchr(query.at, '@', query.length) ? MAY_BE_SECRET : 0;

	if (query.length) {
		skip(&query, 1);
	}
	while (query.length) {
		piece parameter = take_until(query, "&", &query);

		if (parameter.length && !parse_parameter(server, parameter, common_only, &seen, error)) {
			return false;
		}
		if (query.length) {
			skip(&query, 1);
		}
	}
	return true;
}

/* }}} */

/* {{{ One server */

static bool is_host_character(char c, bool is_address)
{
	return isalnum((unsigned char) c) || strchr(is_address ? ":.%" : ".-_", c);
}

static bool parse_port(cfs_server *server, piece text, cfs_error *error)
{
	char digits[8];
	uint32_t port = 0;

	if (text.length && text.length < sizeof(digits)) {
		memcpy(digits, text.at, text.length);
		digits[text.length] = '\0';
	} else {
		digits[0] = '\0';
	}
	/* Not quoted: after a password with an unescaped "/" this may be a part of it. */
	if (!cfs_parse_number(digits, UINT16_MAX, &port) || port == 0) {
		cfs_error_set(error, "the port has to be a number from 1 to 65535");
		return false;
	}
	server->port = (uint16_t) port;
	return true;
}

/* host[:port], [IPv6][:port] */
static bool parse_host(cfs_server *server, piece text, uint16_t default_port, cfs_error *error)
{
	bool is_address = text.length && text.at[0] == '[';
	piece host, rest;

	if (is_address) {
		skip(&text, 1);
	}
	host = take_until(text, is_address ? "]" : ":", &rest);
	if (is_address) {
		if (!rest.length) {
			cfs_error_set(error, "the \"[\" before the address has no \"]\"");
			return false;
		}
		skip(&rest, 1);
	}
	if (!host.length) {
		cfs_error_set(error, "the host is missing");
		return false;
	}
	for (size_t i = 0; i < host.length; i++) {
		if (!host.at[i] || !is_host_character(host.at[i], is_address)) {
			cfs_error_set(error, "the host has a character that no host name has");
			return false;
		}
	}
	server->host = pestrndup(host.at, host.length, 1);
	server->port = default_port;
	if (!rest.length) {
		return true;
	}
	if (rest.at[0] != ':') {
		cfs_error_set(error, "after the address only \":port\" may stand");
		return false;
	}
	skip(&rest, 1);
	return parse_port(server, rest, error);
}

/* user:password@, :password@, or password@ alone as redis-cli reads it. */
static bool parse_user_info(cfs_server *server, piece text, cfs_error *error)
{
	piece password, user = take_until(text, ":", &password);

	if (!password.length) {
		password = user;
		user.length = 0;
	} else {
		skip(&password, 1);
	}
	if (user.length && !(server->username = decode(user, false, "the user name", error))) {
		return false;
	}
	if (!password.length && !user.length) {
		return true;
	}
	server->password = decode(password, false, "the password", error);
	return server->password != NULL;
}

static bool parse_database_path(cfs_server *server, piece path, cfs_error *error)
{
	char digits[12] = "";

	if (path.length <= 1) {
		return true;
	}
	skip(&path, 1);
	if (path.length < sizeof(digits)) {
		memcpy(digits, path.at, path.length);
		digits[path.length] = '\0';
	}
	if (!cfs_parse_number(digits, INT32_MAX, &server->database)) {
		cfs_error_set(error,
			"the database after the host has to be a number "
			"(a \"/\" in a password is written %%2F)");
		return false;
	}
	return true;
}

/* What stands before the last "@" of the authority are credentials. */
static bool split_user_info(piece *authority, piece *user_info)
{
	for (size_t i = authority->length; i-- > 0;) {
		if (authority->at[i] == '@') {
			user_info->at = authority->at;
			user_info->length = i;
			skip(authority, i + 1);
			return true;
		}
	}
	return false;
}

/* redis://[user[:password]@]host[:port][/database] */
static bool parse_redis_url(cfs_server *server, piece text, cfs_error *error)
{
	piece path, user_info, authority = take_until(text, "/", &path);

	if (split_user_info(&authority, &user_info) && !parse_user_info(server, user_info, error)) {
		return false;
	}
	return parse_host(server, authority, REDIS_PORT, error) &&
		parse_database_path(server, path, error);
}

/* tcp://host[:port]: phpredis' form, which ignores credentials and a path; here they are refused. */
static bool parse_tcp_url(cfs_server *server, piece text, cfs_error *error)
{
	piece path, user_info, authority = take_until(text, "/", &path);

	if (split_user_info(&authority, &user_info)) {
		cfs_error_set(error,
			"tcp:// takes a password as ?auth=password; in front of the host it "
			"needs redis://");
		return false;
	}
	if (path.length > 1) {
		cfs_error_set(error,
			"tcp:// takes the database as ?database=number; after the host it "
			"needs redis://");
		return false;
	}
	return parse_host(server, authority, REDIS_PORT, error);
}

/* unix:///path, and phpredis' unix:/path */
static bool parse_socket_url(cfs_server *server, piece text, cfs_error *error)
{
	server->host = decode(text, false, "the path of the socket", error);
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

/* Schemes, and why those that are not there yet are refused. */
static const struct {
	const char *name;
	bool (*parse)(cfs_server *server, piece text, cfs_error *error);
	const char *refusal;
} schemes[] = {
	{"tcp", parse_tcp_url, NULL},
	{"redis", parse_redis_url, NULL},
	{"valkey", parse_redis_url, NULL},
	{"unix", parse_socket_url, NULL},
	{"tls", NULL, "TLS"},
	{"ssl", NULL, "TLS"},
	{"rediss", NULL, "TLS"},
	{"valkeys", NULL, "TLS"},
	{"redis+sentinel", NULL, "Sentinel"},
	{"redis+cluster", NULL, "Redis Cluster"},
};

#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

static bool finish_server(cfs_server *server, cfs_error *error)
{
	if (server->username && !server->password) {
		cfs_error_set(error, "a user name is given without a password");
		return false;
	}
	if (server->database == DATABASE_UNSET) {
		server->database = 0;
	}
	if (server->port == 0) {
		server->address = pestrdup(server->host, 1);
	} else {
		char address[1024];

		snprintf(address, sizeof(address), strchr(server->host, ':') ? "[%s]:%u" : "%s:%u",
			server->host, server->port);
		server->address = pestrdup(address, 1);
	}
	return true;
}

static void init_server(cfs_server *server)
{
	server->database = DATABASE_UNSET;
	server->weight = 1;
	server->connect_timeout = server->timeout = CFS_TIME_UNSET;
	server->persistent = -1;
}

/* Which of the schemes the text begins with, and what follows it; -1: none that can be used. */
static int take_scheme(piece text, piece *rest, cfs_error *error)
{
	piece scheme = take_until(text, ":", rest);
	size_t i = 0;

	if (rest->length > 2 && memcmp(rest->at, "://", 3) == 0) {
		skip(rest, 3);
	} else if (rest->length > 1 && rest->at[1] == '/' && piece_is(scheme, "unix")) {
		skip(rest, 1);
	} else {
		cfs_error_set(error, FORMS);
		return -1;
	}
	while (i < SCHEME_COUNT && !piece_is(scheme, schemes[i].name)) {
		i++;
	}
	if (i == SCHEME_COUNT) {
		cfs_error_set(error, "unknown scheme \"%.*s\"", (int) MIN(scheme.length, 20), scheme.at);
		return -1;
	}
	if (!schemes[i].parse) {
		cfs_error_set(error, "\"%s://\" needs %s, which this build of cfsession does not have",
			schemes[i].name, schemes[i].refusal);
		return -1;
	}
	return (int) i;
}

/* }}} */

/* {{{ Targets */

static cfs_target *new_target(const char *backend, uint32_t server_count)
{
	cfs_target *target = pecalloc(1, sizeof(*target), 1);

	target->references = 1;
	target->backend = backend;
	target->topology = "single";
	target->server_count = server_count;
	target->servers = pecalloc(server_count, sizeof(cfs_server), 1);
	return target;
}

static cfs_target *parsed(cfs_target *target, bool valid)
{
	if (!valid) {
		cfs_target_release(target);
		return NULL;
	}
	return target;
}

static cfs_target *parse_redis(piece text, cfs_error *error)
{
	piece rest, query, server;
	cfs_target *target;
	int scheme = take_scheme(text, &server, error);

	if (scheme < 0) {
		return NULL;
	}
	server = take_until(server, ", \t\r\n", &rest);
	if (rest.length) {
		cfs_error_set(error,
			"it names several Redis servers, which this build of cfsession does not support (in a "
			"password \",\" is written %%2C and a blank %%20)");
		return NULL;
	}
	server = take_until(server, "?", &query);
	target = new_target("redis", 1);
	init_server(&target->servers[0]);
	return parsed(target,
		schemes[scheme].parse(&target->servers[0], server, error) &&
			parse_query(&target->servers[0], query, false, error) &&
			finish_server(&target->servers[0], error));
}

/* {{{ Memcached: host[:port[:weight]], /path/to/socket[:0:weight], and lists of these */

/* ":weight" */
static bool parse_memcached_weight(cfs_server *server, piece text, bool *weighted, cfs_error *error)
{
	char digits[8] = "";

	skip(&text, 1);
	if (text.length < sizeof(digits)) {
		memcpy(digits, text.at, text.length);
		digits[text.length] = '\0';
	}
	if (!cfs_parse_number(digits, 65535, &server->weight) || server->weight == 0) {
		cfs_error_set(error, "the weight has to be a number from 1 to 65535");
		return false;
	}
	*weighted = true;
	return true;
}

/* Splits ":weight" off, which follows a second colon outside of brackets. */
static piece split_weight(piece *text)
{
	piece rest, weight = {text->at + text->length, 0};

	take_until(*text, text->at[0] == '[' ? "]" : ":", &rest);
	if (rest.length && rest.at[0] == ']') {
		skip(&rest, 1);
	}
	if (rest.length && rest.at[0] == ':') {
		skip(&rest, 1);
		take_until(rest, ":", &weight);
		text->length -= weight.length;
	}
	return weight;
}

static bool parse_memcached_socket(cfs_server *server, piece text, cfs_error *error)
{
	piece port, path = take_until(text, ":", &port);

	if (port.length && !(port.length == 2 && port.at[1] == '0')) {
		cfs_error_set(error, "after the path of a unix socket only \":0:weight\" may stand");
		return false;
	}
	return parse_socket_url(server, path, error);
}

static bool parse_memcached_server(cfs_server *server, piece text, bool *weighted, cfs_error *error)
{
	piece weight = split_weight(&text);

	init_server(server);
	if (!(text.at[0] == '/' ? parse_memcached_socket(server, text, error)
							: parse_host(server, text, MEMCACHED_PORT, error))) {
		return false;
	}
	return !weight.length || parse_memcached_weight(server, weight, weighted, error);
}

static uint32_t count_words(piece text, const char *separators)
{
	uint32_t count = 0;

	while (text.length) {
		count += take_until(text, separators, &text).length > 0;
		if (text.length) {
			skip(&text, 1);
		}
	}
	return count;
}

/* What was said once holds for all servers of the list. */
static void share_parameters(cfs_server *server, const cfs_server *first)
{
	server->username = first->username ? pestrdup(first->username, 1) : NULL;
	server->password = first->password ? pestrdup(first->password, 1) : NULL;
	server->prefix = first->prefix ? pestrdup(first->prefix, 1) : NULL;
	server->pool = first->pool ? pestrdup(first->pool, 1) : NULL;
	server->connect_timeout = first->connect_timeout;
	server->timeout = first->timeout;
	server->persistent = first->persistent;
}

static bool parse_memcached_servers(cfs_target *target, piece list, cfs_error *error)
{
	for (uint32_t i = 0; i < target->server_count;) {
		piece server = take_until(list, ", \t", &list);

		if (server.length &&
			!parse_memcached_server(&target->servers[i++], server, &target->weighted, error)) {
			return false;
		}
		if (list.length) {
			skip(&list, 1);
		}
	}
	return true;
}

static bool finish_memcached(cfs_target *target, piece query, cfs_error *error)
{
	if (!parse_query(&target->servers[0], query, true, error)) {
		return false;
	}
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (i) {
			share_parameters(&target->servers[i], &target->servers[0]);
		}
		if (!finish_server(&target->servers[i], error)) {
			return false;
		}
	}
	if (target->server_count > 1) {
		target->topology = "ketama";
	}
	return true;
}

/* [PERSISTENT=name ]server[,server...][?parameters]; the name is that of a pool. */
static cfs_target *parse_memcached_list(piece text, cfs_error *error)
{
	static const char persistent[] = "PERSISTENT=";
	piece query, pool = {NULL, 0}, list = take_until(text, "?", &query);
	cfs_target *target;

	if (list.length > strlen(persistent) && memcmp(list.at, persistent, strlen(persistent)) == 0) {
		pool = take_until(list, " \t", &list);
		skip(&pool, strlen(persistent));
	}
	if (!count_words(list, ", \t") || memchr(list.at, '=', list.length)) {
		cfs_error_set(error, FORMS);
		return NULL;
	}
	target = new_target("memcached", count_words(list, ", \t"));
	if (!parse_memcached_servers(target, list, error)) {
		return parsed(target, false);
	}
	if (pool.at &&
		!(target->servers[0].pool = decode(pool, false, "the name of the pool", error))) {
		return parsed(target, false);
	}
	return parsed(target, finish_memcached(target, query, error));
}

/* memcached://[user:password@]server[,server...][?parameters] */
static cfs_target *parse_memcached_url(piece text, cfs_error *error)
{
	piece query, path, user_info = {NULL, 0}, list = take_until(text, "?", &query);
	cfs_target *target;

	list = take_until(list, "/", &path);
	if (path.length > 1) {
		cfs_error_set(
			error, "after the servers no path may stand (a \"/\" in a password is written %%2F)");
		return NULL;
	}
	split_user_info(&list, &user_info);
	if (!count_words(list, ",")) {
		cfs_error_set(error, "the host is missing");
		return NULL;
	}
	target = new_target("memcached", count_words(list, ","));
	if (!parse_memcached_servers(target, list, error) ||
		!parse_user_info(&target->servers[0], user_info, error)) {
		return parsed(target, false);
	}
	if (target->servers[0].password && !target->servers[0].username) {
		cfs_error_set(error, "SASL needs a user name and a password");
		return parsed(target, false);
	}
	return parsed(target, finish_memcached(target, query, error));
}

/* }}} */

static piece trimmed(const char *text)
{
	piece trimmed = {text, strlen(text)};

	while (trimmed.length && isspace((unsigned char) trimmed.at[trimmed.length - 1])) {
		trimmed.length--;
	}
	while (trimmed.length && isspace((unsigned char) trimmed.at[0])) {
		skip(&trimmed, 1);
	}
	return trimmed;
}

cfs_target *cfs_target_parse(const char *save_path, cfs_error *error)
{
	static const char memcached[] = "memcached://";
	piece text = trimmed(save_path), rest, scheme;

	if (!text.length) {
		cfs_error_set(error, "it is empty; name a server, as in tcp://127.0.0.1:6379");
		return NULL;
	}
	if (text.length > strlen(memcached) &&
		strncasecmp(text.at, memcached, strlen(memcached)) == 0) {
		skip(&text, strlen(memcached));
		return parse_memcached_url(text, error);
	}
	scheme = take_until(text, ":?, \t", &rest);
	if (piece_is(scheme, "binding")) {
		cfs_error_set(error,
			"\"binding:\" needs bound services, which this build of cfsession does not have");
		return NULL;
	}
	if (piece_is(scheme, "unix") || (rest.length > 2 && memcmp(rest.at, "://", 3) == 0)) {
		return parse_redis(text, error);
	}
	return parse_memcached_list(text, error);
}

bool cfs_target_set_login(
	cfs_target *target, const char *username, const char *password, cfs_error *error)
{
	if (strcmp(target->backend, "memcached") != 0 || target->servers[0].password ||
		(!*username && !*password)) {
		return true;
	}
	if (!*username || !*password) {
		cfs_error_set(error, "cfsession.sasl_username and cfsession.sasl_password belong together");
		return false;
	}
	for (uint32_t i = 0; i < target->server_count; i++) {
		target->servers[i].username = pestrdup(username, 1);
		target->servers[i].password = pestrdup(password, 1);
	}
	return true;
}

cfs_target *cfs_target_reference(cfs_target *target)
{
	target->references++;
	return target;
}

static void free_text(char *text)
{
	if (text) {
		pefree(text, 1);
	}
}

static void free_secret(char *text)
{
	if (text) {
		ZEND_SECURE_ZERO(text, strlen(text));
		pefree(text, 1);
	}
}

void cfs_target_release(cfs_target *target)
{
	if (--target->references > 0) {
		return;
	}
	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_server *server = &target->servers[i];

		free_text(server->host);
		free_text(server->username);
		free_secret(server->password);
		free_text(server->prefix);
		free_text(server->pool);
		free_text(server->address);
	}
	if (target->route) {
		target->free_route(target->route);
	}
	pefree(target->servers, 1);
	pefree(target, 1);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool cfs_server_same_connection(const cfs_server *a, const cfs_server *b)
{
	return a == b ||
		(a->port == b->port && a->database == b->database && same_text(a->host, b->host) &&
			same_text(a->username, b->username) && same_text(a->password, b->password) &&
			same_text(a->pool, b->pool));
}

static void describe_parameter(smart_str *text, char *separator, const char *name)
{
	smart_str_appendc(text, *separator);
	smart_str_appends(text, name);
	smart_str_appendc(text, '=');
	*separator = '&';
}

static void describe_login(const cfs_server *server, smart_str *text, char *separator)
{
	if (server->username) {
		describe_parameter(text, separator, "auth[user]");
		smart_str_appends(text, server->username);
	}
	if (server->password) {
		describe_parameter(text, separator, server->username ? "auth[pass]" : "auth");
		smart_str_appends(text, "***");
	}
}

static void describe_parameters(const cfs_server *server, smart_str *text, char separator)
{
	if (server->database) {
		describe_parameter(text, &separator, "database");
		smart_str_append_unsigned(text, server->database);
	}
	if (server->prefix) {
		describe_parameter(text, &separator, "prefix");
		smart_str_appends(text, server->prefix);
	}
	if (server->connect_timeout != CFS_TIME_UNSET) {
		describe_parameter(text, &separator, "timeout");
		smart_str_append_double(text, (double) server->connect_timeout / 1000.0, 6, false);
	}
	if (server->timeout != CFS_TIME_UNSET) {
		describe_parameter(text, &separator, "read_timeout");
		smart_str_append_double(text, (double) server->timeout / 1000.0, 6, false);
	}
	if (server->persistent != -1) {
		describe_parameter(text, &separator, "persistent");
		smart_str_append_unsigned(text, (zend_ulong) server->persistent);
	}
	if (server->pool) {
		describe_parameter(text, &separator, "persistent_id");
		smart_str_appends(text, server->pool);
	}
}

static void describe_memcached(const cfs_target *target, smart_str *text)
{
	const cfs_server *first = &target->servers[0];

	smart_str_appends(text, "memcached://");
	if (first->username) {
		smart_str_appends(text, first->username);
		smart_str_appends(text, ":***@");
	}
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (i) {
			smart_str_appendc(text, ',');
		}
		smart_str_appends(text, target->servers[i].address);
		if (target->weighted) {
			smart_str_appends(text, target->servers[i].port ? ":" : ":0:");
			smart_str_append_unsigned(text, target->servers[i].weight);
		}
	}
	describe_parameters(first, text, '?');
}

static void describe_redis(const cfs_target *target, smart_str *text)
{
	const cfs_server *server = &target->servers[0];
	char separator = '?';

	smart_str_appends(text, server->port ? "tcp://" : "unix://");
	smart_str_appends(text, server->address);
	describe_login(server, text, &separator);
	describe_parameters(server, text, separator);
}

zend_string *cfs_target_describe(const cfs_target *target)
{
	smart_str text = {0};

	if (strcmp(target->backend, "memcached") == 0) {
		describe_memcached(target, &text);
	} else {
		describe_redis(target, &text);
	}
	return smart_str_extract(&text);
}

/* }}} */

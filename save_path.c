#include "save_path.h"
#include "url.h"
#include <ctype.h>

#define FORMS \
	"a server is written tcp://host:port, redis://user:password@host:port, unix:///path, or for " \
	"Memcached host:port or memcached://user:password@host:port"

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
	if (server->database != CFS_DATABASE_UNSET) {
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

static bool set_binding(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		return refuse_value(value, "binding", "the name of a bound service", error);
	}
	return keep_text(&server->binding, value, "binding", error);
}

/* phpredis' stream[...], which are the options of PHP's own TLS streams. A relative path would be another
 * file in another request. */
static bool set_path(char **field, char *value, const char *name, cfs_error *error)
{
	if (!IS_ABSOLUTE_PATH(value, strlen(value))) {
		return refuse_value(value, name, "a path that starts with \"/\"", error);
	}
	return keep_text(field, value, name, error);
}

static bool set_ca_file(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.ca_file, value, "stream[cafile]", error);
}

static bool set_ca_directory(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.ca_directory, value, "stream[capath]", error);
}

static bool set_certificate(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.certificate, value, "stream[local_cert]", error);
}

static bool set_key(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.key, value, "stream[local_pk]", error);
}

static bool set_peer_name(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		return refuse_value(value, "stream[peer_name]", "a name", error);
	}
	return keep_text(&server->tls.peer_name, value, "stream[peer_name]", error);
}

/* What is not verified has to be asked for in so many words. */
static bool set_verified(bool *unverified, char *value, const char *name, cfs_error *error)
{
	bool verified;

	if (!*value || !cfs_parse_boolean(value, &verified)) {
		return refuse_value(value, name, "0 or 1", error);
	}
	*unverified = !verified;
	pefree(value, 1);
	return true;
}

static bool set_verify_peer(cfs_server *server, char *value, cfs_error *error)
{
	return set_verified(&server->tls.insecure, value, "stream[verify_peer]", error);
}

static bool set_verify_name(cfs_server *server, char *value, cfs_error *error)
{
	return set_verified(&server->tls.any_name, value, "stream[verify_peer_name]", error);
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
	{"binding", set_binding, false, true},
	{"stream[cafile]", set_ca_file, false, false},
	{"stream[capath]", set_ca_directory, false, false},
	{"stream[local_cert]", set_certificate, false, false},
	{"stream[local_pk]", set_key, false, false},
	{"stream[peer_name]", set_peer_name, false, false},
	{"stream[verify_peer]", set_verify_peer, false, false},
	{"stream[verify_peer_name]", set_verify_name, false, false},
};

#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))
#define AUTH_PARAMETERS 0x3f        /* the first six */
#define AUTH_ITEMS      0x0e        /* auth[], auth[0] and auth[1] */
#define MAY_BE_SECRET   0x80000000u /* the query has an "@", which follows a password */

/* Parameters of the target as a whole. */

static bool set_wait_replicas(cfs_target *target, char *value, cfs_error *error)
{
	if (!cfs_parse_number(value, UINT16_MAX, &target->wait_replicas)) {
		return refuse_value(value, "wait_replicas", "a number from 0 to 65535", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_wait_timeout(cfs_target *target, char *value, cfs_error *error)
{
	uint32_t ms;

	if (!cfs_parse_number(value, (uint32_t) CFS_TIME_MAX, &ms) || ms == 0) {
		return refuse_value(
			value, "wait_timeout", "a number of milliseconds from 1 to 86400000", error);
	}
	target->wait_timeout = ms;
	pefree(value, 1);
	return true;
}

static bool set_tls_on(cfs_tls *tls, char *value, const char *name, cfs_error *error)
{
	if (!*value || !cfs_parse_boolean(value, &tls->on)) {
		return refuse_value(value, name, "0 or 1", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_tls(cfs_target *target, char *value, cfs_error *error)
{
	return set_tls_on(
		target->master ? &target->master->tls : &target->servers[0].tls, value, "tls", error);
}

static bool set_sentinel_tls(cfs_target *target, char *value, cfs_error *error)
{
	return set_tls_on(&target->servers[0].tls, value, "sentinel_tls", error);
}

static bool set_sentinel_user(cfs_target *target, char *value, cfs_error *error)
{
	return keep_text(&target->servers[0].username, value, "sentinel_username", error);
}

static bool set_sentinel_password(cfs_target *target, char *value, cfs_error *error)
{
	return keep_text(&target->servers[0].password, value, "sentinel_password", error);
}

/* phpredis may read from replicas; sessions are read where they are written. */
static bool set_failover(cfs_target *target, char *value, cfs_error *error)
{
	if (strcmp(value, "none") != 0 && strcmp(value, "error") != 0 &&
		strcmp(value, "distribute") != 0) {
		return refuse_value(value, "failover", "none, error or distribute", error);
	}
	pefree(value, 1);
	return true;
}

/* host:port or tls://host:port, as phpredis has it; tls:// for one is for all. */
static bool set_seed(cfs_target *target, char *value, cfs_error *error)
{
	static const char tls[] = "tls://";
	cfs_piece text = cfs_trimmed(value);
	cfs_server *server = target->servers;
	bool valid;

	while (server->host) {
		server++;
	}
	if (text.length > strlen(tls) && strncasecmp(text.at, tls, strlen(tls)) == 0) {
		cfs_skip(&text, strlen(tls));
		target->servers[0].tls.on = true;
	}
	valid = cfs_url_host(server, text, CFS_REDIS_PORT, error);
	pefree(value, 1);
	return valid;
}

static bool is_seed(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && memcmp(name, "seed[", 5) == 0 && strchr(name, ']') == name + length - 1;
}

#define IN_LIST     1 /* of servers */
#define IN_SENTINEL 2
#define IN_CLUSTER  4
#define IN_SEEDS    8 /* phpredis' form of a cluster */

static const struct {
	const char *name;
	bool (*set)(cfs_target *target, char *value, cfs_error *error);
	unsigned forms;
} target_parameters[] = {
	{"sentinel_password", set_sentinel_password, IN_SENTINEL},
	{"sentinel_username", set_sentinel_user, IN_SENTINEL},
	{"sentinel_tls", set_sentinel_tls, IN_SENTINEL},
	{"tls", set_tls, IN_SENTINEL | IN_CLUSTER},
	{"wait_replicas", set_wait_replicas, IN_LIST | IN_SENTINEL | IN_CLUSTER | IN_SEEDS},
	{"wait_timeout", set_wait_timeout, IN_LIST | IN_SENTINEL | IN_CLUSTER | IN_SEEDS},
	{"failover", set_failover, IN_SEEDS},
};

#define TARGET_PARAMETER_COUNT (sizeof(target_parameters) / sizeof(target_parameters[0]))
#define SENTINEL_PASSWORD_SEEN 1u /* the first one */
#define SENTINEL_TLS_SEEN      4u

/* What a query is about, and what it has said so far: a bit for each parameter. */
typedef struct _query {
	cfs_target *target;
	cfs_server *server;
	unsigned form; /* 0: Memcached */
	uint32_t seen;
	uint32_t seen_of_target;
} query;

/* Which of the server's parameters it is; PARAMETER_COUNT: none that this form has. */
static size_t find_parameter(const query *query, const char *name)
{
	size_t i = 0;

	while (i < PARAMETER_COUNT && strcmp(name, parameters[i].name) != 0) {
		i++;
	}
	if (i == PARAMETER_COUNT || (!query->form && !parameters[i].is_common) ||
		(parameters[i].set == set_weight && query->form != IN_LIST) ||
		(parameters[i].set == set_database && query->form >= IN_CLUSTER)) {
		return PARAMETER_COUNT;
	}
	return i;
}

static size_t find_target_parameter(const query *query, const char *name)
{
	size_t i = 0;

	while (i < TARGET_PARAMETER_COUNT &&
		(!(target_parameters[i].forms & query->form) ||
			strcmp(name, target_parameters[i].name) != 0)) {
		i++;
	}
	return i;
}

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

static bool refuse_second(const char *name, cfs_error *error)
{
	cfs_error_set(error, "the parameter \"%s\" is given twice", name);
	return false;
}

/* A second item makes the first the user's name. A password that was given in another way is none. */
static bool is_repeated(const cfs_server *server, size_t parameter, uint32_t seen)
{
	uint32_t bit = 1u << parameter;

	return ((seen & bit) && !parameters[parameter].may_repeat) ||
		((bit & AUTH_ITEMS) && server->password && !(seen & AUTH_ITEMS));
}

static char *decode_value(cfs_piece value, const char *name, cfs_error *error)
{
	char part[64];

	if (value.length) {
		cfs_skip(&value, 1);
	}
	snprintf(part, sizeof(part), "the parameter \"%s\"", name);
	return cfs_decode(value, true, part, error);
}

static bool apply_parameter(query *query, size_t i, cfs_piece rest, cfs_error *error)
{
	char *value;

	if (is_repeated(query->server, i, query->seen)) {
		return refuse_second(parameters[i].name, error);
	}
	query->seen |= 1u << i;
	value = decode_value(rest, parameters[i].name, error);
	return value && parameters[i].set(query->server, value, error);
}

static bool apply_target_parameter(query *query, size_t i, cfs_piece rest, cfs_error *error)
{
	char *value;

	if (query->seen_of_target & (1u << i)) {
		return refuse_second(target_parameters[i].name, error);
	}
	query->seen_of_target |= 1u << i;
	value = decode_value(rest, target_parameters[i].name, error);
	return value && target_parameters[i].set(query->target, value, error);
}

static bool parse_named_parameter(query *query, const char *name, cfs_piece rest, cfs_error *error)
{
	size_t of_server = find_parameter(query, name);
	size_t of_target = find_target_parameter(query, name);

	if (of_server < PARAMETER_COUNT) {
		return apply_parameter(query, of_server, rest, error);
	}
	if (of_target < TARGET_PARAMETER_COUNT) {
		return apply_target_parameter(query, of_target, rest, error);
	}
	if (query->form == IN_SEEDS && is_seed(name)) {
		char *value = decode_value(rest, "seed[]", error);

		return value && set_seed(query->target, value, error);
	}
	refuse_parameter(name,
		(query->seen & (AUTH_PARAMETERS | MAY_BE_SECRET)) ||
			(query->seen_of_target & SENTINEL_PASSWORD_SEEN),
		error);
	return false;
}

static bool parse_parameter(query *query, cfs_piece parameter, cfs_error *error)
{
	cfs_piece rest, name_text = cfs_take_until(parameter, "=", &rest);
	char *name = cfs_decode(name_text, true, "the name of a parameter", error);
	bool valid;

	if (!name) {
		return false;
	}
	valid = parse_named_parameter(query, name, rest, error);
	pefree(name, 1);
	return valid;
}

/* "?name=value&name=value", or nothing */
static bool parse_query(query *query, cfs_piece text, cfs_error *error)
{
	query->seen |= text.length && memchr(text.at, '@', text.length) ? MAY_BE_SECRET : 0;
	if (text.length && text.at[0] == '?') {
		cfs_skip(&text, 1);
	}
	while (text.length) {
		cfs_piece parameter = cfs_take_until(text, "&", &text);

		if (parameter.length && !parse_parameter(query, parameter, error)) {
			return false;
		}
		if (text.length) {
			cfs_skip(&text, 1);
		}
	}
	return true;
}

/* }}} */

/* redis://[user[:password]@]host[:port][/database] */
static bool parse_redis_url(cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece path, user_info, authority = cfs_take_until(text, "/", &path);

	if (cfs_url_split_user(&authority, &user_info) && !cfs_url_user(server, user_info, error)) {
		return false;
	}
	return cfs_url_host(server, authority, CFS_REDIS_PORT, error) &&
		cfs_url_database(server, path, error);
}

/* tcp://host[:port]: phpredis' form, which ignores credentials and a path; here they are refused. */
static bool parse_tcp_url(cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece path, user_info, authority = cfs_take_until(text, "/", &path);

	if (cfs_url_split_user(&authority, &user_info)) {
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
	return cfs_url_host(server, authority, CFS_REDIS_PORT, error);
}

static const struct {
	const char *name;
	bool (*parse)(cfs_server *server, cfs_piece text, cfs_error *error);
	bool tls;
	unsigned form;
} schemes[] = {
	{"tcp", parse_tcp_url, false, IN_LIST},
	{"redis", parse_redis_url, false, IN_LIST},
	{"valkey", parse_redis_url, false, IN_LIST},
	{"unix", cfs_url_socket, false, IN_LIST},
	{"tls", parse_tcp_url, true, IN_LIST},
	{"ssl", parse_tcp_url, true, IN_LIST},
	{"rediss", parse_redis_url, true, IN_LIST},
	{"valkeys", parse_redis_url, true, IN_LIST},
	{"redis+sentinel", NULL, false, IN_SENTINEL},
	{"rediss+sentinel", NULL, true, IN_SENTINEL},
	{"redis+cluster", NULL, false, IN_CLUSTER},
	{"rediss+cluster", NULL, true, IN_CLUSTER},
};

#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

/* Which of the schemes the text begins with, and what follows it; -1: none that can be used. */
static int take_scheme(cfs_piece text, cfs_piece *rest, cfs_error *error)
{
	cfs_piece scheme = cfs_take_until(text, ":", rest);
	size_t i = 0;

	if (rest->length > 2 && memcmp(rest->at, "://", 3) == 0) {
		cfs_skip(rest, 3);
	} else if (rest->length > 1 && rest->at[1] == '/' && cfs_piece_is(scheme, "unix")) {
		cfs_skip(rest, 1);
	} else {
		cfs_error_set(error, FORMS);
		return -1;
	}
	while (i < SCHEME_COUNT && !cfs_piece_is(scheme, schemes[i].name)) {
		i++;
	}
	if (i == SCHEME_COUNT) {
		cfs_error_set(error, "unknown scheme \"%.*s\"", (int) MIN(scheme.length, 20), scheme.at);
		return -1;
	}
	return (int) i;
}

/* }}} */

/* {{{ Targets */

static cfs_target *parsed(cfs_target *target, bool valid)
{
	if (!valid) {
		cfs_target_release(target);
		return NULL;
	}
	return target;
}

static uint32_t count_words(cfs_piece text, const char *separators)
{
	uint32_t count = 0;

	while (text.length) {
		count += cfs_take_until(text, separators, &text).length > 0;
		if (text.length) {
			cfs_skip(&text, 1);
		}
	}
	return count;
}

/* The next word, which there must be. */
static cfs_piece take_word(cfs_piece *text, const char *separators)
{
	cfs_piece word = cfs_take_until(*text, separators, text);

	while (!word.length) {
		cfs_skip(text, 1);
		word = cfs_take_until(*text, separators, text);
	}
	return word;
}

/* What is said once holds for all servers of the list. */
static void spread_settings(cfs_target *target)
{
	for (uint32_t i = 1; i < target->server_count; i++) {
		uint32_t weight = target->servers[i].weight;

		cfs_server_copy_settings(&target->servers[i], &target->servers[0]);
		target->servers[i].weight = weight;
	}
}

/* host[:port],host[:port]... */
static bool parse_hosts(cfs_target *target, cfs_piece list, uint16_t default_port, cfs_error *error)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_piece host = take_word(&list, ",");

		if (!cfs_url_host(&target->servers[i], host, default_port, error)) {
			return false;
		}
	}
	return true;
}

/* {{{ Redis: a server, or several that share the sessions by their weights */

#define REDIS_SEPARATORS     ", \t\r\n\v\f"
#define MEMCACHED_SEPARATORS ", \t"

/* A password may have what separates servers: then what follows is no server, and is not quoted. */
static bool are_servers(cfs_piece text, cfs_error *error)
{
	uint32_t count = count_words(text, REDIS_SEPARATORS);
	cfs_error unused;

	for (uint32_t i = 0; i < count; i++) {
		cfs_piece rest, word = take_word(&text, REDIS_SEPARATORS);
		int scheme = take_scheme(word, &rest, &unused);

		if (scheme < 0) {
			cfs_error_set(error,
				"it names several servers, and each of them needs its scheme, as in "
				"tcp://a,tcp://b (in a password \",\" is written %%2C and a blank %%20)");
			return false;
		}
		if (schemes[scheme].form != IN_LIST) {
			cfs_error_set(error, "\"%s://\" cannot be one of several", schemes[scheme].name);
			return false;
		}
	}
	return true;
}

static bool parse_redis_server(query *query, cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece rest, parameters;
	int scheme = take_scheme(text, &rest, error);

	if (scheme < 0) {
		return false;
	}
	text = cfs_take_until(rest, "?", &parameters);
	query->server = server;
	query->seen = 0;
	server->tls.on = schemes[scheme].tls;
	return schemes[scheme].parse(server, text, error) && parse_query(query, parameters, error);
}

static cfs_target *parse_redis_list(cfs_piece text, cfs_error *error)
{
	uint32_t count = count_words(text, REDIS_SEPARATORS);
	cfs_target *target;
	query query = {.form = IN_LIST};

	if (!are_servers(text, error)) {
		return NULL;
	}
	target = cfs_target_new("redis", count > 1 ? CFS_WEIGHTED : CFS_SINGLE, count);
	query.target = target;
	for (uint32_t i = 0; i < count; i++) {
		cfs_piece server = take_word(&text, REDIS_SEPARATORS);

		if (!parse_redis_server(&query, &target->servers[i], server, error)) {
			return parsed(target, false);
		}
	}
	return parsed(target, cfs_target_finish(target, error));
}

/* }}} */

/* {{{ Redis: sentinels, and clusters */

/* Whether a list of hosts, of which `rest` is what the first "/" begins, is one. */
static bool has_hosts(cfs_piece list, cfs_piece rest, cfs_error *error)
{
	if (rest.length > 1 && rest.at[1] == '/' && list.length && rest.at[-1] == ':') {
		cfs_error_set(error, "sentinels, or nodes of a cluster, are listed by host and port alone");
		return false;
	}
	if (!count_words(list, ",")) {
		cfs_error_set(error, "the host is missing");
		return false;
	}
	return true;
}

/* "/name" of "/name/rest" */
static cfs_piece take_segment(cfs_piece path, cfs_piece *rest)
{
	cfs_piece segment = {path.at, 0}, name = path;

	if (name.length) {
		cfs_skip(&name, 1);
	}
	segment.length = cfs_take_until(name, "/", rest).length + (path.length > 0);
	return segment;
}

/* The characters that Sentinel allows. Not quoted: it may be a part of a password with a "/". */
static bool set_master_name(cfs_target *target, cfs_piece text, cfs_error *error)
{
	char *name;

	if (text.length <= 1) {
		cfs_error_set(
			error, "the name of the master is missing, as in redis+sentinel://host:26379/mymaster");
		return false;
	}
	cfs_skip(&text, 1);
	name = target->master_name = cfs_decode(text, false, "the name of the master", error);
	if (!name) {
		return false;
	}
	for (; *name; name++) {
		if (!isalnum((unsigned char) *name) && !strchr(".-_", *name)) {
			cfs_error_set(error,
				"the name of the master has a character that is not a letter, a digit, \".\", "
				"\"-\" or \"_\"");
			return false;
		}
	}
	return true;
}

/* The sentinels' own: what was said of them, and of the master's TLS. */
static void finish_sentinels(cfs_target *target, bool tls_said)
{
	cfs_server *first = &target->servers[0];
	char *username = first->username, *password = first->password;
	bool tls = tls_said ? first->tls.on : target->master->tls.on;
	cfs_server settings;

	cfs_server_init(&settings);
	cfs_server_copy_settings(&settings, target->master);
	cfs_server_set_login(&settings, NULL, NULL);
	settings.database = CFS_DATABASE_UNSET;
	settings.tls.on = tls;
	settings.username = username;
	settings.password = password;
	first->username = first->password = NULL;
	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_server_copy_settings(&target->servers[i], &settings);
	}
	cfs_server_free(&settings);
}

/* redis+sentinel://[user:password@]sentinel[:port],sentinel.../master[/database][?parameters] */
static cfs_target *parse_sentinel(cfs_piece text, bool tls, cfs_error *error)
{
	cfs_piece parameters, path, database, name, user_info = {"", 0};
	cfs_piece list = cfs_take_until(text, "?", &parameters);
	query query = {.form = IN_SENTINEL};
	cfs_target *target;

	list = cfs_take_until(list, "/", &path);
	cfs_url_split_user(&list, &user_info);
	if (!has_hosts(list, path, error)) {
		return NULL;
	}
	target = cfs_target_new("redis", CFS_SENTINEL, count_words(list, ","));
	target->master = pemalloc(sizeof(cfs_server), 1);
	cfs_server_init(target->master);
	target->master->tls.on = tls;
	name = take_segment(path, &database);
	query.target = target;
	query.server = target->master;
	if (!parse_hosts(target, list, CFS_SENTINEL_PORT, error) ||
		!cfs_url_user(target->master, user_info, error) || !set_master_name(target, name, error) ||
		!cfs_url_database(target->master, database, error) ||
		!parse_query(&query, parameters, error)) {
		return parsed(target, false);
	}
	finish_sentinels(target, query.seen_of_target & SENTINEL_TLS_SEEN);
	return parsed(target, cfs_target_finish(target, error));
}

/* redis+cluster://[user:password@]host[:port],host[:port]...[?parameters] */
static cfs_target *parse_cluster(cfs_piece text, bool tls, cfs_error *error)
{
	cfs_piece parameters, path, user_info = {"", 0};
	cfs_piece list = cfs_take_until(text, "?", &parameters);
	query query = {.form = IN_CLUSTER};
	cfs_target *target;

	list = cfs_take_until(list, "/", &path);
	cfs_url_split_user(&list, &user_info);
	if (!has_hosts(list, path, error)) {
		return NULL;
	}
	if (path.length > 1) {
		cfs_error_set(
			error, "a Redis Cluster has no databases (a \"/\" in a password is written %%2F)");
		return NULL;
	}
	target = cfs_target_new("redis", CFS_CLUSTER, count_words(list, ","));
	target->servers[0].tls.on = tls;
	query.target = target;
	query.server = &target->servers[0];
	if (!parse_hosts(target, list, CFS_REDIS_PORT, error) ||
		!cfs_url_user(&target->servers[0], user_info, error) ||
		!parse_query(&query, parameters, error)) {
		return parsed(target, false);
	}
	spread_settings(target);
	return parsed(target, cfs_target_finish(target, error));
}

static uint32_t count_seeds(cfs_piece text)
{
	uint32_t count = 0;

	while (text.length) {
		cfs_piece rest, parameter = cfs_take_until(text, "&", &text);
		cfs_error unused;
		char *name = cfs_decode(cfs_take_until(parameter, "=", &rest), true, "", &unused);

		if (name) {
			count += is_seed(name);
			pefree(name, 1);
		}
		if (text.length) {
			cfs_skip(&text, 1);
		}
	}
	return count;
}

/* phpredis' form of a cluster is a query alone: seed[]=host:port&seed[]=...&auth=... */
static cfs_target *parse_seeds(cfs_piece text, cfs_error *error)
{
	uint32_t count = count_seeds(text);
	query query = {.form = IN_SEEDS};
	cfs_target *target;

	if (!count) {
		cfs_error_set(
			error, "parameters alone are those of a Redis Cluster, which needs a seed[]=host:port");
		return NULL;
	}
	target = cfs_target_new("redis", CFS_CLUSTER, count);
	query.target = target;
	query.server = &target->servers[0];
	if (!parse_query(&query, text, error)) {
		return parsed(target, false);
	}
	spread_settings(target);
	return parsed(target, cfs_target_finish(target, error));
}

/* }}} */

static cfs_target *parse_redis(cfs_piece text, cfs_error *error)
{
	cfs_piece rest;
	int scheme = take_scheme(text, &rest, error);

	if (scheme < 0) {
		return NULL;
	}
	switch (schemes[scheme].form) {
		case IN_SENTINEL:
			return parse_sentinel(rest, schemes[scheme].tls, error);
		case IN_CLUSTER:
			return parse_cluster(rest, schemes[scheme].tls, error);
		default:
			return parse_redis_list(text, error);
	}
}

/* {{{ Memcached: host[:port[:weight]], /path/to/socket[:0:weight], and lists of these */

/* ":weight" */
static bool parse_memcached_weight(
	cfs_server *server, cfs_piece text, bool *weighted, cfs_error *error)
{
	cfs_skip(&text, 1);
	if (!cfs_piece_number(text, 65535, &server->weight) || server->weight == 0) {
		cfs_error_set(error, "the weight has to be a number from 1 to 65535");
		return false;
	}
	*weighted = true;
	return true;
}

/* Splits ":weight" off, which follows a second colon outside of brackets. */
static cfs_piece split_weight(cfs_piece *text)
{
	cfs_piece rest, weight = {text->at + text->length, 0};

	cfs_take_until(*text, text->at[0] == '[' ? "]" : ":", &rest);
	if (rest.length && rest.at[0] == ']') {
		cfs_skip(&rest, 1);
	}
	if (rest.length && rest.at[0] == ':') {
		cfs_skip(&rest, 1);
		cfs_take_until(rest, ":", &weight);
		text->length -= weight.length;
	}
	return weight;
}

static bool parse_memcached_socket(cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece port, path = cfs_take_until(text, ":", &port);

	if (port.length && !(port.length == 2 && port.at[1] == '0')) {
		cfs_error_set(error, "after the path of a unix socket only \":0:weight\" may stand");
		return false;
	}
	return cfs_url_socket(server, path, error);
}

static bool parse_memcached_server(
	cfs_server *server, cfs_piece text, bool *weighted, cfs_error *error)
{
	cfs_piece weight = split_weight(&text);

	if (!(text.at[0] == '/' ? parse_memcached_socket(server, text, error)
							: cfs_url_host(server, text, CFS_MEMCACHED_PORT, error))) {
		return false;
	}
	return !weight.length || parse_memcached_weight(server, weight, weighted, error);
}

static cfs_target *new_memcached(uint32_t server_count)
{
	return cfs_target_new("memcached", server_count > 1 ? CFS_KETAMA : CFS_SINGLE, server_count);
}

static bool parse_memcached_servers(cfs_target *target, cfs_piece list, cfs_error *error)
{
	for (uint32_t i = 0; i < target->server_count;) {
		cfs_piece server = cfs_take_until(list, MEMCACHED_SEPARATORS, &list);

		if (server.length &&
			!parse_memcached_server(&target->servers[i++], server, &target->weighted, error)) {
			return false;
		}
		if (list.length) {
			cfs_skip(&list, 1);
		}
	}
	return true;
}

static bool finish_memcached(cfs_target *target, cfs_piece parameters, cfs_error *error)
{
	query query = {.target = target, .server = &target->servers[0], .form = 0};

	if (!parse_query(&query, parameters, error)) {
		return false;
	}
	spread_settings(target);
	return cfs_target_finish(target, error);
}

/* [PERSISTENT=name ]server[,server...][?parameters]; the name is that of a pool. */
static cfs_target *parse_memcached_list(cfs_piece text, cfs_error *error)
{
	static const char persistent[] = "PERSISTENT=";
	cfs_piece query, pool = {NULL, 0}, list = cfs_take_until(text, "?", &query);
	cfs_target *target;

	if (list.length > strlen(persistent) && memcmp(list.at, persistent, strlen(persistent)) == 0) {
		pool = cfs_take_until(list, " \t", &list);
		cfs_skip(&pool, strlen(persistent));
	}
	if (!count_words(list, MEMCACHED_SEPARATORS) || memchr(list.at, '=', list.length)) {
		cfs_error_set(error, FORMS);
		return NULL;
	}
	target = new_memcached(count_words(list, MEMCACHED_SEPARATORS));
	if (!parse_memcached_servers(target, list, error)) {
		return parsed(target, false);
	}
	if (pool.at &&
		!(target->servers[0].pool = cfs_decode(pool, false, "the name of the pool", error))) {
		return parsed(target, false);
	}
	return parsed(target, finish_memcached(target, query, error));
}

/* memcached://[user:password@]server[,server...][?parameters] */
static cfs_target *parse_memcached_url(cfs_piece text, cfs_error *error)
{
	cfs_piece query, path, user_info = {"", 0}, list = cfs_take_until(text, "?", &query);
	cfs_target *target;

	list = cfs_take_until(list, "/", &path);
	if (path.length > 1) {
		cfs_error_set(
			error, "after the servers no path may stand (a \"/\" in a password is written %%2F)");
		return NULL;
	}
	cfs_url_split_user(&list, &user_info);
	if (!count_words(list, MEMCACHED_SEPARATORS)) {
		cfs_error_set(error, "the host is missing");
		return NULL;
	}
	target = new_memcached(count_words(list, MEMCACHED_SEPARATORS));
	if (!parse_memcached_servers(target, list, error) ||
		!cfs_url_user(&target->servers[0], user_info, error)) {
		return parsed(target, false);
	}
	if (target->servers[0].password && !target->servers[0].username) {
		cfs_error_set(error, "SASL needs a user name and a password");
		return parsed(target, false);
	}
	return parsed(target, finish_memcached(target, query, error));
}

/* }}} */

/* binding:name[?parameters]: what it is, the bound service says. */
static cfs_target *parse_binding(cfs_piece text, cfs_error *error)
{
	cfs_piece parameters, name = cfs_take_until(text, "?", &parameters);
	query query = {.form = IN_LIST};
	cfs_target *target;

	if (!name.length) {
		cfs_error_set(error, "after \"binding:\" stands the name of a bound service");
		return NULL;
	}
	target = cfs_target_new("", CFS_SINGLE, 1);
	query.target = target;
	query.server = &target->servers[0];
	query.server->binding = cfs_decode(name, false, "the name of the service", error);
	return parsed(target,
		query.server->binding && parse_query(&query, parameters, error) &&
			cfs_target_finish(target, error));
}

cfs_target *cfs_save_path_parse(const char *save_path, cfs_error *error)
{
	static const char memcached[] = "memcached://";
	cfs_piece text = cfs_trimmed(save_path), rest, scheme;

	if (!text.length) {
		cfs_error_set(error, "it is empty; name a server, as in tcp://127.0.0.1:6379");
		return NULL;
	}
	if (text.length > strlen(memcached) &&
		strncasecmp(text.at, memcached, strlen(memcached)) == 0) {
		cfs_skip(&text, strlen(memcached));
		return parse_memcached_url(text, error);
	}
	scheme = cfs_take_until(text, "=:/?, \t", &rest);
	if (rest.length && rest.at[0] == '=' && !cfs_piece_is(scheme, "PERSISTENT")) {
		return parse_seeds(text, error);
	}
	scheme = cfs_take_until(text, ":?, \t", &rest);
	if (cfs_piece_is(scheme, "binding") && rest.length) {
		cfs_skip(&rest, 1);
		return parse_binding(rest, error);
	}
	if (cfs_piece_is(scheme, "unix") || (rest.length > 2 && memcmp(rest.at, "://", 3) == 0)) {
		return parse_redis(text, error);
	}
	return parse_memcached_list(text, error);
}

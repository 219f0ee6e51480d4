#include "save_path.h"
#include "url.h"

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
};

#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))
#define AUTH_PARAMETERS 0x3f        /* the first six */
#define AUTH_ITEMS      0x0e        /* auth[], auth[0] and auth[1] */
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

/* A second item makes the first the user's name. A password that was given in another way is none. */
static bool is_repeated(const cfs_server *server, size_t parameter, uint32_t seen)
{
	uint32_t bit = 1u << parameter;

	return ((seen & bit) && !parameters[parameter].may_repeat) ||
		((bit & AUTH_ITEMS) && server->password && !(seen & AUTH_ITEMS));
}

static bool parse_parameter(
	cfs_server *server, cfs_piece parameter, bool common_only, uint32_t *seen, cfs_error *error)
{
	cfs_piece rest, name_text = cfs_take_until(parameter, "=", &rest);
	char part[64], *name, *value;
	size_t i;

	name = cfs_decode(name_text, true, "the name of a parameter", error);
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
	if (is_repeated(server, i, *seen)) {
		cfs_error_set(error, "the parameter \"%s\" is given twice", parameters[i].name);
		return false;
	}
	*seen |= 1u << i;
	if (rest.length) {
		cfs_skip(&rest, 1);
	}
	snprintf(part, sizeof(part), "the parameter \"%s\"", parameters[i].name);
	value = cfs_decode(rest, true, part, error);
	return value && parameters[i].set(server, value, error);
}

/* "?name=value&name=value", or nothing */
static bool parse_query(cfs_server *server, cfs_piece query, bool common_only, cfs_error *error)
{
	uint32_t seen = query.length && memchr(query.at, '@', query.length) ? MAY_BE_SECRET : 0;

	if (query.length) {
		cfs_skip(&query, 1);
	}
	while (query.length) {
		cfs_piece parameter = cfs_take_until(query, "&", &query);

		if (parameter.length && !parse_parameter(server, parameter, common_only, &seen, error)) {
			return false;
		}
		if (query.length) {
			cfs_skip(&query, 1);
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
	const char *refusal; /* why it is not there yet */
} schemes[] = {
	{"tcp", parse_tcp_url, false, NULL},
	{"redis", parse_redis_url, false, NULL},
	{"valkey", parse_redis_url, false, NULL},
	{"unix", cfs_url_socket, false, NULL},
	{"tls", parse_tcp_url, true, NULL},
	{"ssl", parse_tcp_url, true, NULL},
	{"rediss", parse_redis_url, true, NULL},
	{"valkeys", parse_redis_url, true, NULL},
	{"redis+sentinel", NULL, false, "Sentinel"},
	{"redis+cluster", NULL, false, "Redis Cluster"},
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
	if (!schemes[i].parse) {
		cfs_error_set(error, "\"%s://\" needs %s, which this build of cfsession does not have",
			schemes[i].name, schemes[i].refusal);
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

static cfs_target *parse_redis(cfs_piece text, cfs_error *error)
{
	cfs_piece rest, query, server;
	cfs_target *target;
	int scheme = take_scheme(text, &server, error);

	if (scheme < 0) {
		return NULL;
	}
	server = cfs_take_until(server, ", \t\r\n", &rest);
	if (rest.length) {
		cfs_error_set(error,
			"it names several Redis servers, which this build of cfsession does not support (in a "
			"password \",\" is written %%2C and a blank %%20)");
		return NULL;
	}
	server = cfs_take_until(server, "?", &query);
	target = cfs_target_new("redis", CFS_SINGLE, 1);
	target->servers[0].tls.on = schemes[scheme].tls;
	return parsed(target,
		schemes[scheme].parse(&target->servers[0], server, error) &&
			parse_query(&target->servers[0], query, false, error) &&
			cfs_target_finish(target, error));
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

#define BETWEEN_SERVERS ", \t"

static uint32_t count_servers(cfs_piece list)
{
	uint32_t count = 0;

	while (list.length) {
		count += cfs_take_until(list, BETWEEN_SERVERS, &list).length > 0;
		if (list.length) {
			cfs_skip(&list, 1);
		}
	}
	return count;
}

static cfs_target *new_memcached(uint32_t server_count)
{
	return cfs_target_new("memcached", server_count > 1 ? CFS_KETAMA : CFS_SINGLE, server_count);
}

static bool parse_memcached_servers(cfs_target *target, cfs_piece list, cfs_error *error)
{
	for (uint32_t i = 0; i < target->server_count;) {
		cfs_piece server = cfs_take_until(list, BETWEEN_SERVERS, &list);

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

static bool finish_memcached(cfs_target *target, cfs_piece query, cfs_error *error)
{
	if (!parse_query(&target->servers[0], query, true, error)) {
		return false;
	}
	/* What is said once holds for all servers of the list. */
	for (uint32_t i = 1; i < target->server_count; i++) {
		uint32_t weight = target->servers[i].weight;

		cfs_server_copy_settings(&target->servers[i], &target->servers[0]);
		target->servers[i].weight = weight;
	}
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
	if (!count_servers(list) || memchr(list.at, '=', list.length)) {
		cfs_error_set(error, FORMS);
		return NULL;
	}
	target = new_memcached(count_servers(list));
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
	if (!count_servers(list)) {
		cfs_error_set(error, "the host is missing");
		return NULL;
	}
	target = new_memcached(count_servers(list));
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
	cfs_piece query, name = cfs_take_until(text, "?", &query);
	cfs_target *target;

	if (!name.length) {
		cfs_error_set(error, "after \"binding:\" stands the name of a bound service");
		return NULL;
	}
	target = cfs_target_new("", CFS_SINGLE, 1);
	target->servers[0].binding = cfs_decode(name, false, "the name of the service", error);
	return parsed(target,
		target->servers[0].binding && parse_query(&target->servers[0], query, true, error) &&
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

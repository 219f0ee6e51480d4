#include "save_path.h"
#include "save_path_query.h"
#include "url.h"
#include <ctype.h>

#define QUOTES \
	"put the save path in quotes in php.ini: PHP cuts an unquoted one at \"=\", \";\" or \"!\""

#define FORMS \
	"write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for " \
	"Memcached host:port or memcached://user:password@host:port"

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

/* tcp://host[:port]: phpredis' form. phpredis ignores credentials and a path; this refuses them. */
static bool parse_tcp_url(cfs_server *server, cfs_piece text, cfs_error *error)
{
	cfs_piece path, user_info, authority = cfs_take_until(text, "/", &path);

	if (cfs_url_split_user(&authority, &user_info)) {
		cfs_error_set(error,
			"tcp:// takes the password as ?auth=password; only redis:// takes it before the host");
		return false;
	}
	if (path.length > 1) {
		cfs_error_set(error,
			"tcp:// takes the database as ?database=number; only redis:// takes it after the host");
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
	{"tcp", parse_tcp_url, false, CFS_QUERY_IN_LIST},
	{"redis", parse_redis_url, false, CFS_QUERY_IN_LIST},
	{"valkey", parse_redis_url, false, CFS_QUERY_IN_LIST},
	{"unix", cfs_url_socket, false, CFS_QUERY_IN_LIST},
	{"tls", parse_tcp_url, true, CFS_QUERY_IN_LIST},
	{"ssl", parse_tcp_url, true, CFS_QUERY_IN_LIST},
	{"rediss", parse_redis_url, true, CFS_QUERY_IN_LIST},
	{"valkeys", parse_redis_url, true, CFS_QUERY_IN_LIST},
	{"redis+sentinel", NULL, false, CFS_QUERY_OF_SENTINEL},
	{"rediss+sentinel", NULL, true, CFS_QUERY_OF_SENTINEL},
	{"redis+cluster", NULL, false, CFS_QUERY_OF_CLUSTER},
	{"rediss+cluster", NULL, true, CFS_QUERY_OF_CLUSTER},
};

#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

/* The i-th of all schemes, also of Memcached; NULL: there are no more. */
static const char *scheme_name(size_t i)
{
	return i < SCHEME_COUNT ? schemes[i].name : i == SCHEME_COUNT ? "memcached" : NULL;
}

/* The scheme that the text is; NULL: none. */
static const char *known_scheme(cfs_piece text)
{
	const char *name;
	size_t i = 0;

	while ((name = scheme_name(i)) && !cfs_piece_is(text, name)) {
		i++;
	}
	return name;
}

/* Refuses the text before "://". Does not show it: it may be a password. */
static void refuse_scheme(cfs_piece text, cfs_error *error)
{
	const char *name, *nearest = NULL;
	char list[200] = "";

	for (size_t i = 0; (name = scheme_name(i)); i++) {
		if (cfs_is_close(text, name) &&
			(!nearest || cfs_distance(text, name, false) < cfs_distance(text, nearest, false))) {
			nearest = name;
		}
		cfs_append_text(*list ? ", " : "", list, sizeof(list));
		cfs_append_text(name, list, sizeof(list));
	}
	if (nearest) {
		cfs_error_set(error, "unknown scheme: did you mean \"%s://\"?", nearest);
	} else {
		cfs_error_set(error, "unknown scheme before \"://\"; known are %s", list);
	}
}

/* Index of the scheme that the text begins with, and what follows it; -1: none that can be used, and the error says why. */
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
		refuse_scheme(scheme, error);
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

/* Between servers. */
#define SEPARATORS ", \t\r\n\v\f"

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

/* Takes the next word, which must exist. */
static cfs_piece take_word(cfs_piece *text, const char *separators)
{
	cfs_piece word = cfs_take_until(*text, separators, text);

	while (!word.length) {
		cfs_skip(text, 1);
		word = cfs_take_until(*text, separators, text);
	}
	return word;
}

/* Adds to the error which server of the list is wrong. Returns false. */
static bool fail_at(uint32_t i, uint32_t count, cfs_error *error)
{
	cfs_error found = *error;

	if (count > 1) {
		cfs_error_set(error, "server %u of %u: %s", i + 1, count, found.message);
	}
	return false;
}

/* Applies a setting that is given once to all servers of the list. */
static void share_settings(cfs_target *target)
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
			return fail_at(i, target->server_count, error);
		}
	}
	return true;
}

/* {{{ Redis: a server, or several that share the sessions by their weights */

/* Whether the words are servers. A password may contain a separator: then what follows is no server, and the error does not
 * quote it. */
static bool are_servers(cfs_piece text, cfs_error *error)
{
	uint32_t count = count_words(text, SEPARATORS);
	cfs_error unused;

	for (uint32_t i = 0; i < count; i++) {
		cfs_piece rest, word = take_word(&text, SEPARATORS);
		int scheme = take_scheme(word, &rest, &unused);

		if (scheme < 0) {
			cfs_error_set(error,
				"it names several servers, and each of them needs its scheme, as in "
				"tcp://a,tcp://b (in a password, write \",\" as %%2C and a space as %%20)");
			return false;
		}
		if (schemes[scheme].form != CFS_QUERY_IN_LIST) {
			cfs_error_set(error, "\"%s://\" cannot be one of several", schemes[scheme].name);
			return false;
		}
	}
	return true;
}

/* Whether this may be "user:pass", cut off from the rest of the password and the host. */
static bool is_half_a_login(cfs_piece hosts)
{
	cfs_piece rest, user = cfs_take_until(hosts, ":", &rest);
	uint32_t port;

	/* IPv6 addresses have "::". */
	if (!rest.length || memchr(hosts.at, '@', hosts.length) ||
		cfs_distance(hosts, "::", true) == 0) {
		return false;
	}
	cfs_skip(&rest, 1);
	return !user.length || !cfs_piece_number(rest, UINT32_MAX, &port);
}

/* For a URL whose beginning is wrong: sets the error to a more likely reason than the one found there. `behind` is all that
 * follows its hosts. */
static bool explain_url(cfs_piece hosts, cfs_piece behind, cfs_error *error)
{
	cfs_error found = *error;

	if (behind.length && memchr(behind.at, '@', behind.length)) {
		cfs_error_set(error,
			"what is before the \"@\" looks like a password with \"/\" or \"?\" in it: write "
			"\"/\" as %%2F and \"?\" as %%3F");
	} else if (is_half_a_login(hosts)) {
		cfs_error_set(error, "%s; if a password was cut off, " QUOTES, found.message);
	}
	return false;
}

static bool parse_redis_server(
	cfs_query *query, cfs_server *server, cfs_piece text, cfs_error *error)
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
	if (!schemes[scheme].parse(server, text, error)) {
		cfs_piece behind, hosts = cfs_take_until(rest, "/?", &behind);

		return schemes[scheme].parse == parse_redis_url && explain_url(hosts, behind, error);
	}
	return cfs_query_parse(query, parameters, error);
}

static cfs_target *parse_redis_list(cfs_piece text, cfs_error *error)
{
	uint32_t count = count_words(text, SEPARATORS);
	cfs_target *target;
	cfs_query query = {.form = CFS_QUERY_IN_LIST};

	if (!are_servers(text, error)) {
		return NULL;
	}
	target = cfs_target_new("redis", count > 1 ? CFS_WEIGHTED : CFS_SINGLE, count);
	query.target = target;
	for (uint32_t i = 0; i < count; i++) {
		cfs_piece server = take_word(&text, SEPARATORS);

		if (!parse_redis_server(&query, &target->servers[i], server, error)) {
			return parsed(target, false);
		}
	}
	return parsed(target, cfs_target_finish(target, error));
}

/* }}} */

/* {{{ Redis: sentinels, and clusters */

/* Whether the list names hosts; `rest` is what follows it from the first "/" on. */
static bool has_hosts(cfs_piece list, cfs_piece rest, cfs_error *error)
{
	if (rest.length > 1 && rest.at[1] == '/' && list.length && rest.at[-1] == ':') {
		cfs_error_set(error, "list sentinels and nodes of a cluster by host and port only");
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

/* Sets the master's name, if it has only characters that Sentinel allows. The error does not quote it: it may be a part of
 * a password with a "/". */
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

/* Sets what the sentinels have of their own, and whether they use TLS as the master does. */
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
	cfs_piece parameters, path, database, name, behind, user_info = {"", 0};
	cfs_piece list = cfs_take_until(text, "?", &parameters),
			  hosts = cfs_take_until(text, "/?", &behind);
	cfs_query query = {.form = CFS_QUERY_OF_SENTINEL};
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
		!cfs_url_database(target->master, database, error)) {
		return parsed(target, explain_url(hosts, behind, error));
	}
	if (!cfs_query_parse(&query, parameters, error)) {
		return parsed(target, false);
	}
	finish_sentinels(target, cfs_query_said_sentinel_tls(&query));
	return parsed(target, cfs_target_finish(target, error));
}

/* redis+cluster://[user:password@]host[:port],host[:port]...[?parameters] */
static cfs_target *parse_cluster(cfs_piece text, bool tls, cfs_error *error)
{
	cfs_piece parameters, path, behind, user_info = {"", 0};
	cfs_piece list = cfs_take_until(text, "?", &parameters),
			  hosts = cfs_take_until(text, "/?", &behind);
	cfs_query query = {.form = CFS_QUERY_OF_CLUSTER};
	cfs_target *target;

	list = cfs_take_until(list, "/", &path);
	cfs_url_split_user(&list, &user_info);
	if (!has_hosts(list, path, error)) {
		return NULL;
	}
	if (path.length > 1) {
		cfs_error_set(
			error, "a Redis Cluster has no databases (in a password, write \"/\" as %%2F)");
		explain_url((cfs_piece){"", 0}, behind, error);
		return NULL;
	}
	target = cfs_target_new("redis", CFS_CLUSTER, count_words(list, ","));
	target->servers[0].tls.on = tls;
	query.target = target;
	query.server = &target->servers[0];
	if (!parse_hosts(target, list, CFS_REDIS_PORT, error) ||
		!cfs_url_user(&target->servers[0], user_info, error)) {
		return parsed(target, explain_url(hosts, behind, error));
	}
	if (!cfs_query_parse(&query, parameters, error)) {
		return parsed(target, false);
	}
	share_settings(target);
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
			count += cfs_query_is_seed(name);
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
	cfs_query query = {.form = CFS_QUERY_OF_SEEDS};
	cfs_target *target;

	if (!count) {
		cfs_error_set(error,
			"only a Redis Cluster is written as parameters alone, and it needs a seed[]=host:port");
		return NULL;
	}
	target = cfs_target_new("redis", CFS_CLUSTER, count);
	query.target = target;
	query.server = &target->servers[0];
	if (!cfs_query_parse(&query, text, error)) {
		return parsed(target, false);
	}
	share_settings(target);
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
		case CFS_QUERY_OF_SENTINEL:
			return parse_sentinel(rest, schemes[scheme].tls, error);
		case CFS_QUERY_OF_CLUSTER:
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

/* Splits ":weight" off, which begins at the second colon outside of brackets. */
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
		cfs_error_set(error, "only \":0:weight\" may follow the path of a unix socket");
		return false;
	}
	return cfs_url_socket(server, path, error);
}

static bool parse_memcached_server(
	cfs_server *server, cfs_piece text, bool *weighted, cfs_error *error)
{
	cfs_piece weight;

	if (cfs_url_lacks_brackets(text, error)) {
		return false;
	}
	weight = split_weight(&text);
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
	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_piece server = take_word(&list, SEPARATORS);

		if (!parse_memcached_server(&target->servers[i], server, &target->weighted, error)) {
			return fail_at(i, target->server_count, error);
		}
	}
	return true;
}

static bool finish_memcached(cfs_target *target, cfs_piece parameters, cfs_error *error)
{
	cfs_query query = {
		.target = target, .server = &target->servers[0], .form = CFS_QUERY_OF_MEMCACHED};

	if (!cfs_query_parse(&query, parameters, error)) {
		return false;
	}
	share_settings(target);
	return cfs_target_finish(target, error);
}

/* [PERSISTENT=name ]server[,server...][?parameters]; the name is that of a pool. */
static cfs_target *parse_memcached_list(cfs_piece text, cfs_error *error)
{
	static const char persistent[] = "PERSISTENT=";
	cfs_piece query, pool = {NULL, 0}, list = cfs_take_until(text, "?", &query);
	cfs_target *target;

	if (list.length > strlen(persistent) && memcmp(list.at, persistent, strlen(persistent)) == 0) {
		pool = cfs_take_until(list, SEPARATORS, &list);
		cfs_skip(&pool, strlen(persistent));
	}
	/* Save paths of PHP's files may have ";". */
	if (!count_words(list, SEPARATORS) || memchr(list.at, '=', list.length) ||
		memchr(list.at, ';', list.length)) {
		cfs_error_set(error, FORMS);
		return NULL;
	}
	target = new_memcached(count_words(list, SEPARATORS));
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
	cfs_piece query, path, behind, user_info = {"", 0}, list = cfs_take_until(text, "?", &query);
	cfs_piece hosts = cfs_take_until(text, "/?", &behind);
	cfs_target *target;

	list = cfs_take_until(list, "/", &path);
	if (path.length > 1) {
		cfs_error_set(error, "no path may follow the servers (in a password, write \"/\" as %%2F)");
		explain_url((cfs_piece){"", 0}, behind, error);
		return NULL;
	}
	cfs_url_split_user(&list, &user_info);
	if (!count_words(list, SEPARATORS)) {
		cfs_error_set(error, "the host is missing");
		return NULL;
	}
	target = new_memcached(count_words(list, SEPARATORS));
	if (!parse_memcached_servers(target, list, error) ||
		!cfs_url_user(&target->servers[0], user_info, error)) {
		return parsed(target, explain_url(hosts, behind, error));
	}
	if (target->servers[0].password && !target->servers[0].username) {
		cfs_error_set(error, "SASL needs a user name and a password");
		return parsed(target, false);
	}
	return parsed(target, finish_memcached(target, query, error));
}

/* }}} */

/* binding:name[?parameters]: the bound service tells the rest. */
static cfs_target *parse_binding(cfs_piece text, cfs_error *error)
{
	cfs_piece parameters, name = cfs_take_until(text, "?", &parameters);
	cfs_query query = {.form = CFS_QUERY_IN_LIST};
	cfs_target *target;

	if (!name.length) {
		cfs_error_set(error, "the name of a bound service has to follow \"binding:\"");
		return NULL;
	}
	target = cfs_target_new("", CFS_SINGLE, 1);
	query.target = target;
	query.server = &target->servers[0];
	query.server->binding = cfs_decode(name, false, "the name of the service", error);
	return parsed(target,
		query.server->binding && cfs_query_parse(&query, parameters, error) &&
			cfs_target_finish(target, error));
}

/* Whether the text is what PHP makes of an unquoted line in php.ini: it calculates with "&", "|" and "^", and ends at an
 * "=". No host has such a name. */
static bool is_left_over(cfs_piece text, cfs_error *error)
{
	if (strspn(text.at, "0123456789") >= text.length) {
		cfs_error_set(error,
			"it is a number, because PHP calculates with a value in php.ini that is not in quotes; "
			"put the save path in quotes");
		return true;
	}
	if (cfs_piece_is(text, "PERSISTENT") || cfs_piece_is(text, "seed[]")) {
		cfs_error_set(error, "\"=\" has to follow \"PERSISTENT\" and \"seed[]\"; " QUOTES);
		return true;
	}
	return cfs_query_is_parameter(text, error);
}

/* Whether the text is a scheme without its "://", or with only a part of it. With a port, it is a host of that name. */
static bool lacks_slashes(cfs_piece text, cfs_error *error)
{
	cfs_piece rest, port, end;
	const char *name = known_scheme(cfs_take_until(text, ":/", &rest));
	uint32_t number;

	if (!name || strcmp(name, "unix") == 0 || rest.length < 2 ||
		(rest.length > 2 && memcmp(rest.at, "://", 3) == 0)) {
		return false;
	}
	cfs_skip(&rest, 1);
	port = cfs_take_until(rest, ":,? \t", &end);
	if (rest.at[-1] == ':' && cfs_piece_number(port, UINT16_MAX, &number)) {
		return false;
	}
	cfs_error_set(error, "\"%s\" has to be followed by \"://\", as in %s://host", name, name);
	return true;
}

cfs_target *cfs_save_path_parse(const char *save_path, cfs_error *error)
{
	static const char memcached[] = "memcached://";
	cfs_piece text = cfs_trimmed(save_path), rest, scheme;

	if (!text.length) {
		cfs_error_set(error,
			"session.save_path is empty: write a server into it, as in \"tcp://127.0.0.1:6379\"");
		return NULL;
	}
	if (is_left_over(text, error)) {
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
	if (lacks_slashes(text, error)) {
		return NULL;
	}
	if (cfs_piece_is(scheme, "unix") || (rest.length > 2 && memcmp(rest.at, "://", 3) == 0)) {
		return parse_redis(text, error);
	}
	return parse_memcached_list(text, error);
}

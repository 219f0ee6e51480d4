/*
 * From credentials of any shape to a target.
 *
 * Brokers agree on little. So each field is looked for under all its known names (docs/cloud-foundry.md lists them), and
 * the first that exists and is not empty counts. If it makes no sense, that is an error, because guessing would hide
 * mistakes. Errors name the field, and never quote a value.
 */

#include "credentials.h"
#include "../target/url.h"
#include <ctype.h>

/* How many servers a list may have: each one has a copy of all settings, including certificates. */
#define SERVERS_MAX 1000

/* Not reader_endpoint, load_balanced_host, hosts, ip: these may be replicas. */
static names host_names = {"host", "hostname", "hosts.0.hostname", NULL};
static names port_names = {"port", "master_port", "hosts.0.port", NULL};
static names master_names = {"master_name", "sentinel.master_name", "sentinel_master_name",
	"sentinel.master", "ha_master_name", NULL};
static names sentinel_user_names = {"sentinel_username", "sentinel.username", NULL};
static names sentinel_password_names = {
	"sentinel_password", "sentinel.password", "ha_password", NULL};
static names sentinel_port_names = {"sentinel.port", "sentinel_port", "ha_port", NULL};
static names sentinel_tls_port_names = {"tls_ha_port", NULL};
static names sentinel_list_names = {"sentinels", "sentinel_nodes", "sentinel.nodes", "hosts", NULL};
static names cluster_names = {"cluster_mode", NULL};
static names cluster_list_names = {"cluster.nodes", NULL};
static names server_list_names = {"servers", "vip", NULL};

/* {{{ Places */

/* Reads an item of a list: "host:port", or { host or hostname, port, tls_port } */
static void read_place(
	reader *outer, zval *place, uint16_t default_port, bool tls, cfs_server *server)
{
	reader inner = {.outer = place, .error = outer->error};
	const char *host;
	bool is_zero = false;

	if (Z_TYPE_P(place) != IS_ARRAY) {
		if (!cfs_document_is_text(place, &host)) {
			cfs_reader_fail_plainly(
				outer, "a server in its list is neither a string nor an object");
		} else if (!cfs_url_host(server, cfs_trimmed(host), default_port, outer->error)) {
			outer->failed = true;
		}
		return;
	}
	host = cfs_reader_text(&inner, host_names);
	server->port = tls ? cfs_reader_port(&inner, cfs_tls_port_names, &is_zero) : 0;
	if (!server->port) {
		server->port = cfs_reader_port(&inner, port_names, &is_zero);
	}
	if (!server->port) {
		server->port = default_port;
	}
	if (!host) {
		cfs_reader_fail(&inner, "host", "there for each server of a list");
	}
	outer->failed = inner.failed || !cfs_url_host_alone(server, host, outer->error);
}

/* Splits a text into a list, in place. */
static void split_list(zval *value)
{
	zval list;
	cfs_piece rest = {Z_STRVAL_P(value), Z_STRLEN_P(value)};

	array_init(&list);
	while (rest.length) {
		cfs_piece place = cfs_take_until(rest, ",; \t\r\n", &rest);

		if (place.length) {
			add_next_index_stringl(&list, place.at, place.length);
		}
		if (rest.length) {
			cfs_skip(&rest, 1);
		}
	}
	zval_ptr_dtor(value);
	ZVAL_COPY_VALUE(value, &list);
}

static zval *checked_list(reader *reader, zval *list, const char *name)
{
	uint32_t count = Z_TYPE_P(list) == IS_ARRAY ? zend_hash_num_elements(Z_ARRVAL_P(list)) : 0;

	if (count < 1 || count > SERVERS_MAX) {
		cfs_reader_fail(reader, name, "a list of servers, at most 1000");
		return NULL;
	}
	return list;
}

/* A list of servers, from a list or a text; NULL: there is none. */
static zval *list(reader *reader, names list_names)
{
	const char *name;
	zval *found = cfs_reader_find(reader, list_names, &name);

	if (!found) {
		return NULL;
	}
	cfs_document_unpack(found);
	if (Z_TYPE_P(found) == IS_STRING) {
		split_list(found);
	}
	return checked_list(reader, found, name);
}

/* A target with a server for each of the list, all with the same settings. */
static cfs_target *target_of_list(reader *reader, const char *backend, cfs_topology topology,
	zval *places, uint16_t default_port, const cfs_server *settings)
{
	cfs_target *target =
		cfs_target_new(backend, topology, zend_hash_num_elements(Z_ARRVAL_P(places)));
	uint32_t i = 0;
	zval *place;

	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(places), place)
	{
		cfs_server_copy_settings(&target->servers[i], settings);
		if (!reader->failed) {
			read_place(reader, place, default_port, settings->tls.on, &target->servers[i]);
		}
		i++;
	}
	ZEND_HASH_FOREACH_END();
	return target;
}

/* The hosts of a URI as such a list, which replaces the URI in the document; NULL: there are none. */
static zval *list_of_uri(reader *reader, const uri *uri)
{
	const char *name;
	zval hosts, *found = cfs_reader_find(reader, cfs_uri_names, &name);

	ZVAL_STRINGL(&hosts, uri->hosts.at, uri->hosts.length);
	zval_ptr_dtor(found);
	ZVAL_COPY_VALUE(found, &hosts);
	split_list(found);
	return checked_list(reader, found, name);
}

/* }}} */

/* {{{ Redis */

/* The port of the only server. Brokers that offer TLS and plain text give one for each. */
static uint16_t redis_port(reader *reader, const uri *uri, bool tls)
{
	bool is_zero = false;
	uint16_t of_uri = cfs_uri_port(reader, uri), found = 0;

	if (tls) {
		found = cfs_reader_port(reader, cfs_tls_port_names, &is_zero);
		found = found ? found : of_uri;
	}
	found = found ? found : cfs_reader_port(reader, port_names, &is_zero);
	found = found ? found : of_uri;
	if (!found && is_zero) {
		cfs_reader_fail_plainly(reader, "the port is 0, and there is no other");
	}
	return found ? found : CFS_REDIS_PORT;
}

static cfs_target *single_redis(
	reader *reader, const uri *uri, const char *host, const cfs_server *settings)
{
	cfs_target *target = cfs_target_new("redis", CFS_SINGLE, 1);
	cfs_server *server = &target->servers[0];
	bool placed;

	cfs_server_copy_settings(server, settings);
	if (host) {
		placed = cfs_url_host_alone(server, host, reader->error);
	} else {
		placed = cfs_url_host(server, uri->hosts, CFS_REDIS_PORT, reader->error);
	}
	reader->failed = reader->failed || !placed;
	server->port = redis_port(reader, uri, settings->tls.on);
	return target;
}

static cfs_target *redis_cluster(
	reader *reader, const uri *uri, const char *host, zval *nodes, const cfs_server *settings)
{
	cfs_target *target;

	if (nodes) {
		return target_of_list(reader, "redis", CFS_CLUSTER, nodes, CFS_REDIS_PORT, settings);
	}
	target = single_redis(reader, uri, host, settings);
	target->topology = CFS_CLUSTER;
	return target;
}

/* What the sentinels call the master. Returns a new string, or NULL with an error. */
static char *told_master_name(reader *reader, const uri *uri)
{
	const char *found = cfs_reader_text(reader, master_names);
	cfs_piece fragment = uri->fragment;

	if (found || reader->failed) {
		return cfs_copied(found);
	}
	if (fragment.length <= 1) {
		cfs_reader_fail_plainly(reader,
			"it names several hosts, and no field names the Sentinel master among them "
			"(\"master_name\")");
		return NULL;
	}
	cfs_skip(&fragment, 1);
	return cfs_uri_decoded(reader, fragment, "the name of the master in the URI");
}

/* Checks the name's characters: Sentinel allows no others, and a save path would need them encoded. */
static char *master_name(reader *reader, const uri *uri)
{
	char *name = told_master_name(reader, uri);

	for (const char *c = name; c && *c; c++) {
		if (!isalnum((unsigned char) *c) && !strchr(".-_", *c)) {
			cfs_reader_fail_plainly(reader,
				"the name of the Sentinel master has a character that is not a letter, a digit, "
				"\".\", \"-\" or \"_\"");
		}
	}
	return name;
}

static uint16_t sentinel_port(reader *reader, bool tls)
{
	bool is_zero = false;
	uint16_t found = tls ? cfs_reader_port(reader, sentinel_tls_port_names, &is_zero) : 0;

	found = found ? found : cfs_reader_port(reader, sentinel_port_names, &is_zero);
	return found ? found : CFS_SENTINEL_PORT;
}

/* Sentinels have a login of their own. If the servers use TLS, they do, too. */
static cfs_target *redis_sentinels(
	reader *reader, const uri *uri, zval *sentinels, const cfs_server *settings)
{
	cfs_server sentinel;
	cfs_target *target;
	bool is_zero = false;

	cfs_server_init(&sentinel);
	cfs_server_copy_settings(&sentinel, settings);
	cfs_server_set_login(&sentinel, cfs_reader_text(reader, sentinel_user_names),
		cfs_reader_text(reader, sentinel_password_names));
	sentinel.database = CFS_DATABASE_UNSET;
	target = target_of_list(reader, "redis", CFS_SENTINEL, sentinels,
		sentinel_port(reader, settings->tls.on), &sentinel);
	cfs_server_free(&sentinel);
	target->master_name = master_name(reader, uri);
	target->master = pemalloc(sizeof(cfs_server), 1);
	cfs_server_init(target->master);
	cfs_server_copy_settings(target->master, settings);
	target->master->port = redis_port(reader, uri, settings->tls.on);
	target->plain_port = settings->tls.on ? cfs_reader_port(reader, port_names, &is_zero) : 0;
	return target;
}

/* Whether the field names several hosts. Blanks around one do not count. */
static bool has_several(const char *host)
{
	cfs_piece rest, text = cfs_trimmed(host);

	cfs_take_until(text, ", \t", &rest);
	return rest.length > 0;
}

static cfs_target *place_redis(
	reader *reader, const uri *uri, const char *host, const cfs_server *settings)
{
	zval *sentinels, *nodes = list(reader, cluster_list_names);
	bool is_list = host && has_several(host);

	if (nodes || cfs_reader_flag(reader, cluster_names)) {
		return redis_cluster(reader, uri, host, nodes, settings);
	}
	if (host && !is_list) {
		return single_redis(reader, uri, host, settings);
	}
	sentinels = list(reader, is_list ? host_names : sentinel_list_names);
	if (sentinels && (is_list || !uri->hosts.length || uri->fragment.length > 1)) {
		return redis_sentinels(reader, uri, sentinels, settings);
	}
	if (!uri->hosts.length) {
		cfs_reader_fail_plainly(reader, "it has neither a host nor a URI");
		return NULL;
	}
	return single_redis(reader, uri, NULL, settings);
}

static cfs_target *redis_target(
	reader *reader, const uri *uri, int scheme, const char *default_host)
{
	const char *host = cfs_reader_text(reader, host_names);
	cfs_server settings;
	cfs_target *target = NULL;

	cfs_server_init(&settings);
	cfs_read_tls(reader, uri, scheme, &settings.tls);
	cfs_read_redis_login(reader, uri, &settings);
	cfs_read_database(reader, uri, &settings);
	if (!reader->failed) {
		if (!host && !uri->hosts.length) {
			host = default_host;
		}
		target = place_redis(reader, uri, host, &settings);
	}
	cfs_server_free(&settings);
	return target;
}

/* }}} */

/* {{{ Memcached */

static cfs_target *place_memcached(
	reader *reader, const uri *uri, const char *default_host, const cfs_server *settings)
{
	const char *host = cfs_reader_text(reader, host_names);
	zval *servers = list(reader, server_list_names);
	bool is_zero = false;
	uint16_t of_all = cfs_reader_port(reader, port_names, &is_zero);
	cfs_target *target;

	of_all = of_all ? of_all : CFS_MEMCACHED_PORT;
	if (!servers && !host && uri->hosts.length) {
		servers = list_of_uri(reader, uri);
	}
	if (servers) {
		return target_of_list(reader, "memcached",
			zend_hash_num_elements(Z_ARRVAL_P(servers)) > 1 ? CFS_KETAMA : CFS_SINGLE, servers,
			of_all, settings);
	}
	host = host ? host : default_host;
	if (!host) {
		cfs_reader_fail_plainly(reader, "it has neither servers nor a host nor a URI");
		return NULL;
	}
	target = cfs_target_new("memcached", CFS_SINGLE, 1);
	cfs_server_copy_settings(&target->servers[0], settings);
	target->servers[0].port = of_all;
	reader->failed =
		reader->failed || !cfs_url_host_alone(&target->servers[0], host, reader->error);
	return target;
}

static cfs_target *memcached_target(
	reader *reader, const uri *uri, int scheme, const char *default_host)
{
	cfs_server settings;
	cfs_target *target = NULL;

	cfs_server_init(&settings);
	cfs_read_tls(reader, uri, scheme, &settings.tls);
	cfs_read_login(reader, uri, &settings);
	settings.pool = pestrdup("app_sessions", 1);
	if (!settings.username != !settings.password) {
		cfs_reader_fail_plainly(
			reader, "SASL needs a user name and a password, and it has only one of them");
	}
	if (!reader->failed) {
		target = place_memcached(reader, uri, default_host, &settings);
	}
	cfs_server_free(&settings);
	return target;
}

/* }}} */

/* {{{ Kinds */

static bool has_word(const char *text, const char *word)
{
	for (; text && *text; text++) {
		if (strncasecmp(text, word, strlen(word)) == 0) {
			return true;
		}
	}
	return false;
}

static cfs_kind kind_of_text(const char *text)
{
	if (has_word(text, "redis") || has_word(text, "valkey")) {
		return CFS_KIND_REDIS;
	}
	return has_word(text, "memcach") ? CFS_KIND_MEMCACHED : CFS_KIND_UNKNOWN;
}

static cfs_kind kind_of_tags(const zval *tags)
{
	static const struct {
		const char *tag;
		cfs_kind kind;
	} known[] = {{"redis", CFS_KIND_REDIS}, {"valkey", CFS_KIND_REDIS},
		{"memcached", CFS_KIND_MEMCACHED}, {"memcache", CFS_KIND_MEMCACHED}};
	const char *tag;
	zval *value;

	if (!tags) {
		return CFS_KIND_UNKNOWN;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(tags), value)
		{
			if (cfs_document_is_text(value, &tag) && strcasecmp(tag, known[i].tag) == 0) {
				return known[i].kind;
			}
		}
		ZEND_HASH_FOREACH_END();
	}
	return CFS_KIND_UNKNOWN;
}

static cfs_kind kind_of_shape(reader *reader)
{
	static names redis_shape = {"sentinels", "sentinel_nodes", "sentinel.nodes", "tls_port",
		"cluster_mode", "cluster.nodes", "master_name", "sentinel_master_name", NULL};
	static names memcached_shape = {"servers", "vip", NULL};
	bool is_zero = false;
	const char *name;

	if (cfs_reader_find(reader, redis_shape, &name)) {
		return CFS_KIND_REDIS;
	}
	if (cfs_reader_find(reader, memcached_shape, &name)) {
		return CFS_KIND_MEMCACHED;
	}
	switch (cfs_reader_port(reader, port_names, &is_zero)) {
		case CFS_REDIS_PORT:
			return CFS_KIND_REDIS;
		case CFS_MEMCACHED_PORT:
			return CFS_KIND_MEMCACHED;
		default:
			return CFS_KIND_UNKNOWN;
	}
}

static cfs_kind first_known(cfs_kind a, cfs_kind b)
{
	return a ? a : b;
}

static cfs_kind told_kind(const cfs_service *service)
{
	return first_known(kind_of_tags(service->tags),
		first_known(kind_of_text(service->label), kind_of_text(service->type)));
}

/* Opens the credentials. IBM and anynines have them in an inner object. */
static void open_reader(reader *reader, const cfs_service *service, cfs_error *error)
{
	static names objects = {"connection.rediss", "connection.redis", "redis", "valkey", NULL};

	reader->outer = (zval *) &service->credentials;
	reader->inner = NULL;
	reader->error = error;
	reader->failed = false;
	for (size_t i = 0; objects[i] && !reader->inner; i++) {
		reader->inner = cfs_document_array_at(reader->outer, objects[i]);
	}
}

cfs_kind cfs_service_kind(const cfs_service *service)
{
	cfs_error ignored;
	reader reader;
	uri uri;

	if (Z_TYPE(service->credentials) != IS_ARRAY) {
		return told_kind(service);
	}
	open_reader(&reader, service, &ignored);
	return first_known(cfs_scheme_kind(cfs_uri_read(&reader, &uri)), told_kind(service));
}

/* }}} */

/* Why there is nothing to read; NULL: there is. */
static const char *refusal(const cfs_service *service)
{
	zval *credentials = (zval *) &service->credentials;

	if (*service->error.message) {
		return service->error.message;
	}
	if (Z_TYPE_P(credentials) != IS_ARRAY) {
		return "its credentials are not an object";
	}
	if (cfs_document_at(credentials, "credhub-ref")) {
		return "its credentials are a reference to CredHub that the platform has not resolved";
	}
	return NULL;
}

/* The host that Paketo's buildpack assumes if a binding of its own types has none. */
static const char *default_host(const cfs_service *service)
{
	bool is_paketo = service->type &&
		(strcmp(service->type, "php-redis-session") == 0 ||
			strcmp(service->type, "php-memcached-session") == 0);

	return is_paketo ? "127.0.0.1" : NULL;
}

static cfs_target *read_target(reader *reader, const cfs_service *service, cfs_kind expected)
{
	uri uri;
	int scheme = cfs_uri_read(reader, &uri);
	cfs_kind kind = first_known(cfs_scheme_kind(scheme), first_known(expected, told_kind(service)));

	kind = first_known(kind, kind_of_shape(reader));
	if (reader->failed) {
		return NULL;
	}
	switch (kind) {
		case CFS_KIND_REDIS:
			return redis_target(reader, &uri, scheme, default_host(service));
		case CFS_KIND_MEMCACHED:
			return memcached_target(reader, &uri, scheme, default_host(service));
		default:
			cfs_reader_fail_plainly(reader,
				"it does not say whether it is Redis or Memcached: give it the tag \"redis\" or "
				"\"memcached\", or a URI");
			return NULL;
	}
}

cfs_target *cfs_service_target(const cfs_service *service, cfs_kind expected, cfs_error *error)
{
	const char *reason = refusal(service);
	cfs_target *target;
	reader reader;

	if (reason) {
		cfs_error_set(error, "%s", reason);
		return NULL;
	}
	open_reader(&reader, service, error);
	target = read_target(&reader, service, expected);
	if (target && (reader.failed || !cfs_target_finish(target, error))) {
		cfs_target_release(target);
		return NULL;
	}
	return target;
}

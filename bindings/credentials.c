/*
 * Any shape of credentials -> target.
 *
 * Brokers agree on little. Each field is looked for under all the names that it is known by (docs/
 * cloud-foundry.md lists them), the first that is there and not empty counts, and what is there but
 * makes no sense is an error: nothing is guessed. Errors name the field, and never quote a value.
 */
#include "service.h"
#include "../url.h"
#include "ext/standard/base64.h"
#include <ctype.h>

/* Each has a copy of all settings, certificates included. */
#define SERVERS_MAX 1000

/* What is being read, and where it said something that makes no sense. */
typedef struct _reader {
	zval *inner; /* looked into first; NULL: there is none */
	zval *outer;
	cfs_error *error;
	bool failed;
} reader;

/* A list of the names of a field, in order of preference, ended by NULL. */
typedef const char *const names[];

static names uri_names = {"uri", "url", "redisUrl", "redisUri", "redisurl", "redisuri", "redissUrl",
	"redissUri", "redissurl", "redissuri", "service_uri", "composed.0", NULL};
/* Not reader_endpoint, load_balanced_host, hosts, ip: these may be replicas. */
static names host_names = {"host", "hostname", "hosts.0.hostname", NULL};
static names tls_port_names = {"tls_port", "sslPort", "ssl_port", NULL};
static names port_names = {"port", "master_port", "hosts.0.port", NULL};
static names tls_names = {"tls", "tls_enabled", "ssl", "ssl_enabled", "use_tls", NULL};
/* Not name, admin_user, secondaryKey, admin_password. */
static names username_names = {"username", "user", "Username", "authentication.username", NULL};
static names password_names = {
	"password", "Password", "pass", "primaryKey", "auth_token", "authentication.password", NULL};
static names ca_names = {"ca", "ca_cert", "cacrt", "ca_certificate", "tls_ca",
	"certificate.certificate_base64", "ca.crt", NULL};
static names chain_names = {"certificates", NULL};
static names certificate_names = {"tls_certificate", NULL};
static names key_names = {"tls_private_key", "private-key", NULL};
static names database_names = {"database", "db", NULL};
static names path_names = {"path", NULL};
static names scheme_names = {"scheme", NULL};
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

/* {{{ Fields */

static void fail(reader *reader, const char *name, const char *wanted)
{
	if (!reader->failed) {
		cfs_error_set(reader->error, "the field \"%s\" has to be %s", name, wanted);
		reader->failed = true;
	}
}

static void fail_plainly(reader *reader, const char *reason)
{
	if (!reader->failed) {
		cfs_error_set(reader->error, "%s", reason);
		reader->failed = true;
	}
}

static zval *value_of(reader *reader, const char *name)
{
	zval *value = reader->inner ? cfs_document_at(reader->inner, name) : NULL;

	if (!value) {
		value = cfs_document_at(reader->outer, name);
	}
	if (value && Z_TYPE_P(value) == IS_STRING && Z_STRLEN_P(value) == 0) {
		return NULL;
	}
	return value;
}

/* The first of the names that has a value, or NULL; *name is that name. */
static zval *find(reader *reader, names list, const char **name)
{
	for (; *list; list++) {
		zval *value = value_of(reader, *list);

		if (value) {
			*name = *list;
			return value;
		}
	}
	return NULL;
}

/* A text, or the digits of a whole number; NULL: there is none. It belongs to the document. */
static const char *text(reader *reader, names list)
{
	const char *name, *found = NULL;
	zval *value = find(reader, list, &name);

	if (!value) {
		return NULL;
	}
	if (Z_TYPE_P(value) == IS_LONG) {
		convert_to_string(value);
	}
	if (Z_TYPE_P(value) != IS_STRING) {
		fail(reader, name, "a text or a whole number");
	} else if (!cfs_document_is_text(value, &found) || !cfs_is_printable(found)) {
		fail(reader, name, "without control characters");
		found = NULL;
	}
	return found;
}

static bool flag(reader *reader, names list)
{
	for (; *list && !reader->failed; list++) {
		zval *value = value_of(reader, *list);
		const char *word;
		bool set = false;

		if (!value) {
			continue;
		}
		if (Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE) {
			set = Z_TYPE_P(value) == IS_TRUE;
		} else if (Z_TYPE_P(value) == IS_LONG && (Z_LVAL_P(value) == 0 || Z_LVAL_P(value) == 1)) {
			set = Z_LVAL_P(value);
		} else if (!cfs_document_is_text(value, &word) || !cfs_parse_boolean(word, &set)) {
			fail(reader, *list, "true or false");
		}
		if (set) {
			return true;
		}
	}
	return false;
}

/* A port; 0 if there is none, or if it is said to be 0, as brokers say that there is none. */
static uint16_t port(reader *reader, names list, bool *is_zero)
{
	const char *digits = text(reader, list);
	uint32_t number = 0;

	if (digits && !cfs_parse_number(digits, UINT16_MAX, &number)) {
		fail(reader, "port", "a whole number from 1 to 65535");
	}
	*is_zero = *is_zero || (digits && !number && !reader->failed);
	return (uint16_t) number;
}

static char *copy(const char *text)
{
	return text ? pestrdup(text, 1) : NULL;
}

/* }}} */

/* {{{ URI */

/* Pieces of a URI, not decoded; empty where it does not have them. */
typedef struct _uri {
	cfs_piece scheme, user, password, hosts, path, query, fragment;
} uri;

static const uri no_uri = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};

/* What stands before the servers, "@" included. Brokers put passwords into URIs as they are, with "/", "?",
 * "#" and "@" in them: the credentials end where a password that is told beside the URI does; else at the
 * last "@" before the path, or in it, where a "/" of the password made it begin too early. */
static size_t credentials_length(cfs_piece text, const char *password)
{
	cfs_piece rest, query, authority = cfs_take_until(text, "/?#", &rest), user_info;
	const char *told = password ? strstr(text.at, password) : NULL;

	if (told && told[strlen(password)] == '@') {
		return (size_t) (told + strlen(password) + 1 - text.at);
	}
	if (!memchr(authority.at, '@', authority.length)) {
		authority.length += cfs_take_until(rest, "?#", &query).length;
	}
	return cfs_url_split_user(&authority, &user_info) ? user_info.length + 1 : 0;
}

static void split_uri(uri *uri, const char *text, const char *password)
{
	cfs_piece rest = {text, strlen(text)};
	size_t length;

	*uri = no_uri;
	uri->scheme = cfs_take_until(rest, ":", &rest);
	if (rest.length < 3 || memcmp(rest.at, "://", 3) != 0) {
		uri->scheme.length = 0;
		return;
	}
	cfs_skip(&rest, 3);
	length = credentials_length(rest, password);
	if (length) {
		cfs_url_split_login((cfs_piece){rest.at, length - 1}, &uri->user, &uri->password);
		cfs_skip(&rest, length);
	}
	uri->hosts = cfs_take_until(rest, "/?#", &rest);
	uri->path = cfs_take_until(rest, "?#", &rest);
	uri->query = cfs_take_until(rest, "#", &uri->fragment);
}

static const struct {
	const char *name;
	cfs_kind kind;
	bool tls;
} schemes[] = {
	{"redis", CFS_KIND_REDIS, false},
	{"rediss", CFS_KIND_REDIS, true},
	{"valkey", CFS_KIND_REDIS, false},
	{"valkeys", CFS_KIND_REDIS, true},
	{"tls", CFS_KIND_UNKNOWN, true},
	{"tcp", CFS_KIND_UNKNOWN, false},
	{"memcached", CFS_KIND_MEMCACHED, false},
	{"memcache", CFS_KIND_MEMCACHED, false},
};

/* -1: none of these */
static int scheme_index(cfs_piece scheme)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (cfs_piece_is(scheme, schemes[i].name)) {
			return (int) i;
		}
	}
	return -1;
}

/* What the credentials have for a URI. IBM's may have a variable of a shell in place of the password. */
static const char *uri_text(reader *reader)
{
	const char *found = text(reader, uri_names);

	return found && strstr(found, "$PASSWORD") ? NULL : found;
}

/* Reads the URI, and the scheme that may stand alone. Returns the index of the scheme, -1 for none. */
static int read_uri(reader *reader, uri *uri)
{
	const char *found = uri_text(reader), *alone = text(reader, scheme_names);
	int index = -1;

	*uri = no_uri;
	if (found) {
		split_uri(uri, found, text(reader, password_names));
		index = scheme_index(uri->scheme);
		if (index < 0) {
			fail_plainly(reader,
				"its URI has to begin with redis://, rediss://, valkey://, valkeys:// or "
				"memcached://");
		}
	} else if (alone) {
		index = scheme_index((cfs_piece){alone, strlen(alone)});
	}
	return index;
}

static uint16_t uri_port(reader *reader, const uri *uri)
{
	cfs_server server;
	uint16_t port = 0;

	cfs_server_init(&server);
	if (uri->hosts.length && !memchr(uri->hosts.at, ',', uri->hosts.length)) {
		if (cfs_url_host(&server, uri->hosts, 0, reader->error)) {
			port = server.port;
		} else {
			reader->failed = true;
		}
	}
	cfs_server_free(&server);
	return port;
}

/* }}} */

/* {{{ What a server has beside its place */

/* A text in PEM, or the base64 of one. Returns a new string, or NULL. */
static char *pem(reader *reader, names list)
{
	const char *name, *found;
	zval *value = find(reader, list, &name);
	zend_string *decoded;
	char *text = NULL;

	if (!value) {
		return NULL;
	}
	if (!cfs_document_is_text(value, &found)) {
		fail(reader, name, "a text");
		return NULL;
	}
	if (strstr(found, "-----BEGIN ")) {
		return pestrdup(found, 1);
	}
	decoded = php_base64_decode_ex((const unsigned char *) found, strlen(found), /* strict */ true);
	if (decoded && strlen(ZSTR_VAL(decoded)) == ZSTR_LEN(decoded) &&
		strstr(ZSTR_VAL(decoded), "-----BEGIN ")) {
		text = pestrdup(ZSTR_VAL(decoded), 1);
	} else {
		fail(reader, name, "a certificate or a key in PEM, or the base64 of one");
	}
	if (decoded) {
		zend_string_release(decoded);
	}
	return text;
}

/* A chain of certificates is ours where there is a key for it, else the one to trust. */
static void read_certificates(reader *reader, cfs_tls *tls)
{
	char *chain = pem(reader, chain_names);

	tls->ca = pem(reader, ca_names);
	tls->certificate_pem = pem(reader, certificate_names);
	tls->key_pem = pem(reader, key_names);
	if (chain && tls->key_pem && !tls->certificate_pem) {
		tls->certificate_pem = chain;
	} else if (chain && !tls->ca) {
		tls->ca = chain;
	} else if (chain) {
		pefree(chain, 1);
	}
	if (!tls->certificate_pem != !tls->key_pem) {
		fail_plainly(reader, "a client certificate and its key belong together");
	}
}

static void read_tls(reader *reader, int scheme, cfs_tls *tls)
{
	bool is_zero = false;
	uint16_t tls_port = port(reader, tls_port_names, &is_zero);

	read_certificates(reader, tls);
	if (flag(reader, tls_names)) {
		tls->on = true;
	} else if (scheme >= 0) {
		tls->on = schemes[scheme].tls;
	} else {
		tls->on = tls_port || tls->ca;
	}
}

static char *decoded(reader *reader, cfs_piece piece, const char *part)
{
	char *text = piece.length ? cfs_decode(piece, false, part, reader->error) : NULL;

	reader->failed = reader->failed || (piece.length && !text);
	return text;
}

static void read_login(reader *reader, const uri *uri, cfs_server *server)
{
	server->username = copy(text(reader, username_names));
	server->password = copy(text(reader, password_names));
	if (!server->username && !reader->failed) {
		server->username = decoded(reader, uri->user, "the user name in the URI");
		server->user_from_url = server->username != NULL;
	}
	if (!server->password && !reader->failed) {
		server->password = decoded(reader, uri->password, "the password in the URI");
	}
}

/* Where there is no password there is no login, whatever the user name. */
static void read_redis_login(reader *reader, const uri *uri, cfs_server *server)
{
	read_login(reader, uri, server);
	if (server->username && !server->password) {
		pefree(server->username, 1);
		server->username = NULL;
		server->user_from_url = false;
	}
}

static void read_database(reader *reader, const uri *uri, cfs_server *server)
{
	const char *number = text(reader, database_names);
	const char *path = number || uri->path.length > 1 ? NULL : text(reader, path_names);

	if (path && *path == '/') {
		path++;
	}
	if (number || (path && *path)) {
		if (!cfs_parse_number(number ? number : path, INT32_MAX, &server->database)) {
			fail(reader, number ? "database" : "path", "the number of a database");
		}
	} else if (!reader->failed && !cfs_url_database(server, uri->path, reader->error)) {
		reader->failed = true;
	}
}

/* }}} */

/* {{{ Places */

/* host:port in a list; or { host or hostname, port, tls_port } */
static void read_place(
	reader *outer, zval *place, uint16_t default_port, bool tls, cfs_server *server)
{
	reader inner = {.outer = place, .error = outer->error};
	const char *host;
	bool is_zero = false;

	if (Z_TYPE_P(place) != IS_ARRAY) {
		if (!cfs_document_is_text(place, &host)) {
			fail_plainly(outer, "a server in its list is neither a text nor an object");
		} else if (!cfs_url_host(server, cfs_trimmed(host), default_port, outer->error)) {
			outer->failed = true;
		}
		return;
	}
	host = text(&inner, host_names);
	server->port = tls ? port(&inner, tls_port_names, &is_zero) : 0;
	if (!server->port) {
		server->port = port(&inner, port_names, &is_zero);
	}
	if (!server->port) {
		server->port = default_port;
	}
	if (!host) {
		fail(&inner, "host", "there for each server of a list");
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
		fail(reader, name, "a list of servers, at most 1000");
		return NULL;
	}
	return list;
}

/* A list of servers, from a list or a text; NULL: there is none. */
static zval *list(reader *reader, names list_names)
{
	const char *name;
	zval *found = find(reader, list_names, &name);

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
	zval hosts, *found = find(reader, uri_names, &name);

	ZVAL_STRINGL(&hosts, uri->hosts.at, uri->hosts.length);
	zval_ptr_dtor(found);
	ZVAL_COPY_VALUE(found, &hosts);
	split_list(found);
	return checked_list(reader, found, name);
}

/* }}} */

/* {{{ Redis */

/* The port of the one server. Brokers that offer both give one for each. */
static uint16_t redis_port(reader *reader, const uri *uri, bool tls)
{
	bool is_zero = false;
	uint16_t of_uri = uri_port(reader, uri), found = 0;

	if (tls) {
		found = port(reader, tls_port_names, &is_zero);
		found = found ? found : of_uri;
	}
	found = found ? found : port(reader, port_names, &is_zero);
	found = found ? found : of_uri;
	if (!found && is_zero) {
		fail_plainly(reader, "the port is 0, and there is no other");
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
	const char *found = text(reader, master_names);
	cfs_piece fragment = uri->fragment;

	if (found || reader->failed) {
		return copy(found);
	}
	if (fragment.length <= 1) {
		fail_plainly(reader,
			"it names several hosts, and no field names the Sentinel master among them "
			"(\"master_name\")");
		return NULL;
	}
	cfs_skip(&fragment, 1);
	return decoded(reader, fragment, "the name of the master in the URI");
}

/* Sentinel allows no other characters, and a save path would need them encoded. */
static char *master_name(reader *reader, const uri *uri)
{
	char *name = told_master_name(reader, uri);

	for (const char *c = name; c && *c; c++) {
		if (!isalnum((unsigned char) *c) && !strchr(".-_", *c)) {
			fail_plainly(reader,
				"the name of the Sentinel master has a character that is not a letter, a digit, "
				"\".\", \"-\" or \"_\"");
		}
	}
	return name;
}

static uint16_t sentinel_port(reader *reader, bool tls)
{
	bool is_zero = false;
	uint16_t found = tls ? port(reader, sentinel_tls_port_names, &is_zero) : 0;

	found = found ? found : port(reader, sentinel_port_names, &is_zero);
	return found ? found : CFS_SENTINEL_PORT;
}

/* Sentinels have a login of their own. Where the servers speak TLS, they do too. */
static cfs_target *redis_sentinels(
	reader *reader, const uri *uri, zval *sentinels, const cfs_server *settings)
{
	cfs_server sentinel;
	cfs_target *target;
	bool is_zero = false;

	cfs_server_init(&sentinel);
	cfs_server_copy_settings(&sentinel, settings);
	cfs_server_set_login(
		&sentinel, text(reader, sentinel_user_names), text(reader, sentinel_password_names));
	sentinel.database = CFS_DATABASE_UNSET;
	target = target_of_list(reader, "redis", CFS_SENTINEL, sentinels,
		sentinel_port(reader, settings->tls.on), &sentinel);
	cfs_server_free(&sentinel);
	target->master_name = master_name(reader, uri);
	target->master = pemalloc(sizeof(cfs_server), 1);
	cfs_server_init(target->master);
	cfs_server_copy_settings(target->master, settings);
	target->master->port = redis_port(reader, uri, settings->tls.on);
	target->plain_port = settings->tls.on ? port(reader, port_names, &is_zero) : 0;
	return target;
}

static cfs_target *place_redis(
	reader *reader, const uri *uri, const char *host, const cfs_server *settings)
{
	zval *sentinels, *nodes = list(reader, cluster_list_names);
	bool is_list = host && strpbrk(host, ", \t");

	if (nodes || flag(reader, cluster_names)) {
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
		fail_plainly(reader, "it has neither a host nor a URI");
		return NULL;
	}
	return single_redis(reader, uri, NULL, settings);
}

static cfs_target *redis_target(
	reader *reader, const uri *uri, int scheme, const char *default_host)
{
	const char *host = text(reader, host_names);
	cfs_server settings;
	cfs_target *target = NULL;

	cfs_server_init(&settings);
	read_tls(reader, scheme, &settings.tls);
	read_redis_login(reader, uri, &settings);
	read_database(reader, uri, &settings);
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
	const char *host = text(reader, host_names);
	zval *servers = list(reader, server_list_names);
	bool is_zero = false;
	uint16_t of_all = port(reader, port_names, &is_zero);
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
		fail_plainly(reader, "it has neither servers nor a host nor a URI");
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
	read_tls(reader, scheme, &settings.tls);
	read_login(reader, uri, &settings);
	settings.pool = pestrdup("app_sessions", 1);
	if (!settings.username != !settings.password) {
		fail_plainly(reader, "SASL needs a user name and a password, and it has only one of them");
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

	if (find(reader, redis_shape, &name)) {
		return CFS_KIND_REDIS;
	}
	if (find(reader, memcached_shape, &name)) {
		return CFS_KIND_MEMCACHED;
	}
	switch (port(reader, port_names, &is_zero)) {
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

/* IBM and anynines have the credentials in an object of their own. */
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

static cfs_kind scheme_kind(int scheme)
{
	return scheme < 0 ? CFS_KIND_UNKNOWN : schemes[scheme].kind;
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
	return first_known(scheme_kind(read_uri(&reader, &uri)), told_kind(service));
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

/* What Paketo's buildpack takes where a binding of its own types does not say. */
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
	int scheme = read_uri(reader, &uri);
	cfs_kind kind = first_known(scheme_kind(scheme), first_known(expected, told_kind(service)));

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
			fail_plainly(reader,
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

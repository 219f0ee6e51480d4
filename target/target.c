#include "target.h"
#include "Zend/zend_smart_str.h"
#include "ext/standard/url.h"

/* {{{ Texts that a server or its TLS holds */

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

static char *copy_text(const char *text)
{
	return text ? pestrdup(text, 1) : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* }}} */

/* {{{ TLS */

void cfs_tls_free(cfs_tls *tls)
{
	free_text(tls->peer_name);
	free_text(tls->ca_file);
	free_text(tls->ca_directory);
	free_text(tls->ca);
	free_text(tls->certificate);
	free_text(tls->key);
	free_text(tls->certificate_pem);
	free_secret(tls->key_pem);
	free_secret(tls->passphrase);
	free_text(tls->fingerprint);
	free_text(tls->ciphers);
}

void cfs_tls_copy(cfs_tls *to, const cfs_tls *from)
{
	*to = *from;
	to->peer_name = copy_text(from->peer_name);
	to->ca_file = copy_text(from->ca_file);
	to->ca_directory = copy_text(from->ca_directory);
	to->ca = copy_text(from->ca);
	to->certificate = copy_text(from->certificate);
	to->key = copy_text(from->key);
	to->certificate_pem = copy_text(from->certificate_pem);
	to->key_pem = copy_text(from->key_pem);
	to->passphrase = copy_text(from->passphrase);
	to->fingerprint = copy_text(from->fingerprint);
	to->ciphers = copy_text(from->ciphers);
}

bool cfs_tls_same(const cfs_tls *a, const cfs_tls *b)
{
	return a->on == b->on && a->insecure == b->insecure && a->any_name == b->any_name &&
		a->self_signed == b->self_signed && same_text(a->passphrase, b->passphrase) &&
		same_text(a->fingerprint, b->fingerprint) && same_text(a->ciphers, b->ciphers) &&
		same_text(a->peer_name, b->peer_name) && same_text(a->ca_file, b->ca_file) &&
		same_text(a->ca_directory, b->ca_directory) && same_text(a->ca, b->ca) &&
		same_text(a->certificate, b->certificate) && same_text(a->key, b->key) &&
		same_text(a->certificate_pem, b->certificate_pem) && same_text(a->key_pem, b->key_pem);
}

/* }}} */

/* {{{ Servers */

void cfs_server_init(cfs_server *server)
{
	memset(server, 0, sizeof(*server));
	server->database = CFS_DATABASE_UNSET;
	server->weight = 1;
	server->connect_timeout = server->timeout = CFS_TIME_UNSET;
	server->persistent = -1;
}

void cfs_server_free(cfs_server *server)
{
	free_text(server->host);
	free_text(server->username);
	free_secret(server->password);
	cfs_tls_free(&server->tls);
	free_text(server->prefix);
	free_text(server->pool);
	free_text(server->binding);
	free_text(server->address);
}

void cfs_server_copy_settings(cfs_server *to, const cfs_server *from)
{
	cfs_server old = *to;

	memcpy(to, from, offsetof(cfs_server, without_user));
	to->without_user = false;
	to->host = old.host;
	to->port = old.port;
	to->address = old.address;
	to->username = copy_text(from->username);
	to->password = copy_text(from->password);
	cfs_tls_copy(&to->tls, &from->tls);
	to->prefix = copy_text(from->prefix);
	to->pool = copy_text(from->pool);
	to->binding = copy_text(from->binding);
	old.host = old.address = NULL;
	cfs_server_free(&old);
}

void cfs_server_set_login(cfs_server *server, const char *username, const char *password)
{
	free_text(server->username);
	free_secret(server->password);
	server->username = password ? copy_text(username) : NULL;
	server->password = copy_text(password);
	server->user_from_url = server->without_user = false;
}

void cfs_server_set_address(cfs_server *server)
{
	char address[1024];

	free_text(server->address);
	if (server->port == 0) {
		server->address = pestrdup(server->host, 1);
		return;
	}
	snprintf(address, sizeof(address), strchr(server->host, ':') ? "[%s]:%u" : "%s:%u",
		server->host, server->port);
	server->address = pestrdup(address, 1);
}

bool cfs_server_same_connection(const cfs_server *a, const cfs_server *b)
{
	return a == b ||
		(a->port == b->port && a->database == b->database && same_text(a->host, b->host) &&
			same_text(a->username, b->username) && same_text(a->password, b->password) &&
			same_text(a->pool, b->pool) && cfs_tls_same(&a->tls, &b->tls));
}

/* Whether there are settings that only make sense with TLS. A bound service's certificates do not count: it may have them
 * without need. */
static bool says_how_to_use_tls(const cfs_tls *tls)
{
	return tls->insecure || tls->any_name || tls->self_signed || tls->peer_name || tls->ca_file ||
		tls->ca_directory || tls->certificate || tls->key || tls->passphrase || tls->fingerprint ||
		tls->ciphers;
}

/* Whether the server uses TLS; for a sentinel or its master, whether either does. */
static bool uses_tls(const cfs_target *target, const cfs_server *server)
{
	return server->tls.on ||
		(target->master && (target->master->tls.on || target->servers[0].tls.on));
}

static bool finish_tls(const cfs_target *target, const cfs_server *server, cfs_error *error)
{
	const cfs_tls *tls = &server->tls;

	if (!uses_tls(target, server) && says_how_to_use_tls(tls)) {
		cfs_error_set(error, "\"stream[...]\" configures TLS, which needs tls:// or rediss://");
		return false;
	}
	if ((tls->key || tls->key_pem) && !tls->certificate && !tls->certificate_pem) {
		cfs_error_set(error, "a key (stream[local_pk]) is given without its certificate");
		return false;
	}
	return true;
}

static bool finish_server(const cfs_target *target, cfs_server *server, cfs_error *error)
{
	bool is_reference = server->binding && !server->host;

	if (!is_reference && !finish_tls(target, server, error)) {
		return false;
	}
	if (server->username && !server->password) {
		cfs_error_set(error, "a user name is given without a password");
		return false;
	}
	if (server->database == CFS_DATABASE_UNSET) {
		server->database = 0;
	}
	if (server->host) {
		cfs_server_set_address(server);
	}
	return true;
}

/* }}} */

/* {{{ Targets */

cfs_target *cfs_target_new(const char *backend, cfs_topology topology, uint32_t server_count)
{
	cfs_target *target = pecalloc(1, sizeof(*target), 1);

	target->references = 1;
	target->backend = backend;
	target->topology = topology;
	target->wait_timeout = CFS_TIME_UNSET;
	target->server_count = server_count;
	target->servers = safe_pemalloc(server_count, sizeof(cfs_server), 0, 1);
	for (uint32_t i = 0; i < server_count; i++) {
		cfs_server_init(&target->servers[i]);
	}
	return target;
}

static void copy_server(cfs_server *to, const cfs_server *from)
{
	cfs_server_copy_settings(to, from);
	to->host = copy_text(from->host);
	to->port = from->port;
	to->address = copy_text(from->address);
}

cfs_target *cfs_target_copy(const cfs_target *target)
{
	cfs_target *copy = cfs_target_new(target->backend, target->topology, target->server_count);

	copy->weighted = target->weighted;
	copy->wait_replicas = target->wait_replicas;
	copy->plain_port = target->plain_port;
	copy->wait_timeout = target->wait_timeout;
	copy->master_name = copy_text(target->master_name);
	copy->binding = copy_text(target->binding);
	for (uint32_t i = 0; i < target->server_count; i++) {
		copy_server(&copy->servers[i], &target->servers[i]);
	}
	if (target->master) {
		copy->master = pemalloc(sizeof(cfs_server), 1);
		cfs_server_init(copy->master);
		copy_server(copy->master, target->master);
	}
	return copy;
}

cfs_target *cfs_target_of_server(const cfs_target *target, uint32_t server)
{
	cfs_target *alone = cfs_target_new(target->backend, CFS_SINGLE, 1);

	alone->wait_replicas = target->wait_replicas;
	alone->wait_timeout = target->wait_timeout;
	alone->binding = copy_text(target->binding);
	copy_server(&alone->servers[0], &target->servers[server]);
	return alone;
}

cfs_target *cfs_target_reference(cfs_target *target)
{
	target->references++;
	return target;
}

void cfs_target_release(cfs_target *target)
{
	if (--target->references > 0) {
		return;
	}
	if (target->route) {
		target->free_route(target->route);
	}
	for (uint32_t i = 0; i < target->server_count; i++) {
		cfs_server_free(&target->servers[i]);
	}
	if (target->master) {
		cfs_server_free(target->master);
		pefree(target->master, 1);
	}
	free_text(target->master_name);
	free_text(target->binding);
	pefree(target->servers, 1);
	pefree(target, 1);
}

bool cfs_target_finish(cfs_target *target, cfs_error *error)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (!finish_server(target, &target->servers[i], error)) {
			return false;
		}
	}
	if (!target->binding) {
		const cfs_server *settings = target->master ? target->master : &target->servers[0];

		target->binding = copy_text(settings->binding);
	}
	return !target->master || finish_server(target, target->master, error);
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
		cfs_server_set_login(&target->servers[i], username, password);
	}
	return true;
}

const char *cfs_target_topology(const cfs_target *target)
{
	static const char *const names[] = {"single", "weighted", "sentinel", "cluster", "ketama"};

	return names[target->topology];
}

/* }}} */

static void overlay_text(char **field, const char *text)
{
	if (text) {
		free_text(*field);
		*field = copy_text(text);
	}
}

void cfs_target_set_binding(cfs_target *target, const char *name)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		overlay_text(&target->servers[i].binding, name);
	}
	if (target->master) {
		overlay_text(&target->master->binding, name);
	}
	overlay_text(&target->binding, name);
}

static void overlay_tls(cfs_tls *tls, const cfs_tls *from)
{
	tls->insecure = tls->insecure || from->insecure;
	tls->any_name = tls->any_name || from->any_name;
	tls->self_signed = tls->self_signed || from->self_signed;
	overlay_text(&tls->peer_name, from->peer_name);
	overlay_text(&tls->ca_file, from->ca_file);
	overlay_text(&tls->ca_directory, from->ca_directory);
	overlay_text(&tls->certificate, from->certificate);
	overlay_text(&tls->key, from->key);
	overlay_text(&tls->passphrase, from->passphrase);
	overlay_text(&tls->fingerprint, from->fingerprint);
	overlay_text(&tls->ciphers, from->ciphers);
}

static void overlay_server(cfs_server *server, const cfs_server *from)
{
	overlay_tls(&server->tls, &from->tls);
	overlay_text(&server->prefix, from->prefix);
	overlay_text(&server->pool, from->pool);
	if (from->connect_timeout != CFS_TIME_UNSET) {
		server->connect_timeout = from->connect_timeout;
	}
	if (from->timeout != CFS_TIME_UNSET) {
		server->timeout = from->timeout;
	}
	if (from->persistent != -1) {
		server->persistent = from->persistent;
	}
}

static void overlay_database(cfs_server *server, const cfs_server *from)
{
	if (from->database) {
		server->database = from->database;
	}
}

void cfs_target_overlay(cfs_target *target, const cfs_target *from)
{
	const cfs_server *settings = from->master ? from->master : &from->servers[0];

	for (uint32_t i = 0; i < target->server_count; i++) {
		overlay_server(&target->servers[i], settings);
		/* Sentinels have no databases. */
		if (!target->master) {
			overlay_database(&target->servers[i], settings);
		}
	}
	if (target->master) {
		overlay_server(target->master, settings);
		overlay_database(target->master, settings);
	}
	if (from->wait_replicas) {
		target->wait_replicas = from->wait_replicas;
		target->wait_timeout = from->wait_timeout;
	}
}

/* {{{ Description */

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

static void describe_text(smart_str *text, char *separator, const char *name, const char *value)
{
	if (value) {
		describe_parameter(text, separator, name);
		smart_str_appends(text, value);
	}
}

static void describe_tls(const cfs_tls *tls, smart_str *text, char *separator)
{
	describe_text(text, separator, "stream[verify_peer]", tls->insecure ? "0" : NULL);
	describe_text(text, separator, "stream[verify_peer_name]", tls->any_name ? "0" : NULL);
	describe_text(text, separator, "stream[peer_name]", tls->peer_name);
	describe_text(text, separator, "stream[cafile]", tls->ca_file);
	describe_text(text, separator, "stream[capath]", tls->ca_directory);
	describe_text(text, separator, "stream[local_cert]", tls->certificate);
	describe_text(text, separator, "stream[local_pk]", tls->key);
	describe_text(text, separator, "stream[passphrase]", tls->passphrase ? "***" : NULL);
	describe_text(text, separator, "stream[allow_self_signed]", tls->self_signed ? "1" : NULL);
	describe_text(text, separator, "stream[peer_fingerprint]", tls->fingerprint);
	describe_text(text, separator, "stream[ciphers]", tls->ciphers);
}

static void describe_parameters(const cfs_server *server, smart_str *text, char *separator)
{
	describe_tls(&server->tls, text, separator);
	if (server->database) {
		describe_parameter(text, separator, "database");
		smart_str_append_unsigned(text, server->database);
	}
	if (server->prefix) {
		describe_parameter(text, separator, "prefix");
		smart_str_appends(text, server->prefix);
	}
	if (server->connect_timeout != CFS_TIME_UNSET) {
		describe_parameter(text, separator, "timeout");
		smart_str_append_double(text, (double) server->connect_timeout / 1000.0, 8, false);
	}
	if (server->timeout != CFS_TIME_UNSET) {
		describe_parameter(text, separator, "read_timeout");
		smart_str_append_double(text, (double) server->timeout / 1000.0, 8, false);
	}
	if (server->persistent != -1) {
		describe_parameter(text, separator, "persistent");
		smart_str_append_unsigned(text, (zend_ulong) server->persistent);
	}
	if (server->pool) {
		describe_parameter(text, separator, "persistent_id");
		smart_str_appends(text, server->pool);
	}
}

/* server,server */
static void describe_servers(const cfs_target *target, smart_str *text)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (i) {
			smart_str_appendc(text, ',');
		}
		smart_str_appends(text, target->servers[i].address);
		if (target->weighted && target->topology == CFS_KETAMA) {
			smart_str_appends(text, target->servers[i].port ? ":" : ":0:");
			smart_str_append_unsigned(text, target->servers[i].weight);
		}
	}
}

static void describe_scheme(const cfs_server *server, smart_str *text)
{
	smart_str_appends(text, server->port == 0 ? "unix://" : server->tls.on ? "tls://" : "tcp://");
}

static void describe_wait(const cfs_target *target, smart_str *text, char *separator)
{
	if (target->wait_replicas) {
		describe_parameter(text, separator, "wait_replicas");
		smart_str_append_unsigned(text, target->wait_replicas);
	}
	if (target->wait_timeout != CFS_TIME_UNSET) {
		describe_parameter(text, separator, "wait_timeout");
		smart_str_append_unsigned(text, (zend_ulong) target->wait_timeout);
	}
}

static void describe_memcached(const cfs_target *target, smart_str *text)
{
	const cfs_server *first = &target->servers[0];
	char separator = '?';

	smart_str_appends(text, "memcached://");
	if (first->username) {
		smart_str_appends(text, first->username);
		smart_str_appends(text, ":***@");
	}
	describe_servers(target, text);
	describe_parameters(first, text, &separator);
}

/* The target's own parameters are among those of its first server. */
static void describe_redis_server(const cfs_target *target, uint32_t i, smart_str *text)
{
	const cfs_server *server = &target->servers[i];
	char separator = '?';

	describe_scheme(server, text);
	smart_str_appends(text, server->address);
	describe_login(server, text, &separator);
	describe_parameters(server, text, &separator);
	if (server->weight != 1) {
		describe_parameter(text, &separator, "weight");
		smart_str_append_unsigned(text, server->weight);
	}
	if (i == 0) {
		describe_wait(target, text, &separator);
	}
}

/* Describes the settings that the sentinels have and the master does not. */
static void describe_sentinels(const cfs_target *target, smart_str *text, char *separator)
{
	const cfs_server *sentinel = &target->servers[0];

	if (sentinel->username) {
		describe_parameter(text, separator, "sentinel_username");
		smart_str_appends(text, sentinel->username);
	}
	if (sentinel->password) {
		describe_parameter(text, separator, "sentinel_password");
		smart_str_appends(text, "***");
	}
	if (sentinel->tls.on != target->master->tls.on) {
		describe_parameter(text, separator, "sentinel_tls");
		smart_str_append_unsigned(text, sentinel->tls.on);
	}
}

/* redis+sentinel://sentinel,sentinel/master, redis+cluster://node,node, tcp://server */
static void describe_redis_place(const cfs_target *target, smart_str *text)
{
	const cfs_server *settings = target->master ? target->master : &target->servers[0];

	if (target->master || target->topology == CFS_CLUSTER) {
		smart_str_appends(text, settings->tls.on ? "rediss+" : "redis+");
		smart_str_appends(text, target->master ? "sentinel://" : "cluster://");
	} else {
		describe_scheme(settings, text);
	}
	describe_servers(target, text);
	if (target->master) {
		smart_str_appendc(text, '/');
		smart_str_appends(text, target->master_name);
	}
}

static void describe_redis_servers(const cfs_target *target, smart_str *text)
{
	const cfs_server *settings = target->master ? target->master : &target->servers[0];
	char separator = '?';

	describe_redis_place(target, text);
	describe_login(settings, text, &separator);
	describe_parameters(settings, text, &separator);
	if (target->master) {
		describe_sentinels(target, text, &separator);
	}
	describe_wait(target, text, &separator);
}

/* binding:name, for a service that has not been looked up yet */
static void describe_binding(const cfs_target *target, smart_str *text)
{
	char separator = '?';

	smart_str_appends(text, "binding:");
	smart_str_appends(text, target->binding);
	describe_parameters(&target->servers[0], text, &separator);
}

zend_string *cfs_target_describe(const cfs_target *target)
{
	smart_str text = {0};

	if (!*target->backend) {
		describe_binding(target, &text);
	} else if (strcmp(target->backend, "memcached") == 0) {
		describe_memcached(target, &text);
	} else if (target->topology == CFS_SENTINEL || target->topology == CFS_CLUSTER) {
		describe_redis_servers(target, &text);
	} else {
		for (uint32_t i = 0; i < target->server_count; i++) {
			if (i) {
				smart_str_appends(&text, ", ");
			}
			describe_redis_server(target, i, &text);
		}
	}
	return smart_str_extract(&text);
}

static void reference_pool(const char *pool, smart_str *text)
{
	if (pool) {
		smart_str_appends(text, "PERSISTENT=");
		smart_str_appends(text, pool);
		smart_str_appendc(text, ' ');
	}
}

zend_string *cfs_target_reference_path(const cfs_target *target, const char *binding)
{
	zend_string *encoded = php_raw_url_encode(binding, strlen(binding));
	smart_str text = {0};

	if (!target || !*target->backend) {
		smart_str_appends(&text, "binding:");
	} else {
		if (strcmp(target->backend, "memcached") == 0) {
			reference_pool(target->servers[0].pool, &text);
			describe_servers(target, &text);
		} else {
			describe_redis_place(target, &text);
		}
		smart_str_appends(&text, "?binding=");
	}
	smart_str_append(&text, encoded);
	zend_string_release(encoded);
	return smart_str_extract(&text);
}

/* }}} */

/*
 * Services in single variables, and in Platform.sh's and Upsun's variable.
 */
#include "environment.h"
#include "service.h"
#include "ext/standard/base64.h"

/* {{{ PLATFORM_RELATIONSHIPS: base64 of { relationship: [ { scheme, host, port, … }, … ], … } */

#define RELATIONSHIPS "PLATFORM_RELATIONSHIPS"

static void add_relationship(cfs_services *services, const char *name, zval *endpoint)
{
	cfs_service *added = cfs_services_add(services, name);

	if (Z_TYPE_P(endpoint) == IS_ARRAY) {
		ZVAL_COPY_VALUE(&added->credentials, endpoint);
	}
}

/* Adds the relationships. A value that cannot be read is no error: the variable need not be about sessions. */
static void add_relationships(cfs_services *services)
{
	zend_string *key;
	zval *endpoints, *endpoint;

	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL(services->document), key, endpoints)
	{
		const char *name = key ? ZSTR_VAL(key) : "";

		if (Z_TYPE_P(endpoints) != IS_ARRAY || !zend_array_is_list(Z_ARRVAL_P(endpoints))) {
			cfs_service *added = cfs_services_add(services, name);

			added->malformed = true;
			cfs_error_set(&added->error, "a relationship is not a list");
			continue;
		}
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(endpoints), endpoint)
		{
			add_relationship(services, name, endpoint);
		}
		ZEND_HASH_FOREACH_END();
	}
	ZEND_HASH_FOREACH_END();
}

cfs_document_result cfs_relationships_read(cfs_services *services, cfs_error *error)
{
	const char *encoded = cfs_environment(RELATIONSHIPS);
	cfs_document_result result;
	zend_string *json;
	zval document;

	if (!encoded) {
		return CFS_DOCUMENT_OK;
	}
	json =
		php_base64_decode_ex((const unsigned char *) encoded, strlen(encoded), /* strict */ true);
	if (!json) {
		cfs_error_set(error, RELATIONSHIPS " is not base64");
		return CFS_DOCUMENT_NOT_JSON;
	}
	result = cfs_document_parse(ZSTR_VAL(json), ZSTR_LEN(json), RELATIONSHIPS, &document, error);
	zend_string_release(json);
	if (result != CFS_DOCUMENT_OK) {
		return result;
	}
	zval_ptr_dtor(&services->document);
	services->document = document;
	add_relationships(services);
	if (!services->count) {
		cfs_error_set(&services->remark, "has no relationship in it");
	}
	return CFS_DOCUMENT_OK;
}

/* }}} */

/* {{{ Single variables */

#define FIELD_MAX 5

/* For each service, its variables: the first has to exist, and names the service. What Kubernetes sets for a Service called
 * "redis" (REDIS_PORT, REDIS_SERVICE_HOST, …) says where something is, not that it is for us, so alone it never counts. */
static const struct {
	const char *label; /* such as a broker would set: it tells the kind */
	struct {
		const char *variable, *field;
	} fields[FIELD_MAX];
} variables[] = {
	{"redis", {{"REDIS_TLS_URL", "uri"}}},
	{"redis", {{"REDIS_URL", "uri"}}},
	{"redis", {{"REDISCLOUD_URL", "uri"}}},
	{"redis", {{"SCALINGO_REDIS_URL", "uri"}}},
	{"memcached",
		{{"MEMCACHIER_SERVERS", "servers"}, {"MEMCACHIER_USERNAME", "username"},
			{"MEMCACHIER_PASSWORD", "password"}}},
	{"memcached",
		{{"MEMCACHEDCLOUD_SERVERS", "servers"}, {"MEMCACHEDCLOUD_USERNAME", "username"},
			{"MEMCACHEDCLOUD_PASSWORD", "password"}}},
	{"memcached", {{"MEMCACHE_URL", "servers"}}},
	{"redis",
		{{"REDIS_HOST", "host"}, {"REDIS_PORT", "port"}, {"REDIS_USERNAME", "username"},
			{"REDIS_PASSWORD", "password"}, {"REDIS_SCHEME", "scheme"}}},
	{"redis",
		{{"REDISHOST", "host"}, {"REDISPORT", "port"}, {"REDISUSER", "username"},
			{"REDISPASSWORD", "password"}}},
	{"memcached",
		{{"MEMCACHED_HOST", "host"}, {"MEMCACHED_PORT", "port"}, {"MEMCACHED_USERNAME", "username"},
			{"MEMCACHED_PASSWORD", "password"}}},
};

/* Kubernetes sets REDIS_PORT to tcp://address:port for a Service called "redis". */
static const char *port_of_link(const char *value)
{
	return strncmp(value, "tcp://", strlen("tcp://")) == 0 ? strrchr(value, ':') + 1 : value;
}

static void add_variable(zval *credentials, const char *variable, const char *field)
{
	const char *value = cfs_environment(variable);

	if (!value) {
		return;
	}
	if (strcmp(field, "port") == 0) {
		value = port_of_link(value);
	}
	/* MEMCACHE_URL may be host:port or a URL. */
	if (strcmp(field, "servers") == 0 && strstr(value, "://")) {
		field = "uri";
	}
	add_assoc_string(credentials, field, value);
}

cfs_document_result cfs_variables_read(cfs_services *services, cfs_error *error)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *name = variables[i].fields[0].variable;
		cfs_service *added;
		zval credentials;

		if (!cfs_environment(name)) {
			continue;
		}
		array_init(&credentials);
		add_next_index_zval(&services->document, &credentials);
		for (int j = 0; j < FIELD_MAX && variables[i].fields[j].variable; j++) {
			add_variable(
				&credentials, variables[i].fields[j].variable, variables[i].fields[j].field);
		}
		added = cfs_services_add(services, name);
		added->label = variables[i].label;
		added->credentials = credentials;
	}
	return CFS_DOCUMENT_OK;
}

/* Variables that we do not read: those of other platforms and conventions, and what Kubernetes sets for any Service of that
 * name. */
static const struct {
	const char *variable, *instead;
} unread[] = {
	{"MEMCACHED_SERVERS", "MEMCACHE_URL"},
	{"MEMCACHED_SERVICE_HOST", "MEMCACHED_HOST"},
	{"MEMCACHED_URL", "MEMCACHE_URL"},
	{"OPENREDIS_URL", "REDIS_URL"},
	{"REDISGREEN_URL", "REDIS_URL"},
	{"REDISTOGO_URL", "REDIS_URL"},
	{"REDIS_SERVICE_HOST", "REDIS_HOST"},
	{"REDIS_URI", "REDIS_URL"},
	{"VALKEY_URL", "REDIS_URL"},
};

void cfs_variables_show_unread(cfs_seen_services *seen, int nearness)
{
	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
		cfs_error reason;

		if (cfs_environment(unread[i].variable)) {
			cfs_error_set(&reason, "is not read: set %s to its value if it is for sessions",
				unread[i].instead);
			cfs_seen_add_source(seen, unread[i].variable, reason.message, nearness);
		}
	}
}

/* }}} */

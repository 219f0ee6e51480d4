#include "environment.h"

static const char *const names[] = {
	"CFSESSION_SERVICE",
	"CNB_BINDINGS",
	"HOME",
	"MEMCACHED_HOST",
	"MEMCACHED_PASSWORD",
	"MEMCACHED_PORT",
	"MEMCACHED_SERVERS",
	"MEMCACHED_SERVICE_HOST",
	"MEMCACHED_SESSION_STORE_SERVICE_NAME",
	"MEMCACHED_URL",
	"MEMCACHED_USERNAME",
	"MEMCACHEDCLOUD_PASSWORD",
	"MEMCACHEDCLOUD_SERVERS",
	"MEMCACHEDCLOUD_USERNAME",
	"MEMCACHE_URL",
	"MEMCACHIER_PASSWORD",
	"MEMCACHIER_SERVERS",
	"MEMCACHIER_USERNAME",
	"OPENREDIS_URL",
	"PLATFORM_RELATIONSHIPS",
	"REDISCLOUD_URL",
	"REDISGREEN_URL",
	"REDISHOST",
	"REDISPASSWORD",
	"REDISPORT",
	"REDISTOGO_URL",
	"REDISUSER",
	"REDIS_HOST",
	"REDIS_PASSWORD",
	"REDIS_PORT",
	"REDIS_SCHEME",
	"REDIS_SERVICE_HOST",
	"REDIS_SESSION_STORE_SERVICE_NAME",
	"REDIS_TLS_URL",
	"REDIS_URI",
	"REDIS_URL",
	"REDIS_USERNAME",
	"SCALINGO_REDIS_URL",
	"SERVICE_BINDING_ROOT",
	"VALKEY_URL",
	"VCAP_SERVICES",
	"VCAP_SERVICES_FILE_PATH",
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

/* Written once, before there are threads, and read-only afterwards. */
static char *values[NAME_COUNT];

void cfs_environment_startup(void)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		const char *value = getenv(names[i]);

		values[i] = value && *value ? pestrdup(value, 1) : NULL;
	}
}

void cfs_environment_shutdown(void)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (values[i]) {
			ZEND_SECURE_ZERO(values[i], strlen(values[i]));
			pefree(values[i], 1);
			values[i] = NULL;
		}
	}
}

const char *cfs_environment(const char *name)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			return values[i];
		}
	}
	ZEND_UNREACHABLE();
	return NULL;
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_probe.h"

static bool is_named(const char *key, size_t length, const char *name)
{
	return length == strlen(name) && memcmp(key, name, length) == 0;
}

static memcached_return_t read_stat(const memcached_instance_st *server, const char *key,
	size_t key_length, const char *value, size_t value_length, void *context)
{
	cfs_probe *probe = context;
	const struct {
		const char *name;
		zend_long *number;
	} numbers[] = {{"bytes", &probe->used_memory}, {"limit_maxbytes", &probe->max_memory},
		{"evictions", &probe->evictions}, {"time", &probe->time}};

	if (is_named(key, key_length, "version")) {
		snprintf(probe->version, sizeof(probe->version), "%.*s", (int) value_length, value);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (is_named(key, key_length, numbers[i].name)) {
			*numbers[i].number = ZEND_STRTOL(value, NULL, 10);
		}
	}
	return MEMCACHED_SUCCESS;
}

static memcached_return_t ask_for_statistics(mc_store *store, const void *argument)
{
	return memcached_stat_execute(
		mc_connection_library(store->connection), NULL, read_stat, (void *) argument);
}

/* A command that the server has to answer; the library would answer "version" from memory. */
static memcached_return_t ask_for_anything(mc_store *store, const void *argument)
{
	const char *key = store->target->backend;

	return memcached_exist(mc_connection_library(store->connection), key, strlen(key));
}

static cfs_result probe_store(mc_store *store, cfs_probe *probe, cfs_error *error)
{
	zend_long limit = -1;
	memcached_return_t rc;
	uint64_t began;

	if (!mc_run(store, ask_for_statistics, probe, &rc, NULL, error) ||
		!mc_run(store, mc_ask_for_limit, &limit, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	probe->item_size_max = limit;
	began = cfs_now_ns();
	if (!mc_run(store, ask_for_anything, NULL, &rc, NULL, error)) {
		return CFS_ERROR;
	}
	probe->latency_ms = (double) (cfs_now_ns() - began) / 1e6;
	return CFS_OK;
}

cfs_result mc_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error)
{
	cfs_store *opaque = cfs_backend_memcached.open(thread, target, options);
	cfs_result result;

	((mc_store *) opaque)->server = server;
	mc_set_deadline((mc_store *) opaque);
	result = probe_store((mc_store *) opaque, probe, error);
	cfs_backend_memcached.close(opaque);
	return result;
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_probe.h"

/* Copies the value of "name:value\r\n" in INFO's reply; `text` stays empty if there is none. */
static void info_field(const char *info, const char *name, char *text, size_t size)
{
	size_t length = strlen(name);

	for (const char *line = info; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			line += length + 1;
			snprintf(text, size, "%.*s", (int) strcspn(line, "\r\n"), line);
			return;
		}
	}
}

static zend_long info_number(const char *info, const char *name)
{
	char text[32] = "";

	info_field(info, name, text, sizeof(text));
	return *text ? ZEND_STRTOL(text, NULL, 10) : -1;
}

static void read_info(const redisReply *reply, cfs_probe *probe)
{
	zend_long microseconds;

	if (reply->type != REDIS_REPLY_STRING) {
		return;
	}
	info_field(reply->str, "redis_version", probe->version, sizeof(probe->version));
	/* Valkey also reports redis_version, the version of Redis that it is compatible with. */
	info_field(reply->str, "valkey_version", probe->version, sizeof(probe->version));
	info_field(
		reply->str, "maxmemory_policy", probe->eviction_policy, sizeof(probe->eviction_policy));
	probe->used_memory = info_number(reply->str, "used_memory");
	probe->max_memory = info_number(reply->str, "maxmemory");
	probe->evictions = info_number(reply->str, "evicted_keys");
	microseconds = info_number(reply->str, "server_time_usec");
	probe->time = microseconds < 0 ? -1 : microseconds / 1000000;
	if (info_number(reply->str, "aof_enabled") == 1) {
		probe->persistence = "aof";
	}
}

/* The answer to CONFIG GET save, which many servers refuse: name and value, the times of saving. */
static void read_save(const redisReply *reply, cfs_probe *probe)
{
	if (!*probe->persistence && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
		reply->element[1]->type == REDIS_REPLY_STRING) {
		probe->persistence = reply->element[1]->len ? "rdb" : "none";
	}
}

static cfs_result ask_for_info(redis_store *store, cfs_probe *probe, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 2};
	cfs_result result = CFS_OK;

	redis_command_plain(&pipeline.commands[0], "INFO");
	redis_command_plain(&pipeline.commands[1], "CONFIG");
	redis_command_add(&pipeline.commands[1], "GET");
	redis_command_add(&pipeline.commands[1], "save");
	if (!redis_call(store, &pipeline, error)) {
		return CFS_ERROR;
	}
	/* A user who may not use INFO can still have sessions; one who has not logged in cannot. */
	if (redis_is_error(pipeline.replies[0], "NOAUTH") ||
		redis_is_error(pipeline.replies[0], "LOADING")) {
		redis_reply_error(store, pipeline.replies[0], error);
		result = CFS_ERROR;
	}
	read_info(pipeline.replies[0], probe);
	read_save(pipeline.replies[1], probe);
	redis_free_replies(&pipeline);
	return result;
}

/* Learns a cluster's nodes again, because they may have changed since a session learnt them. */
static bool learn_nodes(redis_store *store, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};

	redis_command_plain(&pipeline.commands[0], "CLUSTER");
	redis_command_add(&pipeline.commands[0], "SLOTS");
	if (!redis_call(store, &pipeline, error)) {
		return false;
	}
	redis_route_learn(&store->route, store->connection, pipeline.replies[0]);
	redis_free_replies(&pipeline);
	return true;
}

static cfs_result measure_latency(redis_store *store, cfs_probe *probe, cfs_error *error)
{
	redis_pipeline pipeline = {.count = 1};
	uint64_t began = cfs_now_ns();

	redis_command_plain(&pipeline.commands[0], "PING");
	if (!redis_call(store, &pipeline, error)) {
		return CFS_ERROR;
	}
	probe->latency_ms = (double) (cfs_now_ns() - began) / 1e6;
	redis_free_replies(&pipeline);
	return CFS_OK;
}

cfs_result redis_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error)
{
	cfs_store *opaque = cfs_backend_redis.open(thread, target, options);
	redis_store *store = (redis_store *) opaque;
	cfs_result result;

	store->route.server = server;
	store->route.fixed = server < target->server_count;
	store->options = *options;
	result = ask_for_info(store, probe, error);
	if (!store->route.fixed && store->connection) {
		const cfs_server *master = redis_connection_server(store->connection);

		snprintf(probe->host, sizeof(probe->host), "%s", master->host);
		probe->port = master->port;
	}
	if (result == CFS_OK && redis_is_cluster(target) && !learn_nodes(store, error)) {
		result = CFS_ERROR;
	}
	if (result == CFS_OK) {
		result = measure_latency(store, probe, error);
	}
	result = redis_concluded(store, result, error);
	cfs_backend_redis.close(opaque);
	return result;
}

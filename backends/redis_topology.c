#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_topology.h"

#define SLOT_COUNT    16384
#define NODE_MAX      4096
#define REDIRECTS_MAX 5
/* ms; pauses between retries while a slot moves to another node. */
#define PAUSE_MIN 5
#define PAUSE_MAX 100
/* Bytes of each of the two strings that a sentinel answers with. */
#define SENTINEL_REPLY_MAX 4096
/* Size of the hash table of a map's nodes; more than NODE_MAX. */
#define BUCKET_COUNT 8192

/* The nodes of a Redis Cluster that are known. Each is a target of its own, so that its connections may outlive the
 * map. */
typedef struct _cluster_map {
	uint32_t count;
	cfs_target **nodes;
	uint16_t buckets[BUCKET_COUNT]; /* index of a node by its place, plus 1; 0: none */
	uint16_t owners[SLOT_COUNT];    /* index of the node that has the slot, plus 1; 0: not known */
} cluster_map;

typedef struct _redis_topology {
	cfs_target *master; /* as named by the sentinels; NULL: not known */
	uint32_t sentinel;  /* the one to ask first */
	cluster_map *map;   /* NULL: not known to be a cluster */
	uint32_t next;      /* the node or seed to ask first about an unknown slot */
	bool wants_slots;   /* the map is missing or out of date */
} redis_topology;

/* {{{ Routes */

static void free_map(cluster_map *map)
{
	if (!map) {
		return;
	}
	for (uint32_t i = 0; i < map->count; i++) {
		cfs_target_release(map->nodes[i]);
	}
	if (map->nodes) {
		pefree(map->nodes, 1);
	}
	pefree(map, 1);
}

static void free_route(void *opaque)
{
	redis_topology *topology = opaque;

	if (topology->master) {
		cfs_target_release(topology->master);
	}
	free_map(topology->map);
	pefree(topology, 1);
}

static redis_topology *topology_of(cfs_target *target)
{
	redis_topology *topology = target->route;

	if (!topology) {
		topology = pecalloc(1, sizeof(*topology), 1);
		target->route = topology;
		target->free_route = free_route;
	}
	return topology;
}

/* From now on the target is a cluster. */
static cluster_map *map_of(cfs_target *target)
{
	redis_topology *topology = topology_of(target);

	if (!topology->map) {
		topology->map = pecalloc(1, sizeof(*topology->map), 1);
		topology->wants_slots = true;
	}
	return topology->map;
}

bool redis_is_cluster(const cfs_target *target)
{
	const redis_topology *topology = target->route;

	return target->topology == CFS_CLUSTER || (topology && topology->map);
}

void redis_set_cluster(cfs_target *target)
{
	map_of(target);
}

const cfs_server *redis_settings_server(const cfs_target *target, uint32_t server)
{
	return target->master ? target->master : &target->servers[server];
}

/* A target for a server that `target` does not name itself; the caller owns it. */
static cfs_target *new_node(const cfs_target *target, const char *host, uint16_t port)
{
	cfs_target *node = cfs_target_new("redis", CFS_SINGLE, 1);

	cfs_server_copy_settings(&node->servers[0], redis_settings_server(target, 0));
	node->servers[0].without_user = redis_settings_server(target, 0)->without_user;
	node->servers[0].host = pestrdup(host, 1);
	node->servers[0].port = port;
	cfs_server_set_address(&node->servers[0]);
	return node;
}

static bool is_at(const cfs_server *server, const char *host, uint16_t port)
{
	return server->port == port && strcmp(server->host, host) == 0;
}

/* Where a server says that another one is. */
typedef struct _place {
	char host[256];
	uint16_t port;
} place;

/* An empty or unknown host means the server that answers. */
static bool set_place(
	place *place, const cfs_server *said_by, const char *host, size_t length, zend_long port)
{
	if (length == 0 || (length == 1 && *host == '?')) {
		host = said_by->port ? said_by->host : "127.0.0.1";
		length = strlen(host);
	}
	if (port < 1 || port > UINT16_MAX || length >= sizeof(place->host) || strlen(host) < length) {
		return false;
	}
	memcpy(place->host, host, length);
	place->host[length] = '\0';
	place->port = (uint16_t) port;
	return cfs_is_printable(place->host);
}

/* }}} */

/* {{{ Weighted servers */

uint32_t redis_server_of_id(const cfs_target *target, const char *id)
{
	uint32_t sum = target->servers[0].weight, value = 0, position;

	if (target->topology != CFS_WEIGHTED) {
		return 0;
	}
	for (uint32_t i = 0; i < 4 && id[i]; i++) {
		value |= (uint32_t) (unsigned char) id[i] << 8 * i;
	}
	for (uint32_t i = 1; i < target->server_count; i++) {
		sum += target->servers[i].weight;
	}
	position = value % sum;
	for (uint32_t i = target->server_count; i-- > 1;) {
		if (position < target->servers[i].weight) {
			return i;
		}
		position -= target->servers[i].weight;
	}
	return 0;
}

/* }}} */

/* {{{ Connections */

/* `current` if it leads to that server; otherwise another connection, and `current` goes back to the pool. */
static redis_connection *open_to(redis_route *route, redis_connection *current, cfs_target *target,
	uint32_t server, cfs_error *error)
{
	if (current &&
		cfs_server_same_connection(redis_connection_server(current), &target->servers[server])) {
		return current;
	}
	if (current) {
		redis_connection_release(current, route->options->persistent);
	}
	return redis_connection_open(route->thread, target, server, route->options, error);
}

/* Whether the route may look for another master or node once more. More than once, because some sentinels learn of a
 * failover later than others. */
static bool may_search(const redis_route *route)
{
	return route->searches <
		(route->target->master ? (int) MAX(2, route->target->server_count) : 1);
}

/* {{{ Wrong servers */

static bool starts_with(const redisReply *reply, const char *code)
{
	return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, code, strlen(code)) == 0;
}

/* Error codes of servers that have the keys but do not, or not yet, serve them: replicas, servers that start, and masters
 * that became replicas while a client waited. */
static const char *const codes_of_others[] = {"READONLY ", "MASTERDOWN ", "LOADING ", "UNBLOCKED "};

/* If a command in a script fails, Redis 6 puts words of its own before the command's code. */
static bool has_code(const redisReply *reply, const char *code)
{
	const char *found = reply->type == REDIS_REPLY_ERROR ? strstr(reply->str, code) : NULL;

	return found &&
		(found == reply->str ||
			(found[-1] == '-' && starts_with(reply, "ERR Error running script")));
}

static bool is_of_other(const redisReply *reply)
{
	for (size_t i = 0; i < sizeof(codes_of_others) / sizeof(codes_of_others[0]); i++) {
		if (has_code(reply, codes_of_others[i])) {
			return true;
		}
	}
	return false;
}

/* Makes the error of the server's words, in case no other server does better. */
static void set_error_from_reply(
	const redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	char words[512];

	snprintf(words, sizeof(words), "%s", reply->str);
	redis_server_error(redis_connection_server(connection), NULL, words, error);
}

/* Tries again on a new connection: once, or as often as the server's name has addresses. */
static redis_verdict reject_server(redis_route *route, redis_connection *connection)
{
	uint32_t places = redis_connection_distrust(connection);

	return ++route->rejections < MAX(2, places) ? REDIS_RECONNECT : REDIS_UNROUTABLE;
}

/* }}} */

/* Where the message's advice ("; do this") begins, or the message's end. */
static char *advice_in(char *message)
{
	char *end = message + strlen(message), *found = NULL;

	for (char *next = strstr(message, "; "); next; next = strstr(next + 2, "; ")) {
		found = next;
	}
	return found ? found : end;
}

/* Adds a reason to the errors of servers that were tried in turn. Advice that is the same for all appears once. */
static void add_reason(cfs_error *all, cfs_error *reason)
{
	char *advice = advice_in(all->message);
	size_t length;

	if (strcmp(advice, advice_in(reason->message)) == 0) {
		*advice = '\0';
	}
	length = strlen(all->message);
	snprintf(all->message + length, sizeof(all->message) - length, "%s%s", length ? "; " : "",
		reason->message);
	all->refused = all->refused || reason->refused;
	all->unavailable = all->unavailable || reason->unavailable;
	all->untrusted = all->untrusted || reason->untrusted;
}

/* }}} */

/* {{{ Sentinel */

static void forget_master(redis_topology *topology)
{
	if (topology->master) {
		cfs_target_release(topology->master);
		topology->master = NULL;
	}
}

/* Takes a sentinel's answer about where the master is. */
static bool learn_master(redis_route *route, const cfs_server *sentinel, const redisReply *reply)
{
	redis_topology *topology = topology_of(route->target);
	place place;

	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
		reply->element[0]->type != REDIS_REPLY_STRING ||
		reply->element[1]->type != REDIS_REPLY_STRING ||
		!set_place(&place, sentinel, reply->element[0]->str, (size_t) reply->element[0]->len,
			ZEND_STRTOL(reply->element[1]->str, NULL, 10))) {
		return false;
	}
	if (route->target->plain_port && place.port == route->target->plain_port) {
		place.port = route->target->master->port;
	}
	forget_master(topology);
	topology->master = new_node(route->target, place.host, place.port);
	return true;
}

static bool judge_sentinel(
	redis_route *route, const cfs_server *sentinel, redisReply *reply, cfs_error *error)
{
	if (reply->type == REDIS_REPLY_ERROR) {
		redis_server_error(sentinel, NULL, reply->str, error);
		return false;
	}
	if (!learn_master(route, sentinel, reply)) {
		cfs_error_set(error,
			reply->type == REDIS_REPLY_NIL ? "the sentinel at %s does not know this master; "
											 "SENTINEL MASTERS there lists those "
											 "that it knows"
										   : "the sentinel at %s sent an invalid address",
			sentinel->address);
		return false;
	}
	return true;
}

/* Asks one sentinel. Does not keep the connection, because the question is rare. */
static bool ask_sentinel(redis_route *route, uint32_t i, cfs_error *error)
{
	const cfs_server *sentinel = &route->target->servers[i];
	const char *argv[] = {"SENTINEL", "get-master-addr-by-name", route->target->master_name};
	cfs_options options = *route->options;
	redis_connection *connection;
	redisReply *reply;
	bool known = false;

	options.persistent = false;
	options.value_max = SENTINEL_REPLY_MAX;
	for (int attempt = 0; attempt < 2; attempt++) {
		redis_status status;

		connection = redis_connection_open(route->thread, route->target, i, &options, error);
		if (!connection) {
			return false;
		}
		redis_connection_append(connection, 3, argv, NULL);
		status =
			redis_connection_exchange(connection, &reply, 1, cfs_now() + options.timeout, error);
		known = status == REDIS_ANSWERED && judge_sentinel(route, sentinel, reply, error);
		freeReplyObject(reply);
		redis_connection_drop(connection);
		if (status != REDIS_NAME_REFUSED) {
			break;
		}
	}
	return known;
}

/* Asks the sentinels in turn, beginning with the one that knew last. NULL: the error says why. */
static cfs_target *find_master(redis_route *route, cfs_error *error)
{
	redis_topology *topology = topology_of(route->target);
	uint32_t count = route->target->server_count;
	cfs_error reasons = {.message = ""};

	for (uint32_t i = 0; i < count; i++) {
		cfs_error reason = {.message = ""};

		if (ask_sentinel(route, topology->sentinel, &reason)) {
			return topology->master;
		}
		add_reason(&reasons, &reason);
		topology->sentinel = (topology->sentinel + 1) % count;
	}
	cfs_error_set(error, "no sentinel says where the master \"%s\" is: %s",
		route->target->master_name, reasons.message);
	error->refused = reasons.refused;
	error->unavailable = reasons.unavailable;
	error->untrusted = reasons.untrusted;
	return NULL;
}

/* The master that the last sentinel named was wrong: another sentinel may know better. */
static void distrust_master(redis_route *route)
{
	redis_topology *topology = topology_of(route->target);

	forget_master(topology);
	topology->sentinel = (topology->sentinel + 1) % route->target->server_count;
}

static redis_connection *open_master(
	redis_route *route, redis_connection *current, cfs_error *error)
{
	redis_topology *topology = topology_of(route->target);

	do {
		cfs_target *master = topology->master;

		if (!master) {
			route->searches++;
			master = find_master(route, error);
		}
		if (!master) {
			break;
		}
		current = open_to(route, current, master, 0, error);
		if (current) {
			return current;
		}
		/* The sentinels may still name a machine that has gone, name and all. A name in the save path is a mistake. */
		error->unavailable = error->unavailable || error->unresolved;
		distrust_master(route);
	} while (may_search(route));
	if (current) {
		redis_connection_release(current, route->options->persistent);
	}
	return NULL;
}

/* Whether the server says that it is a replica: by its role, or because it does not write. */
static bool is_replica(const redisReply *role, const redisReply *reply)
{
	if (role && role->type == REDIS_REPLY_ARRAY && role->elements > 0 &&
		role->element[0]->type == REDIS_REPLY_STRING &&
		strcmp(role->element[0]->str, "master") != 0) {
		return true;
	}
	return has_code(reply, "READONLY ") || has_code(reply, "MASTERDOWN ");
}

static redis_verdict judge_master(redis_route *route, redis_connection *connection,
	const redisReply *role, const redisReply *reply, cfs_error *error)
{
	if (is_replica(role, reply)) {
		cfs_error_set(error,
			"the server at %s, which the sentinels name as the master \"%s\", says that it is a "
			"replica: a failover may be under way",
			redis_connection_server(connection)->address, route->target->master_name);
		error->unavailable = true;
	} else if (is_of_other(reply)) {
		set_error_from_reply(connection, reply, error);
	} else {
		return REDIS_DELIVERED;
	}
	redis_connection_distrust(connection);
	distrust_master(route);
	return may_search(route) ? REDIS_RECONNECT : REDIS_UNROUTABLE;
}

/* }}} */

/* {{{ Cluster */

/* CRC16 as the Redis Cluster specification has it (XMODEM). */
static uint16_t crc16(const char *bytes, size_t length)
{
	uint16_t crc = 0;

	for (size_t i = 0; i < length; i++) {
		crc ^= (uint16_t) ((unsigned char) bytes[i] << 8);
		for (int bit = 0; bit < 8; bit++) {
			crc = (uint16_t) (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
		}
	}
	return crc;
}

/* The slot of the key, or of what it has in braces. */
static uint32_t slot_of(const char *key)
{
	const char *open = strchr(key, '{'), *close = open ? strchr(open, '}') : NULL;

	if (close && close > open + 1) {
		return crc16(open + 1, (size_t) (close - open - 1)) % SLOT_COUNT;
	}
	return crc16(key, strlen(key)) % SLOT_COUNT;
}

bool redis_have_one_node(const cfs_target *target, const char *key, const char *other)
{
	const redis_topology *topology = target->route;
	const cluster_map *map = topology ? topology->map : NULL;
	uint16_t owner = map ? map->owners[slot_of(key)] : 0;

	return owner && owner == map->owners[slot_of(other)];
}

/* The bucket that has the node's index, or would have it. */
static uint32_t bucket_of(const cluster_map *map, const place *place)
{
	zend_ulong hash = zend_inline_hash_func(place->host, strlen(place->host)) + place->port;
	uint32_t bucket = (uint32_t) (hash % BUCKET_COUNT);

	while (map->buckets[bucket] &&
		!is_at(&map->nodes[map->buckets[bucket] - 1]->servers[0], place->host, place->port)) {
		bucket = (bucket + 1) % BUCKET_COUNT;
	}
	return bucket;
}

/* The node's index in the map; map->count if it is not there. */
static uint32_t find_node(const cluster_map *map, const place *place)
{
	uint16_t found = map->buckets[bucket_of(map, place)];

	return found ? found - 1u : map->count;
}

/* The index of the node at that place. If the map lacks the node, adds it: the same target as in `known`, if it is
 * there. */
static uint32_t add_node(
	const cfs_target *target, cluster_map *map, const cluster_map *known, const place *place)
{
	uint32_t i = find_node(map, place), old = find_node(known, place);

	if (i < map->count) {
		return i;
	}
	map->nodes = safe_perealloc(map->nodes, map->count + 1, sizeof(void *), 0, 1);
	map->nodes[map->count] = old < known->count ? cfs_target_reference(known->nodes[old])
												: new_node(target, place->host, place->port);
	map->buckets[bucket_of(map, place)] = (uint16_t) (map->count + 1);
	return map->count++;
}

/* Takes one range of CLUSTER SLOTS: first and last slot, the node that has them, its replicas; a node is host, port, ... */
static void learn_range(const cfs_target *target, const cfs_server *said_by, cluster_map *map,
	const cluster_map *known, const redisReply *range)
{
	if (range->type != REDIS_REPLY_ARRAY || range->elements < 3 ||
		range->element[0]->type != REDIS_REPLY_INTEGER ||
		range->element[1]->type != REDIS_REPLY_INTEGER) {
		return;
	}
	for (size_t i = 2; i < range->elements && map->count < NODE_MAX; i++) {
		const redisReply *node = range->element[i];
		uint32_t index;
		place place;

		if (node->type != REDIS_REPLY_ARRAY || node->elements < 2 ||
			node->element[1]->type != REDIS_REPLY_INTEGER ||
			!set_place(&place, said_by, node->element[0]->str, (size_t) node->element[0]->len,
				node->element[1]->integer)) {
			continue;
		}
		index = add_node(target, map, known, &place);
		for (zend_long slot = MAX(0, range->element[0]->integer);
			 i == 2 && slot <= MIN(SLOT_COUNT - 1, range->element[1]->integer); slot++) {
			map->owners[slot] = (uint16_t) (index + 1);
		}
	}
}

/* How many slots the range claims to have, which may be more than there are. */
static zend_ulong slots_in(const redisReply *range)
{
	return range->type == REDIS_REPLY_ARRAY && range->elements >= 2
		? (zend_ulong) range->element[1]->integer - (zend_ulong) range->element[0]->integer + 1
		: 0;
}

void redis_route_learn(
	redis_route *route, const redis_connection *connection, const redisReply *reply)
{
	redis_topology *topology = topology_of(route->target);
	const cluster_map *known = map_of(route->target);
	cluster_map *map;
	zend_ulong left = SLOT_COUNT; /* no slot is in two ranges */

	/* If our user may not ask, only redirects tell. */
	topology->wants_slots = false;
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
		return;
	}
	map = pecalloc(1, sizeof(*map), 1);
	for (size_t i = 0; i < reply->elements && left; i++) {
		left -= MIN(left, slots_in(reply->element[i]));
		learn_range(
			route->target, redis_connection_server(connection), map, known, reply->element[i]);
	}
	free_map(topology->map);
	topology->map = map;
}

static cfs_target *owner_of(redis_route *route)
{
	const cluster_map *map = map_of(route->target);
	uint16_t owner = map->owners[slot_of(route->key)];

	return owner ? map->nodes[owner - 1] : NULL;
}

/* The node that had the slot does not answer: forgets who has its slots. */
static void forget_owner(redis_route *route)
{
	cluster_map *map = map_of(route->target);
	uint16_t owner = map->owners[slot_of(route->key)];

	topology_of(route->target)->wants_slots = true;
	for (uint32_t slot = 0; owner && slot < SLOT_COUNT; slot++) {
		if (map->owners[slot] == owner) {
			map->owners[slot] = 0;
		}
	}
}

/* Opens a connection to any node: one that does not have the slot names the one that has. Tries the known nodes in turn,
 * then those of the save path. */
static redis_connection *open_any(
	redis_route *route, redis_connection *current, const cfs_server *except, cfs_error *error)
{
	redis_topology *topology = topology_of(route->target);
	const cluster_map *map = map_of(route->target);
	uint32_t count = map->count + route->target->server_count;
	int64_t until = cfs_now() + route->options->connect_timeout + route->options->timeout;
	cfs_error reasons = {.message = ""};

	if (current) {
		return current;
	}
	for (uint32_t i = 0; i < count && cfs_now() < until; i++) {
		uint32_t at = topology->next % count;
		cfs_target *target = at < map->count ? map->nodes[at] : route->target;
		uint32_t server = at < map->count ? 0 : at - map->count;
		cfs_error reason = {.message = ""};

		if (!except || !cfs_server_same_connection(except, &target->servers[server])) {
			current = open_to(route, NULL, target, server, &reason);
			if (current) {
				return current;
			}
			add_reason(&reasons, &reason);
		}
		topology->next = (at + 1) % count;
	}
	if (*reasons.message) {
		cfs_error_set(error, "no node of the Redis Cluster can be reached: %s", reasons.message);
		error->refused = reasons.refused;
		error->unavailable = reasons.unavailable;
		error->untrusted = reasons.untrusted;
	}
	return NULL;
}

static redis_connection *open_node(redis_route *route, redis_connection *current, cfs_error *error)
{
	cfs_target *owner = route->asked ? route->asked : owner_of(route);
	const cfs_server *failed;

	if (!owner) {
		return open_any(route, current, NULL, error);
	}
	current = open_to(route, current, owner, 0, error);
	if (current || route->asked || !may_search(route)) {
		return current;
	}
	route->searches++;
	failed = &owner->servers[0];
	forget_owner(route);
	return open_any(route, NULL, failed, error);
}

/* Reads the place in "MOVED slot host:port". */
static bool read_redirection(const cfs_server *said_by, const redisReply *reply, place *place)
{
	const char *host = strrchr(reply->str, ' '), *port = strrchr(reply->str, ':');

	if (!host || !port || port < host) {
		return false;
	}
	host++;
	return set_place(place, said_by, host, (size_t) (port - host), ZEND_STRTOL(port + 1, NULL, 10));
}

static redis_verdict redirected(
	redis_route *route, const redis_connection *connection, const redisReply *reply)
{
	cluster_map *map = map_of(route->target);
	bool moved = starts_with(reply, "MOVED ");
	uint32_t node;
	place place;

	if (route->redirects++ >= REDIRECTS_MAX || map->count >= NODE_MAX ||
		!read_redirection(redis_connection_server(connection), reply, &place)) {
		return REDIS_DELIVERED;
	}
	node = add_node(route->target, map, map, &place);
	if (moved) {
		map->owners[slot_of(route->key)] = (uint16_t) (node + 1);
	} else {
		route->asked = cfs_target_reference(map->nodes[node]);
	}
	return REDIS_REDIRECT;
}

/* For a node that lacks a part of the session, or that will soon know which node has it: tries again after a pause. */
static redis_verdict back_off(redis_route *route)
{
	route->pause = MIN(MAX(PAUSE_MIN, route->pause * 2), PAUSE_MAX);
	return REDIS_BACKOFF;
}

/* Lets the search for the node that has taken over begin at another node than this server. */
static void skip_node(redis_route *route, const cfs_server *server)
{
	redis_topology *topology = topology_of(route->target);
	const cluster_map *map = map_of(route->target);
	uint32_t count = map->count + route->target->server_count, at = topology->next % count;
	const cfs_server *next =
		at < map->count ? &map->nodes[at]->servers[0] : &route->target->servers[at - map->count];

	if (cfs_server_same_connection(next, server)) {
		topology->next = (at + 1) % count;
	}
}

static redis_verdict judge_node(
	redis_route *route, redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	if (is_of_other(reply)) {
		set_error_from_reply(connection, reply, error);
		forget_owner(route);
		skip_node(route, redis_connection_server(connection));
		return reject_server(route, connection);
	}
	if (starts_with(reply, "MOVED ") || starts_with(reply, "ASK ")) {
		return redirected(route, connection, reply);
	}
	if (starts_with(reply, "TRYAGAIN") || starts_with(reply, "CLUSTERDOWN")) {
		return back_off(route);
	}
	/* Only a node of a cluster says that keys do not share a slot, so this "single" server is one. */
	if (starts_with(reply, "CROSSSLOT") && !redis_is_cluster(route->target)) {
		map_of(route->target);
		return REDIS_REDIRECT;
	}
	return REDIS_DELIVERED;
}

/* }}} */

/* {{{ What was learnt */

static void each_node(const cluster_map *map, cfs_learnt found, void *context)
{
	uint32_t *slots = pecalloc(map->count + 1, sizeof(*slots), 1);

	/* slots[0] counts slots without a known node. */
	for (uint32_t slot = 0; slot < SLOT_COUNT; slot++) {
		slots[map->owners[slot]]++;
	}
	for (uint32_t i = 0; i < map->count; i++) {
		if (slots[i + 1]) {
			found(context, map->nodes[i], slots[i + 1]);
		}
	}
	pefree(slots, 1);
}

void redis_each_learnt(const cfs_target *target, cfs_learnt found, void *context)
{
	const redis_topology *topology = target->route;

	if (topology && topology->master) {
		found(context, topology->master, /* slots */ 0);
	}
	if (topology && topology->map) {
		each_node(topology->map, found, context);
	}
}

/* }}} */

/* {{{ The route of a command */

void redis_route_begin(redis_route *route)
{
	redis_route_end(route);
	route->redirects = route->searches = 0;
	route->rejections = 0;
	route->pause = 0;
}

void redis_route_end(redis_route *route)
{
	if (route->asked) {
		cfs_target_release(route->asked);
		route->asked = NULL;
	}
}

redis_connection *redis_route_open(redis_route *route, redis_connection *current, cfs_error *error)
{
	if (!route->fixed && route->target->master) {
		return open_master(route, current, error);
	}
	if (!route->fixed && redis_is_cluster(route->target)) {
		return open_node(route, current, error);
	}
	return open_to(route, current, route->target, route->server, error);
}

bool redis_route_is_single(const redis_route *route)
{
	return !route->target->master && !redis_is_cluster(route->target);
}

redis_piggyback redis_route_piggyback(redis_route *route, const redis_connection *connection)
{
	redis_piggyback piggyback = {false, false, false};

	if (route->fixed) {
		return piggyback;
	}
	piggyback.role = route->target->master && redis_connection_is_new(connection);
	piggyback.slots = redis_is_cluster(route->target) && map_of(route->target) &&
		topology_of(route->target)->wants_slots;
	piggyback.asking = route->asked != NULL;
	redis_route_end(route);
	return piggyback;
}

/* Whether a server that the save path names as a single one is a node of a cluster: it says so when asked for a key that
 * another node has. */
static bool is_cluster_reply(const redisReply *reply)
{
	static const char *const codes[] = {"MOVED ", "ASK ", "TRYAGAIN", "CLUSTERDOWN", "CROSSSLOT"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (starts_with(reply, codes[i])) {
			return true;
		}
	}
	return false;
}

/* Judges the answer of the only server, or of one of several independent ones. */
static redis_verdict judge_server(
	redis_route *route, redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	if (!is_of_other(reply)) {
		return REDIS_DELIVERED;
	}
	set_error_from_reply(connection, reply, error);
	return reject_server(route, connection);
}

redis_verdict redis_route_judge(redis_route *route, redis_connection *connection,
	const redisReply *role, const redisReply *reply, cfs_error *error)
{
	if (route->fixed) {
		return REDIS_DELIVERED;
	}
	if (route->target->master) {
		return judge_master(route, connection, role, reply, error);
	}
	if (redis_is_cluster(route->target)) {
		return judge_node(route, connection, reply, error);
	}
	if (route->target->topology != CFS_WEIGHTED && is_cluster_reply(reply)) {
		return judge_node(route, connection, reply, error);
	}
	return judge_server(route, connection, reply, error);
}

/* Notes that the server did not answer. Returns whether this command may look for another one. */
static bool lose_server(redis_route *route)
{
	if (!route->fixed && route->target->master) {
		distrust_master(route);
		return may_search(route);
	}
	if (!route->fixed && redis_is_cluster(route->target)) {
		forget_owner(route);
		return route->searches++ < 1;
	}
	return false;
}

bool redis_route_may_repeat(redis_route *route, redis_status status, bool was_new, int64_t deadline)
{
	if (status == REDIS_STALE || status == REDIS_UNKNOWN_USER) {
		return cfs_now() < deadline;
	}
	if (status != REDIS_CLOSED && status != REDIS_NAME_REFUSED) {
		lose_server(route);
		return false;
	}
	if (cfs_now() >= deadline || (was_new && status == REDIS_CLOSED && !lose_server(route))) {
		return false;
	}
	route->thread->counters.retries++;
	return true;
}

/* }}} */

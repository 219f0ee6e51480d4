#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_topology.h"

#define SLOT_COUNT 16384
#define NODE_MAX   4096
#define HOPS_MAX   5
/* Pauses while a slot changes hands. */
#define PAUSE_MIN 5
#define PAUSE_MAX 100
/* Bytes, of the two that a sentinel answers with. */
#define SENTINEL_REPLY_MAX 4096
/* A hash table of a map's nodes; more than NODE_MAX. */
#define BUCKET_COUNT 8192

/* The nodes of a Redis Cluster as far as they are known. Each is a target of its own, so that its
 * connections may outlive the map. */
typedef struct _cluster_map {
	uint32_t count;
	cfs_target **nodes;
	uint16_t buckets[BUCKET_COUNT]; /* index of a node by its place, plus 1; 0: none */
	uint16_t owners[SLOT_COUNT];    /* index of the node that has the slot, plus 1; 0: not known */
} cluster_map;

typedef struct _redis_route {
	cfs_target *master; /* that the sentinels named; NULL: not known */
	uint32_t sentinel;  /* the one to ask first */
	cluster_map *map;   /* NULL: not known to be a cluster */
	uint32_t next;      /* of nodes and seeds, the one to ask first about a slot not known */
	bool wants_slots;   /* the map is missing or old */
} redis_route;

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
	redis_route *route = opaque;

	if (route->master) {
		cfs_target_release(route->master);
	}
	free_map(route->map);
	pefree(route, 1);
}

static redis_route *route_of(cfs_target *target)
{
	redis_route *route = target->route;

	if (!route) {
		route = pecalloc(1, sizeof(*route), 1);
		target->route = route;
		target->free_route = free_route;
	}
	return route;
}

/* From now on the target is a cluster. */
static cluster_map *map_of(cfs_target *target)
{
	redis_route *route = route_of(target);

	if (!route->map) {
		route->map = pecalloc(1, sizeof(*route->map), 1);
		route->wants_slots = true;
	}
	return route->map;
}

bool redis_is_cluster(const cfs_target *target)
{
	const redis_route *route = target->route;

	return target->topology == CFS_CLUSTER || (route && route->map);
}

const cfs_server *redis_settings_server(const cfs_target *target, uint32_t server)
{
	return target->master ? target->master : &target->servers[server];
}

/* A server that the target does not name itself. */
static cfs_target *new_node(const cfs_target *target, const char *host, uint16_t port)
{
	cfs_target *node = cfs_target_new("redis", CFS_SINGLE, 1);

	cfs_server_copy_settings(&node->servers[0], redis_settings_server(target, 0));
	node->servers[0].host = pestrdup(host, 1);
	node->servers[0].port = port;
	cfs_server_set_address(&node->servers[0]);
	return node;
}

static bool is_at(const cfs_server *server, const char *host, uint16_t port)
{
	return server->port == port && strcmp(server->host, host) == 0;
}

/* What a server says of where another is. */
typedef struct _place {
	char host[256];
	uint16_t port;
} place;

/* An empty host, or one that is not known, is that of the server which says so. */
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

/* `current`, if it leads to that server; else another, and `current` is given back. */
static redis_connection *open_to(redis_way *way, redis_connection *current, cfs_target *target,
	uint32_t server, cfs_error *error)
{
	if (current &&
		cfs_server_same_connection(redis_connection_server(current), &target->servers[server])) {
		return current;
	}
	if (current) {
		redis_connection_release(current, way->options->persistent);
	}
	return redis_connection_open(way->thread, target, server, way->options, error);
}

/* Whether another master or node may be looked for. Some sentinels may learn later than others. */
static bool may_look(const redis_way *way)
{
	return way->looks < (way->target->master ? (int) MAX(2, way->target->server_count) : 1);
}

/* {{{ Wrong servers */

static bool starts_with(const redisReply *reply, const char *code)
{
	return reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, code, strlen(code)) == 0;
}

/* Codes of servers that have the keys and are not, or not yet, the one that serves them: replicas, those that
 * start, those that have been made replicas while a client waited. */
static const char *const codes_of_others[] = {"READONLY ", "MASTERDOWN ", "LOADING ", "UNBLOCKED "};

/* Redis 6 has the code of a command that a script called behind words of its own. */
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

/* The error is what it said, should nobody do better. */
static void say_what_it_said(
	const redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	char words[512];

	snprintf(words, sizeof(words), "%s", reply->str);
	redis_server_error(redis_connection_server(connection), NULL, words, error);
}

/* Once more, on a new connection; or as often as the name has addresses. */
static redis_verdict turn_away(redis_way *way, redis_connection *connection)
{
	uint32_t places = redis_connection_doubt(connection);

	return ++way->turns < MAX(2, places) ? REDIS_LEAVE : REDIS_NOWHERE;
}

/* }}} */

/* The advice at its end, "; do this"; or its end. */
static char *advice_in(char *message)
{
	char *end = message + strlen(message), *found = NULL;

	for (char *next = strstr(message, "; "); next; next = strstr(next + 2, "; ")) {
		found = next;
	}
	return found ? found : end;
}

/* Adds to what was said of servers that were tried in turn. Of advice that is the same for all, once is enough. */
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
}

/* }}} */

/* {{{ Sentinel */

static void forget_master(redis_route *route)
{
	if (route->master) {
		cfs_target_release(route->master);
		route->master = NULL;
	}
}

/* Takes what a sentinel says of where the master is. */
static bool learn_master(redis_way *way, const cfs_server *sentinel, const redisReply *reply)
{
	redis_route *route = route_of(way->target);
	place place;

	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
		reply->element[0]->type != REDIS_REPLY_STRING ||
		reply->element[1]->type != REDIS_REPLY_STRING ||
		!set_place(&place, sentinel, reply->element[0]->str, (size_t) reply->element[0]->len,
			ZEND_STRTOL(reply->element[1]->str, NULL, 10))) {
		return false;
	}
	if (way->target->plain_port && place.port == way->target->plain_port) {
		place.port = way->target->master->port;
	}
	forget_master(route);
	route->master = new_node(way->target, place.host, place.port);
	return true;
}

static bool heed_sentinel(
	redis_way *way, const cfs_server *sentinel, redisReply *reply, cfs_error *error)
{
	if (reply->type == REDIS_REPLY_ERROR) {
		redis_server_error(sentinel, NULL, reply->str, error);
		return false;
	}
	if (!learn_master(way, sentinel, reply)) {
		cfs_error_set(error,
			reply->type == REDIS_REPLY_NIL
				? "the sentinel at %s does not know it"
				: "the sentinel at %s does not say it in a way that makes sense",
			sentinel->address);
		return false;
	}
	return true;
}

/* The connection is not kept: the question is rare. */
static bool ask_sentinel(redis_way *way, uint32_t i, cfs_error *error)
{
	const cfs_server *sentinel = &way->target->servers[i];
	const char *argv[] = {"SENTINEL", "get-master-addr-by-name", way->target->master_name};
	cfs_options options = *way->options;
	redis_connection *connection;
	redisReply *reply;
	bool known = false;

	options.persistent = false;
	options.value_max = SENTINEL_REPLY_MAX;
	for (int attempt = 0; attempt < 2; attempt++) {
		redis_status status;

		connection = redis_connection_open(way->thread, way->target, i, &options, error);
		if (!connection) {
			return false;
		}
		redis_connection_append(connection, 3, argv, NULL);
		status =
			redis_connection_exchange(connection, &reply, 1, cfs_now() + options.timeout, error);
		known = status == REDIS_ANSWERED && heed_sentinel(way, sentinel, reply, error);
		freeReplyObject(reply);
		redis_connection_drop(connection);
		if (status != REDIS_UNNAMED) {
			break;
		}
	}
	return known;
}

/* Asks the sentinels in turn, beginning with the one that knew last. NULL: the error says why. */
static cfs_target *find_master(redis_way *way, cfs_error *error)
{
	redis_route *route = route_of(way->target);
	uint32_t count = way->target->server_count;
	cfs_error reasons = {.message = ""};

	for (uint32_t i = 0; i < count; i++) {
		cfs_error reason = {.message = ""};

		if (ask_sentinel(way, route->sentinel, &reason)) {
			return route->master;
		}
		add_reason(&reasons, &reason);
		route->sentinel = (route->sentinel + 1) % count;
	}
	cfs_error_set(error, "no sentinel says where the master \"%s\" is: %s",
		way->target->master_name, reasons.message);
	error->refused = reasons.refused;
	return NULL;
}

/* What the last sentinel said was of no use: perhaps another knows better. */
static void doubt_master(redis_way *way)
{
	redis_route *route = route_of(way->target);

	forget_master(route);
	route->sentinel = (route->sentinel + 1) % way->target->server_count;
}

static redis_connection *open_master(redis_way *way, redis_connection *current, cfs_error *error)
{
	redis_route *route = route_of(way->target);

	do {
		cfs_target *master = route->master;

		if (!master) {
			way->looks++;
			master = find_master(way, error);
		}
		if (!master) {
			break;
		}
		current = open_to(way, current, master, 0, error);
		if (current) {
			return current;
		}
		doubt_master(way);
	} while (may_look(way));
	if (current) {
		redis_connection_release(current, way->options->persistent);
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

static redis_verdict heed_master(redis_way *way, redis_connection *connection,
	const redisReply *role, const redisReply *reply, cfs_error *error)
{
	if (is_replica(role, reply)) {
		cfs_error_set(error,
			"the server at %s, which the sentinels name as the master \"%s\", says that it is a "
			"replica: a failover may be under way",
			redis_connection_server(connection)->address, way->target->master_name);
	} else if (is_of_other(reply)) {
		say_what_it_said(connection, reply, error);
	} else {
		return REDIS_ARRIVED;
	}
	redis_connection_doubt(connection);
	doubt_master(way);
	return may_look(way) ? REDIS_LEAVE : REDIS_NOWHERE;
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

/* Of the key, or of what it has in braces. */
static uint32_t slot_of(const char *key)
{
	const char *open = strchr(key, '{'), *close = open ? strchr(open, '}') : NULL;

	if (close && close > open + 1) {
		return crc16(open + 1, (size_t) (close - open - 1)) % SLOT_COUNT;
	}
	return crc16(key, strlen(key)) % SLOT_COUNT;
}

/* Where the node's index is, or would be. */
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

/* map->count: it is not one of the map's. */
static uint32_t find_node(const cluster_map *map, const place *place)
{
	uint16_t found = map->buckets[bucket_of(map, place)];

	return found ? found - 1u : map->count;
}

/* The map's index of the node at a place; it becomes one of the map's if it is not yet, as `known`
 * has it, if it does. */
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

/* A range of slots: first and last, the node that has them, its replicas; a node is host, port, ... */
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

/* How many slots a range says that it has, however many that is. */
static zend_ulong slots_in(const redisReply *range)
{
	return range->type == REDIS_REPLY_ARRAY && range->elements >= 2
		? (zend_ulong) range->element[1]->integer - (zend_ulong) range->element[0]->integer + 1
		: 0;
}

void redis_way_learn(redis_way *way, const redis_connection *connection, const redisReply *reply)
{
	redis_route *route = route_of(way->target);
	const cluster_map *known = map_of(way->target);
	cluster_map *map;
	zend_ulong left = SLOT_COUNT; /* no slot is in two ranges */

	/* Whoever may not ask learns from redirections alone. */
	route->wants_slots = false;
	if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
		return;
	}
	map = pecalloc(1, sizeof(*map), 1);
	for (size_t i = 0; i < reply->elements && left; i++) {
		left -= MIN(left, slots_in(reply->element[i]));
		learn_range(
			way->target, redis_connection_server(connection), map, known, reply->element[i]);
	}
	free_map(route->map);
	route->map = map;
}

static cfs_target *owner_of(redis_way *way)
{
	const cluster_map *map = map_of(way->target);
	uint16_t owner = map->owners[slot_of(way->key)];

	return owner ? map->nodes[owner - 1] : NULL;
}

/* Nobody knows who has the slots of a node that does not answer. */
static void forget_owner(redis_way *way)
{
	cluster_map *map = map_of(way->target);
	uint16_t owner = map->owners[slot_of(way->key)];

	route_of(way->target)->wants_slots = true;
	for (uint32_t slot = 0; owner && slot < SLOT_COUNT; slot++) {
		if (map->owners[slot] == owner) {
			map->owners[slot] = 0;
		}
	}
}

/* Any node will do: one that does not have the slot says who does. The nodes that are known are tried
 * in turn, then those of the save path. */
static redis_connection *open_any(
	redis_way *way, redis_connection *current, const cfs_server *except, cfs_error *error)
{
	redis_route *route = route_of(way->target);
	const cluster_map *map = map_of(way->target);
	uint32_t count = map->count + way->target->server_count;
	int64_t until = cfs_now() + way->options->connect_timeout + way->options->timeout;
	cfs_error reasons = {.message = ""};

	if (current) {
		return current;
	}
	for (uint32_t i = 0; i < count && cfs_now() < until; i++) {
		uint32_t at = route->next % count;
		cfs_target *target = at < map->count ? map->nodes[at] : way->target;
		uint32_t server = at < map->count ? 0 : at - map->count;
		cfs_error reason = {.message = ""};

		if (!except || !cfs_server_same_connection(except, &target->servers[server])) {
			current = open_to(way, NULL, target, server, &reason);
			if (current) {
				return current;
			}
			add_reason(&reasons, &reason);
		}
		route->next = (at + 1) % count;
	}
	if (*reasons.message) {
		cfs_error_set(error, "no node of the Redis Cluster can be asked: %s", reasons.message);
		error->refused = reasons.refused;
	}
	return NULL;
}

static redis_connection *open_node(redis_way *way, redis_connection *current, cfs_error *error)
{
	cfs_target *owner = way->asked ? way->asked : owner_of(way);
	const cfs_server *failed;

	if (!owner) {
		return open_any(way, current, NULL, error);
	}
	current = open_to(way, current, owner, 0, error);
	if (current || way->asked || !may_look(way)) {
		return current;
	}
	way->looks++;
	failed = &owner->servers[0];
	forget_owner(way);
	return open_any(way, NULL, failed, error);
}

/* "MOVED slot host:port": the node that it names. */
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
	redis_way *way, const redis_connection *connection, const redisReply *reply)
{
	cluster_map *map = map_of(way->target);
	bool moved = starts_with(reply, "MOVED ");
	uint32_t node;
	place place;

	if (way->hops++ >= HOPS_MAX || map->count >= NODE_MAX ||
		!read_redirection(redis_connection_server(connection), reply, &place)) {
		return REDIS_ARRIVED;
	}
	node = add_node(way->target, map, map, &place);
	if (moved) {
		map->owners[slot_of(way->key)] = (uint16_t) (node + 1);
	} else {
		way->asked = cfs_target_reference(map->nodes[node]);
	}
	return REDIS_FURTHER;
}

/* A node that has not the whole session at hand, or is about to know who has. */
static redis_verdict later(redis_way *way)
{
	way->pause = MIN(MAX(PAUSE_MIN, way->pause * 2), PAUSE_MAX);
	return REDIS_LATER;
}

/* Begins with another node when it looks for the one that has taken over. */
static void pass_over(redis_way *way, const cfs_server *server)
{
	redis_route *route = route_of(way->target);
	const cluster_map *map = map_of(way->target);
	uint32_t count = map->count + way->target->server_count, at = route->next % count;
	const cfs_server *next =
		at < map->count ? &map->nodes[at]->servers[0] : &way->target->servers[at - map->count];

	if (cfs_server_same_connection(next, server)) {
		route->next = (at + 1) % count;
	}
}

static redis_verdict heed_node(
	redis_way *way, redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	if (is_of_other(reply)) {
		say_what_it_said(connection, reply, error);
		forget_owner(way);
		pass_over(way, redis_connection_server(connection));
		return turn_away(way, connection);
	}
	if (starts_with(reply, "MOVED ") || starts_with(reply, "ASK ")) {
		return redirected(way, connection, reply);
	}
	if (starts_with(reply, "TRYAGAIN") || starts_with(reply, "CLUSTERDOWN")) {
		return later(way);
	}
	/* Which the keys of a single server do not share. */
	if (starts_with(reply, "CROSSSLOT") && !redis_is_cluster(way->target)) {
		map_of(way->target);
		return REDIS_FURTHER;
	}
	return REDIS_ARRIVED;
}

/* }}} */

/* {{{ The way of a command */

void redis_way_begin(redis_way *way)
{
	redis_way_end(way);
	way->hops = way->looks = 0;
	way->turns = 0;
	way->pause = 0;
}

void redis_way_end(redis_way *way)
{
	if (way->asked) {
		cfs_target_release(way->asked);
		way->asked = NULL;
	}
}

redis_connection *redis_way_open(redis_way *way, redis_connection *current, cfs_error *error)
{
	if (!way->fixed && way->target->master) {
		return open_master(way, current, error);
	}
	if (!way->fixed && redis_is_cluster(way->target)) {
		return open_node(way, current, error);
	}
	return open_to(way, current, way->target, way->server, error);
}

bool redis_way_is_single(const redis_way *way)
{
	return !way->target->master && !redis_is_cluster(way->target);
}

redis_escort redis_way_escort(redis_way *way, const redis_connection *connection)
{
	redis_escort escort = {false, false, false};

	if (way->fixed) {
		return escort;
	}
	escort.role = way->target->master && redis_connection_is_new(connection);
	escort.slots =
		redis_is_cluster(way->target) && map_of(way->target) && route_of(way->target)->wants_slots;
	escort.asking = way->asked != NULL;
	redis_way_end(way);
	return escort;
}

/* A server named alone may be a node, which shows when it is asked for a key that another one has. */
static bool tells_of_cluster(const redisReply *reply)
{
	static const char *const codes[] = {"MOVED ", "ASK ", "TRYAGAIN", "CLUSTERDOWN", "CROSSSLOT"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (starts_with(reply, codes[i])) {
			return true;
		}
	}
	return false;
}

/* The only server, or one of several that have nothing to do with each other. */
static redis_verdict heed_server(
	redis_way *way, redis_connection *connection, const redisReply *reply, cfs_error *error)
{
	if (!is_of_other(reply)) {
		return REDIS_ARRIVED;
	}
	say_what_it_said(connection, reply, error);
	return turn_away(way, connection);
}

redis_verdict redis_way_heed(redis_way *way, redis_connection *connection, const redisReply *role,
	const redisReply *reply, cfs_error *error)
{
	if (way->fixed) {
		return REDIS_ARRIVED;
	}
	if (way->target->master) {
		return heed_master(way, connection, role, reply, error);
	}
	if (redis_is_cluster(way->target)) {
		return heed_node(way, connection, reply, error);
	}
	if (way->target->topology != CFS_WEIGHTED && tells_of_cluster(reply)) {
		return heed_node(way, connection, reply, error);
	}
	return heed_server(way, connection, reply, error);
}

bool redis_way_lost(redis_way *way)
{
	if (!way->fixed && way->target->master) {
		doubt_master(way);
		return may_look(way);
	}
	if (!way->fixed && redis_is_cluster(way->target)) {
		forget_owner(way);
		return way->looks++ < 1;
	}
	return false;
}

/* }}} */

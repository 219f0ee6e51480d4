/*
 * Module life: settings, start, stop, phpinfo, cfsession_status().
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php_cfsession.h"
#include "session/session_handler.h"
#include "auto_configure.h"
#include "health.h"
#include "target/save_path.h"
#include "backends/lease.h"
#include "backends/pool.h"
#include "backends/shared.h"
#include "SAPI.h"
#include "php_ini.h"
#include "ext/standard/html.h"
#include "ext/standard/info.h"
#include "Zend/zend_smart_str.h"
#include "cfsession_arginfo.h"

ZEND_DECLARE_MODULE_GLOBALS(cfsession)

/* {{{ Settings */

static void *setting(size_t offset)
{
	return (char *) &CFSESSION_G(settings) + offset;
}

static void refuse(const zend_ini_entry *entry, const char *wanted)
{
	zend_error(
		E_WARNING, "%s has to be %s; the previous value stays", ZSTR_VAL(entry->name), wanted);
}

static bool has_nul(const zend_string *value)
{
	return value && strlen(ZSTR_VAL(value)) != ZSTR_LEN(value);
}

static ZEND_INI_MH(on_update_boolean)
{
	bool value = false;

	if (has_nul(new_value) || !cfs_parse_boolean(new_value ? ZSTR_VAL(new_value) : "", &value)) {
		refuse(entry, "On or Off");
		return FAILURE;
	}
	*(bool *) setting((size_t) mh_arg1) = value;
	return SUCCESS;
}

/* If mh_arg2 is not NULL, zero has a meaning of its own. */
static ZEND_INI_MH(on_update_seconds)
{
	int64_t value = 0;

	if (!new_value || has_nul(new_value) || !cfs_parse_seconds(ZSTR_VAL(new_value), &value) ||
		(value == 0 && !mh_arg2)) {
		refuse(entry,
			mh_arg2 ? "a number of seconds from 0 to 86400"
					: "a number of seconds above 0 and up to 86400");
		return FAILURE;
	}
	*(int64_t *) setting((size_t) mh_arg1) = value;
	return SUCCESS;
}

static ZEND_INI_MH(on_update_lock)
{
	cfs_lock_mode *mode = setting((size_t) mh_arg1);
	const char *value = new_value ? ZSTR_VAL(new_value) : "";
	bool locks = false;

	if (has_nul(new_value)) {
		value = "?";
	}
	if (zend_binary_strcasecmp(value, strlen(value), ZEND_STRL("merge")) == 0) {
		*mode = CFS_LOCK_MERGE;
	} else if (cfs_parse_boolean(value, &locks)) {
		*mode = locks ? CFS_LOCK_ON : CFS_LOCK_OFF;
	} else {
		refuse(entry, "On, Off or merge");
		return FAILURE;
	}
	return SUCCESS;
}

/* The value that phpinfo() asks for: the one in force, or php.ini's. */
static const zend_string *displayed_value(const zend_ini_entry *entry, int type)
{
	return type == ZEND_INI_DISPLAY_ORIG && entry->modified ? entry->orig_value : entry->value;
}

static ZEND_INI_DISP(display_lock)
{
	const zend_string *value = displayed_value(ini_entry, type);

	if (value && zend_string_equals_literal_ci(value, "merge")) {
		php_printf("merge");
	} else {
		zend_ini_boolean_displayer_cb(ini_entry, type);
	}
}

static ZEND_INI_MH(on_update_lock_failure)
{
	const char *value = new_value && !has_nul(new_value) ? ZSTR_VAL(new_value) : "";
	bool is_readonly = strcasecmp(value, "readonly") == 0;

	if (!is_readonly && strcasecmp(value, "fail") != 0) {
		refuse(entry, "fail or readonly");
		return FAILURE;
	}
	*(bool *) setting((size_t) mh_arg1) = is_readonly;
	return SUCCESS;
}

/* ms; a shorter lease would leave too little time to repeat a renewal. */
#define LEASE_MIN     1000
#define LEASE_DEFAULT 5000

static ZEND_INI_MH(on_update_lease)
{
	const cfs_settings *settings = setting(0);
	int64_t value = 0;

	if (!new_value || has_nul(new_value) || !cfs_parse_seconds(ZSTR_VAL(new_value), &value) ||
		value < LEASE_MIN) {
		refuse(entry, "a number of seconds from 1 to 86400");
		return FAILURE;
	}
	/* The user has not set the default, so it yields to lock_ttl. What PHP restores was valid once, and the lock_ttl of
	 * that time is restored later, or was before. */
	if (settings->lock_ttl && value > settings->lock_ttl && new_value != entry->orig_value &&
		(stage != ZEND_INI_STAGE_STARTUP || value != LEASE_DEFAULT)) {
		refuse(entry, "at most cfsession.lock_ttl, for which a lock may be held in total");
		return FAILURE;
	}
	*(int64_t *) setting((size_t) mh_arg1) = value;
	return SUCCESS;
}

static bool parse_count(const zend_string *text, zend_long max, uint32_t *count)
{
	const char *value = text ? ZSTR_VAL(text) : "";
	size_t digits = strspn(value, "0123456789");
	zend_long number = ZEND_STRTOL(value, NULL, 10);

	if (has_nul(text) || !digits || digits > 7 || value[digits] || number > max) {
		return false;
	}
	*count = (uint32_t) number;
	return true;
}

static ZEND_INI_MH(on_update_count)
{
	if (!parse_count(new_value, 1000000, setting((size_t) mh_arg1))) {
		refuse(entry, "a number from 0 to 1000000");
		return FAILURE;
	}
	return SUCCESS;
}

/* Accepts the levels of all libraries: a library with fewer takes a higher one as its highest. */
static ZEND_INI_MH(on_update_compression_level)
{
	if (!parse_count(new_value, 22, setting((size_t) mh_arg1))) {
		refuse(entry, "a number from 0 to 22");
		return FAILURE;
	}
	return SUCCESS;
}

static ZEND_INI_MH(on_update_compression)
{
	const char *value = new_value && !has_nul(new_value) ? ZSTR_VAL(new_value) : "-";
	cfs_compression compression;

	/* Of an unquoted none, PHP's files of settings make an empty text. */
	if (!cfs_compression_named(*value ? value : "none", &compression)) {
		refuse(entry, "none, zstd or lz4");
		return FAILURE;
	}
	if (compression && !cfs_compression_version(compression)) {
		zend_error(E_WARNING,
			"cfsession.compression cannot be %s, which this cfsession was built without; the "
			"previous value stays",
			cfs_compression_name(compression));
		return FAILURE;
	}
	*(cfs_compression *) setting((size_t) mh_arg1) = compression;
	return SUCCESS;
}

/* Also forgets the target, which was made with the old credentials. */
static ZEND_INI_MH(on_update_credential)
{
	char *value = new_value ? ZSTR_VAL(new_value) : "";

	if (has_nul(new_value) || !cfs_is_printable(value)) {
		refuse(entry, "without control characters");
		return FAILURE;
	}
	*(char **) setting((size_t) mh_arg1) = value;
	cfs_handler_forget_target();
	return SUCCESS;
}

/* The search for a service runs when PHP starts, so its settings cannot change later. */
static ZEND_INI_MH(on_update_search)
{
	char *value = new_value ? ZSTR_VAL(new_value) : "";

	if (has_nul(new_value) || !cfs_is_printable(value)) {
		refuse(entry, "without control characters");
		return FAILURE;
	}
	*(char **) setting((size_t) mh_arg1) = value;
	return SUCCESS;
}

static ZEND_INI_DISP(display_secret)
{
	const zend_string *value = displayed_value(ini_entry, type);

	php_printf("%s", value && ZSTR_LEN(value) ? "***" : "no value");
}

static ZEND_INI_MH(on_update_prefix)
{
	char *value = new_value ? ZSTR_VAL(new_value) : "";

	if (has_nul(new_value) || strlen(value) > CFS_PREFIX_MAX || !cfs_is_printable(value)) {
		refuse(entry, "at most 128 bytes without control characters");
		return FAILURE;
	}
	*(char **) setting((size_t) mh_arg1) = value;
	return SUCCESS;
}

#define SETTING(name, standard, on_update, field, arg, display) \
	ZEND_INI_ENTRY2_EX("cfsession." name, standard, PHP_INI_ALL, on_update, \
		(void *) XtOffsetOf(cfs_settings, field), arg, display)
#define START_SETTING(name, standard, on_update, field, display) \
	ZEND_INI_ENTRY2_EX("cfsession." name, standard, PHP_INI_SYSTEM, on_update, \
		(void *) XtOffsetOf(cfs_settings, field), NULL, display)
#define ZERO_COUNTS ((void *) 1)

/* clang-format off */
PHP_INI_BEGIN()
START_SETTING("auto_configure", "1", on_update_boolean, auto_configure, zend_ini_boolean_displayer_cb)
START_SETTING("service", "", on_update_search, service, NULL)
START_SETTING("redis_service", "", on_update_search, redis_service, NULL)
START_SETTING("memcached_service", "", on_update_search, memcached_service, NULL)
START_SETTING("options_file", "", on_update_search, options_file, NULL)
SETTING("prefix", "", on_update_prefix, prefix, NULL, NULL)
SETTING("lock", "1", on_update_lock, lock, NULL, display_lock)
SETTING("lock_wait", "10.0", on_update_seconds, lock_wait, ZERO_COUNTS, NULL)
SETTING("lock_ttl", "0", on_update_seconds, lock_ttl, ZERO_COUNTS, NULL)
SETTING("lock_lease", "5.0", on_update_lease, lock_lease, NULL, NULL)
SETTING("lock_waiters", "0", on_update_count, lock_waiters, NULL, NULL)
SETTING("lock_failure", "fail", on_update_lock_failure, lock_readonly, NULL, NULL)
SETTING("failover_wait", "0", on_update_seconds, failover_wait, ZERO_COUNTS, NULL)
SETTING("compression", "none", on_update_compression, compression, NULL, NULL)
SETTING("compression_level", "0", on_update_compression_level, compression_level, NULL, NULL)
SETTING("compression_threshold", "2048", on_update_count, compression_threshold, NULL, NULL)
SETTING("first_lifetime", "0", on_update_seconds, first_lifetime, ZERO_COUNTS, NULL)
SETTING("store_empty", "1", on_update_boolean, store_empty, NULL, zend_ini_boolean_displayer_cb)
SETTING("connect_timeout", "1.0", on_update_seconds, connect_timeout, NULL, NULL)
SETTING("timeout", "2.0", on_update_seconds, timeout, NULL, NULL)
SETTING("retry_interval", "1.0", on_update_seconds, retry_interval, ZERO_COUNTS, NULL)
SETTING("persistent", "1", on_update_boolean, persistent, NULL, zend_ini_boolean_displayer_cb)
SETTING("sasl_username", "", on_update_credential, sasl_username, NULL, NULL)
SETTING("sasl_password", "", on_update_credential, sasl_password, NULL, display_secret)
PHP_INI_END()
/* clang-format on */

static const char *ini_text(const char *name)
{
	const char *text = zend_ini_string_ex((char *) name, strlen(name), /* orig */ 0, NULL);

	return text ? text : "";
}

static bool is_our_handler(void)
{
	return strcmp(ini_text("session.save_handler"), ps_mod_cfsession.s_name) == 0;
}

static void show(const char *text)
{
	char *shown = estrdup(text);
	zend_string *escaped;

	cfs_printable(shown, SIZE_MAX);
	if (sapi_module.phpinfo_as_text) {
		PHPWRITE(shown, strlen(shown));
	} else {
		escaped = php_escape_html_entities(
			(const unsigned char *) shown, strlen(shown), /* all */ 0, ENT_QUOTES, "UTF-8");
		PHPWRITE(ZSTR_VAL(escaped), ZSTR_LEN(escaped));
		zend_string_release(escaped);
	}
	efree(shown);
}

static bool has_password(const cfs_target *target)
{
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (target->servers[i].password) {
			return true;
		}
	}
	return target->master && target->master->password;
}

/* Whether the save path cannot be parsed, and so may contain a password; one for PHP's files does not. */
static bool may_be_secret(const char *save_path)
{
	return is_our_handler() || strpbrk(save_path, "@=?") || strstr(save_path, "://");
}

/* Shows session.save_path in phpinfo(), without its password: that of ours, of a class that extends SessionHandler, or of
 * another handler for the same servers. A save path without a password is shown as it is. */
static void show_save_path(const char *save_path)
{
	cfs_error error;
	cfs_target *target = cfs_save_path_parse(save_path, &error);

	/* Brackets may contain anything. */
	if (target && (has_password(target) || strchr(save_path, '['))) {
		zend_string *described = cfs_target_describe(target);

		show(ZSTR_VAL(described));
		zend_string_release(described);
	} else if (!target && may_be_secret(save_path)) {
		php_printf("not shown, because of an error: ");
		show(error.message);
	} else {
		show(save_path);
	}
	if (target) {
		cfs_target_release(target);
	}
}

static ZEND_INI_DISP(display_save_path)
{
	const zend_string *value = displayed_value(ini_entry, type);

	if (value && ZSTR_LEN(value)) {
		show_save_path(ZSTR_VAL(value));
	} else {
		php_printf(sapi_module.phpinfo_as_text ? "no value" : "<i>no value</i>");
	}
}

/* }}} */

/* {{{ cfsession_status() */

/* Adds the text, made printable because servers, platforms and the environment provide much of it. `size` is the size of
 * its buffer, or SIZE_MAX if it was not cut. */
static void add_text(zval *array, const char *name, const char *text, size_t size)
{
	char *shown = estrdup(text);

	cfs_printable(shown, size);
	add_assoc_string(array, name, shown);
	efree(shown);
}

static void add_text_or_null(zval *array, const char *name, const char *text)
{
	if (text && *text) {
		add_text(array, name, text, SIZE_MAX);
	} else {
		add_assoc_null(array, name);
	}
}

static void add_libraries(zval *status)
{
	static const struct {
		const char *backend, *name;
	} libraries[] = {{"redis", "hiredis"}, {"memcached", "libmemcached"}};
	zval list;

	array_init(&list);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		const cfs_backend *backend = cfs_backend_named(libraries[i].backend);

		if (backend) {
			add_assoc_string(&list, libraries[i].name, backend->client_version());
		} else {
			add_assoc_null(&list, libraries[i].name);
		}
	}
#ifdef HAVE_CFSESSION_TLS
	add_assoc_bool(&list, "tls", true);
#else
	add_assoc_bool(&list, "tls", false);
#endif
	for (cfs_compression i = CFS_COMPRESSION_NONE + 1; i < CFS_COMPRESSION_COUNT; i++) {
		add_text_or_null(&list, cfs_compression_name(i), cfs_compression_version(i));
	}
	add_assoc_zval(status, "libraries", &list);
}

static const struct {
	const char *name;
	size_t offset;
} counter_names[] = {
	{"starts", XtOffsetOf(cfs_counters, starts)},
	{"writes", XtOffsetOf(cfs_counters, writes)},
	{"touches", XtOffsetOf(cfs_counters, touches)},
	{"destroys", XtOffsetOf(cfs_counters, destroys)},
	{"round_trips", XtOffsetOf(cfs_counters, round_trips)},
	{"connects", XtOffsetOf(cfs_counters, connects)},
	{"retries", XtOffsetOf(cfs_counters, retries)},
	{"lock_waits", XtOffsetOf(cfs_counters, lock_waits)},
	{"lock_wait_ms", XtOffsetOf(cfs_counters, lock_wait_ms)},
	{"lock_renewals", XtOffsetOf(cfs_counters, lock_renewals)},
	{"lost_locks", XtOffsetOf(cfs_counters, lost_locks)},
	{"merges", XtOffsetOf(cfs_counters, merges)},
	{"merge_conflicts", XtOffsetOf(cfs_counters, merge_conflicts)},
	{"compressions", XtOffsetOf(cfs_counters, compressions)},
	{"decompressions", XtOffsetOf(cfs_counters, decompressions)},
	{"errors", XtOffsetOf(cfs_counters, errors)},
};

#define COUNTER_COUNT (sizeof(counter_names) / sizeof(counter_names[0]))

static zend_long counter(const cfs_counters *counters, size_t i)
{
	return (zend_long) * (const uint64_t *) ((const char *) counters + counter_names[i].offset);
}

static void add_counters(zval *status, const char *name, const cfs_counters *counters)
{
	zval list;

	array_init(&list);
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		add_assoc_long(&list, counter_names[i].name, counter(counters, i));
	}
	add_assoc_zval(status, name, &list);
}

/* Counts what this process has done so far, and fetches the totals of all processes forked from the one that started PHP.
 * Returns this process's counters. */
static const cfs_counters *count_all(cfs_counters *totals)
{
	cfs_shared_count(&CFSESSION_G(thread));
	cfs_shared_totals(totals);
	return &CFSESSION_G(thread).counters;
}

static void add_number_or_null(zval *array, const char *name, zend_long number, bool told)
{
	if (told) {
		add_assoc_long(array, name, number);
	} else {
		add_assoc_null(array, name);
	}
}

/* Adds what a server reports about itself; null if it does not report it, or does not answer. */
static void add_probe(zval *server, cfs_probe *probe, bool reachable)
{
	if (*probe->host) {
		add_text(server, "host", probe->host, sizeof(probe->host));
		add_assoc_long(server, "port", probe->port);
	}
	/* A text that fills its buffer was cut. */
	cfs_printable(probe->version, sizeof(probe->version));
	cfs_printable(probe->eviction_policy, sizeof(probe->eviction_policy));
	add_assoc_bool(server, "reachable", reachable);
	add_text_or_null(server, "server_version", probe->version);
	if (reachable) {
		add_assoc_double(server, "latency_ms", probe->latency_ms);
	} else {
		add_assoc_null(server, "latency_ms");
	}
	add_text_or_null(server, "eviction_policy", probe->eviction_policy);
	add_text_or_null(server, "persistence", probe->persistence);
	add_number_or_null(server, "used_memory", probe->used_memory, probe->used_memory >= 0);
	add_number_or_null(server, "max_memory", probe->max_memory, probe->max_memory >= 0);
	add_number_or_null(server, "evictions", probe->evictions, probe->evictions >= 0);
	add_number_or_null(server, "item_size_max", probe->item_size_max, probe->item_size_max >= 0);
	add_number_or_null(
		server, "clock_offset", probe->time - (zend_long) time(NULL), probe->time >= 0);
}

/* How thoroughly cfsession_status() looks. */
typedef enum _look {
	LOOK_HERE, /* only at what this process knows */
	LOOK_PROBE,
	LOOK_KEEP_SESSION
} look;

static bool is_sentinel(const cfs_target *target, uint32_t i)
{
	return target->master && i < target->server_count;
}

static void keep_session(
	cfs_target *target, uint32_t i, const cfs_options *options, cfs_error *error)
{
	cfs_target *store = target->topology == CFS_WEIGHTED || target->topology == CFS_KETAMA
		? cfs_target_of_server(target, i)
		: cfs_target_reference(target);

	cfs_keeps_sessions(&CFSESSION_G(thread), store, options, error);
	cfs_target_release(store);
}

/* Asks a server, and adds its answers. Returns its health. */
static const char *add_findings(zval *server, cfs_target *target, uint32_t i, look look)
{
	cfs_options options;
	cfs_probe probe = {.persistence = "",
		.used_memory = -1,
		.max_memory = -1,
		.evictions = -1,
		.item_size_max = -1,
		.time = -1};
	cfs_error error = {.message = ""};
	bool reachable;
	const char *state;

	cfs_handler_options(target, i < target->server_count ? i : 0, &options);
	reachable = cfs_backend_named(target->backend)
					->probe(&CFSESSION_G(thread), target, i, &options, &probe, &error) == CFS_OK;
	add_probe(server, &probe, reachable);
	/* In a cluster, a session's key decides which node keeps it, so add_cluster() looks at all nodes together. */
	if (reachable && look == LOOK_KEEP_SESSION && !is_sentinel(target, i) &&
		target->topology != CFS_CLUSTER) {
		keep_session(target, i, &options, &error);
	}
	state = cfs_health_word(reachable, &error);
	add_assoc_string(server, "state", state);
	add_text_or_null(server, "error", error.message);
	add_assoc_bool(server, "refused", error.refused);
	return state;
}

/* Describes one of the target's servers; `i` may be server_count, for the master of its sentinels. Returns its health, or
 * NULL: it was not asked. */
static const char *describe_server(zval *entry, cfs_target *target, uint32_t i, look look)
{
	const cfs_server *server = i < target->server_count ? &target->servers[i] : target->master;

	array_init(entry);
	add_text_or_null(entry, "host", server->host);
	add_assoc_long(entry, "port", server->port);
	add_assoc_bool(entry, "tls", server->tls.on);
	add_text_or_null(entry, "username", server->username);
	add_assoc_bool(entry, "password", server->password != NULL);
	add_assoc_long(entry, "database", server->database);
	add_assoc_long(entry, "weight", server->weight);
	return look == LOOK_HERE ? NULL : add_findings(entry, target, i, look);
}

/* The common health of several servers: `state` is that of the servers so far (NULL at first), `another` that of the next.
 * Of a cluster's configured nodes, one healthy one is enough (`one_will_do`); other servers are all needed, because each
 * has its share of the sessions or all of them. */
static const char *state_with(const char *state, const char *another, bool one_will_do)
{
	bool was_well = state && strcmp(state, "well") == 0;

	return !state || was_well != one_will_do ? another : state;
}

/* Adds all servers. Returns the health of those that keep sessions, or NULL: they were not asked. */
static const char *add_servers(zval *status, cfs_target *target, look look)
{
	const char *state = NULL;
	zval list, entry;

	array_init(&list);
	for (uint32_t i = 0; target && i < target->server_count; i++) {
		const char *of_server = describe_server(&entry, target, i, look);

		add_next_index_zval(&list, &entry);
		if (!is_sentinel(target, i)) {
			state = state_with(state, of_server, target->topology == CFS_CLUSTER);
		}
	}
	add_assoc_zval(status, "servers", &list);
	return state;
}

/* The servers that other servers have named, for one call of cfsession_status(). */
typedef struct _learnt_servers {
	zval master; /* null: none is known */
	zval nodes;
	look look;         /* at nodes; add_servers() has already asked the master */
	const char *state; /* the nodes' health: an unhealthy one's, if any; NULL: not asked */
} learnt_servers;

static void add_learnt(void *context, cfs_target *learnt, uint32_t slots)
{
	learnt_servers *servers = context;
	const char *state;
	zval entry;

	if (!slots) {
		describe_server(&servers->master, learnt, 0, LOOK_HERE);
		return;
	}
	state = describe_server(&entry, learnt, 0, servers->look);
	add_assoc_long(&entry, "slots", slots);
	add_next_index_zval(&servers->nodes, &entry);
	servers->state = state ? state_with(servers->state, state, /* one_will_do */ false) : NULL;
}

static void each_learnt(const cfs_target *target, cfs_learnt found, void *context)
{
	const cfs_backend *backend = cfs_backend_named(target->backend);

	if (backend && backend->each_learnt) {
		backend->each_learnt(target, found, context);
	}
}

/* Adds those servers. Returns the health of the nodes or of the master, or NULL: there are none, or they were not asked. */
static const char *add_learnt_servers(zval *status, cfs_target *target, look look)
{
	learnt_servers servers = {.look = MIN(look, LOOK_PROBE), .state = NULL};

	ZVAL_NULL(&servers.master);
	array_init(&servers.nodes);
	if (target) {
		each_learnt(target, add_learnt, &servers);
	}
	if (look != LOOK_HERE && target->master) {
		zval_ptr_dtor(&servers.master);
		servers.state = describe_server(&servers.master, target, target->server_count, look);
	}
	add_assoc_zval(status, "master", &servers.master);
	add_assoc_zval(status, "nodes", &servers.nodes);
	return servers.state;
}

/* Adds whether a cluster keeps sessions. Returns its health. */
static const char *add_cluster(zval *status, cfs_target *target)
{
	cfs_options options;
	cfs_error error = {.message = ""};

	cfs_handler_options(target, 0, &options);
	cfs_keeps_sessions(&CFSESSION_G(thread), target, &options, &error);
	add_text_or_null(status, "error", error.message);
	return cfs_health_word(/* reachable */ true, &error);
}

/* Asks the servers; nothing that this sends belongs to a visitor's session. */
static void look_at_servers(zval *status, cfs_target *target, look look)
{
	cfs_counters counters = CFSESSION_G(thread).counters;
	const char *state = add_servers(status, target, look), *learnt;

	if (look == LOOK_KEEP_SESSION && target->topology == CFS_CLUSTER &&
		strcmp(state, "well") == 0) {
		state = add_cluster(status, target);
	}
	learnt = add_learnt_servers(status, target, look);
	add_text_or_null(
		status, "state", learnt && (!state || strcmp(state, "well") == 0) ? learnt : state);
	CFSESSION_G(thread).counters = counters;
}

/* A new reference to the target that sessions would use now. NULL: there is none; `error` may say why. With another handler,
 * a reason may be that the bound services could not be read. */
static cfs_target *current_target(cfs_error *error)
{
	if (!is_our_handler()) {
		*error = cfs_auto_binding()->error;
		return NULL;
	}
	error->message[0] = '\0';
	return cfs_handler_target(ini_text("session.save_path"), error);
}

/* {{{ The search for a bound service */

/* Whether opening a session searches for the service, because there is no save path. */
static bool is_searched_late(void)
{
	return is_our_handler() && cfs_auto_is_unwritten(ini_text("session.save_path"));
}

/* Searches as the next session would. The caller frees `binding` with cfs_binding_free(); it is empty if there would be no
 * search. */
static void search_late(cfs_binding *binding)
{
	cfs_auto_settings settings;

	memset(binding, 0, sizeof(*binding));
	if (is_searched_late()) {
		cfs_handler_search(&settings);
		cfs_auto_find_any(&settings, binding);
	}
}

/* The setting or service that decides where sessions go; NULL: another handler has them. */
static const char *configured_by(const cfs_binding *late)
{
	if (!is_our_handler()) {
		return NULL;
	}
	if (cfs_auto_is_save_path(ini_text("session.save_path")) && cfs_auto_binding()->source) {
		return cfs_auto_binding()->source;
	}
	return late->source ? late->source : "session.save_path";
}

/* What that search, or the one at PHP's start, has seen; NULL: there was none. */
static const cfs_seen_services *seen_services(const cfs_binding *late)
{
	return is_searched_late() ? &late->seen : cfs_auto_seen();
}

/* Sets `reason` to why neither a bound service nor a save path decides where sessions go; "" if one does. */
static void explain_absence(const cfs_binding *late, cfs_error *reason)
{
	const cfs_seen_services *seen = cfs_auto_seen();

	reason->message[0] = '\0';
	if (is_our_handler()) {
		if (!late->source) {
			*reason = late->error;
		}
	} else if (*cfs_auto_binding()->error.message) {
		*reason = cfs_auto_binding()->error;
	} else if (!CFSESSION_G(settings).auto_configure) {
		cfs_error_set(reason, "cfsession.auto_configure is Off, and session.save_handler is \"%s\"",
			ini_text("session.save_handler"));
	} else if (!seen || cfs_auto_binding()->source) {
		cfs_error_set(reason,
			"session.save_handler has been changed to \"%s\" since PHP started with cfsession",
			ini_text("session.save_handler"));
	} else {
		cfs_seen_summary(seen, reason);
	}
}

static void add_seen(zval *status, const cfs_seen_services *seen)
{
	zval list, entry;

	array_init(&list);
	for (uint32_t i = 0; seen && i < seen->count; i++) {
		array_init(&entry);
		add_text_or_null(&entry, "name", seen->list[i].name);
		add_text_or_null(&entry, "type", seen->list[i].type);
		add_assoc_string(&entry, "source", seen->list[i].source);
		add_text_or_null(&entry, "reason", seen->list[i].reason);
		add_next_index_zval(&list, &entry);
	}
	add_assoc_zval(status, "services_seen", &list);
}

/* }}} */

static const char *bound_service(const cfs_target *target, const cfs_binding *late)
{
	if (target) {
		return target->binding;
	}
	return cfs_auto_is_save_path(ini_text("session.save_path")) ? cfs_auto_binding()->name
																: late->name;
}

static void fill_status(zval *status, look look)
{
	cfs_error error, absence;
	cfs_target *target = current_target(&error);
	bool usable = target && cfs_backend_supports(target, &error);
	cfs_binding late;
	char holder[CFS_HOLDER_SIZE];
	cfs_counters totals;
	const cfs_counters *counters = count_all(&totals);

	search_late(&late);
	explain_absence(&late, &absence);
	array_init(status);
	add_assoc_string(status, "version", PHP_CFSESSION_VERSION);
	add_libraries(status);
	add_text_or_null(status, "configured_by", configured_by(&late));
	add_text_or_null(status, "service", bound_service(target, &late));
	add_text_or_null(status, "error", error.message);
	add_text_or_null(status, "not_configured_because", absence.message);
	add_seen(status, seen_services(&late));
	cfs_binding_free(&late);
	add_text_or_null(status, "backend", target ? target->backend : NULL);
	add_text_or_null(status, "topology", target ? cfs_target_topology(target) : NULL);
	add_text_or_null(status, "master_name", target ? target->master_name : NULL);
	look_at_servers(status, target, usable ? look : LOOK_HERE);
	if (usable) {
		cfs_options options;

		cfs_handler_options(target, 0, &options);
		add_assoc_string(status, "prefix", options.prefix);
	} else {
		add_assoc_null(status, "prefix");
	}
	cfs_holder_name(holder);
	add_assoc_string(status, "holder", holder);
	if (target) {
		cfs_target_release(target);
	}
	add_counters(status, "counters", counters);
	add_counters(status, "totals", &totals);
}

PHP_FUNCTION(cfsession_status)
{
	bool probe = false, keep_session = false;

	/* clang-format off */
	ZEND_PARSE_PARAMETERS_START(0, 2)
		Z_PARAM_OPTIONAL
		Z_PARAM_BOOL(probe)
		Z_PARAM_BOOL(keep_session)
	ZEND_PARSE_PARAMETERS_END();
	/* clang-format on */

	fill_status(return_value, keep_session ? LOOK_KEEP_SESSION : probe ? LOOK_PROBE : LOOK_HERE);
}

/* }}} */

/* {{{ Module life */

/* Adds a row to phpinfo(). Makes the value printable, because PHP escapes it for HTML, and would drop text that is not
 * UTF-8. */
static void show_row(const char *name, const char *value)
{
	if (value && *value) {
		char *shown = estrdup(value);

		cfs_printable(shown, SIZE_MAX);
		php_info_print_table_row(2, name, shown);
		efree(shown);
	}
}

/* How the server's identity is checked. A fingerprint identifies one server, whatever else is accepted. */
static const char *trust_in(const cfs_tls *tls)
{
	if (tls->fingerprint) {
		return "verified by its fingerprint";
	}
	if (tls->insecure) {
		return "INSECURE: not verified (stream[verify_peer]=0)";
	}
	if (tls->self_signed) {
		return "INSECURE: self-signed certificates are accepted (stream[allow_self_signed]=1)";
	}
	return tls->any_name ? "INSECURE: the name is not verified (stream[verify_peer_name]=0)"
						 : "verified";
}

static void show_tls(const cfs_tls *tls)
{
	if (tls->on) {
		php_info_print_table_row(2, "Server certificate", trust_in(tls));
	}
}

/* Shows a row for each service: name (type, source): why it is not the session service */
static void show_seen(const cfs_seen_services *seen)
{
	for (uint32_t i = 0; seen && i < seen->count; i++) {
		const cfs_seen_service *service = &seen->list[i];
		char *row = NULL;

		if (service->name) {
			spprintf(&row, 0, "%s (%s, %s): %s", service->name, service->type, service->source,
				service->reason ? service->reason : "taken");
		} else {
			spprintf(&row, 0, "%s %s", service->source, service->reason);
		}
		show_row("Seen", row);
		efree(row);
	}
}

static void show_search(const cfs_binding *late)
{
	cfs_error absence;

	explain_absence(late, &absence);
	show_row("Not configured because", absence.message);
	show_seen(seen_services(late));
}

static void show_learnt(void *context, cfs_target *learnt, uint32_t slots)
{
	char row[256];

	snprintf(row, sizeof(row), slots ? "%s (%u slots)" : "%s", learnt->servers[0].address, slots);
	show_row(slots ? "Node" : "Master", row);
}

static void show_target(const cfs_binding *late)
{
	cfs_error error;
	cfs_target *target = current_target(&error);
	const char *source = configured_by(late);

	show_row("Configured by", source ? source : "nothing: session.save_handler is not cfsession");
	show_row("Service", source ? bound_service(target, late) : NULL);
	if (target) {
		zend_string *described = cfs_target_describe(target);

		show_row("Backend", target->backend);
		show_row("Topology", cfs_target_topology(target));
		show_row("Servers", ZSTR_VAL(described));
		zend_string_release(described);
		each_learnt(target, show_learnt, NULL);
		show_tls(&target->servers[0].tls);
		cfs_backend_supports(target, &error);
		cfs_target_release(target);
	}
	show_row("Error", error.message);
}

static void show_counters(void)
{
	cfs_counters totals;
	const cfs_counters *counters = count_all(&totals);

	php_info_print_table_start();
	php_info_print_table_header(3, "Counter", "This process", "All processes");
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		char own[MAX_LENGTH_OF_LONG], all[MAX_LENGTH_OF_LONG];

		snprintf(own, sizeof(own), ZEND_LONG_FMT, counter(counters, i));
		snprintf(all, sizeof(all), ZEND_LONG_FMT, counter(&totals, i));
		php_info_print_table_row(3, counter_names[i].name, own, all);
	}
	php_info_print_table_end();
}

PHP_MINFO_FUNCTION(cfsession)
{
	cfs_binding late;
	char holder[CFS_HOLDER_SIZE];

	php_info_print_table_start();
	php_info_print_table_row(2, "cfsession", "enabled");
	php_info_print_table_row(2, "Version", PHP_CFSESSION_VERSION);
	for (const cfs_backend *const *backend = cfs_backends; *backend; backend++) {
		php_info_print_table_row(2, (*backend)->client, (*backend)->client_version());
	}
#ifdef HAVE_CFSESSION_TLS
	php_info_print_table_row(2, "TLS", "yes");
#else
	php_info_print_table_row(2, "TLS", "no: built without OpenSSL");
#endif
	for (cfs_compression i = CFS_COMPRESSION_NONE + 1; i < CFS_COMPRESSION_COUNT; i++) {
		const char *version = cfs_compression_version(i);

		php_info_print_table_row(
			2, cfs_compression_name(i), version ? version : "no: built without it");
	}
	cfs_holder_name(holder);
	show_row("Name in locks", holder);
	search_late(&late);
	show_target(&late);
	show_search(&late);
	cfs_binding_free(&late);
	php_info_print_table_end();

	show_counters();
	DISPLAY_INI_ENTRIES();
}

static PHP_GINIT_FUNCTION(cfsession)
{
#if defined(COMPILE_DL_CFSESSION) && defined(ZTS)
	ZEND_TSRMLS_CACHE_UPDATE();
#endif
	memset(cfsession_globals, 0, sizeof(*cfsession_globals));
}

static PHP_GSHUTDOWN_FUNCTION(cfsession)
{
	cfs_pool_free(&cfsession_globals->thread);
	cfs_compressor_free(&cfsession_globals->compressor);
	if (cfsession_globals->tagging) {
		pefree(cfsession_globals->tagging, 1);
	}
	if (cfsession_globals->save_path) {
		cfs_target_release(cfsession_globals->target);
		pefree(cfsession_globals->save_path, 1);
	}
}

/* Searches as the settings say. The ini entries own the texts; none is NULL. */
static void auto_configure(void)
{
	cfs_auto_settings wanted;

	cfs_handler_search(&wanted);
	cfs_environment_startup();
	cfs_auto_configure(&wanted, ps_mod_cfsession.s_name);
}

static PHP_MINIT_FUNCTION(cfsession)
{
	if (type != MODULE_PERSISTENT) {
		zend_error(E_CORE_WARNING,
			"cfsession cannot be loaded with dl(), because ext/session keeps its "
			"save handlers until PHP ends; write extension=cfsession.so in php.ini");
		return FAILURE;
	}
	for (const cfs_backend *const *backend = cfs_backends; *backend; backend++) {
		if ((*backend)->module_startup) {
			(*backend)->module_startup();
		}
	}
	cfs_watch_forks();
	cfs_shared_startup();
	cfs_leases_startup();
	REGISTER_INI_ENTRIES();
	zend_ini_register_displayer(
		"session.save_path", strlen("session.save_path"), display_save_path);
	if (php_session_register_module(&ps_mod_cfsession) != SUCCESS) {
		return FAILURE;
	}
	auto_configure();
	return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(cfsession)
{
	cfs_auto_shutdown();
	cfs_environment_shutdown();
	UNREGISTER_INI_ENTRIES();
	cfs_leases_shutdown();
	for (const cfs_backend *const *backend = cfs_backends; *backend; backend++) {
		if ((*backend)->module_shutdown) {
			(*backend)->module_shutdown();
		}
	}
	cfs_shared_shutdown();
	return SUCCESS;
}

/* Not in RSHUTDOWN: ext/session writes and closes in its own, which runs after ours. */
static ZEND_MODULE_POST_ZEND_DEACTIVATE_D(cfsession)
{
	cfs_handler_end_request();
	return SUCCESS;
}

/* clang-format off */
static const zend_module_dep cfsession_deps[] = {
	ZEND_MOD_REQUIRED("session")
	ZEND_MOD_REQUIRED("json")
	ZEND_MOD_END
};

zend_module_entry cfsession_module_entry = {
	STANDARD_MODULE_HEADER_EX,
	NULL,
	cfsession_deps,
	"cfsession",
	ext_functions,
	PHP_MINIT(cfsession),
	PHP_MSHUTDOWN(cfsession),
	NULL,
	NULL,
	PHP_MINFO(cfsession),
	PHP_CFSESSION_VERSION,
	PHP_MODULE_GLOBALS(cfsession),
	PHP_GINIT(cfsession),
	PHP_GSHUTDOWN(cfsession),
	ZEND_MODULE_POST_ZEND_DEACTIVATE_N(cfsession),
	STANDARD_MODULE_PROPERTIES_EX
};

#ifdef COMPILE_DL_CFSESSION
#ifdef ZTS
ZEND_TSRMLS_CACHE_DEFINE()
#endif
ZEND_GET_MODULE(cfsession)
#endif
/* clang-format on */

/* }}} */

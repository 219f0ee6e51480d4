/*
 * In which order to read the sources, and which service is for sessions.
 */
#include "environment.h"
#include "service.h"
#include <errno.h>

/* {{{ Search keys */

/* What the name of a session service contains. */
typedef struct _search_key {
	cfs_kind kind;
	const char *variable; /* sets another key, in the environment and in options.json */
	const char *type; /* a directory of this type is a session service with any name (Paketo's) */
	char name[128];
} search_key;

static const search_key default_keys[] = {
	{CFS_KIND_REDIS, "REDIS_SESSION_STORE_SERVICE_NAME", "php-redis-session", "redis-sessions"},
	{CFS_KIND_MEMCACHED, "MEMCACHED_SESSION_STORE_SERVICE_NAME", "php-memcached-session",
		"memcached-sessions"},
};

#define KEY_COUNT (sizeof(default_keys) / sizeof(default_keys[0]))

static bool set_key(search_key *key, const char *name, const char *source, cfs_error *error)
{
	if (strlen(name) >= sizeof(key->name)) {
		cfs_error_set(
			error, "%s: the search key is longer than %zu bytes", source, sizeof(key->name) - 1);
		return false;
	}
	snprintf(key->name, sizeof(key->name), "%s", name);
	return true;
}

/* Reads options.json of Cloud Foundry's buildpack, which is in the application's home. */
static cfs_document_result read_options(const char *path, zval *options, cfs_error *error)
{
	cfs_document_result result;
	zend_string *text = cfs_document_read_file(path, error);

	if (!text) {
		return CFS_DOCUMENT_REFUSED;
	}
	result = cfs_document_parse(ZSTR_VAL(text), ZSTR_LEN(text), "options.json", options, error);
	zend_string_release(text);
	return result;
}

/* Whether there can be no such file for us, also because the home is not ours (HOME=/root after a change of the user) or no
 * folder (HOME=/dev/null). */
static bool is_not_there(const char *path)
{
	zend_stat_t status;

	return php_sys_stat(path, &status) != 0 &&
		(errno == ENOENT || errno == EACCES || errno == ENOTDIR);
}

/* Reads the options. The default file need not exist; one that was named has to. */
static cfs_document_result find_options(const char *named, zval *options, cfs_error *error)
{
	const char *home = cfs_environment("HOME");
	char path[4096];

	ZVAL_NULL(options);
	if (*named) {
		return read_options(named, options, error);
	}
	if (!home ||
		(size_t) snprintf(path, sizeof(path), "%s/.bp-config/options.json", home) >= sizeof(path) ||
		is_not_there(path)) {
		return CFS_DOCUMENT_OK;
	}
	return read_options(path, options, error);
}

static bool key_from_options(search_key *key, zval *options, cfs_error *error)
{
	zval *value = Z_TYPE_P(options) == IS_ARRAY ? cfs_document_at(options, key->variable) : NULL;
	const char *name;

	if (!value) {
		return true;
	}
	if (!cfs_document_is_text(value, &name)) {
		cfs_error_set(error, "options.json: %s is not a string", key->variable);
		return false;
	}
	return !*name || set_key(key, name, "options.json", error);
}

/* Finds the search keys: the setting, else the environment, else options.json, else the default. */
static cfs_document_result find_keys(
	const cfs_binding_query *query, search_key keys[KEY_COUNT], cfs_error *error)
{
	const char *const settings[] = {query->redis_key, query->memcached_key};
	cfs_document_result result;
	zval options;

	memcpy(keys, default_keys, sizeof(default_keys));
	result = find_options(query->options_file, &options, error);
	for (size_t i = 0; i < KEY_COUNT && result == CFS_DOCUMENT_OK; i++) {
		const char *name = *settings[i] ? settings[i] : cfs_environment(keys[i].variable);
		bool valid = name ? set_key(&keys[i], name, keys[i].variable, error)
						  : key_from_options(&keys[i], &options, error);

		result = valid ? CFS_DOCUMENT_OK : CFS_DOCUMENT_REFUSED;
	}
	zval_ptr_dtor(&options);
	return result;
}

/* }}} */

/* {{{ Which service */

/* A test that chooses services. */
typedef bool (*service_test)(const cfs_service *service, const search_key *key);

/* The i-th of the service's NAME_COUNT names; some may be NULL. */
static const char *name_of(const cfs_service *service, size_t i)
{
	return i == 0 ? service->name : service->other_names[i - 1];
}

#define NAME_COUNT 3

static bool is_called(const cfs_service *service, const char *name)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (name_of(service, i) && strcmp(name_of(service, i), name) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_named(const cfs_service *service, const search_key *key)
{
	return is_called(service, key->name);
}

static bool has_in_name(const cfs_service *service, const search_key *key)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (name_of(service, i) && strstr(name_of(service, i), key->name)) {
			return true;
		}
	}
	return false;
}

static bool is_of_type(const cfs_service *service, const search_key *key)
{
	return service->type && strcmp(service->type, key->type) == 0;
}

static bool is_of_kind(const cfs_service *service, const search_key *key)
{
	return service->kind == key->kind;
}

/* Names of services, for an error. */
typedef struct _name_list {
	char text[256];
} name_list;

static void add_name(name_list *list, const char *name)
{
	size_t length = strlen(list->text);

	snprintf(list->text + length, sizeof(list->text) - length, "%s%s", length ? ", " : "", name);
}

/* The only one of the services that passes the test. NULL: none does; or several do, and *ambiguous and the error are
 * set. */
static cfs_service *only_one(const cfs_services *services, service_test test, const search_key *key,
	bool *ambiguous, cfs_error *error)
{
	cfs_service *found = NULL;
	name_list list = {""};
	int count = 0;

	for (uint32_t i = 0; i < services->count; i++) {
		if (!services->list[i].no_binding && test(&services->list[i], key)) {
			found = &services->list[i];
			add_name(&list, found->name);
			count++;
		}
	}
	if (count <= 1) {
		return found;
	}
	*ambiguous = true;
	cfs_error_set(error,
		"%s: several bound services match: %s; name the one to use in cfsession.service or "
		"CFSESSION_SERVICE",
		services->source, list.text);
	return NULL;
}

/* The session service of one source: Redis takes precedence over Memcached, and a name over a type. *kind is the kind that
 * this implies. */
static cfs_service *choose(const cfs_services *services, const search_key keys[KEY_COUNT],
	bool unnamed, cfs_kind *kind, bool *ambiguous, cfs_error *error)
{
	static const service_test tests[] = {is_named, has_in_name, is_of_type};
	cfs_service *found = NULL;
	size_t test_count = sizeof(tests) / sizeof(tests[0]);

	for (size_t i = 0; i < KEY_COUNT && !found && !*ambiguous; i++) {
		*kind = keys[i].kind;
		for (size_t j = 0; j < test_count && !found && !*ambiguous; j++) {
			found = only_one(services, tests[j], &keys[i], ambiguous, error);
		}
	}
	for (size_t i = 0; i < KEY_COUNT && unnamed && !found && !*ambiguous; i++) {
		*kind = keys[i].kind;
		found = only_one(services, is_of_kind, &keys[i], ambiguous, error);
	}
	return found;
}

/* }}} */

/* {{{ Where to look */

static const struct {
	const char *name; /* NULL: each service is a source of its own */
	cfs_document_result (*read)(cfs_services *services, cfs_error *error);
	bool when_chosen;  /* counts only if cfsession was chosen without a save path */
	bool alternatives; /* each is one way to say the same: the first usable one will do */
} sources[] = {
	{"VCAP_SERVICES", cfs_vcap_read, false, false},
	{"SERVICE_BINDING_ROOT", cfs_binding_root_read, false, false},
	{"CNB_BINDINGS", cfs_cnb_bindings_read, false, false},
	{"PLATFORM_RELATIONSHIPS", cfs_relationships_read, true, false},
	{NULL, cfs_variables_read, true, true},
};

#define SOURCE_COUNT (sizeof(sources) / sizeof(sources[0]))

/* The state of a search. */
typedef struct _search {
	const cfs_binding_query *query;
	const char *service; /* the exact name; "": any */
	bool has_keys;
	search_key keys[KEY_COUNT];
	name_list names;          /* of all services so far */
	const cfs_service *taken; /* the session service of the source being searched; NULL: none */
	const char *broken;       /* a source with a malformed service; NULL: none has */
	cfs_error how;            /* how that is malformed */
	cfs_seen_services *seen;
} search;

static cfs_binding_result not_read(
	cfs_binding *binding, const char *source, cfs_document_result result)
{
	binding->source = source;
	return result == CFS_DOCUMENT_NOT_JSON ? CFS_BINDING_ILLEGIBLE : CFS_BINDING_UNUSABLE;
}

static const char *source_of(const cfs_services *services, const cfs_service *service)
{
	return services->source ? services->source : service->name;
}

/* Whether the service has a name that a save path can contain. */
static bool has_name(const cfs_service *service)
{
	return *service->name && cfs_is_printable(service->name);
}

static cfs_binding_result use(
	const cfs_services *services, cfs_service *service, cfs_kind kind, cfs_binding *binding)
{
	cfs_error reason = service->error;

	binding->source = source_of(services, service);
	binding->from_files = services->from_files;
	if (has_name(service)) {
		binding->name = pestrdup(service->name, 1);
		binding->target = cfs_service_target(service, kind, &reason);
	} else {
		cfs_error_set(&reason, "it has no name, or one with a control character");
	}
	if (!binding->target) {
		service->error = reason;
		cfs_error_set(&binding->error, "the service \"%.80s\" (%s) cannot be used: %s",
			service->name, binding->source, reason.message);
		return CFS_BINDING_UNUSABLE;
	}
	cfs_target_set_binding(binding->target, service->name);
	return CFS_BINDING_FOUND;
}

/* Uses the first usable variable. It passes over an unusable one, such as the text "$SCALINGO_REDIS_URL"; but not over one
 * with TLS, because the next may be without. */
static cfs_binding_result use_first(
	search *search, const cfs_services *services, cfs_binding *binding)
{
	cfs_binding first = {.source = NULL};

	for (uint32_t i = 0; i < services->count; i++) {
		cfs_service *service = &services->list[i];
		cfs_binding_result result;

		result = use(services, service, CFS_KIND_UNKNOWN, binding);
		if (result == CFS_BINDING_FOUND || strcmp(service->name, "REDIS_TLS_URL") == 0) {
			search->taken = service;
			binding->notice = first.error;
			cfs_binding_free(&first);
			return result;
		}
		if (first.source) {
			cfs_binding_free(binding);
		} else {
			search->taken = service;
			first = *binding;
		}
		memset(binding, 0, sizeof(*binding));
	}
	*binding = first;
	return services->count ? CFS_BINDING_UNUSABLE : CFS_BINDING_NONE;
}

/* Uses the service of the configured name, which must occur exactly once. */
static cfs_binding_result use_called(
	search *search, const cfs_services *services, cfs_binding *binding)
{
	cfs_service *found = NULL;
	cfs_kind expected = CFS_KIND_UNKNOWN;
	int count = 0;

	for (uint32_t i = 0; i < services->count; i++) {
		if (services->list[i].no_binding) {
			continue;
		}
		add_name(&search->names, services->list[i].name);
		if (is_called(&services->list[i], search->service)) {
			found = &services->list[i];
			count++;
		}
	}
	if (count > 1) {
		binding->source = services->source;
		cfs_error_set(&binding->error, "%s: %d services are called \"%.80s\"", services->source,
			count, cfs_shown_name(search->service));
		return CFS_BINDING_UNUSABLE;
	}
	for (size_t i = 0; i < KEY_COUNT && found && !expected; i++) {
		if (has_in_name(found, &search->keys[i])) {
			expected = search->keys[i].kind;
		}
	}
	search->taken = found;
	return found ? use(services, found, expected, binding) : CFS_BINDING_NONE;
}

static cfs_binding_result refuse_broken(
	const char *source, const cfs_error *how, cfs_binding *binding)
{
	binding->source = source;
	cfs_error_set(&binding->error, "%s: %s", source, how->message);
	return CFS_BINDING_UNUSABLE;
}

/* For a source in which no service is named for sessions: refuses a malformed Redis or Memcached without a readable name,
 * because that may be the session service. Ignores anything else that is malformed. */
static cfs_binding_result refuse_nameless(const cfs_services *services, cfs_binding *binding)
{
	for (uint32_t i = 0; i < services->count; i++) {
		const cfs_service *service = &services->list[i];

		if (service->malformed && service->nameless && service->kind) {
			return refuse_broken(services->source, &service->error, binding);
		}
	}
	return CFS_BINDING_NONE;
}

static cfs_binding_result use_chosen(
	search *search, const cfs_services *services, cfs_binding *binding)
{
	cfs_kind kind = CFS_KIND_UNKNOWN;
	bool ambiguous = false;
	cfs_service *found =
		choose(services, search->keys, search->query->unnamed, &kind, &ambiguous, &binding->error);

	if (ambiguous) {
		binding->source = services->source;
		return CFS_BINDING_UNUSABLE;
	}
	search->taken = found;
	return found ? use(services, found, kind, binding) : refuse_nameless(services, binding);
}

/* {{{ What the search has seen */

/* How well a reason explains that there is no session service, least first. */
enum {
	FAR,     /* a service for something else */
	SOURCE,  /* a source with nothing in it */
	KIN,     /* a Redis or a Memcached */
	NEAR,    /* almost a session service */
	MISTAKEN /* meant to be one */
};

/* The search key that one of the service's names resembles; NULL: none. */
static const search_key *almost_named(const search *search, const cfs_service *service)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		unsigned slips = MIN(3, (unsigned) strlen(search->keys[i].name) / 4);

		for (size_t j = 0; j < NAME_COUNT; j++) {
			const char *name = name_of(service, j);

			if (name && cfs_distance(cfs_trimmed(name), search->keys[i].name, true) <= slips) {
				return &search->keys[i];
			}
		}
	}
	return NULL;
}

static bool has_session_in_it(const char *text)
{
	return text && cfs_distance(cfs_trimmed(text), "session", true) == 0;
}

static bool mentions_sessions(const cfs_service *service)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (has_session_in_it(name_of(service, i))) {
			return true;
		}
	}
	return false;
}

/* The type of session services that the service's own resembles; NULL: none. */
static const char *almost_of_type(const cfs_service *service)
{
	for (size_t i = 0; i < KEY_COUNT && service->type; i++) {
		if (cfs_is_close(cfs_trimmed(service->type), default_keys[i].type)) {
			return default_keys[i].type;
		}
	}
	return NULL;
}

/* Explains why a service's name is not that of a session service. Returns how near it is. */
static int explain_name_mismatch(
	const search *search, const cfs_service *service, cfs_error *reason)
{
	const search_key *key = almost_named(search, service);
	const char *type = almost_of_type(service);

	if (key) {
		cfs_error_set(reason,
			"its name is close to \"%s\", but does not contain it: rename it, or name it in "
			"cfsession.service or CFSESSION_SERVICE",
			cfs_shown_name(key->name));
		return NEAR;
	}
	if (type) {
		cfs_error_set(reason, "its type is close to \"%s\", but is not that: correct it", type);
		return NEAR;
	}
	if (has_session_in_it(service->type)) {
		cfs_error_set(reason, "its type is neither \"%s\" nor \"%s\": correct it",
			default_keys[0].type, default_keys[1].type);
		return NEAR;
	}
	if (mentions_sessions(service)) {
		cfs_error_set(reason,
			"its name contains neither \"%s\" nor \"%s\": rename it, or name it in "
			"cfsession.service or CFSESSION_SERVICE",
			cfs_shown_name(search->keys[0].name), cfs_shown_name(search->keys[1].name));
		return service->kind ? NEAR : KIN;
	}
	if (service->kind && !search->query->unnamed) {
		cfs_error_set(reason,
			"its name does not contain \"%s\": without that, it counts only where php.ini has "
			"session.save_handler = cfsession and no session.save_path",
			cfs_shown_name(search->keys[service->kind == CFS_KIND_MEMCACHED].name));
		return KIN;
	}
	cfs_error_set(reason,
		"neither its tags, its label, its type nor a URI says that it is Redis or Memcached");
	return FAR;
}

/* Explains why a service of the source was not taken. Returns how well that explains the search's result. */
static int explain_rejection(const search *search, const cfs_services *services,
	const cfs_service *service, cfs_error *reason)
{
	if (*service->error.message) {
		*reason = service->error;
		return service == search->taken || mentions_sessions(service) ? MISTAKEN
			: service->no_binding                                     ? FAR
																	  : KIN;
	}
	if (search->taken) {
		cfs_error_set(reason, "\"%.80s\" was taken", search->taken->name);
		return FAR;
	}
	if (*search->service) {
		cfs_error_set(reason, "cfsession.service or CFSESSION_SERVICE names another: \"%.80s\"",
			cfs_shown_name(search->service));
		return KIN;
	}
	if (!services->source) {
		cfs_error_set(reason,
			"variables are used only where session.save_handler = cfsession is set, and no "
			"session.save_path");
		return KIN;
	}
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (is_named(service, &search->keys[i]) || has_in_name(service, &search->keys[i]) ||
			is_of_type(service, &search->keys[i]) ||
			(search->query->unnamed && is_of_kind(service, &search->keys[i]))) {
			cfs_error_set(reason, "others match as well");
			return NEAR;
		}
	}
	return explain_name_mismatch(search, service, reason);
}

/* Notes all services of the source. `backend` is that of the one that was taken. */
static void note_services(search *search, const cfs_services *services, const char *backend)
{
	static const char *const types[] = {"other", "redis", "memcached"};

	for (uint32_t i = 0; i < services->count; i++) {
		const cfs_service *service = &services->list[i];
		bool is_taken = service == search->taken && !*service->error.message;
		cfs_error reason;
		int nearness = is_taken ? FAR : explain_rejection(search, services, service, &reason);

		if (service->malformed && !search->broken) {
			search->broken = services->source;
			search->how = service->error;
		}
		cfs_seen_add(search->seen, service->name, is_taken ? backend : types[service->kind],
			source_of(services, service), is_taken ? NULL : reason.message, nearness);
	}
	if (*services->remark.message) {
		cfs_seen_add_source(search->seen, services->source, services->remark.message, SOURCE);
	}
}

/* }}} */

/* Reads a source, and what kind its services are. It does so before a target is made of their credentials, because that
 * takes them apart. */
static cfs_document_result read_source(size_t source, cfs_services *services, cfs_error *error)
{
	cfs_document_result result;

	cfs_services_init(services, sources[source].name);
	result = sources[source].read(services, error);
	for (uint32_t i = 0; i < services->count; i++) {
		services->list[i].kind = cfs_service_kind(&services->list[i]);
	}
	return result;
}

/* Notes the services of a source that does not count, because cfsession was not chosen; it need not be valid. */
static void show_source(search *search, size_t source)
{
	const char *name = sources[source].name;
	cfs_services services;
	cfs_error failure;

	search->taken = NULL;
	if (read_source(source, &services, &failure) != CFS_DOCUMENT_OK) {
		/* The message begins with the source's name. */
		cfs_seen_add_source(search->seen, name, failure.message + strlen(name) + 1, SOURCE);
	} else if (search->has_keys ||
		find_keys(search->query, search->keys, &failure) == CFS_DOCUMENT_OK) {
		note_services(search, &services, "");
	}
	cfs_services_free(&services);
}

static cfs_binding_result search_source(search *search, size_t source, cfs_binding *binding)
{
	cfs_binding_result result = CFS_BINDING_NONE;
	cfs_document_result read;
	cfs_services services;

	search->taken = NULL;
	read = read_source(source, &services, &binding->error);
	/* The search keys are needed only if there are services. */
	if (read == CFS_DOCUMENT_OK && services.count && !search->has_keys) {
		read = find_keys(search->query, search->keys, &binding->error);
		search->has_keys = read == CFS_DOCUMENT_OK;
	}
	if (read != CFS_DOCUMENT_OK) {
		result = not_read(binding, services.source, read);
	} else if (*search->service) {
		result = use_called(search, &services, binding);
	} else if (sources[source].alternatives) {
		result = use_first(search, &services, binding);
	} else {
		result = use_chosen(search, &services, binding);
	}
	if (read == CFS_DOCUMENT_OK) {
		note_services(search, &services, binding->target ? binding->target->backend : "");
	}
	cfs_services_free(&services);
	return result;
}

static const char *wanted_service(const cfs_binding_query *query)
{
	const char *of_environment = cfs_environment("CFSESSION_SERVICE");

	return *query->service ? query->service : of_environment ? of_environment : "";
}

static cfs_binding_result search_sources(search *search, cfs_binding *binding)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		cfs_binding_result result;

		if (sources[i].when_chosen && !search->query->unnamed && !*search->service) {
			show_source(search, i);
			continue;
		}
		result = search_source(search, i, binding);
		if (result != CFS_BINDING_NONE) {
			return result;
		}
	}
	cfs_variables_show_unread(search->seen, SOURCE);
	if (!*search->service) {
		return search->query->unnamed && search->broken
			? refuse_broken(search->broken, &search->how, binding)
			: CFS_BINDING_NONE;
	}
	cfs_error_set(&binding->error, "the service \"%.80s\" is not bound; bound services: %s",
		cfs_shown_name(search->service), *search->names.text ? search->names.text : "none");
	return CFS_BINDING_UNUSABLE;
}

cfs_binding_result cfs_bindings_find(const cfs_binding_query *query, cfs_binding *binding)
{
	cfs_seen_services seen = {0, NULL};
	search search = {.query = query, .service = wanted_service(query), .seen = &seen};
	cfs_binding_result result;

	memset(binding, 0, sizeof(*binding));
	result = search_sources(&search, binding);
	binding->seen = seen;
	return result;
}

void cfs_binding_free(cfs_binding *binding)
{
	if (binding->target) {
		cfs_target_release(binding->target);
	}
	if (binding->name) {
		pefree(binding->name, 1);
	}
	cfs_seen_free(&binding->seen);
}

/* }}} */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "auto_configure.h"
#include "backends/backend.h"
#include "php_ini.h"

/* Written when PHP starts and stops, read by all threads in between. */
static struct {
	cfs_binding_query query;
	cfs_binding binding;
	bool looked;      /* a search has run */
	char *save_path;  /* the one that was set for sessions; NULL: none was */
	char *files_path; /* a session.save_path for PHP's files; NULL: php.ini has another */
} found;

/* {{{ PHP's settings */

static const char *configured(const char *name)
{
	char *value = NULL;

	return cfg_get_string((char *) name, &value) == SUCCESS && value ? value : "";
}

/* Sets the entry itself: what zend_alter_ini_entry() sets before the first request would be lost after it. A request, a
 * directory or a pool can still set something else. */
static void set_for_all_requests(const char *name, const char *value)
{
	zend_ini_entry *entry = zend_hash_str_find_ptr(EG(ini_directives), name, strlen(name));
	zend_string *text = zend_string_init_interned(value, strlen(value), /* persistent */ true);

	if (entry &&
		entry->on_modify(entry, text, entry->mh_arg1, entry->mh_arg2, entry->mh_arg3,
			ZEND_INI_STAGE_STARTUP) == SUCCESS) {
		zend_string_release(entry->value);
		entry->value = text;
	}
}

static void set_name(void)
{
	const char *name = zend_ini_string("session.name", strlen("session.name"), 0);

	if (name && (strcmp(name, "PHPSESSID") == 0 || strcmp(name, "JSESSIONID") == 0)) {
		set_for_all_requests("session.name", "PHPSESSIONID");
	}
}

static void set_session(const char *handler)
{
	const char *name = found.binding.name ? found.binding.name : "sessions";
	zend_string *save_path = cfs_target_reference_path(found.binding.target, name);

	found.save_path = pestrdup(ZSTR_VAL(save_path), 1);
	zend_string_release(save_path);
	set_for_all_requests("session.save_handler", handler);
	set_for_all_requests("session.save_path", found.save_path);
	set_name();
}

/* }}} */

/* {{{ The value that the user has not set */

/* Whether the path is a folder for PHP's files, also as "DEPTH;MODE;FOLDER". */
static bool is_folder(const char *path)
{
	const char *settings = strrchr(path, ';');
	zend_stat_t status;

	return VCWD_STAT(settings ? settings + 1 : path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Remembers the folder of PHP's files, which we would take for a socket. The system's packages may have chosen it (Debian's
 * is /var/lib/php/sessions), or a platform's php.ini (Cloud Foundry's has /home/vcap/tmp). */
static void remember_files_path(void)
{
	const char *path = zend_ini_string("session.save_path", strlen("session.save_path"), 0);

	if (!path) {
		path = "";
	}
	if (!*configured("session.save_path") || is_folder(path)) {
		found.files_path = pestrdup(path, 1);
	}
}

/* php.ini and the command line show in PHP's configuration; .htaccess, .user.ini and scripts mark the entry. A pool of FPM
 * does neither, but has no reason to set PHP's default. */
bool cfs_auto_is_unwritten(const char *save_path)
{
	const zend_ini_entry *entry;

	if ((unsigned char) *save_path <= ' ' && !cfs_trimmed(save_path).length) {
		return true;
	}
	if (!found.files_path || strcmp(save_path, found.files_path) != 0) {
		return false;
	}
	entry = zend_hash_str_find_ptr(
		EG(ini_directives), "session.save_path", strlen("session.save_path"));
	return !entry || !entry->modified;
}

/* }}} */

/* Finds the service. One that this build cannot use counts as unusable, but keeps its target, so that it can be shown. */
static cfs_binding_result find_usable(const cfs_binding_query *query, cfs_binding *binding)
{
	cfs_binding_result result = cfs_bindings_find(query, binding);
	cfs_error reason;

	if (result == CFS_BINDING_FOUND && !cfs_backend_supports(binding->target, &reason)) {
		cfs_error_set(&binding->error, "the service \"%.80s\" (%s) cannot be used: %s",
			binding->name, binding->source, reason.message);
		return CFS_BINDING_UNUSABLE;
	}
	return result;
}

void cfs_auto_find_any(const cfs_auto_settings *settings, cfs_binding *binding)
{
	cfs_binding_query query = settings->query;
	cfs_error summary;

	memset(binding, 0, sizeof(*binding));
	if (!settings->enabled) {
		cfs_error_set(&binding->error,
			"session.save_path is not set, and cfsession.auto_configure is Off: write a server "
			"into it, as in session.save_path = \"tcp://127.0.0.1:6379\"");
		return;
	}
	query.unnamed = true;
	if (find_usable(&query, binding) == CFS_BINDING_NONE) {
		cfs_seen_summary(&binding->seen, &summary);
		cfs_error_set(&binding->error,
			"session.save_path is not set: write a server into it, as in session.save_path = "
			"\"tcp://127.0.0.1:6379\", or bind a Redis or Memcached service (%s)",
			summary.message);
	}
}

void cfs_auto_configure(const cfs_auto_settings *settings, const char *handler)
{
	bool chosen = strcmp(configured("session.save_handler"), handler) == 0;
	cfs_binding_query query = settings->query;
	cfs_binding_result result;

	found.query = settings->query;
	remember_files_path();
	if (!settings->enabled || (chosen && !found.files_path)) {
		return;
	}
	query.unnamed = chosen;
	found.looked = true;
	result = find_usable(&query, &found.binding);
	if (*found.binding.notice.message) {
		zend_error(E_CORE_WARNING, "cfsession: passed over: %s", found.binding.notice.message);
	}
	/* If the user chose cfsession, each request reports that. */
	if (result == CFS_BINDING_NONE) {
		return;
	}
	if (result != CFS_BINDING_FOUND) {
		zend_error(E_CORE_WARNING, "cfsession: %s%s", found.binding.error.message,
			result == CFS_BINDING_ILLEGIBLE && !chosen ? "; sessions are kept as without cfsession"
													   : "; no session can be started");
	}
	if (result != CFS_BINDING_ILLEGIBLE || chosen) {
		set_session(handler);
	}
}

void cfs_auto_shutdown(void)
{
	cfs_binding_free(&found.binding);
	if (found.save_path) {
		pefree(found.save_path, 1);
	}
	if (found.files_path) {
		pefree(found.files_path, 1);
	}
	memset(&found, 0, sizeof(found));
}

const cfs_binding *cfs_auto_binding(void)
{
	return &found.binding;
}

const cfs_seen_services *cfs_auto_seen(void)
{
	return found.looked ? &found.binding.seen : NULL;
}

bool cfs_auto_is_save_path(const char *save_path)
{
	return found.save_path && strcmp(found.save_path, save_path) == 0;
}

cfs_target *cfs_auto_target(cfs_error *error)
{
	if (!found.binding.target) {
		*error = found.binding.error;
		return NULL;
	}
	return cfs_target_copy(found.binding.target);
}

/* {{{ Services by name */

static cfs_target *find_called(const char *name, cfs_error *error)
{
	cfs_binding_query query = found.query;
	cfs_binding binding;
	cfs_target *target;

	query.service = name;
	query.unnamed = true;
	cfs_bindings_find(&query, &binding);
	*error = binding.error;
	target = binding.target ? cfs_target_reference(binding.target) : NULL;
	cfs_binding_free(&binding);
	return target;
}

/* Lists the target's servers, as many as fit. */
static void list_servers(const cfs_target *target, char list[160])
{
	list[0] = '\0';
	for (uint32_t i = 0; i < target->server_count; i++) {
		if (strlen(list) + strlen(target->servers[i].address) > 120 && i > 0) {
			char more[32];

			snprintf(more, sizeof(more), " and %u more", target->server_count - i);
			cfs_append_text(more, list, 160);
			return;
		}
		cfs_append_text(i > 0 ? ", " : "", list, 160);
		cfs_append_text(target->servers[i].address, list, 160);
	}
}

/* Whether the servers that a reference names, if any, are those of the service. */
static bool is_same_place(const cfs_target *reference, const cfs_target *target, cfs_error *error)
{
	bool same = reference->server_count == target->server_count;
	char named[160], bound[160];

	if (!reference->servers[0].address) {
		return true;
	}
	if (reference->servers[0].tls.on && !target->servers[0].tls.on) {
		cfs_error_set(error, "it requires TLS, which the bound service \"%.80s\" does not offer",
			target->binding);
		return false;
	}
	for (uint32_t i = 0; i < target->server_count && same; i++) {
		same = strcmp(reference->servers[i].address, target->servers[i].address) == 0;
	}
	if (!same) {
		list_servers(reference, named);
		list_servers(target, bound);
		cfs_error_set(error, "it names %s, but the bound service \"%.80s\" is at %s", named,
			target->binding, bound);
	}
	return same;
}

/* Whether the service has what the reference's parameters are about: which they may be is known only with the service. */
static bool has_parameters(const cfs_target *reference, const cfs_target *target, cfs_error *error)
{
	const cfs_server *settings = reference->master ? reference->master : &reference->servers[0];
	const char *name = settings->database           ? "database"
		: settings->weight != 1                     ? "weight"
		: reference->wait_replicas                  ? "wait_replicas"
		: reference->wait_timeout != CFS_TIME_UNSET ? "wait_timeout"
													: NULL;

	if (!name || strcmp(target->backend, "memcached") != 0 ||
		strcmp(reference->backend, "memcached") == 0) {
		return true;
	}
	cfs_error_set(error,
		"there is no parameter \"%s\" for Memcached, which the bound service \"%.80s\" is", name,
		target->binding);
	return false;
}

cfs_target *cfs_auto_resolve(const cfs_target *reference, cfs_error *error)
{
	cfs_target *target;

	if (reference->servers[0].password) {
		cfs_error_set(error,
			"it has credentials, but those of the bound service \"%.80s\" are used: remove them",
			reference->binding);
		return NULL;
	}
	target = find_called(reference->binding, error);
	if (!target) {
		return NULL;
	}
	cfs_target_overlay(target, reference);
	if (!is_same_place(reference, target, error) || !has_parameters(reference, target, error) ||
		!cfs_target_finish(target, error)) {
		cfs_target_release(target);
		return NULL;
	}
	return target;
}

static bool says_the_same(const cfs_target *a, const cfs_target *b)
{
	bool same = a->server_count == b->server_count && !a->master == !b->master &&
		(!a->master || cfs_server_same_connection(a->master, b->master));

	for (uint32_t i = 0; i < a->server_count && same; i++) {
		same = cfs_server_same_connection(&a->servers[i], &b->servers[i]);
	}
	return same;
}

cfs_target *cfs_auto_renew(const cfs_target *target)
{
	cfs_error ignored;
	cfs_target *renewed = target->binding ? find_called(target->binding, &ignored) : NULL;

	if (!renewed) {
		return NULL;
	}
	cfs_target_overlay(renewed, target);
	if (renewed->backend != target->backend || says_the_same(renewed, target)) {
		cfs_target_release(renewed);
		return NULL;
	}
	return renewed;
}

/* }}} */

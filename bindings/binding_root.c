/*
 * SERVICE_BINDING_ROOT: a directory for each binding, a file for each key (servicebinding.io, "Workload Projection").
 * Cloud Foundry's service-binding-k8s feature writes the same, with its label as the type. CNB_BINDINGS, its predecessor
 * in Cloud Native Buildpacks, has metadata/kind in place of the type, and the keys in a directory "secret"; buildpacks
 * read either layout in both.
 */
#include "environment.h"
#include "service.h"
#include "ext/standard/php_string.h"
#include <errno.h>
#ifdef PHP_WIN32
#include "win32/readdir.h"
#else
#include <dirent.h>
#endif

#define PATH_MAX_LENGTH 4096

static bool join(char path[PATH_MAX_LENGTH], const char *directory, const char *name)
{
	return (size_t) snprintf(path, PATH_MAX_LENGTH, "%s/%s", directory, name) < PATH_MAX_LENGTH;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Lists the names in a directory, in order, without hidden ones, which are Kubernetes' own. Returns how many there are, or
 * -1 with an error; free_names() frees them. */
static int list_names(const char *path, const char *source, char ***names, cfs_error *error)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int count = 0;

	*names = NULL;
	if (!directory) {
		cfs_error_set(
			error, "cannot read %s (%s): %s", cfs_document_path(path), source, strerror(errno));
		return -1;
	}
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.') {
			*names = safe_erealloc(*names, (size_t) count + 1, sizeof(**names), 0);
			(*names)[count++] = estrdup(entry->d_name);
		}
	}
	closedir(directory);
	if (count) {
		qsort(*names, (size_t) count, sizeof(**names), compare_names);
	}
	return count;
}

static void free_names(char **names, int count)
{
	for (int i = 0; i < count; i++) {
		efree(names[i]);
	}
	if (names) {
		efree(names);
	}
}

static bool is_directory(const char *path)
{
	zend_stat_t status;

	return php_sys_stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Reads a file as a text, without the blanks around it that editors and Secrets leave. */
static bool read_key(const char *directory, const char *key, zval *keys, cfs_error *error)
{
	char path[PATH_MAX_LENGTH];
	zend_string *text, *trimmed;

	if (!join(path, directory, key)) {
		cfs_error_set(error, "the name of a file in %s is too long", cfs_document_path(directory));
		return false;
	}
	if (is_directory(path)) {
		return true;
	}
	text = cfs_document_read_file(path, error);
	if (!text) {
		return false;
	}
	trimmed = php_trim(text, NULL, 0, 3);
	zend_string_release(text);
	add_assoc_str(keys, key, trimmed);
	return true;
}

/* Reads all keys of a binding; the first that cannot be read is the error. */
static bool read_keys(const char *directory, const char *source, zval *keys, cfs_error *error)
{
	char **names;
	int count = list_names(directory, source, &names, error);
	bool read = count >= 0;

	for (int i = 0; i < count && read; i++) {
		read = read_key(directory, names[i], keys, error);
	}
	free_names(names, MAX(count, 0));
	return read;
}

static const char *key_text(zval *keys, const char *key)
{
	const char *text = NULL;

	cfs_document_is_text(cfs_document_at(keys, key), &text);
	return text;
}

static bool has_file(const char *directory, const char *name)
{
	zend_stat_t status;
	char path[PATH_MAX_LENGTH];

	return join(path, directory, name) && (php_sys_stat(path, &status) == 0 || errno != ENOENT);
}

/* Whether the directory has the older layout; if so, reads its keys, with the kind as their type. */
static bool read_older(const char *directory, const char *source, zval *keys, cfs_error *failure)
{
	char metadata[PATH_MAX_LENGTH], secret[PATH_MAX_LENGTH];
	zval *kind;

	if (!join(metadata, directory, "metadata") || !join(secret, directory, "secret") ||
		!has_file(metadata, "kind")) {
		return false;
	}
	if ((!is_directory(secret) || read_keys(secret, source, keys, failure)) &&
		read_key(metadata, "kind", keys, failure)) {
		kind = cfs_document_at(keys, "kind");
		if (kind) {
			Z_TRY_ADDREF_P(kind);
			add_assoc_zval(keys, "type", kind);
		}
	}
	return true;
}

/* Adds a directory's binding. An unreadable one is an error only if it is needed. One without a type is no binding, and
 * nothing in it is read. */
static void add_binding(
	cfs_services *services, const char *directory, const char *source, const char *name)
{
	zend_string *key = zend_string_init(name, strlen(name), /* persistent */ false);
	cfs_error failure = {.message = ""};
	cfs_service *added;
	bool has_type;
	zval keys;

	array_init(&keys);
	zend_hash_update(Z_ARRVAL(services->document), key, &keys);
	if (has_file(directory, "type")) {
		has_type = !read_keys(directory, source, &keys, &failure) || cfs_document_at(&keys, "type");
	} else {
		has_type = read_older(directory, source, &keys, &failure);
	}
	if (!has_type) {
		cfs_error_set(&failure, "its directory has no file \"type\", so that it is no binding");
	}
	added = cfs_services_add(services, ZSTR_VAL(key));
	added->no_binding = !has_type;
	added->other_names[0] = key_text(&keys, "binding_name");
	added->other_names[1] = key_text(&keys, "instance_name");
	added->label = key_text(&keys, "label");
	added->type = key_text(&keys, "type");
	added->tags = cfs_document_array_at(&keys, "tags");
	added->credentials = keys;
	added->error = failure;
	zend_string_release(key);
}

static cfs_document_result read_root(cfs_services *services, const char *source, cfs_error *error)
{
	const char *root = cfs_environment(source);
	zend_stat_t status;
	char **names;
	int count;

	services->from_files = true;
	/* Images set the variable in case something gets bound later. */
	if (!root) {
		return CFS_DOCUMENT_OK;
	}
	if (php_sys_stat(root, &status) != 0 && errno == ENOENT) {
		cfs_error_set(&services->remark, "names %s, which is not there", cfs_document_path(root));
		return CFS_DOCUMENT_OK;
	}
	count = list_names(root, source, &names, error);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX_LENGTH];

		if (join(path, root, names[i]) && is_directory(path)) {
			add_binding(services, path, source, names[i]);
		}
	}
	if (count >= 0 && !services->count) {
		cfs_error_set(
			&services->remark, "names %s, in which there is no directory", cfs_document_path(root));
	}
	free_names(names, MAX(count, 0));
	return count < 0 ? CFS_DOCUMENT_REFUSED : CFS_DOCUMENT_OK;
}

cfs_document_result cfs_binding_root_read(cfs_services *services, cfs_error *error)
{
	return read_root(services, "SERVICE_BINDING_ROOT", error);
}

cfs_document_result cfs_cnb_bindings_read(cfs_services *services, cfs_error *error)
{
	services->from_files = true;
	/* Buildpacks may set both, to the same directory. */
	if (cfs_environment("SERVICE_BINDING_ROOT")) {
		return CFS_DOCUMENT_OK;
	}
	return read_root(services, "CNB_BINDINGS", error);
}

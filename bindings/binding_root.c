/*
 * SERVICE_BINDING_ROOT: one directory a binding, one file a key (servicebinding.io, "Workload Projection";
 * Cloud Foundry's service-binding-k8s feature writes the same, with the type of its own label).
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

#define SOURCE          "SERVICE_BINDING_ROOT"
#define PATH_MAX_LENGTH 4096

static bool join(char path[PATH_MAX_LENGTH], const char *directory, const char *name)
{
	return (size_t) snprintf(path, PATH_MAX_LENGTH, "%s/%s", directory, name) < PATH_MAX_LENGTH;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The names in a directory, in order, without those that are hidden: Kubernetes keeps its own there.
 * Returns how many there are, or -1 with an error; free_names() frees them. */
static int list_names(const char *path, char ***names, cfs_error *error)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int count = 0;

	*names = NULL;
	if (!directory) {
		cfs_error_set(
			error, "cannot read %s (" SOURCE "): %s", cfs_document_path(path), strerror(errno));
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

/* A file as a text without the blanks around it, which editors and Secrets leave there. */
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
static bool read_keys(const char *directory, zval *keys, cfs_error *error)
{
	char **names;
	int count = list_names(directory, &names, error);
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

/* What is in a directory that nobody wants may be illegible. One without a type is no binding, and nothing in
 * it is read. */
static void add_binding(cfs_services *services, const char *directory, const char *name)
{
	zend_string *key = zend_string_init(name, strlen(name), /* persistent */ false);
	cfs_error failure = {.message = ""};
	cfs_service *added;
	bool has_type;
	zval keys;

	array_init(&keys);
	zend_hash_update(Z_ARRVAL(services->document), key, &keys);
	has_type = has_file(directory, "type") &&
		(!read_keys(directory, &keys, &failure) || cfs_document_at(&keys, "type"));
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

cfs_document_result cfs_binding_root_read(cfs_services *services, cfs_error *error)
{
	const char *root = cfs_environment(SOURCE);
	zend_stat_t status;
	char **names;
	int count;

	services->from_files = true;
	/* Images set the variable for the day when something is bound. */
	if (!root) {
		return CFS_DOCUMENT_OK;
	}
	if (php_sys_stat(root, &status) != 0 && errno == ENOENT) {
		cfs_error_set(&services->remark, "names %s, which is not there", cfs_document_path(root));
		return CFS_DOCUMENT_OK;
	}
	count = list_names(root, &names, error);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX_LENGTH];

		if (join(path, root, names[i]) && is_directory(path)) {
			add_binding(services, path, names[i]);
		}
	}
	if (count >= 0 && !services->count) {
		cfs_error_set(
			&services->remark, "names %s, in which there is no directory", cfs_document_path(root));
	}
	free_names(names, MAX(count, 0));
	return count < 0 ? CFS_DOCUMENT_REFUSED : CFS_DOCUMENT_OK;
}

/*
 * A directory of files, and variables. The input is a list of entries, with a byte 0x1e between them:
 *
 *     f path=content   a file            r json           PLATFORM_RELATIONSHIPS, before its base64
 *     d path           a directory       v NAME=value     a variable
 *     l path=target    a symbolic link   p path           a pipe
 *
 * (without the blank). Paths are below SERVICE_BINDING_ROOT and stay there, and so do those of variables.
 */
#include "harness.h"
#include "ext/standard/base64.h"
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#define SEPARATOR   0x1e
#define ENTRIES_MAX 64
#define DEPTH_MAX   4

static char root[256];
static char first_name[128]; /* a directory's */
static bool has_secret;      /* where it may be seen */

static const char *const variables[] = {"CFSESSION_SERVICE", "MEMCACHED_HOST", "MEMCACHED_PASSWORD",
	"MEMCACHED_PORT", "MEMCACHED_SESSION_STORE_SERVICE_NAME", "MEMCACHED_USERNAME",
	"MEMCACHEDCLOUD_PASSWORD", "MEMCACHEDCLOUD_SERVERS", "MEMCACHEDCLOUD_USERNAME", "MEMCACHE_URL",
	"MEMCACHIER_PASSWORD", "MEMCACHIER_SERVERS", "MEMCACHIER_USERNAME", "PLATFORM_RELATIONSHIPS",
	"REDISCLOUD_URL", "REDISHOST", "REDISPASSWORD", "REDISPORT", "REDISUSER", "REDIS_HOST",
	"REDIS_PASSWORD", "REDIS_PORT", "REDIS_SCHEME", "REDIS_SESSION_STORE_SERVICE_NAME",
	"REDIS_TLS_URL", "REDIS_URL", "REDIS_USERNAME", "SCALINGO_REDIS_URL", "HOME",
	"SERVICE_BINDING_ROOT", "VCAP_SERVICES_FILE_PATH"};

#define VARIABLE_COUNT (sizeof(variables) / sizeof(variables[0]))
#define PATH_VARIABLES 3 /* the last ones */

/* {{{ Files */

/* Whether the path stays below the directory: it is relative, does not lead up, and is not deep. */
static bool stays_inside(const char *path)
{
	int depth = 0;

	for (const char *part = path; part; part = strchr(part, '/')) {
		part += depth ? 1 : 0;
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2])) {
			return false;
		}
		depth++;
	}
	return *path && *path != '/' && strlen(path) < 200 && depth <= DEPTH_MAX;
}

static void place(char path[512], const char *name)
{
	snprintf(path, 512, "%s/%s", root, name);
}

static void make_parents(const char *path)
{
	char parent[512];

	for (const char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		snprintf(parent, sizeof(parent), "%.*s", (int) (slash - path), path);
		mkdir(parent, 0700);
	}
}

/* O_NONBLOCK, because the file may be an existing pipe. */
static void write_file(const char *path, const char *content)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0600);

	if (file >= 0) {
		content = fuzz_ends_in(path, "/password") ? FUZZ_SECRET : content;
		(void) !write(file, content, strlen(content));
		close(file);
	}
}

/* A link to a password may make it the value of another key. */
static void make_link(const char *path, const char *target)
{
	const char *inside = strncmp(target, "../", 3) == 0 ? target + 3 : target;

	has_secret = has_secret || fuzz_ends_in(target, "password");
	if (strcmp(target, "/dev/zero") == 0 || strcmp(target, "..") == 0 || stays_inside(inside)) {
		(void) !symlink(target, path);
	}
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void) status;
	(void) type;
	return walk->level ? remove(path) : 0;
}

/* }}} */

/* {{{ Variables */

static void set_variable(const char *name, const char *value)
{
	char path[512], *url;
	size_t i = 0;

	while (i < VARIABLE_COUNT && strcmp(name, variables[i]) != 0) {
		i++;
	}
	if (i == VARIABLE_COUNT) {
		return;
	}
	if (i + PATH_VARIABLES >= VARIABLE_COUNT) {
		if (stays_inside(value)) {
			place(path, value);
			setenv(name, path, 1);
		}
		return;
	}
	if (fuzz_ends_in(name, "PASSWORD")) {
		setenv(name, FUZZ_SECRET, 1);
		return;
	}
	url = fuzz_ends_in(name, "_URL") ? fuzz_url_with_secret(value) : strdup(value);
	setenv(name, url, 1);
	free(url);
}

static void set_relationships(const char *text)
{
	char *json = fuzz_with_secrets(text);
	zend_string *encoded = php_base64_encode((const unsigned char *) json, strlen(json));

	setenv("PLATFORM_RELATIONSHIPS", ZSTR_VAL(encoded), 1);
	zend_string_release(encoded);
	free(json);
}

/* }}} */

/* {{{ Entries */

static void make_in_root(char kind, const char *name, const char *content)
{
	char path[512];

	if (!stays_inside(name)) {
		return;
	}
	place(path, name);
	make_parents(path);
	if (!*first_name) {
		snprintf(first_name, sizeof(first_name), "%.*s", (int) strcspn(name, "/"), name);
	}
	switch (kind) {
		case 'd':
			mkdir(path, 0700);
			break;
		case 'p':
			mkfifo(path, 0600);
			break;
		case 'l':
			make_link(path, content);
			break;
		default:
			write_file(path, content);
	}
}

static void make_entry(char *entry)
{
	char *name = entry + 1, *equals = strchr(name, '=');

	if (*entry == 'r') {
		set_relationships(name);
		return;
	}
	if (equals) {
		*equals++ = '\0';
	}
	if (*entry == 'v') {
		set_variable(name, equals ? equals : "");
	} else {
		make_in_root(*entry, name, equals ? equals : "");
	}
}

static void make_entries(const uint8_t *data, size_t size)
{
	for (int i = 0; size && i < ENTRIES_MAX; i++) {
		const uint8_t *end = memchr(data, SEPARATOR, size);
		size_t length = end ? (size_t) (end - data) : size;
		char *entry = fuzz_text(data, length);

		has_secret = has_secret || fuzz_has_secret(entry);
		if (*entry) {
			make_entry(entry);
		}
		free(entry);
		length += end ? 1 : 0;
		data += length;
		size -= length;
	}
}

/* }}} */

static void prepare(void)
{
	const char *directory = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/cfsession-fuzz.XXXXXX", directory ? directory : "/tmp");
	if (!mkdtemp(root)) {
		perror(root);
		exit(1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!*root) {
		prepare();
	}
	has_secret = false;
	first_name[0] = '\0';
	setenv("HOME", "/nonexistent", 1);
	setenv("SERVICE_BINDING_ROOT", root, 1);
	make_entries(data, size);
	fuzz_find(first_name, "", has_secret);
	for (size_t i = 0; i < VARIABLE_COUNT; i++) {
		unsetenv(variables[i]);
	}
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

#include "document.h"
#include "ext/json/php_json.h"
#include "ext/json/php_json_parser.h"
#include "Zend/zend_smart_str.h"
#include <errno.h>
#include <fcntl.h>

#define DEPTH_MAX 64

#ifdef PHP_WIN32
#define O_NONBLOCK 0
#define O_CLOEXEC  O_NOINHERIT
#endif

/* The reason in words for administrators; ext/json's are for scripts. */
static const char *reason(php_json_error_code code)
{
	switch (code) {
		case PHP_JSON_ERROR_DEPTH:
			return "is nested too deeply";
		case PHP_JSON_ERROR_UTF8:
		case PHP_JSON_ERROR_UTF16:
			return "has bytes that are not UTF-8";
		case PHP_JSON_ERROR_CTRL_CHAR:
			return "has a control character where JSON has none";
		default:
			return "is not JSON";
	}
}

cfs_document_result cfs_document_parse(
	const char *text, size_t length, const char *part, zval *document, cfs_error *error)
{
	php_json_parser parser;

	ZVAL_UNDEF(document);
	if (length > CFS_DOCUMENT_MAX) {
		cfs_error_set(error, "%s has more than %zu bytes", part, CFS_DOCUMENT_MAX);
		return CFS_DOCUMENT_REFUSED;
	}
	php_json_parser_init(&parser, document, text, length,
		PHP_JSON_OBJECT_AS_ARRAY | PHP_JSON_BIGINT_AS_STRING, DEPTH_MAX);
	if (php_json_parse(&parser)) {
		php_json_error_code code = php_json_parser_error_code(&parser);

		cfs_error_set(error, "%s %s", part, reason(code));
		ZVAL_UNDEF(document);
		return code == PHP_JSON_ERROR_SYNTAX ? CFS_DOCUMENT_NOT_JSON : CFS_DOCUMENT_REFUSED;
	}
	if (Z_TYPE_P(document) != IS_ARRAY) {
		zval_ptr_dtor(document);
		ZVAL_UNDEF(document);
		cfs_error_set(error, "%s is not a JSON object", part);
		return CFS_DOCUMENT_NOT_JSON;
	}
	return CFS_DOCUMENT_OK;
}

/* Opens a regular file, and nothing else: opening or reading that might never end. A relative path is relative to the
 * process's directory, even if the request has changed to another one. */
static int open_file(const char *path, const char **reason)
{
	zend_stat_t status;
	int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	*reason = strerror(errno);
	if (file >= 0 && (zend_fstat(file, &status) != 0 || !S_ISREG(status.st_mode))) {
		*reason = "it is not a regular file";
		close(file);
		file = -1;
	}
	return file;
}

/* Reads to the end, or a little more than is allowed. */
static bool read_all(int file, smart_str *text, const char **reason)
{
	char chunk[8192];
	ssize_t length;

	do {
		length = read(file, chunk, sizeof(chunk));
		if (length > 0) {
			smart_str_appendl(text, chunk, (size_t) length);
		}
	} while (
		(length > 0 && ZSTR_LEN(text->s) <= CFS_DOCUMENT_MAX) || (length < 0 && errno == EINTR));
	*reason = strerror(errno);
	return length >= 0;
}

const char *cfs_document_path(const char *path)
{
	return IS_ABSOLUTE_PATH(path, strlen(path)) ? path : "something that is not an absolute path";
}

/* Does not use PHP's streams: open_basedir is for scripts, and the file is the administrator's. */
zend_string *cfs_document_read_file(const char *path, cfs_error *error)
{
	smart_str text = {0};
	const char *reason;
	int file = open_file(path, &reason);

	if (file < 0 || !read_all(file, &text, &reason)) {
		cfs_error_set(error, "cannot read %s: %s", cfs_document_path(path), reason);
	} else if (text.s && ZSTR_LEN(text.s) > CFS_DOCUMENT_MAX) {
		cfs_error_set(
			error, "%s has more than %zu bytes", cfs_document_path(path), CFS_DOCUMENT_MAX);
	} else {
		close(file);
		return smart_str_extract(&text);
	}
	if (file >= 0) {
		close(file);
	}
	smart_str_free(&text);
	return NULL;
}

/* {{{ Paths */

void cfs_document_unpack(zval *value)
{
	cfs_error ignored;
	zval document;

	if (Z_TYPE_P(value) != IS_STRING || !strchr("[{", *Z_STRVAL_P(value)) || !Z_STRLEN_P(value)) {
		return;
	}
	if (cfs_document_parse(Z_STRVAL_P(value), Z_STRLEN_P(value), "", &document, &ignored) ==
		CFS_DOCUMENT_OK) {
		zval_ptr_dtor(value);
		ZVAL_COPY_VALUE(value, &document);
	}
}

static zval *child(zval *parent, const char *key, size_t length)
{
	zval *found;

	cfs_document_unpack(parent);
	if (Z_TYPE_P(parent) != IS_ARRAY) {
		return NULL;
	}
	found = zend_symtable_str_find(Z_ARRVAL_P(parent), key, length);
	return found && Z_TYPE_P(found) != IS_NULL ? found : NULL;
}

zval *cfs_document_at(zval *document, const char *path)
{
	zval *whole = document ? child(document, path, strlen(path)) : NULL;
	const char *dot = strchr(path, '.');

	if (whole || !dot || !document) {
		return whole;
	}
	return cfs_document_at(child(document, path, (size_t) (dot - path)), dot + 1);
}

zval *cfs_document_array_at(zval *document, const char *path)
{
	zval *found = cfs_document_at(document, path);

	if (found) {
		cfs_document_unpack(found);
	}
	return found && Z_TYPE_P(found) == IS_ARRAY ? found : NULL;
}

bool cfs_document_is_text(const zval *value, const char **text)
{
	if (!value || Z_TYPE_P(value) != IS_STRING || strlen(Z_STRVAL_P(value)) != Z_STRLEN_P(value)) {
		return false;
	}
	*text = Z_STRVAL_P(value);
	return true;
}

/* }}} */

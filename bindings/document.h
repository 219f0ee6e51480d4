/*
 * The documents that describe services: trees of arrays and texts, as ext/json makes them.
 *
 * A tree is in request memory, and its owner frees it with zval_ptr_dtor(). Pointers into it belong to the tree.
 */
#ifndef CFS_DOCUMENT_H
#define CFS_DOCUMENT_H

#include "php.h"
#include "../error.h"

/* Bytes of a document at most; Cloud Foundry's own limit is a million. */
#define CFS_DOCUMENT_MAX ((size_t) 1 << 20)

typedef enum _cfs_document_result {
	CFS_DOCUMENT_OK,
	CFS_DOCUMENT_NOT_JSON,
	CFS_DOCUMENT_REFUSED /* too large, too deep, not UTF-8, or unreadable */
} cfs_document_result;

/* Parses JSON that has to be an object or a list; the caller owns `document`. `part` is what the error calls the text,
 * which it does not quote. */
cfs_document_result cfs_document_parse(
	const char *text, size_t length, const char *part, zval *document, cfs_error *error);

/* The path as an error shows it: itself only if it is absolute, because a value that was set as a path by mistake may
 * contain a password. */
const char *cfs_document_path(const char *path);

/* Reads a whole file, of at most CFS_DOCUMENT_MAX bytes. Returns a new request-bound string, or NULL with
 * an error that names the file. */
zend_string *cfs_document_read_file(const char *path, cfs_error *error);

/* Replaces a text that is the JSON of an object or a list by that object or list: files contain such texts. */
void cfs_document_unpack(zval *value);

/* The value at a path of keys and indexes, such as "hosts.0.hostname"; a key that equals the whole path takes precedence.
 * Unpacks texts on the way. NULL: there is none, or it is null. */
zval *cfs_document_at(zval *document, const char *path);

/* The object or list at the path, unpacked; or NULL. */
zval *cfs_document_array_at(zval *document, const char *path);

/* Whether the value is a text without NULs; if so, sets *text to it. */
bool cfs_document_is_text(const zval *value, const char **text);

#endif

/*
 * What services are described in: trees of arrays and texts, as ext/json makes them.
 *
 * A tree is request memory, and freed with zval_ptr_dtor().
 */
#ifndef CFS_DOCUMENT_H
#define CFS_DOCUMENT_H

#include "php.h"
#include "../error.h"

/* Nothing that describes services is larger: Cloud Foundry's limit is a million bytes. */
#define CFS_DOCUMENT_MAX ((size_t) 1 << 20)

typedef enum _cfs_document_result {
	CFS_DOCUMENT_OK,
	CFS_DOCUMENT_NOT_JSON,
	CFS_DOCUMENT_REFUSED /* too large, too deep, not UTF-8, not to be read */
} cfs_document_result;

/* Parses JSON that has to be an object or a list. `part` is what the error calls the text, which it does
 * not quote. */
cfs_document_result cfs_document_parse(
	const char *text, size_t length, const char *part, zval *document, cfs_error *error);

/* A path for an error: itself if it is one from the root, for what somebody put in its place by mistake may have
 * a password in it. */
const char *cfs_document_path(const char *path);

/* Reads a whole file, of at most CFS_DOCUMENT_MAX bytes. Returns a new request-bound string, or NULL with
 * an error that names the file. */
zend_string *cfs_document_read_file(const char *path, cfs_error *error);

/* Replaces a text that is the JSON of an object or a list by that: files have it so. */
void cfs_document_unpack(zval *value);

/* What is at a path of keys and indexes, as in "hosts.0.hostname"; a key that has the whole of the path's
 * text goes before. Texts on the way are unpacked. NULL: there is none, or it is null. */
zval *cfs_document_at(zval *document, const char *path);

/* The object or list at the path, unpacked; or NULL. */
zval *cfs_document_array_at(zval *document, const char *path);

/* Whether it is a text without NULs, which it then gives. */
bool cfs_document_is_text(const zval *value, const char **text);

#endif

/*
 * The parts of credentials: their fields, their URI, and what they say about a server besides its place.
 *
 * Unless stated otherwise, results belong to the document. The first thing that makes no sense becomes the reader's error;
 * callers go on reading, and check `failed` at the end.
 */
#ifndef CFS_CREDENTIALS_H
#define CFS_CREDENTIALS_H

#include "service.h"

/* The credentials being read, and whether something in them made no sense. */
typedef struct _reader {
	zval *inner; /* searched first; NULL: there is none */
	zval *outer;
	cfs_error *error;
	bool failed;
} reader;

/* The names of a field, in order of preference, ended by NULL. */
typedef const char *const names[];

/* Pieces of a URI, not decoded; those that it lacks are empty. */
typedef struct _uri {
	cfs_piece scheme, user, password, hosts, path, query, fragment;
} uri;

extern names cfs_uri_names, cfs_password_names, cfs_tls_port_names;

/* {{{ Fields: credentials_fields.c */

/* Set the error, unless there is one: the field has to be `wanted`; or a reason in other words. */
void cfs_reader_fail(reader *reader, const char *name, const char *wanted);
void cfs_reader_fail_plainly(reader *reader, const char *reason);

/* The value of the first name that has one, or NULL; *name is that name. */
zval *cfs_reader_find(reader *reader, names list, const char **name);

/* A text, or the digits of a whole number; NULL: there is none. */
const char *cfs_reader_text(reader *reader, names list);

/* Whether one of those fields is true. */
bool cfs_reader_flag(reader *reader, names list);

/* A port; 0 if there is none, or if it is given as 0 (*is_zero), which is how some brokers say that there is none. */
uint16_t cfs_reader_port(reader *reader, names list, bool *is_zero);

/* A copy for pefree(…, 1); NULL for NULL. */
char *cfs_copied(const char *text);

/* }}} */

/* {{{ The URI: credentials_uri.c */

/* Reads the URI, and the scheme that may be a field of its own. Returns the index of the scheme, -1 for none. */
int cfs_uri_read(reader *reader, uri *uri);

cfs_kind cfs_scheme_kind(int scheme);
bool cfs_scheme_has_tls(int scheme);

/* The URI's port; 0: it has none, or it names several hosts. */
uint16_t cfs_uri_port(reader *reader, const uri *uri);

/* The value of the first of these names in the URI's query, for pefree(…, 1); NULL: it has none of them. Other parameters
 * are for other clients. */
char *cfs_uri_parameter(const uri *uri, names list);

/* A piece of the URI, decoded, for pefree(…, 1); NULL: it is empty, or makes no sense. */
char *cfs_uri_decoded(reader *reader, cfs_piece piece, const char *part);

/* }}} */

/* {{{ What a server has besides its place: credentials_server.c. The server owns the texts. */

void cfs_read_tls(reader *reader, const uri *uri, int scheme, cfs_tls *tls);
void cfs_read_login(reader *reader, const uri *uri, cfs_server *server);

/* Without a password there is no login, whatever the user name. */
void cfs_read_redis_login(reader *reader, const uri *uri, cfs_server *server);
void cfs_read_database(reader *reader, const uri *uri, cfs_server *server);

/* }}} */

#endif

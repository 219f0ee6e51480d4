/*
 * One service that is bound to the application, from any source.
 */
#ifndef CFS_SERVICE_H
#define CFS_SERVICE_H

#include "bindings.h"
#include "document.h"

typedef enum _cfs_kind {
	CFS_KIND_UNKNOWN,
	CFS_KIND_REDIS,
	CFS_KIND_MEMCACHED
} cfs_kind;

/* All texts belong to the document that it was read from. */
typedef struct _cfs_service {
	const char *name;           /* never NULL */
	const char *other_names[2]; /* equally valid; NULL: none */
	const char *label;          /* the offering that it is from; NULL: not told */
	const char *type;           /* from a directory's file "type"; NULL: not told */
	zval *tags;                 /* NULL: none */
	zval credentials;           /* an array; undefined: there are none */
	bool no_binding;            /* found where a binding could be, but is none: only shown */
	bool malformed;             /* not as a platform should describe it; the error says how */
	bool nameless;              /* nothing tells its name */
	cfs_kind kind;              /* what it claims to be */
	cfs_error error;            /* why it cannot be used; "": no reason known */
} cfs_service;

/* The services of one source. */
typedef struct _cfs_services {
	const char *source; /* static; NULL: each service is a source of its own, by its name */
	bool from_files;
	zval document; /* owns what the services refer to */
	uint32_t count;
	cfs_service *list; /* request memory */
	cfs_error
		remark; /* why there are none although the source exists; "" if there are, or if it does not exist */
} cfs_services;

/* Begins with no services. `source` has to be static, or NULL. */
void cfs_services_init(cfs_services *services, const char *source);
void cfs_services_free(cfs_services *services);

/* Adds a service about which only the name is known. It belongs to `services`, and the pointer is valid until the next one
 * is added. */
cfs_service *cfs_services_add(cfs_services *services, const char *name);

/* {{{ What the search has seen. These copy name and reason. */

/* Adds a service; its type and source are static, and the reason is NULL for the session service. */
void cfs_seen_add(cfs_seen_services *seen, const char *name, const char *type, const char *source,
	const char *reason, int nearness);

/* Adds a source that has no service; the reason continues a sentence that begins with the source's name. */
void cfs_seen_add_source(
	cfs_seen_services *seen, const char *source, const char *reason, int nearness);

void cfs_seen_free(cfs_seen_services *seen);

/* }}} */

/* {{{ The sources: each fills in services that have been initialised. CFS_DOCUMENT_OK also if there are none; otherwise the
 * error names the part. */

/* VCAP_SERVICES, or the file that VCAP_SERVICES_FILE_PATH names. */
cfs_document_result cfs_vcap_read(cfs_services *services, cfs_error *error);

/* The directories in SERVICE_BINDING_ROOT; and those in CNB_BINDINGS, if SERVICE_BINDING_ROOT is not set. */
cfs_document_result cfs_binding_root_read(cfs_services *services, cfs_error *error);
cfs_document_result cfs_cnb_bindings_read(cfs_services *services, cfs_error *error);

/* PLATFORM_RELATIONSHIPS */
cfs_document_result cfs_relationships_read(cfs_services *services, cfs_error *error);

/* REDIS_URL and similar variables: each service has the name of its first variable. */
cfs_document_result cfs_variables_read(cfs_services *services, cfs_error *error);

/* Adds to `seen` the variables that describe a service but are not read, with advice. */
void cfs_variables_show_unread(cfs_seen_services *seen, int nearness);

/* }}} */

/* The kind of store that the service claims to be, by its scheme, its tags, its label or its type. */
cfs_kind cfs_service_kind(const cfs_service *service);

/* Makes the target from the service's credentials, whatever their shape. `expected` is its kind if it does not say. Returns
 * a new reference, or NULL with an error that names the part. */
cfs_target *cfs_service_target(const cfs_service *service, cfs_kind expected, cfs_error *error);

#endif

/*
 * One service that is bound to the application, whatever told us about it.
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
	const char *other_names[2]; /* which count as much; NULL: none */
	const char *label;          /* what offers it; NULL: not told */
	const char *type;           /* of a directory; NULL: not told */
	zval *tags;                 /* NULL: none */
	zval credentials;           /* an array; undefined: there are none */
	bool no_binding;            /* what stands where one could be, and is none: it is only shown */
	bool malformed;             /* as no platform should tell it; the error says how */
	bool nameless;              /* nothing says what it is called */
	cfs_kind kind;              /* what it says that it is */
	cfs_error error;            /* why it cannot be used; "" as far as that is known */
} cfs_service;

/* The services of one source. */
typedef struct _cfs_services {
	const char *source; /* static; NULL: each service is a source of its own, by its name */
	bool from_files;
	zval document; /* owns what the services refer to */
	uint32_t count;
	cfs_service *list; /* request memory */
	cfs_error
		remark; /* why there are none, although the source is there; "" if there are, or it is not */
} cfs_services;

/* None yet. */
void cfs_services_init(cfs_services *services, const char *source);
void cfs_services_free(cfs_services *services);

/* Adds one about which only the name is known; valid until the next is added. */
cfs_service *cfs_services_add(cfs_services *services, const char *name);

/* {{{ What was seen: the reasons are copied. */

/* A service; its type and source are static, and the reason is NULL for the session service. */
void cfs_seen_add(cfs_seen_services *seen, const char *name, const char *type, const char *source,
	const char *reason, int nearness);

/* A source that has none, for a reason that goes on behind its name. */
void cfs_seen_add_source(
	cfs_seen_services *seen, const char *source, const char *reason, int nearness);

void cfs_seen_free(cfs_seen_services *seen);

/* }}} */

/* {{{ The sources: each fills in services that have been initialised. CFS_DOCUMENT_OK also when there are
 * none; else the error names the part. */

/* VCAP_SERVICES, or the file that VCAP_SERVICES_FILE_PATH names. */
cfs_document_result cfs_vcap_read(cfs_services *services, cfs_error *error);

/* The directories in SERVICE_BINDING_ROOT. */
cfs_document_result cfs_binding_root_read(cfs_services *services, cfs_error *error);

/* PLATFORM_RELATIONSHIPS */
cfs_document_result cfs_relationships_read(cfs_services *services, cfs_error *error);

/* REDIS_URL and its kind: each has the name of its first variable. */
cfs_document_result cfs_variables_read(cfs_services *services, cfs_error *error);

/* Adds the variables that tell of a service and are not read, with what to do about them. */
void cfs_variables_show_unread(cfs_seen_services *seen, int nearness);

/* }}} */

/* What the service says of itself, in its scheme, its tags, its label or its type. */
cfs_kind cfs_service_kind(const cfs_service *service);

/* Makes the target of what the service says, whatever shape it has. `expected` is what it is if it says
 * nothing of itself. Returns a new reference, or NULL with an error that names the part. */
cfs_target *cfs_service_target(const cfs_service *service, cfs_kind expected, cfs_error *error);

#endif

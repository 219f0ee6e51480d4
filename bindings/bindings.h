/*
 * From bound services to the target of the sessions.
 *
 * A platform tells an application about its services in the environment: as JSON, as a directory of files, or in single
 * variables. This is the one entry to all of them: it finds the session service, or says why there is none. It may be
 * called when PHP starts and in a request; what it reads stays in request memory until the call ends.
 */
#ifndef CFS_BINDINGS_H
#define CFS_BINDINGS_H

#include "../target/target.h"

/* What to look for. No text is NULL; "" means "not given". */
typedef struct _cfs_binding_query {
	const char *service;       /* the exact name of the only service that will do */
	const char *redis_key;     /* what the name of a session service contains; if not given, the */
	const char *memcached_key; /* environment, options.json or the default tells */
	const char *options_file;  /* options.json; else the one in the application's home */
	bool
		unnamed; /* the only service that can keep sessions will do, too, and single variables count */
} cfs_binding_query;

typedef enum _cfs_binding_result {
	CFS_BINDING_NONE,     /* there is no session service */
	CFS_BINDING_FOUND,    /* and its target is usable, as far as that shows without its server */
	CFS_BINDING_UNUSABLE, /* there is one, or should be one; the error says what is wrong */
	CFS_BINDING_ILLEGIBLE /* the source is not JSON, so its services are unknown; the error says so */
} cfs_binding_result;

/* What the search has seen. Texts are printable and contain no credentials. */
typedef struct _cfs_seen_service {
	char *name;         /* for pefree(…, 1); NULL: it is about the source itself */
	const char *type;   /* "redis", "memcached" or "other", static: its claim; NULL with the name */
	const char *source; /* "VCAP_SERVICES", "REDIS_URL": static */
	char *reason;       /* why it is not the session service, for pefree(…, 1); NULL: it is */
	int nearness;       /* how well its reason explains that there is no session service */
} cfs_seen_service;

typedef struct _cfs_seen_services {
	uint32_t count;
	cfs_seen_service *list;
} cfs_seen_services;

typedef struct _cfs_binding {
	const char *source;     /* "VCAP_SERVICES", "REDIS_URL": static; NULL: none was looked at */
	char *name;             /* of the service, for pefree(…, 1); NULL: not known */
	bool from_files;        /* files may change while PHP runs */
	cfs_target *target;     /* a reference; NULL unless it was found */
	cfs_error error;        /* "" if there is none; names the part, and never has a secret */
	cfs_error notice;       /* what the search passed over; "" if nothing */
	cfs_seen_services seen; /* in the sources up to the one that won; in all of them, if none did */
} cfs_binding;

/* Looks for the session service in all sources, in their order: the first that has one wins. Fills in all of `binding`,
 * which the caller frees with cfs_binding_free(). */
cfs_binding_result cfs_bindings_find(const cfs_binding_query *query, cfs_binding *binding);

void cfs_binding_free(cfs_binding *binding);

/* Sets `summary` to one sentence that says why none of these is the session service. */
void cfs_seen_summary(const cfs_seen_services *seen, cfs_error *summary);

/* Once per process, before anything looks for a service: keeps the present environment. Later, workers of PHP-FPM see
 * little of it, and only their user's HOME. */
void cfs_environment_startup(void);
void cfs_environment_shutdown(void);

#endif

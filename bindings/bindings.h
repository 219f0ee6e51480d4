/*
 * Bound services -> the target of the sessions.
 *
 * A platform tells an application about its services in the environment, as JSON, as a directory of
 * files, or in single variables. This is the one entry to all of them: find the session service, or say
 * why not. What is read is kept in request memory for the time of the call, and can be called when PHP
 * starts and in a request.
 */
#ifndef CFS_BINDINGS_H
#define CFS_BINDINGS_H

#include "../target.h"

/* What to look for. No text is NULL; "" is "not given". */
typedef struct _cfs_binding_query {
	const char *service;       /* the only one that will do, by its exact name */
	const char *redis_key;     /* what the name of a session service has in it; else what the */
	const char *memcached_key; /* environment, options.json or the default says */
	const char *options_file;  /* options.json; else the one in the application's home */
	bool
		unnamed; /* the only service that a session can be kept in will also do, and variables count */
} cfs_binding_query;

typedef enum _cfs_binding_result {
	CFS_BINDING_NONE,     /* there is no session service */
	CFS_BINDING_FOUND,    /* and its target is usable as far as anybody can tell without a server */
	CFS_BINDING_UNUSABLE, /* there is one, or should be; the error says what is wrong */
	CFS_BINDING_ILLEGIBLE /* what should tell is not JSON at all: nobody knows; the error says so */
} cfs_binding_result;

/* What the search came across. Texts are printable, and have no credentials. */
typedef struct _cfs_seen_service {
	char *name; /* for pefree(…, 1); NULL: it is about the source itself */
	const char *
		type; /* what it says that it is, "redis", "memcached" or "other": static; NULL with the name */
	const char *source; /* "VCAP_SERVICES", "REDIS_URL": static */
	char *reason;       /* why it is not the session service, for pefree(…, 1); NULL: it is */
	int nearness;       /* how much its reason explains that there is no session service */
} cfs_seen_service;

typedef struct _cfs_seen_services {
	uint32_t count;
	cfs_seen_service *list;
} cfs_seen_services;

typedef struct _cfs_binding {
	const char *source;     /* "VCAP_SERVICES", "REDIS_URL": static; NULL: none was looked at */
	char *name;             /* of the service, for pefree(…, 1); NULL: not known */
	bool from_files;        /* which may say something else tomorrow */
	cfs_target *target;     /* a reference; NULL unless it was found */
	cfs_error error;        /* "" if there is none; names the part, and never has a secret */
	cfs_error notice;       /* what was passed over on the way; "" if nothing was */
	cfs_seen_services seen; /* in the sources up to the one that won; in all of them, if none did */
} cfs_binding;

/* Looks for the session service in all sources, in their order: the first that has one wins. Fills in
 * the whole of `binding`, which is the caller's to free with cfs_binding_free(). */
cfs_binding_result cfs_bindings_find(const cfs_binding_query *query, cfs_binding *binding);

void cfs_binding_free(cfs_binding *binding);

/* Why there is no session service among them, in one sentence. */
void cfs_seen_summary(const cfs_seen_services *seen, cfs_error *summary);

/* Once per process, before anything looks for a service: keeps what the environment says now. Workers of
 * PHP-FPM see little of it later, and no other HOME than that of their user. */
void cfs_environment_startup(void);
void cfs_environment_shutdown(void);

#endif

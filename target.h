/*
 * What to talk to: servers, credentials, and what a save path says about time and keys.
 *
 * A target is made from text alone (session.save_path; a bound service) and never changes. It
 * outlives requests, belongs to one thread and is counted: whoever keeps a pointer holds a
 * reference. It can print itself without its secrets, and is never printed in any other way.
 */
#ifndef CFS_TARGET_H
#define CFS_TARGET_H

#include "php.h"
#include "error.h"

/* Times are milliseconds throughout; in save paths and settings they are seconds. */
#define CFS_TIME_UNSET (-1)
#define CFS_TIME_MAX   (86400 * (int64_t) 1000)

/* Longest key prefix, so that prefix and id together fit every backend's keys. */
#define CFS_PREFIX_MAX 128

typedef struct _cfs_server {
	char *host;              /* name or address without brackets, or the path of a unix socket */
	uint16_t port;           /* 0: host is the path of a unix socket */
	char *username;          /* NULL: none */
	char *password;          /* NULL: none */
	uint32_t database;       /* 0 is the server's default */
	uint32_t weight;         /* share of the sessions, among several servers; 1 by default */
	char *prefix;            /* NULL: not given */
	char *pool;              /* name that keeps connections apart from other targets'; NULL: none */
	int64_t connect_timeout; /* CFS_TIME_UNSET: not given, as for all below */
	int64_t timeout;
	int persistent; /* 0, 1, or -1: not given */
	char *address;  /* "host:port" or the socket's path, for people */
} cfs_server;

typedef struct _cfs_target {
	uint32_t references;
	const char *backend;   /* name of the backend it needs: "redis", "memcached" */
	const char *topology;  /* how its servers share the sessions: "single", "ketama" */
	bool weighted;         /* a weight was given for one of several servers */
	uint32_t server_count; /* at least 1 */
	cfs_server *servers;
	void *route; /* what the backend worked out of it, freed with it by free_route */
	void (*free_route)(void *route);
} cfs_target;

/* Reads a session.save_path. Returns a new reference, or NULL with an error that names the part at
 * fault and never quotes what may be a password. Forms: docs/configuration.md. */
cfs_target *cfs_target_parse(const char *save_path, cfs_error *error);

/* Gives a Memcached target that has no credentials these, unless both are empty; to be called before
 * anybody else knows it. False: only one of the two is given. */
bool cfs_target_set_login(
	cfs_target *target, const char *username, const char *password, cfs_error *error);

cfs_target *cfs_target_reference(cfs_target *target);
void cfs_target_release(cfs_target *target);

/* Whether a connection made for the one may serve the other: same place, credentials, database and
 * pool. */
bool cfs_server_same_connection(const cfs_server *a, const cfs_server *b);

/* The target as a save path whose passwords read "***". Returns a new request-bound string. */
zend_string *cfs_target_describe(const cfs_target *target);

/* What a setting or a parameter says, strictly: the whole text has to be of the form. */

/* 1, on, yes, true; 0, off, no, false, "" */
bool cfs_parse_boolean(const char *text, bool *value);

/* "2", "0.25": from 0 to CFS_TIME_MAX */
bool cfs_parse_seconds(const char *text, int64_t *milliseconds);

bool cfs_parse_number(const char *text, uint32_t max, uint32_t *number);

/* Whether it has no control characters. */
bool cfs_is_printable(const char *text);

#endif

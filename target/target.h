/*
 * What to talk to: servers, credentials, and their settings of time limits and keys.
 *
 * A target is made from text alone (session.save_path; a bound service) and never changes, except for what a backend
 * learns about it (`route`, `without_user`). It outlives requests, belongs to one thread and is reference-counted: each
 * holder of a pointer holds a reference. Print it only with cfs_target_describe(), which leaves its secrets out.
 */
#ifndef CFS_TARGET_H
#define CFS_TARGET_H

#include "php.h"
#include "../error.h"
#include "../text.h"

#define CFS_REDIS_PORT     6379
#define CFS_MEMCACHED_PORT 11211
#define CFS_SENTINEL_PORT  26379

#define CFS_SHA1_DIGITS   40
#define CFS_SHA256_DIGITS 64

#define CFS_TIME_UNSET     (-1)
#define CFS_DATABASE_UNSET UINT32_MAX

/* Longest key prefix, so that prefix and id together fit every backend's keys. */
#define CFS_PREFIX_MAX 128

/* How the servers of a target share the sessions. */
typedef enum _cfs_topology {
	CFS_SINGLE,
	CFS_WEIGHTED, /* Redis: each id has its server, as with phpredis */
	CFS_SENTINEL, /* Redis: the servers are sentinels, which know the master */
	CFS_CLUSTER,  /* Redis Cluster: the servers are the nodes to ask first */
	CFS_KETAMA    /* Memcached: consistent hashing */
} cfs_topology;

/* Whether and how to use TLS with a server. Texts that were not given are NULL: then the system's certificate authorities
 * are trusted, and there is no client certificate. */
typedef struct _cfs_tls {
	bool on;
	bool insecure;         /* accept any server; like the next two, only if the user asked for it */
	bool any_name;         /* accept a certificate for any name */
	bool self_signed;      /* accept a certificate that signs itself */
	char *peer_name;       /* the name in the server's certificate; NULL: the host */
	char *ca_file;         /* path of a PEM file */
	char *ca_directory;    /* path of a directory of such files */
	char *ca;              /* PEM text, of a bound service; trusted in addition to the others */
	char *certificate;     /* path of a PEM file, ours */
	char *key;             /* path of a PEM file; NULL: the certificate's file has it */
	char *certificate_pem; /* the same two as text, from a bound service */
	char *key_pem;
	char *passphrase; /* of the key */
	char *
		fingerprint; /* of its certificate, in lowercase: SHA-256, or SHA-1 where it has 40 digits */
	char *ciphers;   /* for TLS 1.2, as OpenSSL lists them */
} cfs_tls;

/* Whether both have the same settings. */
bool cfs_tls_same(const cfs_tls *a, const cfs_tls *b);

/* Copies the texts, too. Does not free what `to` held before. */
void cfs_tls_copy(cfs_tls *to, const cfs_tls *from);

/* Frees what it holds, not the struct. */
void cfs_tls_free(cfs_tls *tls);

typedef struct _cfs_server {
	char *host;         /* name or address without brackets, or the path of a unix socket */
	uint16_t port;      /* 0: host is the path of a unix socket */
	char *username;     /* NULL: none */
	char *password;     /* NULL: none */
	bool user_from_url; /* from a URL, where platforms put users that servers do not know */
	bool plus_is_blank; /* a "+" in the save path's login was read as a blank */
	uint32_t database;  /* 0 is the server's default */
	uint32_t weight;    /* share of the sessions, among several servers; 1 by default */
	cfs_tls tls;
	char *prefix;            /* NULL: not given */
	char *pool;              /* name that keeps connections apart from other targets'; NULL: none */
	char *binding;           /* name of the bound service that has the rest; NULL: none */
	int64_t connect_timeout; /* ms; CFS_TIME_UNSET: not given; `timeout`, too */
	int64_t timeout;
	int persistent; /* 0, 1, or -1: not given */
	char *address;  /* "host:port" or the socket's path, for people */
	/* Learnt: the server does not know the user, and the password alone will do. It comes last, after all that is copied,
	 * because the thread that renews locks makes a copy while this may change. */
	bool without_user;
} cfs_server;

typedef struct _cfs_target {
	uint32_t references;
	const char
		*backend; /* name of the backend it needs: "redis", "memcached"; "": a binding tells */
	cfs_topology topology;
	bool weighted;         /* a weight was given for one of several servers */
	uint32_t server_count; /* at least 1 */
	cfs_server *servers;
	char *master_name;  /* CFS_SENTINEL: what the sentinels call the master; else NULL */
	cfs_server *master; /* CFS_SENTINEL: the master's settings, without its place; else NULL */
	uint16_t
		plain_port; /* CFS_SENTINEL: where sentinels tell this port, master->port is meant, which
	                         * speaks TLS; 0: they tell the right one */
	uint32_t wait_replicas; /* Redis: how many must have a write before it counts; 0: none */
	int64_t wait_timeout;   /* ms that they may take; CFS_TIME_UNSET: not given */
	char *binding;          /* name of the bound service that it is, or refers to; NULL: none */
	void *route;            /* the backend's; freed with the target by free_route */
	void (*free_route)(void *route);
} cfs_target;

/* A new target with `server_count` servers that have no settings yet. The caller holds the reference, as for all new
 * targets here. */
cfs_target *cfs_target_new(const char *backend, cfs_topology topology, uint32_t server_count);

/* A copy, without the route. */
cfs_target *cfs_target_copy(const cfs_target *target);

/* A new target with only that one of the servers, and its settings. Not for sentinels and clusters, where a server alone
 * does not tell where a session is. */
cfs_target *cfs_target_of_server(const cfs_target *target, uint32_t server);

cfs_target *cfs_target_reference(cfs_target *target);
void cfs_target_release(cfs_target *target);

/* Checks the settings of all servers together, and derives the rest. Call it once, when all else is set. False: the error
 * says what is wrong. */
bool cfs_target_finish(cfs_target *target, cfs_error *error);

/* Sets the credentials of a Memcached target that has none, unless both are empty. Call it before anything else uses the
 * target. False: only one of the two is given; the error says so. */
bool cfs_target_set_login(
	cfs_target *target, const char *username, const char *password, cfs_error *error);

/* Sets the name of the bound service that the target is. */
void cfs_target_set_binding(cfs_target *target, const char *name);

/* Copies the settings of time limits, keys, pools and trusted authorities that `from` has. */
void cfs_target_overlay(cfs_target *target, const cfs_target *from);

/* A save path that names the servers, and the bound service in place of the secrets; if the target is NULL, only the
 * service. Returns a new request-bound string. */
zend_string *cfs_target_reference_path(const cfs_target *target, const char *binding);

/* "single", "weighted", "sentinel", "cluster", "ketama" */
const char *cfs_target_topology(const cfs_target *target);

/* The target as a save path whose passwords read "***". Returns a new request-bound string. */
zend_string *cfs_target_describe(const cfs_target *target);

/* Initialises a server without settings. For servers that are not made with their target. */
void cfs_server_init(cfs_server *server);

/* Copies everything but host, port and address. Both must have been initialised; replaces the texts of `to`. */
void cfs_server_copy_settings(cfs_server *to, const cfs_server *from);

/* Replaces the login; without a password there is none. Copies the texts, which may be NULL. */
void cfs_server_set_login(cfs_server *server, const char *username, const char *password);

/* Sets the address, from host and port. */
void cfs_server_set_address(cfs_server *server);

/* Frees what it holds, not the struct. */
void cfs_server_free(cfs_server *server);

/* Whether a connection to the one may serve the other: same place, TLS, credentials, database and pool. */
bool cfs_server_same_connection(const cfs_server *a, const cfs_server *b);

#endif

/*
 * What to talk to: servers, credentials, and what was said about time and keys.
 *
 * A target is made from text alone (session.save_path; a bound service) and never changes, but for what
 * a backend learns of it (`route`, `without_user`). It outlives requests, belongs to one thread and is
 * counted: whoever keeps a pointer holds a reference. It can print itself without its secrets, and is
 * never printed in any other way.
 */
#ifndef CFS_TARGET_H
#define CFS_TARGET_H

#include "php.h"
#include "error.h"
#include "text.h"

#define CFS_REDIS_PORT     6379
#define CFS_MEMCACHED_PORT 11211
#define CFS_SENTINEL_PORT  26379

#define CFS_TIME_UNSET     (-1)
#define CFS_DATABASE_UNSET UINT32_MAX

/* Longest key prefix, so that prefix and id together fit every backend's keys. */
#define CFS_PREFIX_MAX 128

/* How the servers of a target share the sessions. */
typedef enum _cfs_topology {
	CFS_SINGLE,
	CFS_WEIGHTED, /* Redis: each id has its server, as with phpredis */
	CFS_SENTINEL, /* Redis: the servers are sentinels, which know the master */
	CFS_CLUSTER,  /* Redis Cluster: the servers are those to ask first */
	CFS_KETAMA    /* Memcached: consistent hashing */
} cfs_topology;

/* Whether and how a server is spoken to over TLS. Texts are NULL where nothing was said: then the
 * system's certificate authorities are believed, and there is no certificate of ours. */
typedef struct _cfs_tls {
	bool on;
	bool insecure;         /* the server may be anybody: only where it was asked for */
	bool any_name;         /* its certificate may be for any name: the same */
	char *peer_name;       /* that the certificate is for; NULL: the host */
	char *ca_file;         /* path of a PEM file */
	char *ca_directory;    /* path of a directory of such files */
	char *ca;              /* PEM text, of a bound service; believed beside the others */
	char *certificate;     /* path of a PEM file, ours */
	char *key;             /* path of a PEM file; NULL: it is in that of the certificate */
	char *certificate_pem; /* the same two as text, of a bound service */
	char *key_pem;
} cfs_tls;

/* Whether both say the same. */
bool cfs_tls_same(const cfs_tls *a, const cfs_tls *b);

/* Copies the texts too; what `to` held before is forgotten, not freed. */
void cfs_tls_copy(cfs_tls *to, const cfs_tls *from);

/* Frees what it holds, not the struct. */
void cfs_tls_free(cfs_tls *tls);

typedef struct _cfs_server {
	char *host;         /* name or address without brackets, or the path of a unix socket */
	uint16_t port;      /* 0: host is the path of a unix socket */
	char *username;     /* NULL: none */
	char *password;     /* NULL: none */
	bool user_from_url; /* some platforms put a user into URLs that the server does not know */
	bool plus_is_blank; /* a "+" of the login in a save path was read as one */
	bool without_user;  /* learnt: this is such a one, and the password alone will do */
	uint32_t database;  /* 0 is the server's default */
	uint32_t weight;    /* share of the sessions, among several servers; 1 by default */
	cfs_tls tls;
	char *prefix;            /* NULL: not given */
	char *pool;              /* name that keeps connections apart from other targets'; NULL: none */
	char *binding;           /* name of the bound service that says the rest; NULL: none */
	int64_t connect_timeout; /* CFS_TIME_UNSET: not given, as for all below */
	int64_t timeout;
	int persistent; /* 0, 1, or -1: not given */
	char *address;  /* "host:port" or the socket's path, for people */
} cfs_server;

typedef struct _cfs_target {
	uint32_t references;
	const char
		*backend; /* name of the backend it needs: "redis", "memcached"; "": a binding tells */
	cfs_topology topology;
	bool weighted;         /* a weight was given for one of several servers */
	uint32_t server_count; /* at least 1 */
	cfs_server *servers;
	char *master_name;  /* CFS_SENTINEL: what the sentinels call it; else NULL */
	cfs_server *master; /* CFS_SENTINEL: all that holds for it but its place; else NULL */
	uint16_t
		plain_port; /* CFS_SENTINEL: where sentinels tell this port, master->port is meant, which
	                         * speaks TLS; 0: they tell the right one */
	uint32_t wait_replicas; /* Redis: how many must have a write before it counts; 0: none */
	int64_t wait_timeout;   /* ms that they may take; CFS_TIME_UNSET: not given */
	char *binding;          /* name of the bound service that it is, or refers to; NULL: none */
	void *route;            /* what the backend worked out of it, freed with it by free_route */
	void (*free_route)(void *route);
} cfs_target;

/* A new target with `server_count` servers about which nothing is said yet. */
cfs_target *cfs_target_new(const char *backend, cfs_topology topology, uint32_t server_count);

/* A new target that says the same, without a route. */
cfs_target *cfs_target_copy(const cfs_target *target);

/* A new target that is one of the servers, alone, with all that is said of it. Not for sentinels and clusters,
 * whose servers do not say where a session is. */
cfs_target *cfs_target_of_server(const cfs_target *target, uint32_t server);

cfs_target *cfs_target_reference(cfs_target *target);
void cfs_target_release(cfs_target *target);

/* Checks what was said of all servers, and works the rest out; to be called once, at the end of making
 * a target. */
bool cfs_target_finish(cfs_target *target, cfs_error *error);

/* Gives a Memcached target that has no credentials these, unless both are empty; to be called before
 * anybody else knows it. False: only one of the two is given. */
bool cfs_target_set_login(
	cfs_target *target, const char *username, const char *password, cfs_error *error);

/* Says which bound service it is. */
void cfs_target_set_binding(cfs_target *target, const char *name);

/* Takes over what `from` says of time, keys, pools and whom to believe, where it does. */
void cfs_target_overlay(cfs_target *target, const cfs_target *from);

/* A save path that names the servers, and a bound service in place of what is secret. The target may be
 * NULL: then the service alone. Returns a new request-bound string. */
zend_string *cfs_target_reference_path(const cfs_target *target, const char *binding);

/* "single", "weighted", "sentinel", "cluster", "ketama" */
const char *cfs_target_topology(const cfs_target *target);

/* The target as a save path whose passwords read "***". Returns a new request-bound string. */
zend_string *cfs_target_describe(const cfs_target *target);

/* Says nothing yet. For servers that are not made with their target. */
void cfs_server_init(cfs_server *server);

/* Everything but host, port and address. Both must have been initialised; the texts of `to` are
 * replaced. */
void cfs_server_copy_settings(cfs_server *to, const cfs_server *from);

/* Replaces the login; without a password there is none. The texts are copied, and may be NULL. */
void cfs_server_set_login(cfs_server *server, const char *username, const char *password);

/* Works the address out. */
void cfs_server_set_address(cfs_server *server);

/* Frees what it holds, not the struct. */
void cfs_server_free(cfs_server *server);

/* Whether a connection made for the one may serve the other: same place, TLS, credentials, database and
 * pool. */
bool cfs_server_same_connection(const cfs_server *a, const cfs_server *b);

#endif

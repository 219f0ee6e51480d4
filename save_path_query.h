/*
 * The parameters of a save path: ?name=value&name=value
 */
#ifndef CFS_SAVE_PATH_QUERY_H
#define CFS_SAVE_PATH_QUERY_H

#include "target.h"

/* Where a query stands: not every parameter is one everywhere. */
#define CFS_QUERY_OF_MEMCACHED 0
#define CFS_QUERY_IN_LIST      1 /* of Redis servers, or of a bound service */
#define CFS_QUERY_OF_SENTINEL  2
#define CFS_QUERY_OF_CLUSTER   4
#define CFS_QUERY_OF_SEEDS     8 /* phpredis' form of a cluster */

/* What a query is about, and what it has said so far: a bit for each parameter. */
typedef struct _cfs_query {
	cfs_target *target;
	cfs_server *server; /* one of the target's, for what is said of a server */
	unsigned form;
	uint32_t seen;
	uint32_t seen_of_target;
	unsigned position; /* of the parameter that is read, from 1 */
} cfs_query;

/* Reads a query, with or without its "?", into the target and the server. False: an error that names the
 * parameter, and quotes nothing that may be a password. */
bool cfs_query_parse(cfs_query *query, cfs_piece text, cfs_error *error);

/* Whether it has said that the sentinels speak TLS, or that they do not. */
bool cfs_query_said_sentinel_tls(const cfs_query *query);

/* Whether a parameter of that name is a server of phpredis' form of a cluster: seed[] and the like. */
bool cfs_query_is_seed(const char *name);

/* Whether a whole save path is the name of a parameter, as PHP leaves one that begins with it and is not quoted
 * in php.ini. Then there is an error that says so. */
bool cfs_query_is_parameter(cfs_piece text, cfs_error *error);

#endif

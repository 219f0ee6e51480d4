/*
 * The parameters of a save path: ?name=value&name=value
 */
#ifndef CFS_SAVE_PATH_QUERY_H
#define CFS_SAVE_PATH_QUERY_H

#include "target.h"

/* Which form of save path the query belongs to: not every form has every parameter. */
#define CFS_QUERY_OF_MEMCACHED 0
#define CFS_QUERY_IN_LIST      1 /* of Redis servers, or of a bound service */
#define CFS_QUERY_OF_SENTINEL  2
#define CFS_QUERY_OF_CLUSTER   4
#define CFS_QUERY_OF_SEEDS     8 /* phpredis' form of a cluster */

/* What a query sets, and which parameters it has had so far. */
typedef struct _cfs_query {
	cfs_target *target;
	cfs_server *server; /* one of the target's, for the parameters of a server */
	unsigned form;
	uint32_t seen;
	uint32_t seen_of_target;
	unsigned position; /* of the parameter being read, from 1 */
} cfs_query;

/* Reads a query, with or without its "?", into the target and the server. False: the error names the parameter, and quotes
 * nothing that may be a password. */
bool cfs_query_parse(cfs_query *query, cfs_piece text, cfs_error *error);

/* Whether the query said that the sentinels use TLS, or that they do not. */
bool cfs_query_said_sentinel_tls(const cfs_query *query);

/* Whether a parameter of that name (such as seed[]) is a server in phpredis' form of a cluster. */
bool cfs_query_is_seed(const char *name);

/* Whether the whole save path is just the name of a parameter: PHP leaves that of a save path that begins with a parameter
 * and is not quoted in php.ini. If so, the error says it. */
bool cfs_query_is_parameter(cfs_piece text, cfs_error *error);

#endif

/*
 * Storing in Memcached's text protocol, on a socket that libmemcached has connected.
 *
 * libmemcached's own functions end the process if the answer is a good one to something else ("END",
 * "DELETED", a number): they assert that it is not. A server that answers twice says such things.
 */
#ifndef CFS_MEMCACHED_TEXT_H
#define CFS_MEMCACHED_TEXT_H

#include "backend.h"
#include "php_network.h"
#include <libmemcached/memcached.h>
#include <time.h>

typedef enum _mc_verb {
	MC_SET,
	MC_ADD,
	MC_REPLACE,
	MC_CAS
} mc_verb;

typedef struct _mc_item {
	mc_verb verb; /* how it is stored */
	const char *key;
	cfs_value value;
	time_t expires;
	uint64_t cas; /* that the item must have, for MC_CAS */
} mc_item;

/* Sends the item and reads the answer, which has to be all that there is to read. Returns the code that
 * the library would; after one that is no answer the socket cannot be used any more. */
memcached_return_t mc_text_store(php_socket_t socket, const mc_item *item, int64_t deadline);

#endif

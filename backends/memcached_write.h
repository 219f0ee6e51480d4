/*
 * How a session is written or touched: by its CAS value, or added with a look at its tombstone.
 */
#ifndef CFS_MEMCACHED_WRITE_H
#define CFS_MEMCACHED_WRITE_H

#include "memcached_call.h"

/* cfs_backend.write, .touch */
cfs_result mc_write(
	cfs_store *opaque, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error);
cfs_result mc_touch(cfs_store *opaque, zend_long lifetime, cfs_error *error);

#endif

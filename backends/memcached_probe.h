/*
 * What a server says about itself: its version, memory, the largest item, and how long it takes to answer.
 */
#ifndef CFS_MEMCACHED_PROBE_H
#define CFS_MEMCACHED_PROBE_H

#include "memcached_call.h"

/* cfs_backend.probe */
cfs_result mc_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error);

#endif

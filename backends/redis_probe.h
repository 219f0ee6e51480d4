/*
 * What a server says about itself: its version, memory, persistence, and how long it takes to answer.
 */
#ifndef CFS_REDIS_PROBE_H
#define CFS_REDIS_PROBE_H

#include "redis_call.h"

/* cfs_backend.probe */
cfs_result redis_probe(cfs_thread *thread, cfs_target *target, uint32_t server,
	const cfs_options *options, cfs_probe *probe, cfs_error *error);

#endif

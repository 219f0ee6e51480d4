/*
 * Whether sessions work: a server that answers may still refuse to keep them.
 */
#ifndef CFS_HEALTH_H
#define CFS_HEALTH_H

#include "backends/backend.h"

/* Keeps a session of its own, under a new id, on the store that the target is: writes it, reads it and
 * destroys it, as a request would. In a cluster several, for each is on one node. The options are the general
 * ones. It blocks for as long as requests may. False: the error says what failed, in the words of a request's
 * warning. */
bool cfs_keeps_sessions(
	cfs_thread *thread, cfs_target *target, const cfs_options *options, cfs_error *error);

/* How a server is, in words for people: "well", "unreachable", "login refused", "full", "refuses writes", or
 * "fails". `reachable` and `error` are what came of a probe, or of cfs_keeps_sessions(); an empty error is
 * none. Returns a static string. */
const char *cfs_health_word(bool reachable, const cfs_error *error);

#endif

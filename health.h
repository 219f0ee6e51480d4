/*
 * Whether sessions work: a server that answers may still refuse to keep them.
 */
#ifndef CFS_HEALTH_H
#define CFS_HEALTH_H

#include "backends/backend.h"

/* Tests the target's store with a session of a new id: writes it, reads it and destroys it, as a request would. In a
 * cluster it uses several sessions, because each is on one node only. The options are the general ones. It blocks for as
 * long as requests may. False: the error says what failed, in the words of a request's warning. */
bool cfs_keeps_sessions(
	cfs_thread *thread, cfs_target *target, const cfs_options *options, cfs_error *error);

/* The health of a server, in words for people: "well", "unreachable", "login refused", "full", "refuses writes", or
 * "fails". `reachable` and `error` are the result of a probe or of cfs_keeps_sessions(); an empty error means none.
 * Returns a static string. */
const char *cfs_health_word(bool reachable, const cfs_error *error);

#endif

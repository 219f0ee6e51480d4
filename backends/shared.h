/*
 * State that all processes forked from one, such as the workers of a PHP-FPM, and their threads share: the totals of
 * their counters, and the servers that one of them found silent. It is in an anonymous mapping of fixed size, which is
 * made before they are forked and ends with the last of them. If the system has no such mapping, each process has its
 * own state.
 *
 * Everything is atomic and nothing is locked: a process may be killed at any point.
 */
#ifndef CFS_SHARED_H
#define CFS_SHARED_H

#include "backend.h"

/* Once per module start, before anything is forked. */
void cfs_shared_startup(void);
void cfs_shared_shutdown(void);

/* Adds to the totals what the thread has counted since the last call. The first call in a forked process adds nothing:
 * the parent adds what it counted before the fork. Call it where requests begin and end, not on the way: adding costs
 * more than counting. */
void cfs_shared_count(cfs_thread *thread);

/* What all processes have counted. */
void cfs_shared_totals(cfs_counters *totals);

/* The name that processes share for the server with that address; never 0. */
uint64_t cfs_shared_key(const char *address);

/* cfs_now() at which a process last found the server silent; 0: none did, it has answered since, or too many servers are
 * silent to remember each. */
int64_t cfs_shared_silent_since(uint64_t key);
void cfs_shared_was_silent(uint64_t key);
void cfs_shared_has_answered(uint64_t key);

/* Whether any server was ever found silent; if not, there is nothing to look up. */
bool cfs_shared_knows_silence(void);

#endif

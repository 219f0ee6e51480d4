/*
 * A backend whose server sends what the input says: calls the vtable as the session handler does, and checks
 * each call, whatever the server answers.
 *
 * The input is the number of a case, a byte of flags, a line of operations, and the script of the peer:
 *
 *     s start       w write       d destroy     p probe      o another request: close, and open again
 *     e only if     t touch       r release     i the other id
 *       it exists
 *
 * and, if the backend has tags:
 *
 *     a the next write, touch or destroy tags it    m the session goes on for the other id
 *     l list     k destroy all that have the tag    c clean
 */
#ifndef CFS_FUZZ_REPLIES_H
#define CFS_FUZZ_REPLIES_H

#include "peer.h"
#include "../../backends/pool.h"

#define REPLIES_ID    "0ke7ik52n5ojmgbgt3rq8c1p4h"
#define REPLIES_VALUE "name|s:5:\"value\";"

/* The fuzzed backend, and its checks. */
typedef struct _replies_backend {
	const cfs_backend *backend;
	const char *const *save_paths; /* the cases; ended by NULL */
	const char *const *prefixes;   /* four of them; the flags choose */

	/* Stop if the server's answers do not justify the result. */
	void (*check_start)(const cfs_options *options, cfs_result result, cfs_value value);
	void (*check_done)(const cfs_options *options, char operation);

	/* Stops if a doubtful connection is kept. */
	void (*check_kept)(peer_connection *connection);

	bool gives_up; /* whether its library may have to be left in the middle of a call */
} replies_backend;

void replies_run(const replies_backend *fuzzed, const uint8_t *data, size_t size);

/* Ends the current input in the middle of an operation, whose memory is lost. */
ZEND_COLD ZEND_NORETURN void replies_give_up(void);

#endif

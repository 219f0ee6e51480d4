/*
 * A backend whose server says what an input tells it to: the calls of the vtable as session_handler.c makes
 * them, and what holds for each, whatever is answered.
 *
 * The input is the number of a case, a byte of flags, a line of operations, and the script of the peer:
 *
 *     s start       w write       d destroy     p probe      o another request: close, and open again
 *     e only if     t touch       r release     i the other id
 *       it exists
 */
#ifndef CFS_FUZZ_REPLIES_H
#define CFS_FUZZ_REPLIES_H

#include "peer.h"
#include "../../backends/pool.h"

#define REPLIES_ID    "0ke7ik52n5ojmgbgt3rq8c1p4h"
#define REPLIES_VALUE "name|s:5:\"value\";"

/* What is fuzzed, and what to expect of it. */
typedef struct _replies_backend {
	const cfs_backend *backend;
	const char *const *save_paths; /* the cases; ended by NULL */
	const char *const *prefixes;   /* four of them; the flags choose */

	/* Stop if what was said does not justify the result. */
	void (*check_start)(const cfs_options *options, cfs_result result, cfs_value value);
	void (*check_done)(const cfs_options *options, char operation);

	/* Stops if a connection is kept about which there is doubt. */
	void (*check_kept)(peer_connection *connection);

	bool gives_up; /* whether its library may have to be left in the middle */
} replies_backend;

void replies_run(const replies_backend *fuzzed, const uint8_t *data, size_t size);

/* Ends the input under way, out of the middle of an operation, whose memory is lost. */
ZEND_COLD ZEND_NORETURN void replies_give_up(void);

#endif

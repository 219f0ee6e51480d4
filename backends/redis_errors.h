/*
 * Explains the errors of Redis servers to people: with advice, and without secrets.
 */
#ifndef CFS_REDIS_ERRORS_H
#define CFS_REDIS_ERRORS_H

#include "backend.h"

/* Whose command was refused. */
typedef struct _redis_asker {
	const cfs_options *options; /* of the session */
	bool in_cluster;
	const char *secrets[2]; /* which the server's words may contain; NULL: none */
	bool for_tags;          /* it asked about the sessions of a tag */
} redis_asker;

/* Size of an advice in bytes; it begins with "; ". */
#define REDIS_ADVICE_MAX 448

/* Writes advice for when a tags' key holds something that is not cfsession's. */
void redis_advise_of_alien(const redis_asker *asker, char *advice, size_t size);

/* Makes the error from what the server said, with advice if there is any. Hides the password and the asker's secrets in
 * `words`, in place. The asker may be NULL if this is not about a session. */
void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error);

/* The steps with which a new connection begins. */
typedef enum _redis_handshake_step {
	REDIS_STEP_AUTH,
	REDIS_STEP_SETNAME,
	REDIS_STEP_SELECT,
	REDIS_STEP_RELEASE /* of a lock of an earlier request, which went down with its connection */
} redis_handshake_step;

/* As redis_server_error(), for a step of the handshake. */
void redis_handshake_error(
	const cfs_server *server, redis_handshake_step step, char *words, cfs_error *error);

#endif

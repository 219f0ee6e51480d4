/*
 * What Redis servers say when they refuse something, for people: with advice, and without secrets.
 */
#ifndef CFS_REDIS_ERRORS_H
#define CFS_REDIS_ERRORS_H

#include "backend.h"

/* Whose command was refused. */
typedef struct _redis_asker {
	const cfs_options *options; /* of the session */
	bool in_cluster;
	const char *secrets[2]; /* that may be in what the server says; NULL: none */
} redis_asker;

/* Makes the error of what the server said, with advice where there is some. Hides the password and the asker's
 * secrets in `words`, in place. The asker may be NULL, where it was not about a session. */
void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error);

/* What a new connection begins with. */
typedef enum _redis_handshake_step {
	REDIS_STEP_AUTH,
	REDIS_STEP_SETNAME,
	REDIS_STEP_SELECT,
	REDIS_STEP_RELEASE /* of a lock of an earlier request, which went down with its connection */
} redis_handshake_step;

/* As redis_server_error(), of a step of the handshake. */
void redis_handshake_error(
	const cfs_server *server, redis_handshake_step step, char *words, cfs_error *error);

#endif

/*
 * One message for people, of fixed size, made where a failure happened.
 *
 * Whoever fails sets it, and hides the secrets that foreign words in it may have. Only
 * session_handler.c and cfsession.c show it. An error never holds memory and needs no freeing.
 */
#ifndef CFS_ERROR_H
#define CFS_ERROR_H

#include "php.h"

typedef struct _cfs_error {
	char message[512]; /* NUL-terminated; "" while nothing has failed */
	bool refused;      /* a server did not accept our credentials: others may do */
} cfs_error;

/* Sets the message from a printf format, and that nothing was refused; what does not fit is cut. Control
 * characters, which a server's words may bring, become '?'. */
void cfs_error_set(cfs_error *error, const char *format, ...) PHP_ATTRIBUTE_FORMAT(printf, 2, 3);

/* Replaces every occurrence of `secret` in `text` by "***", in place. A NULL or very short secret
 * (under 4 characters, which would blot out ordinary words) is ignored. */
void cfs_hide(char *text, const char *secret);

#endif

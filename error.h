/*
 * One message for people, of fixed size, made where a failure happened.
 *
 * Whoever fails sets it; whoever called adds nothing but may hide a secret in it. Only
 * session_handler.c and cfsession.c show it. An error never holds memory and needs no freeing.
 */
#ifndef CFS_ERROR_H
#define CFS_ERROR_H

#include "php.h"

typedef struct _cfs_error {
	char message[512]; /* NUL-terminated; "" while nothing has failed */
} cfs_error;

/* Sets the message from a printf format; what does not fit is cut. Control characters, which a
 * server's words may bring, become '?'. */
void cfs_error_set(cfs_error *error, const char *format, ...) PHP_ATTRIBUTE_FORMAT(printf, 2, 3);

/* Replaces every occurrence of `secret` in the message by "***". A NULL or very short secret (under
 * 4 characters, which would blot out ordinary words) is ignored. */
void cfs_error_hide(cfs_error *error, const char *secret);

#endif

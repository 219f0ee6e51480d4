/*
 * One message for people, of fixed size, made where a failure happened.
 *
 * The code that fails sets it, and hides secrets, which a server's words in it may contain. Only the session handler and
 * cfsession.c show it. An error owns no memory and needs no freeing.
 *
 * Text of servers, platforms and the environment may contain control sequences for a terminal or a log: the caller
 * makes it printable before showing it.
 */
#ifndef CFS_ERROR_H
#define CFS_ERROR_H

#include "php.h"

typedef struct _cfs_error {
	char message[512]; /* NUL-terminated; "" while nothing has failed */
	bool refused;      /* a server did not accept our credentials: newer ones may work */
	bool unavailable;  /* servers refuse connections, or another takes over: try later */
	bool unresolved;   /* the server's name has no address */
	bool busy;         /* another request did not release the session's lock in time */
	bool untrusted; /* a certificate was not accepted, the server's or ours: a newer one may be */
} cfs_error;

/* Makes a text one line of visible UTF-8, in place; it gets no longer. A '?' replaces each control character (C0, DEL, C1),
 * each character that has no width, changes the direction of writing, or ends a line or paragraph, and each byte that is
 * not UTF-8. If the text fills `size` bytes, including its NUL, it was cut there, and a character that lost its end is
 * removed. SIZE_MAX: it was not cut. */
void cfs_printable(char *text, size_t size);

/* How many bytes of a text fit into `max` bytes without ending in the middle of a character. */
size_t cfs_whole_length(const char *text, size_t max);

/* Sets the message from a printf format, cut to fit and made printable, and everything else to false. */
void cfs_error_set(cfs_error *error, const char *format, ...) PHP_ATTRIBUTE_FORMAT(printf, 2, 3);

/* Replaces every occurrence of `secret` in `text` by "***", in place, both as it is and as cfs_printable() shows it. Ignores
 * NULL and secrets under 4 bytes, which would mask ordinary words. */
void cfs_redact(char *text, const char *secret);

#endif

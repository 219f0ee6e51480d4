/*
 * One message for people, of fixed size, made where a failure happened.
 *
 * Whoever fails sets it, and hides the secrets that foreign words in it may have. Only
 * session_handler.c and cfsession.c show it. An error never holds memory and needs no freeing.
 *
 * What others have written (servers, platforms, the environment) may be meant for the terminal or the log
 * that it ends up in: the caller makes it printable before it shows it.
 */
#ifndef CFS_ERROR_H
#define CFS_ERROR_H

#include "php.h"

typedef struct _cfs_error {
	char message[512]; /* NUL-terminated; "" while nothing has failed */
	bool refused;      /* a server did not accept our credentials: others may do */
} cfs_error;

/* Makes a text one line of visible UTF-8, in place, where it gets no longer. A '?' stands for each control
 * character (C0, DEL, C1), each that has no width or changes the direction of what follows, each end of a
 * line or paragraph, and each byte that is not UTF-8. A text that fills `size` bytes, its NUL included, was
 * cut there: of a character that lost its end nothing stays. SIZE_MAX: it was not cut. */
void cfs_printable(char *text, size_t size);

/* How much of a text to show where there is room for `max` bytes: all of it, if it has fewer, else as much as
 * does not end in the middle of a character. */
size_t cfs_whole_length(const char *text, size_t max);

/* Sets the message from a printf format, and that nothing was refused; what does not fit is cut. The whole is
 * made printable. */
void cfs_error_set(cfs_error *error, const char *format, ...) PHP_ATTRIBUTE_FORMAT(printf, 2, 3);

/* Replaces every occurrence of `secret` in `text` by "***", in place, as it is and as cfs_printable() shows
 * it. A NULL or very short secret (under 4 bytes, which would blot out ordinary words) is ignored. */
void cfs_hide(char *text, const char *secret);

#endif

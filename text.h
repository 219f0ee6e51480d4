/*
 * Reading text: pieces of it, and values of settings and parameters.
 */
#ifndef CFS_TEXT_H
#define CFS_TEXT_H

#include "php.h"
#include "error.h"

/* Times are milliseconds throughout; in save paths and settings they are seconds. */
#define CFS_TIME_MAX (86400 * (int64_t) 1000)

/* Values of settings and parameters, read strictly: the whole text has to have the form, else the result is false. */

/* 1, on, yes, true; 0, off, no, false, "" */
bool cfs_parse_boolean(const char *text, bool *value);

/* "2", "0.25": from 0 to CFS_TIME_MAX */
bool cfs_parse_seconds(const char *text, int64_t *milliseconds);

bool cfs_parse_number(const char *text, uint32_t max, uint32_t *number);

/* Copies a text, with its NUL, into a buffer of `size` bytes, and cuts it to fit. Not strlcpy(): it is PHP's if the C library
 * has none, and glibc's from 2.38 on, and one built file has to run with all of them. */
void cfs_copy_text(const char *text, char *copy, size_t size);

/* Appends a text to the one in a buffer of `size` bytes, and cuts it to fit. */
void cfs_append_text(const char *text, char *to, size_t size);

/* Whether it has no control characters. */
bool cfs_is_printable(const char *text);

/* A time for people: "250 ms", "1.5 s". */
typedef struct _cfs_time {
	char text[24];
} cfs_time;

cfs_time cfs_time_text(int64_t milliseconds);

/* A part of a text, which owns its bytes; without a NUL at its end. */
typedef struct _cfs_piece {
	const char *at;
	size_t length;
} cfs_piece;

/* A text without the blanks around it. */
cfs_piece cfs_trimmed(const char *text);

/* The piece up to the first of the characters `stops`, or all of it; *rest is what follows, including the stop. */
cfs_piece cfs_take_until(cfs_piece from, const char *stops, cfs_piece *rest);

/* Drops that many bytes, which must exist, from the beginning. */
void cfs_skip(cfs_piece *text, size_t count);

/* Whether the piece is this word, in upper or lower case. */
bool cfs_piece_is(cfs_piece text, const char *word);

/* How many letters have to be changed, left out, inserted or swapped with the next to turn the text, or with `anywhere` the
 * best part of it, into the word. Ignores case, and the end of a text that is longer than any name. */
unsigned cfs_distance(cfs_piece text, const char *word, bool anywhere);

/* Whether the text may be a misspelling of the word: so close to it that showing the text gives no secret away. */
bool cfs_is_close(cfs_piece text, const char *word);

/* A user's name for something, as an error shows it: itself, but "***" for a URL, which may be there by mistake and have a
 * password. */
const char *cfs_shown_name(const char *name);

/* cfs_parse_number() of a piece. */
bool cfs_piece_number(cfs_piece text, uint32_t max, uint32_t *number);

/* Decodes percent-escapes once and, in a query, "+" as a blank (as phpredis does). Returns a new string for pefree(…, 1), or
 * NULL with an error that names the part and does not quote it. */
char *cfs_decode(cfs_piece text, bool is_query, const char *part, cfs_error *error);

#endif

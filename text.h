/*
 * Reading text: pieces of it, and what settings and parameters say.
 */
#ifndef CFS_TEXT_H
#define CFS_TEXT_H

#include "php.h"
#include "error.h"

/* Times are milliseconds throughout; in save paths and settings they are seconds. */
#define CFS_TIME_MAX (86400 * (int64_t) 1000)

/* What a setting or a parameter says, strictly: the whole text has to be of the form. */

/* 1, on, yes, true; 0, off, no, false, "" */
bool cfs_parse_boolean(const char *text, bool *value);

/* "2", "0.25": from 0 to CFS_TIME_MAX */
bool cfs_parse_seconds(const char *text, int64_t *milliseconds);

bool cfs_parse_number(const char *text, uint32_t max, uint32_t *number);

/* Whether it has no control characters. */
bool cfs_is_printable(const char *text);

/* A time for people: "250 ms", "1.5 s". */
typedef struct _cfs_time {
	char text[24];
} cfs_time;

cfs_time cfs_time_text(int64_t milliseconds);

/* A part of a text, not terminated, which belongs to the whole. */
typedef struct _cfs_piece {
	const char *at;
	size_t length;
} cfs_piece;

/* The whole of a text, without the blanks around it. */
cfs_piece cfs_trimmed(const char *text);

/* The piece up to the first of the characters `stops`, or all of it; *rest is what follows, stop
 * included. */
cfs_piece cfs_take_until(cfs_piece from, const char *stops, cfs_piece *rest);

/* Drops so many bytes, which must be there, from the beginning. */
void cfs_skip(cfs_piece *text, size_t count);

/* Whether it is this word, in capitals or not. */
bool cfs_piece_is(cfs_piece text, const char *word);

/* How many letters have to be changed, left out, put in or swapped with the next to make the word out of the
 * text, or with `anywhere` out of the best part of it. Capitals do not matter, nor does what is longer than
 * any name. */
unsigned cfs_distance(cfs_piece text, const char *word, bool anywhere);

/* Whether it may be a misspelling of the word: so little is wrong that it shows nothing but the word. */
bool cfs_is_close(cfs_piece text, const char *word);

/* A name that somebody gave, for an error: itself, but "***" for a URL, which may have been put there by mistake
 * with its password. */
const char *cfs_shown_name(const char *name);

/* cfs_parse_number() of a piece. */
bool cfs_piece_number(cfs_piece text, uint32_t max, uint32_t *number);

/* Decodes percent-escapes once, and "+" as a blank where the part is a query (phpredis reads it so).
 * Returns a new string for pefree(…, 1), or NULL with an error that names the part and does not quote
 * it. */
char *cfs_decode(cfs_piece text, bool is_query, const char *part, cfs_error *error);

#endif

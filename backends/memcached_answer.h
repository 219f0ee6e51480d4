/*
 * Parses a Memcached server's answers in the text protocol as they arrive. It accepts nothing but the exact answer to
 * the request: the keys byte by byte, the lengths, the end, and nothing after it.
 */
#ifndef CFS_MEMCACHED_ANSWER_H
#define CFS_MEMCACHED_ANSWER_H

#include "backend.h"
#include <libmemcached/memcached.h>

/* The items of a session, in the order in which we ask for them. The tombstone comes before the session, because it is
 * set before the session is deleted. */
typedef enum _mc_kind {
	MC_MARK, /* stored just before, so it must come back */
	MC_LOCK,
	MC_TOMBSTONE,
	MC_SESSION,
	MC_KIND_COUNT
} mc_kind;

/* Which items are asked for, and what comes back. */
typedef struct _mc_items {
	const char *keys[MC_KIND_COUNT]; /* NULL: not asked for */
	bool found[MC_KIND_COUNT];
	cfs_value values[MC_KIND_COUNT]; /* the connection's, until it reads again */
	uint64_t cas[MC_KIND_COUNT];     /* a tombstone's may be 0 */
	uint32_t flags[MC_KIND_COUNT];
} mc_items;

/* The kind of the item with that key which was asked for and has not come yet. -1: there is none. */
int mc_items_find(const mc_items *items, const char *key, size_t length);

#define MC_WORDS_MAX 128
#define MC_PARTS_MAX 4

/* What the answer to a command looks like. */
typedef enum _mc_form {
	MC_LINE, /* one line */
	MC_LIST, /* items as of "get" or "gets", and "END" */
	MC_META  /* one item as of "mg", or "EN" */
} mc_form;

/* The answer to one command. */
typedef struct _mc_part {
	mc_form form;
	unsigned kinds; /* bits: which items it may have */
	bool has_cas;   /* they come with their CAS values */
	bool
		may_refuse; /* the server may not know the command: that does not end reading the other parts */
	memcached_return_t rc; /* what an MC_LINE says */
} mc_part;

/* The answers to commands that were sent together. The caller zeroes it, and sets the first five fields. */
typedef struct _mc_answer {
	mc_part parts[MC_PARTS_MAX];
	size_t count;       /* of parts */
	mc_items *items;    /* to fill in; may be NULL if no part has any */
	size_t session_max; /* bytes of a session at most */
	char
		*words; /* for MC_WORDS_MAX bytes: the beginning of a line that is an error, or no answer */
	size_t done;                  /* parts that are complete */
	size_t at;                    /* bytes that have been parsed */
	size_t wanted;                /* bytes needed in all before more can be parsed */
	memcached_return_t refusal;   /* the first of a part that may_refuse; or MEMCACHED_SUCCESS */
	size_t left;                  /* bytes after those that have been parsed */
	bool was_too_much;            /* the session is larger than session_max */
	size_t places[MC_KIND_COUNT]; /* offsets of the values in the bytes */
} mc_answer;

/* Parses what has arrived of the answers, `length` bytes at `bytes` (which may have moved since the last call), from where
 * it stopped. MEMCACHED_SUCCESS: so far they are what they have to be. Otherwise it returns the code that the library
 * would return, and what is still to come cannot be told apart from other answers. */
memcached_return_t mc_answer_understand(mc_answer *answer, const char *bytes, size_t length);

/* To be called once all parts are done: makes the items' values point into `bytes`. */
void mc_answer_finish(mc_answer *answer, const char *bytes);

#endif

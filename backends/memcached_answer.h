/*
 * What a Memcached server answers in its text protocol, understood as it comes in. Nothing is believed that is not
 * exactly the answer to what was asked: the keys byte by byte, the lengths, the end, and nothing behind it.
 */
#ifndef CFS_MEMCACHED_ANSWER_H
#define CFS_MEMCACHED_ANSWER_H

#include "backend.h"
#include <libmemcached/memcached.h>

/* What is kept for a session, in the order in which it is asked for: the tombstone comes before the session, for it
 * is set before the session is deleted. */
typedef enum _mc_kind {
	MC_LOCK,
	MC_GONE,
	MC_SESSION,
	MC_KIND_COUNT
} mc_kind;

/* Items that are asked for, and what comes back. */
typedef struct _mc_items {
	const char *keys[MC_KIND_COUNT]; /* NULL: it is not asked for */
	bool found[MC_KIND_COUNT];
	cfs_value values[MC_KIND_COUNT]; /* the connection's, until it reads again */
	uint64_t cas[MC_KIND_COUNT];     /* not of a tombstone */
	uint32_t flags[MC_KIND_COUNT];
} mc_items;

/* The item of that key, to be filled in: one that is asked for and has not come yet. -1: there is none. */
int mc_items_find(const mc_items *items, const char *key, size_t length);

#define MC_WORDS_MAX 128
#define MC_PARTS_MAX 4

/* The answer to one command. */
typedef struct _mc_part {
	unsigned kinds;        /* of items, as bits, and "END"; 0: a line */
	memcached_return_t rc; /* what the line says */
} mc_part;

/* The answers to commands that were sent together. To be zeroed; the first five are the caller's to set. */
typedef struct _mc_answer {
	mc_part parts[MC_PARTS_MAX];
	size_t count;       /* of parts */
	mc_items *items;    /* to be filled in; not needed if no part has any */
	size_t session_max; /* bytes of a session at most */
	char
		*words; /* for MC_WORDS_MAX bytes: the beginning of a line that is an error, or no answer */
	size_t done;                  /* parts that are complete */
	size_t at;                    /* bytes that have been understood */
	size_t wanted;                /* bytes that there have to be until more can be understood */
	size_t left;                  /* bytes behind those that have been understood */
	bool was_too_much;            /* the session has more than it may */
	size_t places[MC_KIND_COUNT]; /* of the values, among the bytes */
} mc_answer;

/* Understands what there is of the answers, from where it stopped, in `length` bytes from `bytes`, which may have
 * moved since. MEMCACHED_SUCCESS: so far that is what they have to be. Else it is the code that the library would
 * have for it, and what is still to come cannot be told from other answers. */
memcached_return_t mc_answer_understand(mc_answer *answer, const char *bytes, size_t length);

/* When all parts are done, tells the items where their values are. */
void mc_answer_finish(mc_answer *answer, const char *bytes);

#endif

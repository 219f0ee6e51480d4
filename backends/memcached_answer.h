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
	uint64_t cas[MC_KIND_COUNT];     /* of a tombstone it may be 0 */
	uint32_t flags[MC_KIND_COUNT];
} mc_items;

/* The item of that key, to be filled in: one that is asked for and has not come yet. -1: there is none. */
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
	unsigned kinds; /* of the items that it may have, as bits */
	bool has_cas;   /* they come with their CAS value */
	bool
		may_refuse; /* the server may not know the command: then the other parts are read all the same */
	memcached_return_t rc; /* what a line says */
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
	memcached_return_t refusal;   /* the first one of those parts that may; or MEMCACHED_SUCCESS */
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

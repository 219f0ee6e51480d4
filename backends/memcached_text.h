/*
 * Storing in Memcached's text protocol, on a socket that libmemcached has connected.
 *
 * libmemcached's own functions end the process if the answer is a good one to something else ("END",
 * "DELETED", a number): they assert that it is not. A server that answers twice says such things.
 */
#ifndef CFS_MEMCACHED_TEXT_H
#define CFS_MEMCACHED_TEXT_H

#include "backend.h"
#include "php_network.h"
#include <libmemcached/memcached.h>
#include <time.h>

typedef enum _mc_verb {
	MC_SET,
	MC_ADD,
	MC_CAS
} mc_verb;

typedef struct _mc_item {
	mc_verb verb; /* how it is stored */
	const char *key;
	cfs_value value;
	time_t expires;
	uint64_t cas; /* that the item must have, for MC_CAS */
} mc_item;

/* What is asked along with storing an item, in the same round trip and behind it. */
typedef enum _mc_question {
	MC_NOTHING,
	MC_DELETE, /* another item */
	MC_READ    /* another item, a short one */
} mc_question;

#define MC_NOTE_MAX 64

/* The beginning of a short item; an empty one is as good as none. */
typedef struct _mc_note {
	char bytes[MC_NOTE_MAX];
	size_t length; /* of all of it */
} mc_note;

typedef struct _mc_text_extra {
	mc_question question;
	const char *key;
	memcached_return_t
		rc;       /* the answer; of MC_READ, MEMCACHED_SUCCESS whether or not there is one */
	mc_note note; /* what MC_READ has found */
} mc_text_extra;

#define MC_WORDS_MAX 128

/* Sends the item and reads the answer, which has to be all that there is to read; and with `extra` (may be NULL)
 * the question and the answer to that. Returns the code that the library would; after one that is no answer the
 * socket cannot be used any more, and `words` are the beginning of what the server said. Sending ends by the
 * deadline (cfs_now()) however the socket waits; receiving, if it does not wait by itself. */
memcached_return_t mc_text_store(php_socket_t socket, const mc_item *item, mc_text_extra *extra,
	int64_t deadline, char words[MC_WORDS_MAX]);

/* Fills a note with the value. */
void mc_note_set(mc_note *note, cfs_value value);

bool mc_note_equals(const mc_note *note, const mc_note *other);

#endif

/*
 * Memcached's text protocol, on a socket that libmemcached has connected: sends commands together, and reads their
 * answers.
 *
 * libmemcached's own functions would not do. An assertion in them ends the process if the answer is one to another
 * command ("END", "DELETED", a number), which a server that answers twice sends. They send each command by itself, and
 * lack some of the commands that we need.
 */
#ifndef CFS_MEMCACHED_TEXT_H
#define CFS_MEMCACHED_TEXT_H

#include "memcached_answer.h"
#include "php_network.h"
#include <time.h>

typedef enum _mc_verb {
	MC_SET,
	MC_ADD,
	MC_CAS
} mc_verb;

typedef struct _mc_item {
	mc_verb verb; /* how to store it */
	const char *key;
	cfs_value value;
	time_t expires;
	uint64_t cas; /* for MC_CAS: what the stored item must have */
	bool quiet;   /* the server does not answer */
} mc_item;

#define MC_NOTE_MAX CFS_TOKEN_SIZE

/* A copy of a short item's beginning; an empty one means that there is none. */
typedef struct _mc_note {
	char bytes[MC_NOTE_MAX];
	size_t length; /* of the whole item */
} mc_note;

/* Bytes that were read, from malloc(). Zeroed at first. */
typedef struct _mc_buffer {
	char *bytes;
	size_t size;
} mc_buffer;

/* What to do in one round trip, in this order; NULL and 0 leave a step out. */
typedef struct _mc_exchange {
	const mc_item *item; /* to store */
	const char
		*deleted;    /* the key of another item, to delete; `item` then must not be a quiet one */
	mc_items *items; /* to read */
	time_t expires;  /* the session's new expiration time; the session must be one of `items` */
	size_t session_max;                  /* bytes of a session at most */
	memcached_return_t stored, deletion; /* the answers to the first two */
	bool was_too_much;                   /* the session is larger than session_max */
	int failure;                         /* errno of a call that failed; or 0 */
	bool
		not_extended; /* it failed, as far as we know because it had to change the session's expiration time */
} mc_exchange;

/* Does that, and reads the answers; nothing may follow them. The items' values point into the buffer; after a failure no
 * item is found. Returns the code that the library would return. After one that is no answer, `words` has the beginning of
 * what the server said, and the socket cannot be used any more, unless `not_extended` is set and the connection was not
 * closed. Sending ends by the deadline (cfs_now()) even on a socket that blocks; receiving only on one that does not. */
memcached_return_t mc_text_exchange(php_socket_t socket, mc_exchange *exchange, mc_buffer *buffer,
	int64_t deadline, char words[MC_WORDS_MAX]);

/* Fills a note with the value. */
void mc_note_set(mc_note *note, cfs_value value);

bool mc_note_equals(const mc_note *note, const mc_note *other);

#endif

/*
 * Memcached's text protocol, on a socket that libmemcached has connected: commands that are sent together, and their
 * answers.
 *
 * libmemcached's own functions end the process if the answer is a good one to something else ("END",
 * "DELETED", a number): they assert that it is not. A server that answers twice says such things. They send each
 * command by itself, and do not have all of those that are needed.
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
	mc_verb verb; /* how it is stored */
	const char *key;
	cfs_value value;
	time_t expires;
	uint64_t cas; /* that the item must have, for MC_CAS */
	bool quiet;   /* there is no answer to it */
} mc_item;

#define MC_NOTE_MAX 64

/* The beginning of a short item; an empty one is as good as none. */
typedef struct _mc_note {
	char bytes[MC_NOTE_MAX];
	size_t length; /* of all of it */
} mc_note;

/* Bytes that were read; malloc()'s. Zeroed at first. */
typedef struct _mc_buffer {
	char *bytes;
	size_t size;
} mc_buffer;

/* What is done in one round trip, in this order; what is NULL or 0 is not. */
typedef struct _mc_exchange {
	const mc_item *item; /* is stored */
	const char
		*deleted;       /* the key of another one, is deleted; the item before it is no quiet one */
	mc_items *items;    /* are read */
	time_t expires;     /* and that is what the session gets, which has to be one of them */
	size_t session_max; /* bytes of a session at most */
	memcached_return_t stored, deletion; /* the answers to the first two */
	bool was_too_much;                   /* the session has more bytes than it may */
	int failure;                         /* errno, of a call that failed; or 0 */
	bool
		not_extended; /* it has failed, for all that is known because the session was to get a lifetime */
} mc_exchange;

/* Does so, and reads the answers, which have to be all that there is to read. The items' values lie in the buffer;
 * after a failure no item is found. Returns the code that the library would; after one that is no answer the socket
 * cannot be used any more, unless the failure is `not_extended` and the connection has not been closed, and `words`
 * are the beginning of what the server said. Sending ends by the deadline (cfs_now()) however the socket waits;
 * receiving, if it does not wait by itself. */
memcached_return_t mc_text_exchange(php_socket_t socket, mc_exchange *exchange, mc_buffer *buffer,
	int64_t deadline, char words[MC_WORDS_MAX]);

/* Fills a note with the value. */
void mc_note_set(mc_note *note, cfs_value value);

bool mc_note_equals(const mc_note *note, const mc_note *other);

#endif

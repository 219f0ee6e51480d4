/*
 * What a C program needs at least to do a number of requests: the commands that cfsession sends, as the
 * relay recorded them, sent again and again by the library that cfsession uses.
 *
 * bare.c reads recordings and orders and takes the time, bare_redis.c and bare_memcached.c have the library.
 */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>

/* What is sent before an answer is awaited, or a new connection. */
typedef struct _bare_burst {
	bool connects;
	char *bytes; /* as it was recorded; the ids in it change from request to request */
	size_t length;
	void *commands; /* the library's, with pointers into bytes */
} bare_burst;

__attribute__((noreturn, format(printf, 1, 2))) void bare_die(const char *format, ...);
void *bare_allocate(size_t size);

/* What the command line says of the server. */
typedef struct _bare_server {
	const char *address; /* 127.0.0.1:PORT, or a path */
	const char *option;  /* of the library's own; NULL: none */
} bare_server;

/* Makes a new connection, after closing the one there is. */
void bare_connect(const bare_server *server);

/* Understands what was recorded. */
void bare_prepare(bare_burst *burst);

/* Sends it and takes the answers. */
void bare_send(bare_burst *burst);

#endif

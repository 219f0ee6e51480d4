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

/* Makes a new connection, after closing the one there is. The address is 127.0.0.1:PORT or a path. */
void bare_connect(const char *address);

/* Understands what was recorded. */
void bare_prepare(bare_burst *burst);

/* Sends it and takes the answers. */
void bare_send(bare_burst *burst);

#endif

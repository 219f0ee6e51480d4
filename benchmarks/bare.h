/*
 * The least that a C program needs to run a number of requests: the commands that cfsession sends, as the
 * relay recorded them, sent again and again by the library that cfsession uses.
 *
 * bare.c reads recordings and orders and takes the time, bare_redis.c and bare_memcached.c have the library.
 */
#ifndef BARE_H
#define BARE_H

#include <stdbool.h>
#include <stddef.h>

/* What is sent before it waits for an answer, or a new connection. */
typedef struct _bare_burst {
	bool connects;
	bool posted; /* the answer is not waited for, but read before the next one is sent */
	char *bytes; /* as it was recorded; the ids in it change from request to request */
	size_t length;
	void *commands; /* the library's, with pointers into bytes */
} bare_burst;

__attribute__((noreturn, format(printf, 1, 2))) void bare_die(const char *format, ...);
void *bare_allocate(size_t size);

/* The server, from the command line. */
typedef struct _bare_server {
	const char *address; /* 127.0.0.1:PORT, or a path */
	const char *option;  /* of the library's own; NULL: none */
} bare_server;

/* Makes a new connection, after closing the one there is. */
void bare_connect(const bare_server *server);

/* Parses the recording. */
void bare_prepare(bare_burst *burst);

/* Sends it and takes the answers. */
void bare_send(bare_burst *burst);

#endif

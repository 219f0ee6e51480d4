/*
 * The server at the other end of all connections: it sends what the input says, whatever the client asks.
 *
 * The client libraries get real sockets, but peer.c replaces connect(), poll() and a few other calls: every
 * connection leads to the peer, and the peer gets its turn whenever the client waits for it. So there is no
 * thread and no waiting: a wait only advances the extension's clock, which otherwise stands still.
 *
 * The script is a list of turns, with a byte 0xff between them: what the peer sends, after a byte that says
 * how:
 *
 *     0x01  then closes the connection         0x04  unasked, when the client checks for unread bytes
 *     0x02  sends nothing in time              0x05  and a signal interrupts the wait
 *     0x03  resets the connection, with        0x06  refuses the new connection
 *           the client's bytes unread         0x07  again and again, without end
 *
 * A server may repeat what it was sent, which may be secret. These bytes stand for the last value of that kind
 * received on the connection, if there was one:
 *
 *     0xf0  the password       0xf1  the session's id       0xf2  the lock's token
 */
#ifndef CFS_FUZZ_PEER_H
#define CFS_FUZZ_PEER_H

#include "harness.h"
#include <sys/socket.h>

/* The tokens that the extension gets for locks here, without the last two digits, which count them. */
#define PEER_TOKEN "cfsession:0f1e2d3c4b5a69788796a5b4c3d2e1"

/* The peer's end of a connection. */
typedef struct _peer_connection {
	int fd;     /* -1: the peer has closed it */
	int client; /* the other end; of several with this number, the newest has it */
	struct sockaddr_storage address; /* the address that the client asked for */
	socklen_t length;
	fuzz_bytes heard, said;
	size_t heard_before, said_before; /* the lengths of `heard` and `said` at peer_mark() */
} peer_connection;

/* Begin and end an input's script; at the end no connection may be left. `id` is the session's. */
void peer_begin(const uint8_t *script, size_t size, const char *id);
void peer_end(void);

/* What the peer must not send, because a library does not survive it: the peer closes the connection if this
 * holds for the bytes sent so far and the next ones. */
void peer_never_says(bool (*is_deadly)(const peer_connection *connection));

/* Begins a new operation. */
void peer_mark(void);

/* The last token, and whether it is newer than peer_mark(). */
const char *peer_token(void);
bool peer_has_new_token(void);

/* The connections of this input, including closed ones. */
size_t peer_count(void);
peer_connection *peer_at(size_t i);

/* Reads what the client has sent. False: it has closed the connection. */
bool peer_listen(peer_connection *connection);

/* Whether the peer was sent that text, on any connection; ever, or since peer_mark(). */
bool peer_has_heard(const char *text, bool since_mark);

/* Milliseconds of the clock, and the number of bytes sent, since peer_mark(). */
int64_t peer_elapsed(void);
size_t peer_sent(void);

/* What the peer has sent on it since peer_mark(). Of an endless answer, only the beginning. */
const char *peer_said(const peer_connection *connection, size_t *length);

/* Whether the peer has sent these bytes since then, on any connection. */
bool peer_has_said(const void *bytes, size_t length);

#endif

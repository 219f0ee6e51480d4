/*
 * The server at the other end of all connections: it says what an input tells it to, whatever it is asked.
 *
 * The client libraries get sockets as always. What they ask the system for (connect(), poll() and a few
 * more) is answered by peer.c: a connection leads to the peer, wherever it was to lead, and the peer gets
 * its turn whenever somebody waits for it. So there is no thread and no waiting: the clock of the
 * extension, which stands still otherwise, is put forward by what would have been waited for.
 *
 * The script is a list of turns, with a byte 0xff between them: what the peer says then, and in front of it
 * how:
 *
 *     0x01  and closes the connection          0x04  before it is asked: when somebody looks whether it is quiet
 *     0x02  says nothing in time               0x05  and waiting is interrupted by a signal
 *     0x03  resets the connection, with        0x06  refuses the connection that is being made
 *           what it was sent unread           0x07  again and again, without end
 *
 * A server may repeat what it was told, which may be secret. These bytes stand for the last bulk or word of
 * that kind that the connection has heard, if it has:
 *
 *     0xf0  the password       0xf1  the session's id       0xf2  the lock's token
 */
#ifndef CFS_FUZZ_PEER_H
#define CFS_FUZZ_PEER_H

#include "harness.h"
#include <sys/socket.h>

/* What the extension draws for locks here, but for the last two digits, which count them. */
#define PEER_TOKEN "cfsession:0f1e2d3c4b5a69788796a5b4c3d2e1"

/* One end of a connection, the peer's. */
typedef struct _peer_connection {
	int fd;     /* -1: the peer has closed it */
	int client; /* the other end; the newest with a number is the one that has it */
	struct sockaddr_storage address; /* where it was to lead */
	socklen_t length;
	fuzz_bytes heard, said;
	size_t heard_before, said_before; /* what there was of `heard` and `said` at peer_mark() */
} peer_connection;

/* Begins with an input's script, and ends: then no connection may be left. `id` is that of the session. */
void peer_begin(const uint8_t *script, size_t size, const char *id);
void peer_end(void);

/* What the peer never says, because a library does not survive it: it closes the connection where this holds
 * of what it has said, and is about to say, on it. */
void peer_never_says(bool (*is_deadly)(const peer_connection *connection));

/* From now on something new is said. */
void peer_mark(void);

/* The last token that was drawn, and whether that was since then. */
const char *peer_token(void);
bool peer_has_new_token(void);

/* The connections of this input, closed ones among them. */
size_t peer_count(void);
peer_connection *peer_at(size_t i);

/* Takes in what the client has sent. False: it has closed the connection. */
bool peer_listen(peer_connection *connection);

/* Whether it was told that, on any connection; ever, or since peer_mark(). */
bool peer_has_heard(const char *text, bool since_mark);

/* Milliseconds of the clock, and how many bytes have been sent, since peer_mark(). */
int64_t peer_elapsed(void);
size_t peer_sent(void);

/* What has been said on it since peer_mark(). Of what has no end, only the beginning. */
const char *peer_said(const peer_connection *connection, size_t *length);

/* Whether these bytes have been said since then, on any connection. */
bool peer_has_said(const void *bytes, size_t length);

#endif

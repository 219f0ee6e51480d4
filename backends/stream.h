/*
 * One connected socket: sends and receives bytes in clear or through TLS, each time by a deadline.
 *
 * The protocol on it is the backend's business. A stream belongs to one connection to one server, and to the process
 * that made it: a forked child only closes it.
 */
#ifndef CFS_STREAM_H
#define CFS_STREAM_H

#include "socket.h"
#include "tls.h"

typedef struct _cfs_stream {
	const cfs_server *server; /* where it leads; the stream's owner keeps it */
	php_socket_t socket;      /* -1: none */
	cfs_ssl *ssl;             /* NULL: in clear */
	int64_t blocks;           /* ms that recv() itself waits; 0: it does not */
	bool was_heard;           /* whether a byte has come */
} cfs_stream;

typedef enum _cfs_stream_result {
	CFS_STREAM_DONE,
	CFS_STREAM_TIMEOUT, /* the deadline is over; the caller, which knows its setting, makes the error */
	CFS_STREAM_CLOSED, /* the other end closed the connection; the error says so */
	CFS_STREAM_FAILED  /* the error says why */
} cfs_stream_result;

/* A stream to the server, without a socket yet. */
void cfs_stream_init(cfs_stream *stream, const cfs_server *server);

/* Connects within `timeout` ms; the results are those of cfs_socket_connect(). */
cfs_socket_result cfs_stream_connect(
	cfs_stream *stream, cfs_thread *thread, int64_t timeout, cfs_error *error);

/* Does the handshake of TLS, before anything is sent, by the deadline. */
cfs_stream_result cfs_stream_secure(
	cfs_stream *stream, cfs_thread *thread, int64_t deadline, cfs_error *error);

/* Sends the parts one after the other, by the deadline (see cfs_now()). */
cfs_stream_result cfs_stream_send(
	cfs_stream *stream, const cfs_value *parts, int count, int64_t deadline, cfs_error *error);

/* Reads at least one byte, waiting for it by the deadline. With a deadline of 0 it does not wait: then DONE with
 * nothing read means that nothing has come. */
cfs_stream_result cfs_stream_receive(cfs_stream *stream, char *bytes, size_t room, int64_t deadline,
	size_t *received, cfs_error *error);

/* Whether nothing has come since the last byte was read, not even the end of the connection. */
bool cfs_stream_is_quiet(cfs_stream *stream);

/* Makes recv() itself wait, for up to `ms`, which saves a poll() for each answer; poll() waits for what is then left of a
 * deadline. Does nothing with TLS, or on a system where sending would wait, too. */
void cfs_stream_block(cfs_stream *stream, int64_t ms);

/* Closes the socket and sends nothing: it may be a parent's. */
void cfs_stream_close(cfs_stream *stream);

#endif

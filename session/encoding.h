/*
 * Which software encoded the bytes of a session, as far as they show it. Pure: text in, verdict out.
 */
#ifndef CFS_ENCODING_H
#define CFS_ENCODING_H

#include "../error.h"

/* Whether PHP may have made the bytes with that session.serialize_handler. False, with an error that says what did, and
 * what helps: PHP would destroy such a session, or take it for an empty one and overwrite it. It does not recognise all
 * that other software makes. */
bool cfs_encoding_is_php(
	const char *bytes, size_t length, const char *serialize_handler, cfs_error *error);

#endif

/*
 * What encodes the bytes of a session, as far as it can be told from them. Pure: text in, verdict out.
 */
#ifndef CFS_ENCODING_H
#define CFS_ENCODING_H

#include "error.h"

/* Whether PHP can have made the bytes with that session.serialize_handler. Not everything that others make is
 * recognised. If not, the error says who did and what helps: PHP would destroy such a session, or take it for an
 * empty one and overwrite it. */
bool cfs_encoding_is_php(
	const char *bytes, size_t length, const char *serialize_handler, cfs_error *error);

#endif

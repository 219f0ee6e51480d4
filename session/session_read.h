/*
 * From what is stored to the string that ext/session decodes.
 */
#ifndef CFS_SESSION_READ_H
#define CFS_SESSION_READ_H

#include "session.h"

/* Decompresses the value if it is compressed: then `decompressed` is a new string, the caller's, and `value` points to
 * it; otherwise `decompressed` is NULL. */
bool cfs_session_decompress(const session *session, cfs_value *value, bool persistent,
	zend_string **decompressed, cfs_error *error);

/* Gives ext/session what is stored, as a string that it owns. Allocating that may end the request (memory_limit); then the
 * session is not SESSION_READ. False: PHP must not get it; the error says why. */
bool cfs_session_hand_over(session *session, cfs_value value, zend_string **val, cfs_error *error);

#endif

/*
 * What the settings say about a session. See also cfs_handler_target() and cfs_handler_options().
 */
#ifndef CFS_SESSION_SETTINGS_H
#define CFS_SESSION_SETTINGS_H

#include "session_handler.h"

/* Bytes that a session may have at most. */
size_t cfs_session_value_max(void);

/* PHP's session.serialize_handler, which the ini setting owns. */
const char *cfs_session_serialize_handler(void);

/* Fills in the general options, for servers of the target that have none of their own. */
void cfs_session_options(const cfs_target *target, cfs_options *options);

/* Replaces options by the settings of one server, which take precedence. */
void cfs_session_narrow_options(const cfs_target *target, uint32_t server, cfs_options *options);

#endif

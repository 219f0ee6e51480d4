/*
 * The session save handler "cfsession": ext/session's callbacks.
 */
#ifndef CFS_SESSION_HANDLER_H
#define CFS_SESSION_HANDLER_H

#include "php_cfsession.h"
#include "auto_configure.h"
#include "ext/session/php_session.h"

/* "&ps_mod_cfsession" is what php_session_register_module() takes. */
extern const ps_module ps_mod_cfsession;

/* Ends the session that the request has left open, if there is one: gives back its lock and its connection, and
 * warns of nothing. For the end of every request, after ext/session has had its turn. */
void cfs_handler_end_request(void);

/* What a save path means. Returns a new reference, or NULL with an error. */
cfs_target *cfs_handler_target(const char *save_path, cfs_error *error);

/* What the settings say now of the search for a bound service. */
void cfs_handler_search(cfs_auto_settings *search);

/* Forgets the target that is kept for the next session, because what it was made from has changed. */
void cfs_handler_forget_target(void);

/* The options that hold now for one of the servers of a target that is supported. */
void cfs_handler_options(const cfs_target *target, uint32_t server, cfs_options *options);

#endif

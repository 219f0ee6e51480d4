/*
 * The session save handler "cfsession": ext/session's callbacks.
 */
#ifndef CFS_SESSION_HANDLER_H
#define CFS_SESSION_HANDLER_H

#include "../php_cfsession.h"
#include "../auto_configure.h"
#include "ext/session/php_session.h"

/* "&ps_mod_cfsession" is what php_session_register_module() takes. */
extern const ps_module ps_mod_cfsession;

/* Ends the session that the request has left open, if there is one: releases its lock and its connection, and does not
 * warn. Call it at the end of every request, after ext/session's own end. */
void cfs_handler_end_request(void);

/* {{{ Sessions of a user */

/* The id of the open session, which owns it; NULL: none of ours is open. */
const char *cfs_handler_id(void);

/* Gives the open session a tag, once it is written. False: the error says why not. */
bool cfs_handler_tag(const char *tag, cfs_error *error);

/* Whether this request has given it that tag, written or not. */
bool cfs_handler_is_tagged(const char *tag);

/* A call about tags, made on the open session's store or on another one. CFS_OK or CFS_ERROR. */
typedef cfs_result (*cfs_tag_call)(
	const cfs_tag_calls *calls, cfs_store *store, void *context, cfs_error *error);

cfs_result cfs_handler_ask(cfs_tag_call call, void *context, cfs_error *error);

/* }}} */

/* The target that a save path means. Returns a new reference, or NULL with an error. */
cfs_target *cfs_handler_target(const char *save_path, cfs_error *error);

/* Fills in what the settings now say about the search for a bound service. Its texts belong to the settings. */
void cfs_handler_search(cfs_auto_settings *search);

/* Forgets the target that is kept for the next session, because what it was made from has changed. */
void cfs_handler_forget_target(void);

/* Fills in the options that now apply to one of the target's servers; the build must support the target. */
void cfs_handler_options(const cfs_target *target, uint32_t server, cfs_options *options);

#endif

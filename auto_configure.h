/*
 * Finds the bound session service when PHP starts, and configures it as the store of the sessions.
 */
#ifndef CFS_AUTO_CONFIGURE_H
#define CFS_AUTO_CONFIGURE_H

#include "bindings/bindings.h"

/* Whether to search, and for what. Texts are never NULL. */
typedef struct _cfs_auto_settings {
	bool enabled; /* cfsession.auto_configure */
	cfs_binding_query query;
} cfs_auto_settings;

/* Looks for a bound session service and, if there is one, sets session.save_handler, session.save_path and session.name
 * for all requests. It also sets an unusable service, so that sessions fail instead of going to files. Call it when PHP
 * starts, after the save handler is registered; it warns. */
void cfs_auto_configure(const cfs_auto_settings *settings, const char *handler);
void cfs_auto_shutdown(void);

/* What was found when PHP started; it stays this module's. Its `source` is NULL if nothing was found, or if there was no
 * search. */
const cfs_binding *cfs_auto_binding(void);

/* What that search has seen; it stays this module's. NULL: there was no search. */
const cfs_seen_services *cfs_auto_seen(void);

/* Whether the user has not set this session.save_path: it is empty, or PHP's built-in default for its files. */
bool cfs_auto_is_unwritten(const char *save_path);

/* Searches for the store if cfsession was chosen without a session.save_path, for example in a pool of FPM or by a script.
 * Fills in all of `binding`, which the caller frees with cfs_binding_free(); it has a target or an error. */
void cfs_auto_find_any(const cfs_auto_settings *settings, cfs_binding *binding);

/* Whether the save path is the one that cfs_auto_configure() set. */
bool cfs_auto_is_save_path(const char *save_path);

/* The target of that save path. Returns a new reference, or NULL with an error. */
cfs_target *cfs_auto_target(cfs_error *error);

/* The target of the bound service that `reference` names, with the settings of time limits and keys that `reference` has.
 * Returns a new reference, or NULL with an error. */
cfs_target *cfs_auto_resolve(const cfs_target *reference, cfs_error *error);

/* If the bound service that the target was made from has changed, a new reference to its present target; else NULL. */
cfs_target *cfs_auto_renew(const cfs_target *target);

#endif

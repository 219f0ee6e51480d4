/*
 * The bound session service: found when PHP starts, and made what sessions are kept in.
 */
#ifndef CFS_AUTO_CONFIGURE_H
#define CFS_AUTO_CONFIGURE_H

#include "bindings/bindings.h"

/* What to look for, and whether to. Texts are never NULL. */
typedef struct _cfs_auto_settings {
	bool enabled; /* cfsession.auto_configure */
	cfs_binding_query query;
} cfs_auto_settings;

/* Looks for a bound session service and, if there is one, sets session.save_handler, session.save_path and
 * session.name, for all requests. A service that cannot be used is set too, so that sessions fail and do
 * not slide back to files. To be called when PHP starts, after the save handler is registered; warns. */
void cfs_auto_configure(const cfs_auto_settings *settings, const char *handler);
void cfs_auto_shutdown(void);

/* What was found when PHP started. Its `source` is NULL if nothing was, or if nobody looked. */
const cfs_binding *cfs_auto_binding(void);

/* What was come across. NULL: nobody looked. */
const cfs_seen_services *cfs_auto_seen(void);

/* Whether nobody wrote this session.save_path: it is empty, or the one that PHP was built with for its files. */
bool cfs_auto_is_unwritten(const char *save_path);

/* Looks for what sessions are kept in where cfsession was chosen, be it in a pool of FPM or by a script, and nobody
 * wrote a session.save_path. Fills in the whole of `binding`, which is the caller's to free with
 * cfs_binding_free(); without a target, with an error. */
void cfs_auto_find_any(const cfs_auto_settings *settings, cfs_binding *binding);

/* Whether the save path is the one that was set when PHP started. */
bool cfs_auto_is_save_path(const char *save_path);

/* Its target. Returns a new reference, or NULL with an error. */
cfs_target *cfs_auto_target(cfs_error *error);

/* The target of the bound service that `reference` refers to by its name, with what `reference` says of
 * time and keys. Returns a new reference, or NULL with an error. */
cfs_target *cfs_auto_resolve(const cfs_target *reference, cfs_error *error);

/* Where the bound service that the target was made of says something else by now, the target of that; else
 * NULL. */
cfs_target *cfs_auto_renew(const cfs_target *target);

#endif

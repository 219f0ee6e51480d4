/*
 * From session.save_path to target.
 */
#ifndef CFS_SAVE_PATH_H
#define CFS_SAVE_PATH_H

#include "target.h"

/* Reads a session.save_path. Returns a new reference, or NULL with an error that names the part at
 * fault and never quotes what may be a password. Forms: docs/configuration.md. */
cfs_target *cfs_save_path_parse(const char *save_path, cfs_error *error);

#endif

/*
 * The environment as it was when PHP started.
 */
#ifndef CFS_ENVIRONMENT_H
#define CFS_ENVIRONMENT_H

#include "bindings.h"

/* The value of one of the variables that describe bound services; NULL if it was unset or empty. It belongs to
 * environment.c. */
const char *cfs_environment(const char *name);

#endif

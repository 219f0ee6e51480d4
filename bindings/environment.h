/*
 * The environment as it was when PHP started.
 */
#ifndef CFS_ENVIRONMENT_H
#define CFS_ENVIRONMENT_H

#include "bindings.h"

/* The value of one of the variables that bound services are told in, or NULL if it was not set, or empty.
 * It belongs to this module. */
const char *cfs_environment(const char *name);

#endif

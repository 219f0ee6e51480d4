/*
 * All differences between PHP's versions.
 */
#ifndef CFS_COMPAT_H
#define CFS_COMPAT_H

#include "php.h"

/* A clock that never jumps, in nanoseconds. */
#if PHP_VERSION_ID >= 80300
#include "Zend/zend_hrtime.h"
#define cfs_hrtime() ((uint64_t) zend_hrtime())
#else
#include "ext/standard/hrtime.h"
#define cfs_hrtime() ((uint64_t) php_hrtime_current())
#endif

/* Whether memory_limit has been exceeded. PHP then jumps out of the script at once or, with ZEND_HAS_OOM, at the next safe
 * point. That came with a patch version, so a build for all of them (CFS_ANY_PATCH) checks whether the PHP that has loaded
 * it has the function. */
#if defined(ZEND_HAS_OOM) && defined(CFS_ANY_PATCH)
#pragma weak zend_handle_delayed_oom
#define cfs_is_out_of_memory() \
	(CG(unclean_shutdown) || (zend_handle_delayed_oom != NULL && ZEND_HAS_OOM()))
#elif defined(ZEND_HAS_OOM)
#define cfs_is_out_of_memory() (CG(unclean_shutdown) || ZEND_HAS_OOM())
#else
#define cfs_is_out_of_memory() (CG(unclean_shutdown))
#endif

/* php_random_bytes_silent() */
#if PHP_VERSION_ID >= 80400
#include "ext/random/php_random_csprng.h"
#elif PHP_VERSION_ID >= 80200
#include "ext/random/php_random.h"
#else
#include "ext/standard/php_random.h"
#endif

#endif

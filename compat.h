/*
 * The differences between PHP's versions, all of them.
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

/* Whether memory_limit has been exceeded. PHP jumps out of what it was doing at once, or, where it has
 * ZEND_HAS_OOM, at the next safe point. */
#ifdef ZEND_HAS_OOM
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

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

/* php_random_bytes_silent() */
#if PHP_VERSION_ID >= 80400
#include "ext/random/php_random_csprng.h"
#elif PHP_VERSION_ID >= 80200
#include "ext/random/php_random.h"
#else
#include "ext/standard/php_random.h"
#endif

#endif

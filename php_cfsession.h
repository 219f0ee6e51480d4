#ifndef PHP_CFSESSION_H
#define PHP_CFSESSION_H

#include "php.h"
#include "backends/backend.h"

#define PHP_CFSESSION_VERSION "0.2.0"

extern zend_module_entry cfsession_module_entry;
#define phpext_cfsession_ptr &cfsession_module_entry

/* The cfsession.* settings as they are now; cfsession.c keeps them valid. Times are milliseconds. */
typedef struct _cfs_settings {
	char *prefix; /* owned by the ini entry; "" for the backend's default */
	bool lock;
	bool persistent;
	int64_t lock_wait;
	int64_t lock_ttl; /* 0: the greater of max_execution_time and a minute */
	int64_t connect_timeout;
	int64_t timeout;
	int64_t retry_interval;
	char *sasl_username; /* owned by the ini entries, as prefix and all below */
	char *sasl_password;
	bool auto_configure;
	char *service; /* "" where nothing is set, as all below */
	char *redis_service;
	char *memcached_service;
	char *options_file;
} cfs_settings;

/* clang-format off */
ZEND_BEGIN_MODULE_GLOBALS(cfsession)
	cfs_settings settings;
	cfs_thread thread;
	struct _session *session; /* that is open; session_handler.c's, and of the request's memory */
	/* The save path that was parsed last: it is nearly always the next one too. */
	char *save_path;
	cfs_target *target;
ZEND_END_MODULE_GLOBALS(cfsession)
/* clang-format on */

ZEND_EXTERN_MODULE_GLOBALS(cfsession)
#define CFSESSION_G(v) ZEND_MODULE_GLOBALS_ACCESSOR(cfsession, v)

#if defined(ZTS) && defined(COMPILE_DL_CFSESSION)
ZEND_TSRMLS_CACHE_EXTERN()
#endif

#endif

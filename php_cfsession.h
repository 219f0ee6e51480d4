#ifndef PHP_CFSESSION_H
#define PHP_CFSESSION_H

#include "php.h"
#include "backends/backend.h"
#include "session/compression.h"

#define PHP_CFSESSION_VERSION "0.2.0"

extern zend_module_entry cfsession_module_entry;
#define phpext_cfsession_ptr &cfsession_module_entry

/* The cfsession.* settings as they are now; cfsession.c keeps them valid. Times are milliseconds. */
typedef struct _cfs_settings {
	char *prefix; /* owned by the ini entry; "" for the backend's default */
	cfs_lock_mode lock;
	bool persistent;
	int64_t lock_wait;
	int64_t lock_lease;
	int64_t lock_ttl;      /* 0: as long as the request lives */
	uint32_t lock_waiters; /* 0: any number */
	bool lock_readonly;    /* cfsession.lock_failure */
	int64_t failover_wait;
	cfs_compression compression; /* of what is written; what is read tells */
	uint32_t compression_level;
	uint32_t compression_threshold; /* bytes; smaller ones stay as they are */
	int64_t first_lifetime;         /* 0: the usual lifetime */
	bool store_empty;
	int64_t connect_timeout;
	int64_t timeout;
	int64_t retry_interval;
	char *sasl_username; /* the ini entries own it, prefix, and all below */
	char *sasl_password;
	bool auto_configure;
	char *service; /* "": not set; the same for all below */
	char *redis_service;
	char *memcached_service;
	char *options_file;
} cfs_settings;

/* clang-format off */
ZEND_BEGIN_MODULE_GLOBALS(cfsession)
	cfs_settings settings;
	cfs_thread thread;
	cfs_compressor compressor;
	struct _session *session; /* that is open: session/session.h */
	zend_string *made; /* id of the session that this request made last, or NULL */
	bool returned;     /* it has read a session that it did not make: the visitor is not new */
	struct _moved *moved;     /* that goes on under a new id: session/session.h */
	cfs_tagging *tagging;     /* memory of an earlier session, for the next; NULL: none */
	cfs_tagged tagged;        /* what cfsession_tagged() has found, until the end of the request */
	/* The save path that was parsed last, which is nearly always the next one, too. */
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

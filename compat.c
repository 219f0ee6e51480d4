/*
 * What a build for all patch versions of a PHP (CFS_ANY_PATCH, which scripts/dist sets) has to bring itself: the headers
 * that it is built with may be newer than the PHP that loads it.
 */
#include "compat.h"
#include "Zend/zend_smart_str.h"

#if defined(CFS_ANY_PATCH) && defined(ZEND_HAS_OOM)

/* The headers' inline functions call this; those that cfsession uses never set `fallible`. */
bool ZEND_FASTCALL smart_str_ferealloc(smart_str *text, size_t length, bool fallible)
{
	ZEND_ASSERT(!fallible);
	smart_str_erealloc(text, length);
	return true;
}

#endif

/*
 * Preloaded for sanitizer runs: PHP loads extensions with RTLD_DEEPBIND, with which the sanitizers'
 * runtime does not work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int);

	*(void **) &next = dlsym(RTLD_NEXT, "dlopen");
	return next(file, mode & ~RTLD_DEEPBIND);
}

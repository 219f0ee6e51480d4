/*
 * Preloaded for sanitizer runs: removes RTLD_DEEPBIND, with which PHP loads extensions and the
 * sanitizers' runtime does not work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

void *dlopen(const char *file, int mode)
{
	void *(*next)(const char *, int);

	*(void **) &next = dlsym(RTLD_NEXT, "dlopen");
	return next(file, mode & ~RTLD_DEEPBIND);
}

/*
 * Preloaded into PHP, advances that process' monotonic clock: by one second for each byte of the file that the
 * environment variable LATER names.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
	const char *file = getenv("LATER");
	struct stat status;
	int result = (int) syscall(SYS_clock_gettime, clock, now);

	if (result == 0 && clock == CLOCK_MONOTONIC && file && stat(file, &status) == 0) {
		now->tv_sec += status.st_size;
	}
	return result;
}

/*
 * bare-STORE ADDRESS [OPTION]: takes orders, a line each:
 *
 *   load NAME FILE WAITS ID [ID]   the recording FILE is the request NAME to the session ID; the second one is
 *                            that which it changed to; what is sent after so many waits for answers is posted;
 *                            answers "done"
 *   run NAME COUNT FIRST STEP   does so many requests and answers with the nanoseconds they took; the first is
 *                            to the session with the number FIRST, the next one to that with FIRST + STEP, ...
 */
#include "bare.h"
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REQUESTS_MAX 64
#define BURSTS_MAX   16
#define SLOTS_MAX    64
#define ID_LENGTH    32

/* A place where an id stands. */
typedef struct _slot {
	char *bytes;
	int which;
} slot;

typedef struct _request {
	bare_burst bursts[BURSTS_MAX];
	slot slots[SLOTS_MAX];
	int burst_count, slot_count;
	char name[32];
} request;

static request requests[REQUESTS_MAX];
static int request_count;

void bare_die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void *bare_allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		bare_die("out of memory");
	}
	return memory;
}

static request *find(const char *name)
{
	for (int i = 0; i < request_count; i++) {
		if (strcmp(requests[i].name, name) == 0) {
			return &requests[i];
		}
	}
	return NULL;
}

/* {{{ Recordings */

static void find_ids(request *request, const bare_burst *burst, const char *id, int which)
{
	for (size_t i = 0; i + ID_LENGTH <= burst->length; i++) {
		if (memcmp(burst->bytes + i, id, ID_LENGTH) == 0) {
			if (request->slot_count == SLOTS_MAX) {
				bare_die("%s has too many ids", request->name);
			}
			request->slots[request->slot_count++] = (slot){burst->bytes + i, which};
		}
	}
}

static void read_burst(bare_burst *burst, FILE *file, size_t length)
{
	burst->length = length;
	burst->bytes = bare_allocate(length + 1);
	if (fread(burst->bytes, 1, length, file) != length || fgetc(file) != '\n') {
		bare_die("the recording is cut short");
	}
}

static void read_recording(request *request, FILE *file)
{
	char line[64];

	request->burst_count = request->slot_count = 0;
	while (fgets(line, sizeof(line), file)) {
		bare_burst *burst = &request->bursts[request->burst_count++];
		size_t length;

		if (request->burst_count == BURSTS_MAX) {
			bare_die("%s has too many bursts", request->name);
		}
		memset(burst, 0, sizeof(*burst));
		if (sscanf(line, "burst %zu", &length) == 1) {
			read_burst(burst, file, length);
		} else {
			burst->connects = true;
		}
	}
}

static void load(const char *name, const char *path, int waits, const char *const ids[2])
{
	request *request = find(name);
	FILE *file = fopen(path, "r");

	if (!file || strlen(ids[0]) != ID_LENGTH || strlen(ids[1]) != ID_LENGTH ||
		request_count == REQUESTS_MAX) {
		bare_die("cannot load %s from %s", name, path);
	}
	if (!request) {
		request = &requests[request_count++];
		snprintf(request->name, sizeof(request->name), "%s", name);
	}
	read_recording(request, file);
	fclose(file);
	for (int i = 0; i < request->burst_count; i++) {
		bare_burst *burst = &request->bursts[i];

		if (!burst->connects) {
			find_ids(request, burst, ids[0], 0);
			if (strcmp(ids[0], ids[1]) != 0) {
				find_ids(request, burst, ids[1], 1);
			}
			burst->posted = waits-- <= 0;
			bare_prepare(burst);
		}
	}
	puts("done");
}

/* }}} */

/* {{{ Requests */

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t) time.tv_sec * 1000000000 + time.tv_nsec;
}

static void set_ids(request *request, long number, long next)
{
	char ids[2][ID_LENGTH + 1];

	snprintf(ids[0], sizeof(ids[0]), "bare%028ld", number);
	snprintf(ids[1], sizeof(ids[1]), "bare%028ld", next);
	for (int i = 0; i < request->slot_count; i++) {
		memcpy(request->slots[i].bytes, ids[request->slots[i].which], ID_LENGTH);
	}
}

static void run(const char *name, const bare_server *server, long count, long first, long step)
{
	request *request = find(name);
	int64_t began = now();

	if (!request) {
		bare_die("%s is not loaded", name);
	}
	for (long i = 0; i < count; i++) {
		set_ids(request, first + i * step, first + (i + 1) * step);
		for (int j = 0; j < request->burst_count; j++) {
			if (request->bursts[j].connects) {
				bare_connect(server);
			} else {
				bare_send(&request->bursts[j]);
			}
		}
	}
	printf("%lld\n", (long long) (now() - began));
}

/* }}} */

int main(int argc, char **argv)
{
	char line[4096];
	const bare_server server = {argv[1], argc > 2 ? argv[2] : NULL};

	if (argc < 2) {
		bare_die("usage: %s ADDRESS [OPTION]", argv[0]);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Else malloc() gives large blocks back to the system, and gets them anew for each request. */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	bare_connect(&server);
	while (fgets(line, sizeof(line), stdin)) {
		char name[32], path[3000], ids[2][64];
		long count, first, step;
		int waits;
		int words =
			sscanf(line, "load %31s %2999s %d %63s %63s", name, path, &waits, ids[0], ids[1]);

		if (words >= 4) {
			load(name, path, waits, (const char *const[2]){ids[0], words == 5 ? ids[1] : ids[0]});
		} else if (sscanf(line, "run %31s %ld %ld %ld", name, &count, &first, &step) == 4) {
			run(name, &server, count, first, step);
		} else {
			bare_die("what is this? %s", line);
		}
	}
	return 0;
}

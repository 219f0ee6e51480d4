/*
 * What the search for the session service has seen, and why it went on: so that people can see a name that is almost
 * right.
 */
#include "service.h"

/* How many entries to keep; more would not help people. */
#define SEEN_MAX 100

/* Makes a printable copy by way of an error, whose text always is. */
static char *printable(const char *text)
{
	cfs_error clean;

	cfs_error_set(&clean, "%s", text);
	return pestrdup(clean.message, 1);
}

/* Adds an entry, and takes ownership of its texts that are not static. */
static void add(cfs_seen_services *seen, cfs_seen_service entry)
{
	seen->list = safe_perealloc(seen->list, seen->count + 1, sizeof(entry), 0, 1);
	seen->list[seen->count++] = entry;
}

void cfs_seen_add(cfs_seen_services *seen, const char *name, const char *type, const char *source,
	const char *reason, int nearness)
{
	if (seen->count < SEEN_MAX || !reason) {
		add(seen,
			(cfs_seen_service){
				printable(name), type, source, reason ? pestrdup(reason, 1) : NULL, nearness});
	}
}

void cfs_seen_add_source(
	cfs_seen_services *seen, const char *source, const char *reason, int nearness)
{
	add(seen, (cfs_seen_service){NULL, NULL, source, pestrdup(reason, 1), nearness});
}

void cfs_seen_free(cfs_seen_services *seen)
{
	for (uint32_t i = 0; i < seen->count; i++) {
		if (seen->list[i].name) {
			pefree(seen->list[i].name, 1);
		}
		if (seen->list[i].reason) {
			pefree(seen->list[i].reason, 1);
		}
	}
	if (seen->list) {
		pefree(seen->list, 1);
	}
}

void cfs_seen_summary(const cfs_seen_services *seen, cfs_error *summary)
{
	const cfs_seen_service *nearest = NULL;

	for (uint32_t i = 0; i < seen->count; i++) {
		if (seen->list[i].reason && (!nearest || seen->list[i].nearness > nearest->nearness)) {
			nearest = &seen->list[i];
		}
	}
	if (!nearest) {
		cfs_error_set(summary, "nothing in the environment names a bound service");
	} else if (nearest->name) {
		cfs_error_set(summary, "the bound service \"%.80s\" (%s) is not used: %.300s",
			nearest->name, nearest->source, nearest->reason);
	} else {
		cfs_error_set(summary, "%s %.300s", nearest->source, nearest->reason);
	}
}

#include "health.h"

/* s; how long the test session stays if the process dies meanwhile. */
#define LIFETIME 60

/* That many random slots miss one of three nodes in one look out of six hundred. */
#define SESSIONS_IN_CLUSTER 16

/* {{{ A session of its own */

static bool failed_to(const char *attempt, const char *reason, cfs_error *error)
{
	cfs_error told = *error;
	bool refused = told.refused;

	cfs_error_set(error, "cannot %s: %s", attempt, reason ? reason : told.message);
	error->refused = refused;
	return false;
}

static bool write_session(
	const cfs_backend *backend, cfs_store *store, cfs_value value, cfs_error *error)
{
	cfs_value unused;
	cfs_result result = backend->write(store, value, LIFETIME, &unused, error);

	return result == CFS_OK ||
		failed_to("write the session",
			result == CFS_ERROR ? NULL : "it was lost before it was written", error);
}

static bool read_session(const cfs_backend *backend, cfs_store *store, const char *id,
	cfs_value written, cfs_error *error)
{
	cfs_value value = {NULL, 0};
	cfs_result result =
		backend->start(store, id, LIFETIME, /* only_existing */ false, &value, error);

	if (result == CFS_ERROR) {
		return failed_to("read the session", NULL, error);
	}
	if (written.bytes && (result != CFS_OK || !cfs_value_is(value, written))) {
		return failed_to("read the session", "it did not have what had been written", error);
	}
	return true;
}

static bool keep_session(
	const cfs_backend *backend, cfs_store *store, const char *id, cfs_error *error)
{
	static const cfs_value nothing = {NULL, 0},
						   session = {"doctor|b:1;", sizeof("doctor|b:1;") - 1};

	return read_session(backend, store, id, nothing, error) &&
		write_session(backend, store, session, error) &&
		read_session(backend, store, id, session, error) &&
		(backend->destroy(store, id, error) == CFS_OK ||
			failed_to("destroy the session", NULL, error));
}

static bool keep_new_session(
	cfs_thread *thread, cfs_target *target, const cfs_options *options, cfs_error *error)
{
	const cfs_backend *backend = cfs_backend_named(target->backend);
	char token[CFS_TOKEN_SIZE];
	char *id = token + strlen(CFS_TOKEN_MARK);
	cfs_store *store;
	bool kept;

	if (!cfs_make_token(thread, token, error)) {
		return false;
	}
	store = backend->open(thread, target, options);
	token[CFS_TOKEN_ID_LENGTH] = '\0';
	kept = keep_session(backend, store, id, error);
	if (backend->holds_lock(store)) {
		cfs_error of_no_interest;

		backend->release(store, &of_no_interest);
	}
	backend->close(store);
	return kept;
}

bool cfs_keeps_sessions(
	cfs_thread *thread, cfs_target *target, const cfs_options *options, cfs_error *error)
{
	int count = target->topology == CFS_CLUSTER ? SESSIONS_IN_CLUSTER : 1;

	for (int i = 0; i < count; i++) {
		if (!keep_new_session(thread, target, options, error)) {
			return false;
		}
	}
	return true;
}

/* }}} */

static bool has_one_of(const char *message, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(message, words[i])) {
			return true;
		}
	}
	return false;
}

const char *cfs_health_word(bool reachable, const cfs_error *error)
{
	/* A full memcached may refuse any command. */
	static const char *const full[] = {" said \"OOM", " is out of memory"};
	static const char *const refused[] = {" said \"", " refused database ", " is a replica"};
	/* A sentinel, or a proxy: its refusal is not about writing. */
	static const char *const unfit[] = {" said \"ERR unknown command"};

	if (reachable && !*error->message) {
		return "well";
	}
	if (error->refused) {
		return "login refused";
	}
	if (has_one_of(error->message, full, sizeof(full) / sizeof(full[0]))) {
		return "full";
	}
	if (!has_one_of(error->message, refused, sizeof(refused) / sizeof(refused[0]))) {
		return reachable ? "fails" : "unreachable";
	}
	return reachable && !has_one_of(error->message, unfit, sizeof(unfit) / sizeof(unfit[0]))
		? "refuses writes"
		: "fails";
}

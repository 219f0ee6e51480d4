#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session_write.h"
#include "session_caller.h"
#include "session_read.h"
#include "session_settings.h"
#include "session_tags.h"

const char cfs_write_attempt[] = "write the session";

/* {{{ Whether it may be written */

static bool has_bytes(cfs_value value, const zend_string *string)
{
	return cfs_value_is(value, cfs_value_of(string));
}

/* Whether what is stored is that text, perhaps compressed. CFS_OK; CFS_LOST: it is not; or CFS_ERROR. */
static cfs_result compare(
	const session *session, cfs_value stored, const zend_string *text, cfs_error *error)
{
	zend_string *decompressed;
	bool is_same;

	if (!cfs_session_decompress(session, &stored, /* persistent */ true, &decompressed, error)) {
		return CFS_ERROR;
	}
	is_same = has_bytes(stored, text);
	cfs_forget_string(&decompressed);
	return is_same ? CFS_OK : CFS_LOST;
}

/* Notes what is stored now, in memory to which memory_limit does not apply. CFS_OK; or CFS_CHANGED: it cannot be
 * decompressed. */
static cfs_result keep_known(session *session, cfs_value stored, cfs_error *error)
{
	zend_string *decompressed;

	cfs_merged_free(&session->known);
	if (!cfs_session_decompress(session, &stored, /* persistent */ true, &decompressed, error)) {
		return CFS_CHANGED;
	}
	session->known.bytes = pestrndup(stored.length ? stored.bytes : "", stored.length, 1);
	session->known.length = stored.length;
	cfs_forget_string(&decompressed);
	return CFS_OK;
}

/* A class that extends SessionHandler may write more than once, but the first write released the lock. Takes it again; that
 * counts as never released if the session is still as we left it. */
static cfs_result resume(session *session, cfs_error *error)
{
	zend_string *left = session->value;
	cfs_value value = {"", 0};
	cfs_result result;

	session->value = NULL;
	result = cfs_session_start(session, session->id, session->lifetime, false, &value, error);
	if (result == CFS_OK && session->merges) {
		session->value = left;
		result = keep_known(session, value, error);
		session->state = result == CFS_OK ? SESSION_READ : SESSION_IDLE;
		return result;
	}
	if (result == CFS_OK && session->locks) {
		result = compare(session, value, left, error);
	}
	if (result != CFS_ERROR) {
		/* A lost session stays lost, however often the class tries. */
		session->state = result == CFS_OK ? SESSION_READ : SESSION_IDLE;
	}
	zend_string_release(left);
	return result;
}

/* Whether the id is not the one that was read. A class may read one id and write another, or (as Symfony's strict mode
 * does) take the id that PHP has made in place of an unknown one for new without asking. */
static bool is_unread_id(const session *session, const zend_string *key)
{
	return session && cfs_is_called_by_class() && !cfs_session_is_started(session, key) &&
		cfs_session_is_valid_id(session, key);
}

/* Makes the session continue on another store, which has another id. */
static void change_store(session *session, cfs_store *store, zend_string *id, zend_string *value)
{
	cfs_session_take_store(session, store, /* locks */ true);
	cfs_keep_string(&session->id, id);
	cfs_keep_string(&session->value, value);
	session->state = SESSION_READ;
}

/* Switches to that id if nothing is stored for it, or exactly what would be written. CFS_LOST: something else is stored,
 * which must not be overwritten; then, and after an error, the session keeps its id. */
static cfs_result start_unread(
	session *session, zend_string *key, zend_string *val, zend_long lifetime, cfs_error *error)
{
	const cfs_backend *backend = session->backend;
	attempts attempts = {0, 0};
	cfs_result result;

	CFSESSION_G(thread).counters.starts++;
	do {
		cfs_store *store = cfs_session_open_store(session, /* locks */ true);
		cfs_value value = {"", 0};

		bool absent;

		result = backend->start(store, ZSTR_VAL(key), lifetime, false, &value, error);
		absent = result == CFS_ABSENT;
		if (result == CFS_OK) {
			result = compare(session, value, val, error);
		}
		if (absent || result == CFS_OK) {
			change_store(session, store, key, val);
			session->lifetime = lifetime;
			session->absent = absent;
			return CFS_OK;
		}
		cfs_session_release_store(backend, store);
	} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	return result;
}

void cfs_session_warn_unread(void)
{
	cfs_warn_plainly(cfs_write_attempt,
		"this request has not read it completely, and would overwrite what is stored; nothing was "
		"written");
}

/* Takes the lock, unless the session has it. */
static cfs_result prepare_write(
	session *session, zend_string *key, zend_string *val, zend_long lifetime, cfs_error *error)
{
	if (!cfs_session_is_started(session, key)) {
		return start_unread(session, key, val, lifetime, error);
	}
	return session->state == SESSION_WRITTEN ? resume(session, error) : CFS_OK;
}

/* The variables in $_SESSION; NULL: it is no array. */
static HashTable *session_variables(void)
{
	zval *variables = zend_hash_str_find_ind(&EG(symbol_table), "_SESSION", strlen("_SESSION"));

	if (variables) {
		ZVAL_DEREF(variables);
	}
	return variables && Z_TYPE_P(variables) == IS_ARRAY ? Z_ARRVAL_P(variables) : NULL;
}

static bool has_bar(const zend_string *name)
{
	return name && memchr(ZSTR_VAL(name), '|', ZSTR_LEN(name));
}

/* Whether the text is empty only because PHP could not encode the session: "php" puts a "|" after each name, and gives up at
 * a name that contains one. */
static bool is_unencoded(const session *session, const zend_string *key, const zend_string *val)
{
	HashTable *variables;
	zend_string *name;

	if (ZSTR_LEN(val) || !cfs_session_is_started(session, key) ||
		strcmp(cfs_session_serialize_handler(), "php") != 0 || !(variables = session_variables())) {
		return false;
	}
	ZEND_HASH_FOREACH_STR_KEY(variables, name)
	{
		if (has_bar(name)) {
			return true;
		}
	}
	ZEND_HASH_FOREACH_END();
	return false;
}

bool cfs_session_may_write(session *session, zend_string *key, zend_string *val, zend_long lifetime)
{
	cfs_error error;
	bool is_unread = is_unread_id(session, key);
	cfs_result result;

	if (!cfs_session_has_read(session, key) && !is_unread) {
		cfs_session_warn_unread();
		return false;
	}
	if (cfs_session_is_inherited(session)) {
		cfs_warn_plainly(cfs_write_attempt,
			"it belongs to the process from which this one was forked, which will write "
			"it; nothing was written here");
		return false;
	}
	if (session->has_gone) {
		session->reported = true;
		cfs_warn_plainly(cfs_write_attempt,
			"it was destroyed by its tag (cfsession_destroy_tagged()) while it got a new id; "
			"nothing "
			"was written");
		return false;
	}
	if (is_unencoded(session, key, val)) {
		session->reported = true;
		cfs_warn_plainly(cfs_write_attempt,
			"the name of a variable has a vertical bar, which session.serialize_handler \"php\" "
			"cannot encode: take another name, or \"php_serialize\"; nothing was written");
		return false;
	}
	result = prepare_write(session, key, val, lifetime, &error);
	session->reported = result != CFS_OK;
	if (is_unread && result == CFS_LOST) {
		cfs_session_warn_unread();
	} else if (result == CFS_LOST || result == CFS_ABSENT) {
		cfs_warn_plainly(cfs_write_attempt,
			result == CFS_LOST ? "another request has changed it since this one first wrote it; "
								 "nothing was written"
							   : "it was destroyed or has expired since this request first wrote "
								 "it; nothing was written");
	} else if (result != CFS_OK) {
		cfs_warn(cfs_write_attempt, &error);
	}
	return result == CFS_OK;
}

bool cfs_session_is_cut_off(const session *session)
{
	const HashTable *variables;

	if (!CG(unclean_shutdown) || !cfs_is_called_by_class() || !session->value ||
		ZSTR_LEN(session->value) == 0) {
		return false;
	}
	variables = session_variables();
	return !variables || zend_hash_num_elements(variables) == 0;
}

/* }}} */

/* {{{ Merging: what others have stored since we read the session, with what this request has changed */

/* How often to try without the lock. */
#define UNLOCKED_MAX 4

/* Merges `ours`, which this request wants to write, with what is stored now; `merged` stays zeroed if `ours` can be written
 * as it is. CFS_CHANGED: they cannot be merged, and the error says why. */
static cfs_result merge_known(
	session *session, const zend_string *ours, cfs_merged *merged, cfs_error *error)
{
	cfs_value known = {session->known.bytes, session->known.length};
	cfs_error reason;

	cfs_merged_free(merged);
	if (!session->known.bytes || has_bytes(known, session->value)) {
		return CFS_OK;
	}
	if (cfs_merge(cfs_session_serialize_handler(), cfs_value_of(session->value), known,
			cfs_value_of(ours), cfs_session_value_max(), merged, &reason) == CFS_MERGED) {
		return CFS_OK;
	}
	cfs_error_set(error,
		"another request has changed it since it was read, and the two cannot be merged "
		"(cfsession.lock=merge): %s; nothing was written",
		reason.message);
	return CFS_CHANGED;
}

/* The value in the form in which it will be stored: as it is, or compressed into *buffer, which the caller sets to NULL
 * before and frees with pefree(). A value that looks compressed to us or to phpredis is compressed whatever its length:
 * stored as it is, it could not be read back. */
static cfs_value compressed(const session *session, cfs_value value, char **buffer)
{
	const cfs_settings *settings = &CFSESSION_G(settings);
	cfs_compression compression = settings->compression, looks;
	size_t size, length;
	bool must;

	if (!session->backend->compressed) {
		return value;
	}
	looks = cfs_compression_of(value);
	must = cfs_compression_version(looks) ||
		(compression == CFS_COMPRESSION_LZ4 && cfs_compression_misleads(value));
	if (!must && (!compression || value.length < settings->compression_threshold)) {
		return value;
	}
	/* The room is smaller than the value, so compressing fails if that saves nothing. */
	size = must ? cfs_compressed_max(value.length) : MAX(value.length, 1) - 1;
	*buffer = pemalloc(size + 1, 1);
	length = cfs_compress(&CFSESSION_G(compressor), compression ? compression : looks,
		(int) settings->compression_level, value, *buffer, size);
	if (!length) {
		return value;
	}
	CFSESSION_G(thread).counters.compressions++;
	return (cfs_value){*buffer, length};
}

cfs_result cfs_session_write_once(
	session *session, cfs_value value, zend_long lifetime, cfs_value *stored, cfs_error *error)
{
	attempts attempts = {0, 0};
	char *buffer = NULL;
	cfs_value as_stored = compressed(session, value, &buffer);
	cfs_result result;

	lifetime = cfs_session_lifetime_of(session, lifetime);
	do {
		result = cfs_session_attach_tags(session, lifetime, cfs_session_changes_id(session), error);
		if (result == CFS_OK) {
			result = session->backend->write(session->store, as_stored, lifetime, stored, error);
		}
		cfs_session_detach_tags(session);
	} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	if (buffer) {
		pefree(buffer, 1);
	}
	return result;
}

static cfs_result take_lock(session *session, cfs_value *stored, cfs_error *error)
{
	attempts attempts = {0, 0};
	cfs_result result;

	do {
		result = session->backend->lock(session->store, stored, error);
	} while (cfs_session_is_to_repeat(session, &attempts, result, error));
	return result;
}

cfs_result cfs_session_write_merging(
	session *session, const zend_string *ours, zend_long lifetime, cfs_error *error)
{
	int64_t until = 0;
	bool has_lock = false;
	cfs_merged merged = {NULL, 0, 0};
	cfs_value stored = {"", 0};
	cfs_result result = merge_known(session, ours, &merged, error);

	for (int tries = 1; result == CFS_OK; tries++) {
		cfs_value value =
			merged.bytes ? (cfs_value){merged.bytes, merged.length} : cfs_value_of(ours);

		result = cfs_session_write_once(session, value, lifetime, &stored, error);
		if (result != CFS_CHANGED && result != CFS_BUSY) {
			break;
		}
		if (has_lock && cfs_now() > until) {
			result = CFS_LOST;
		} else if (!has_lock && (result == CFS_BUSY || tries == UNLOCKED_MAX)) {
			stored = (cfs_value){"", 0};
			result = take_lock(session, &stored, error);
			has_lock = true;
			until = cfs_now() + CFSESSION_G(settings).timeout;
		} else {
			result = CFS_OK;
		}
		/* Another request has stored it. */
		session->absent = session->absent && !stored.length;
		if (result == CFS_OK) {
			result = keep_known(session, stored, error);
		}
		if (result == CFS_OK) {
			result = merge_known(session, ours, &merged, error);
		}
	}
	if (result == CFS_OK && merged.bytes) {
		CFSESSION_G(thread).counters.merges++;
		CFSESSION_G(thread).counters.merge_conflicts += merged.conflicts;
	}
	cfs_merged_free(&merged);
	return result;
}

/* }}} */

zend_result cfs_session_written(session *session, cfs_result result, const cfs_error *error)
{
	session->reported = result != CFS_OK;
	switch (result) {
		case CFS_OK:
			session->state = SESSION_WRITTEN;
			return SUCCESS;
		case CFS_LOST:
			session->state = SESSION_IDLE;
			CFSESSION_G(thread).counters.lost_locks += session->locks;
			cfs_warn_plainly(cfs_write_attempt,
				session->locks
					? "its lock was lost before this request had finished: the process was "
					  "stopped or could not reach the server for longer than "
					  "cfsession.lock_lease, or held the lock for longer than "
					  "cfsession.lock_ttl, or another request wrote the session without a "
					  "lock; nothing was written"
					: "another request has written it, and this one cannot know whether "
					  "it is still the same session: it has run for more than nine "
					  "minutes, or others write all the time; nothing was written");
			return FAILURE;
		case CFS_UNKNOWN:
			session->state = SESSION_IDLE;
			CFSESSION_G(thread).counters.lost_locks += session->locks;
			cfs_warn_plainly(cfs_write_attempt,
				"the connection broke, and before the second attempt the lock was lost or the "
				"session destroyed; whether the first attempt wrote it is not known");
			return FAILURE;
		case CFS_ABSENT:
			session->state = SESSION_IDLE;
			cfs_warn_plainly(cfs_write_attempt,
				"it was destroyed or has expired since it was read; nothing was written");
			return FAILURE;
		case CFS_CHANGED:
			session->state = SESSION_IDLE;
			cfs_warn(cfs_write_attempt, error);
			return FAILURE;
		default:
			/* If the outcome is in doubt, the script may try again. */
			cfs_warn(cfs_write_attempt, error);
			return FAILURE;
	}
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session_read.h"
#include "session_caller.h"
#include "session_settings.h"
#include "encoding.h"
#include "../compat.h"

/* The value that cfs_session_start() gave, if the backend already has it as a string; else NULL. */
static zend_string *string_of(const session *session)
{
	const cfs_backend *backend = session->backend;

	return backend->string ? backend->string(session->store) : NULL;
}

static bool fits_into_memory(size_t length, cfs_error *error)
{
	if (cfs_fits_into_memory(length)) {
		return true;
	}
	cfs_error_set(error, "its %zu bytes do not fit into memory_limit", length);
	return false;
}

/* Whether PHP may have encoded the bytes; a class may store anything. */
static bool is_readable(cfs_value value, cfs_error *error)
{
	return cfs_is_called_by_class() ||
		cfs_encoding_is_php(value.bytes, value.length, cfs_session_serialize_handler(), error);
}

bool cfs_session_decompress(const session *session, cfs_value *value, bool persistent,
	zend_string **decompressed, cfs_error *error)
{
	cfs_compression compression =
		session->backend->compressed ? cfs_compression_of(*value) : CFS_COMPRESSION_NONE;
	size_t length;
	zend_string *string;

	*decompressed = NULL;
	if (!cfs_compression_version(compression)) {
		return true;
	}
	if (!cfs_decompressed_length(compression, *value, cfs_session_value_max(), &length, error) ||
		(!persistent && !fits_into_memory(length, error))) {
		return false;
	}
	string = zend_string_alloc(length, persistent);
	if (!cfs_decompress(
			&CFSESSION_G(compressor), compression, *value, ZSTR_VAL(string), length, error)) {
		zend_string_free(string);
		return false;
	}
	ZSTR_VAL(string)[length] = '\0';
	CFSESSION_G(thread).counters.decompressions++;
	*value = (cfs_value){ZSTR_VAL(string), length};
	*decompressed = string;
	return true;
}

bool cfs_session_hand_over(session *session, cfs_value value, zend_string **val, cfs_error *error)
{
	zend_string *decompressed, *string = string_of(session);

	if (!cfs_session_decompress(session, &value, /* persistent */ false, &decompressed, error)) {
		return false;
	}
	if ((!decompressed && !string && !fits_into_memory(value.length, error)) ||
		!is_readable(value, error)) {
		cfs_forget_string(&decompressed);
		return false;
	}
	if (decompressed) {
		*val = decompressed;
	} else if (string) {
		*val = zend_string_copy(string);
	} else if (value.length) {
		*val = zend_string_init(value.bytes, value.length, /* persistent */ false);
	} else {
		*val = ZSTR_EMPTY_ALLOC();
	}
	cfs_keep_string(&session->value, *val);
	session->state = SESSION_READ;
	return true;
}

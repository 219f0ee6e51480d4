#include "credentials.h"

names cfs_uri_names = {"uri", "url", "redisUrl", "redisUri", "redisurl", "redisuri", "redissUrl",
	"redissUri", "redissurl", "redissuri", "service_uri", "composed.0", NULL};
/* Not secondaryKey, admin_password. */
names cfs_password_names = {
	"password", "Password", "pass", "primaryKey", "auth_token", "authentication.password", NULL};
names cfs_tls_port_names = {"tls_port", "sslPort", "ssl_port", NULL};

void cfs_reader_fail(reader *reader, const char *name, const char *wanted)
{
	if (!reader->failed) {
		cfs_error_set(reader->error, "the field \"%s\" has to be %s", name, wanted);
		reader->failed = true;
	}
}

void cfs_reader_fail_plainly(reader *reader, const char *reason)
{
	if (!reader->failed) {
		cfs_error_set(reader->error, "%s", reason);
		reader->failed = true;
	}
}

static zval *value_of(reader *reader, const char *name)
{
	zval *value = reader->inner ? cfs_document_at(reader->inner, name) : NULL;

	if (!value) {
		value = cfs_document_at(reader->outer, name);
	}
	if (value && Z_TYPE_P(value) == IS_STRING && Z_STRLEN_P(value) == 0) {
		return NULL;
	}
	return value;
}

zval *cfs_reader_find(reader *reader, names list, const char **name)
{
	for (; *list; list++) {
		zval *value = value_of(reader, *list);

		if (value) {
			*name = *list;
			return value;
		}
	}
	return NULL;
}

const char *cfs_reader_text(reader *reader, names list)
{
	const char *name, *found = NULL;
	zval *value = cfs_reader_find(reader, list, &name);

	if (!value) {
		return NULL;
	}
	if (Z_TYPE_P(value) == IS_LONG) {
		convert_to_string(value);
	}
	if (Z_TYPE_P(value) != IS_STRING) {
		cfs_reader_fail(reader, name, "a string or a whole number");
	} else if (!cfs_document_is_text(value, &found) || !cfs_is_printable(found)) {
		cfs_reader_fail(reader, name, "without control characters");
		found = NULL;
	}
	return found;
}

bool cfs_reader_flag(reader *reader, names list)
{
	for (; *list && !reader->failed; list++) {
		zval *value = value_of(reader, *list);
		const char *word;
		bool set = false;

		if (!value) {
			continue;
		}
		if (Z_TYPE_P(value) == IS_TRUE || Z_TYPE_P(value) == IS_FALSE) {
			set = Z_TYPE_P(value) == IS_TRUE;
		} else if (Z_TYPE_P(value) == IS_LONG && (Z_LVAL_P(value) == 0 || Z_LVAL_P(value) == 1)) {
			set = Z_LVAL_P(value);
		} else if (!cfs_document_is_text(value, &word) || !cfs_parse_boolean(word, &set)) {
			cfs_reader_fail(reader, *list, "true or false");
		}
		if (set) {
			return true;
		}
	}
	return false;
}

uint16_t cfs_reader_port(reader *reader, names list, bool *is_zero)
{
	const char *digits = cfs_reader_text(reader, list);
	uint32_t number = 0;

	if (digits && !cfs_parse_number(digits, UINT16_MAX, &number)) {
		cfs_reader_fail(reader, "port", "a whole number from 1 to 65535");
	}
	*is_zero = *is_zero || (digits && !number && !reader->failed);
	return (uint16_t) number;
}

char *cfs_copied(const char *text)
{
	return text ? pestrdup(text, 1) : NULL;
}

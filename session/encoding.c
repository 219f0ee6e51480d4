#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "encoding.h"
#include "compression.h"

/* Whether "php"'s format ("name|value" for each variable) has no variable: PHP takes that for an empty session. */
static bool has_no_variable(const char *bytes, size_t length, const char *serialize_handler)
{
	return length && strcmp(serialize_handler, "php") == 0 && !memchr(bytes, '|', length);
}

bool cfs_encoding_is_php(
	const char *bytes, size_t length, const char *serialize_handler, cfs_error *error)
{
	cfs_compression compression = cfs_compression_of((cfs_value){bytes, length});

	/* Text from other handlers may look like lz4. */
	if (compression == CFS_COMPRESSION_ZSTD ||
		(compression == CFS_COMPRESSION_LZ4 && strncmp(serialize_handler, "php", 3) == 0)) {
		cfs_error_set(error,
			"it is compressed with %s (phpredis' redis.session.compression), and was not changed: "
			"build cfsession with that library, to read it from Redis (see php --ri cfsession), or "
			"set redis.session.compression to \"none\" and let phpredis write the sessions once "
			"before you change the handler",
			cfs_compression_name(compression));
		return false;
	}
	if (has_no_variable(bytes, length, serialize_handler)) {
		cfs_error_set(error,
			"its %zu bytes are not in the format of session.serialize_handler \"php\"; it is kept "
			"as it is (another application may use the same keys: choose a cfsession.prefix; or "
			"the sessions were written with another serialize_handler, or compressed with lzf)",
			length);
		return false;
	}
	return true;
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "encoding.h"

/* RFC 8878, 3.1.1, "Magic_Number" */
static bool is_zstd(const unsigned char *bytes, size_t length)
{
	return length >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0;
}

/* As phpredis computes it: polynomial 0x31, beginning with 0xff, the highest bit first. */
static unsigned char crc8(const unsigned char *bytes, size_t length)
{
	unsigned char crc = 0xff;

	while (length--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++) {
			crc = (unsigned char) (crc & 0x80 ? crc << 1 ^ 0x31 : crc << 1);
		}
	}
	return crc;
}

/* Bytes that a block of LZ4 can become at most: each but the first of a match's length stands for 255. */
#define LZ4_FACTOR 255

/* phpredis writes the length in front of the block, and its checksum in front of that. The highest byte of a
 * length is a control character, which PHP's text does not have there. */
static bool is_lz4(const unsigned char *bytes, size_t length)
{
	int32_t decoded;

	if (length <= 1 + sizeof(decoded) || *bytes != crc8(bytes + 1, sizeof(decoded))) {
		return false;
	}
	memcpy(&decoded, bytes + 1, sizeof(decoded));
	return decoded > 0 && decoded < ' ' << 24 &&
		(size_t) decoded <= (length - 1 - sizeof(decoded)) * LZ4_FACTOR;
}

/* "name|value" for each variable. PHP takes what has none for an empty session. */
static bool has_no_variable(const char *bytes, size_t length, const char *serialize_handler)
{
	return length && strcmp(serialize_handler, "php") == 0 && !memchr(bytes, '|', length);
}

bool cfs_encoding_is_php(
	const char *bytes, size_t length, const char *serialize_handler, cfs_error *error)
{
	const unsigned char *unsigned_bytes = (const unsigned char *) bytes;
	const char *compression = NULL;

	if (is_zstd(unsigned_bytes, length)) {
		compression = "zstd";
	} else if (strncmp(serialize_handler, "php", 3) == 0 && is_lz4(unsigned_bytes, length)) {
		compression = "lz4";
	}
	if (compression) {
		cfs_error_set(error,
			"it is compressed with %s, as phpredis does it with redis.session.compression; it is "
			"kept "
			"as it is (set that to \"none\" and let phpredis write the sessions once before you "
			"change "
			"the handler)",
			compression);
		return false;
	}
	if (has_no_variable(bytes, length, serialize_handler)) {
		cfs_error_set(error,
			"its %zu bytes are not what session.serialize_handler \"php\" makes; it is kept as it "
			"is "
			"(another application may use the same keys: choose a cfsession.prefix; or the "
			"sessions were "
			"written with another serialize_handler, or compressed with lzf)",
			length);
		return false;
	}
	return true;
}

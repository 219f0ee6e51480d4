#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "compression.h"
#ifdef HAVE_CFSESSION_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_CFSESSION_LZ4
#include <lz4.h>
#include <lz4hc.h>
#endif

static const char *const names[CFS_COMPRESSION_COUNT] = {"none", "zstd", "lz4"};

const char *cfs_compression_name(cfs_compression compression)
{
	return names[compression];
}

bool cfs_compression_named(const char *name, cfs_compression *compression)
{
	for (int i = 0; i < CFS_COMPRESSION_COUNT; i++) {
		if (strcasecmp(names[i], name) == 0) {
			*compression = (cfs_compression) i;
			return true;
		}
	}
	return false;
}

static const char broken[] = "its bytes are corrupt";

static bool fail(cfs_compression compression, const char *reason, cfs_error *error)
{
	cfs_error_set(error,
		"it is compressed with %s and cannot be decompressed: %s; it is kept as it is, until it "
		"expires or you delete its key",
		names[compression], reason);
	return false;
}

/* {{{ What identifies compressed bytes */

/* RFC 8878, 3.1.1, "Magic_Number" */
static bool is_zstd(const char *bytes, size_t length)
{
	return length >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0;
}

#define LZ4_HEAD (1 + sizeof(uint32_t))

/* How many bytes one byte of a block can become at most: each byte of a match's length but the first stands for 255. */
#define LZ4_FACTOR 255

/* Lengths below this have a control character as their highest byte, which PHP's text does not have there. */
#define LZ4_LENGTH_END ((uint32_t) ' ' << 24)

/* As phpredis computes it: polynomial 0x31, beginning with 0xff, the highest bit first. */
static unsigned char crc8(const char *bytes, size_t length)
{
	unsigned char crc = 0xff;

	while (length--) {
		crc ^= (unsigned char) *bytes++;
		for (int bit = 0; bit < 8; bit++) {
			crc = (unsigned char) (crc & 0x80 ? crc << 1 ^ 0x31 : crc << 1);
		}
	}
	return crc;
}

static uint32_t lz4_length(const char *bytes)
{
	uint32_t length;

	memcpy(&length, bytes + 1, sizeof(length));
	return length;
}

static bool is_lz4(const char *bytes, size_t length)
{
	uint32_t decoded;

	if (length <= LZ4_HEAD) {
		return false;
	}
	decoded = lz4_length(bytes);
	return decoded > 0 && decoded < LZ4_LENGTH_END &&
		decoded <= (uint64_t) (length - LZ4_HEAD) * LZ4_FACTOR &&
		(unsigned char) *bytes == crc8(bytes + 1, sizeof(decoded));
}

bool cfs_compression_misleads(cfs_value text)
{
	return text.length >= LZ4_HEAD &&
		(unsigned char) *text.bytes == crc8(text.bytes + 1, sizeof(uint32_t));
}

cfs_compression cfs_compression_of(cfs_value stored)
{
	if (is_zstd(stored.bytes, stored.length)) {
		return CFS_COMPRESSION_ZSTD;
	}
	return is_lz4(stored.bytes, stored.length) ? CFS_COMPRESSION_LZ4 : CFS_COMPRESSION_NONE;
}

/* }}} */

/* {{{ zstd */

#ifdef HAVE_CFSESSION_ZSTD

/* RFC 8878, 3.1.1.2: a block has at least four bytes and becomes at most 128 KB. */
#define ZSTD_BLOCK_LEAST 4
#define ZSTD_BLOCK_MOST  131072

static bool zstd_length(cfs_value stored, uint64_t *length, cfs_error *error)
{
	unsigned long long told = ZSTD_getFrameContentSize(stored.bytes, stored.length);

	if (told == ZSTD_CONTENTSIZE_UNKNOWN) {
		return fail(CFS_COMPRESSION_ZSTD, "its length is missing", error);
	}
	if (told == ZSTD_CONTENTSIZE_ERROR ||
		told / ZSTD_BLOCK_MOST > (uint64_t) stored.length / ZSTD_BLOCK_LEAST) {
		return fail(CFS_COMPRESSION_ZSTD, broken, error);
	}
	*length = told;
	return true;
}

static bool zstd_read(void **context, cfs_value stored, char *to, size_t length)
{
	if (!*context) {
		*context = ZSTD_createDCtx();
	}
	return *context &&
		ZSTD_decompressDCtx(*context, to, length, stored.bytes, stored.length) == length;
}

/* bytes; a context that a high level or a large session has made larger is not kept */
#define ZSTD_KEPT_MAX (1 << 20)

static size_t zstd_write(void **context, int level, cfs_value value, char *to, size_t size)
{
	size_t length;

	if (!*context) {
		*context = ZSTD_createCCtx();
	}
	if (!*context) {
		return 0;
	}
	length = ZSTD_compressCCtx(
		*context, to, size, value.bytes, value.length, MIN(level, ZSTD_maxCLevel()));
	if (ZSTD_sizeof_CCtx(*context) > ZSTD_KEPT_MAX) {
		ZSTD_freeCCtx(*context);
		*context = NULL;
	}
	return ZSTD_isError(length) ? 0 : length;
}

#endif

/* }}} */

/* {{{ lz4 */

#ifdef HAVE_CFSESSION_LZ4

static bool lz4_read(cfs_value stored, char *to, size_t length)
{
	/* phpredis' own limit */
	return stored.length - LZ4_HEAD <= INT_MAX &&
		LZ4_decompress_safe(stored.bytes + LZ4_HEAD, to, (int) (stored.length - LZ4_HEAD),
			(int) length) == (int) length;
}

static size_t lz4_write(int level, cfs_value value, char *to, size_t size)
{
	uint32_t length = (uint32_t) value.length;
	int room, written;

	if (value.length == 0 || value.length >= LZ4_LENGTH_END || size <= LZ4_HEAD) {
		return 0;
	}
	room = (int) MIN(size - LZ4_HEAD, (size_t) INT_MAX);
	memcpy(to + 1, &length, sizeof(length));
	*to = (char) crc8(to + 1, sizeof(length));
	written = level == 0 ? LZ4_compress_default(value.bytes, to + LZ4_HEAD, (int) length, room)
						 : LZ4_compress_HC(value.bytes, to + LZ4_HEAD, (int) length, room,
							   MIN(level, LZ4HC_CLEVEL_MAX));
	return written > 0 ? LZ4_HEAD + (size_t) written : 0;
}

#endif

/* }}} */

const char *cfs_compression_version(cfs_compression compression)
{
	switch (compression) {
#ifdef HAVE_CFSESSION_ZSTD
		case CFS_COMPRESSION_ZSTD:
			return ZSTD_versionString();
#endif
#ifdef HAVE_CFSESSION_LZ4
		case CFS_COMPRESSION_LZ4:
			return LZ4_versionString();
#endif
		default:
			return NULL;
	}
}

void cfs_compressor_free(cfs_compressor *compressor)
{
#ifdef HAVE_CFSESSION_ZSTD
	ZSTD_freeCCtx(compressor->zstd_writes);
	ZSTD_freeDCtx(compressor->zstd_reads);
#endif
	memset(compressor, 0, sizeof(*compressor));
}

bool cfs_decompressed_length(
	cfs_compression compression, cfs_value stored, size_t max, size_t *length, cfs_error *error)
{
	uint64_t told = 0;

	switch (compression) {
#ifdef HAVE_CFSESSION_ZSTD
		case CFS_COMPRESSION_ZSTD:
			if (!zstd_length(stored, &told, error)) {
				return false;
			}
			break;
#endif
#ifdef HAVE_CFSESSION_LZ4
		case CFS_COMPRESSION_LZ4:
			told = lz4_length(stored.bytes);
			break;
#endif
		default:
			return fail(compression, broken, error);
	}
	if (told > max) {
		cfs_error_set(error,
			"it is compressed with %s and would have %lld bytes, more than the %zu that a session "
			"may have (memory_limit); it is kept as it is",
			names[compression], (long long) told, max);
		return false;
	}
	*length = (size_t) told;
	return true;
}

bool cfs_decompress(cfs_compressor *compressor, cfs_compression compression, cfs_value stored,
	char *to, size_t length, cfs_error *error)
{
	bool done = false;

	switch (compression) {
#ifdef HAVE_CFSESSION_ZSTD
		case CFS_COMPRESSION_ZSTD:
			done = zstd_read(&compressor->zstd_reads, stored, to, length);
			break;
#endif
#ifdef HAVE_CFSESSION_LZ4
		case CFS_COMPRESSION_LZ4:
			done = lz4_read(stored, to, length);
			break;
#endif
		default:
			break;
	}
	return done || fail(compression, broken, error);
}

size_t cfs_compressed_max(size_t length)
{
	/* ZSTD_compressBound() and LZ4_compressBound() add less than that, and so do the heads. */
	return length + length / 128 + 1024;
}

size_t cfs_compress(cfs_compressor *compressor, cfs_compression compression, int level,
	cfs_value value, char *to, size_t size)
{
	switch (compression) {
#ifdef HAVE_CFSESSION_ZSTD
		case CFS_COMPRESSION_ZSTD:
			return zstd_write(&compressor->zstd_writes, level, value, to, size);
#endif
#ifdef HAVE_CFSESSION_LZ4
		case CFS_COMPRESSION_LZ4:
			return lz4_write(level, value, to, size);
#endif
		default:
			return 0;
	}
}

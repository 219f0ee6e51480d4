/*
 * Compressed sessions, as phpredis stores them (redis.session.compression). Pure: bytes in, bytes out, no memory of PHP's,
 * and never more output than the caller allows.
 *
 *     zstd   one frame (RFC 8878) that says how long its content is
 *     lz4    a checksum of the length, the length in the machine's byte order, and one block
 *
 * Neither says "cfsession" anywhere: only its first bytes identify compressed data, and PHP's text never has these.
 */
#ifndef CFS_COMPRESSION_H
#define CFS_COMPRESSION_H

#include "../backends/backend.h"

typedef enum _cfs_compression {
	CFS_COMPRESSION_NONE,
	CFS_COMPRESSION_ZSTD,
	CFS_COMPRESSION_LZ4,
	CFS_COMPRESSION_COUNT
} cfs_compression;

/* Working memory of the libraries, which they use again; zeroed at first, one per thread. */
typedef struct _cfs_compressor {
	void *zstd_writes, *zstd_reads;
} cfs_compressor;

void cfs_compressor_free(cfs_compressor *compressor);

/* "none", "zstd", "lz4" */
const char *cfs_compression_name(cfs_compression compression);

/* Finds the compression of that name, in upper or lower case. False: there is none. */
bool cfs_compression_named(const char *name, cfs_compression *compression);

/* Version of its library, as linked, a static string; NULL: this build lacks it, or it needs no library. */
const char *cfs_compression_version(cfs_compression compression);

/* How the bytes are compressed, judging by how they begin. Only cfs_decompress() shows whether they really are. */
cfs_compression cfs_compression_of(cfs_value stored);

/* Whether a phpredis that is configured for lz4 would take the bytes for compressed: it only verifies the checksum, and
 * allocates as much memory as the next four bytes say. */
bool cfs_compression_misleads(cfs_value text);

/* How long the content is, by its own account. False, with an error: longer than `max`, longer than so few bytes can
 * become, or the bytes do not say. */
bool cfs_decompressed_length(
	cfs_compression compression, cfs_value stored, size_t max, size_t *length, cfs_error *error);

/* Decompresses into `to`, which has room for exactly that length. False, with an error: the bytes are broken. */
bool cfs_decompress(cfs_compressor *compressor, cfs_compression compression, cfs_value stored,
	char *to, size_t length, cfs_error *error);

/* Bytes that a value of that length becomes at most, whatever it contains. */
size_t cfs_compressed_max(size_t length);

/* Compresses the value into `to`, which has room for `size` bytes. `level` is one of the library's: 0 is its default, and
 * one above its highest means its highest. Returns the length; 0: there is too little room, or the library failed. */
size_t cfs_compress(cfs_compressor *compressor, cfs_compression compression, int level,
	cfs_value value, char *to, size_t size);

#endif

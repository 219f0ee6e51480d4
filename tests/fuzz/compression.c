/*
 * Compresses or decompresses a session. The first byte selects which, and the level.
 */
#include "harness.h"
#include "../../session/compression.h"

#define SIZE_MOST (1 << 20)

static cfs_compressor compressor;

/* Of exactly that size, so that the sanitizers see accesses beyond it. */
static char *room(size_t size)
{
	return malloc(size ? size : 1);
}

static void must_be(cfs_compression compression, cfs_value stored, cfs_value expected)
{
	size_t length = 0;
	char *text = room(expected.length);
	cfs_error error = {.message = ""};

	fuzz_require(cfs_compression_of(stored) == compression, "it does not look so", NULL);
	fuzz_require(cfs_decompressed_length(compression, stored, expected.length, &length, &error) &&
			length == expected.length,
		"another length", error.message);
	fuzz_require(cfs_decompress(&compressor, compression, stored, text, length, &error),
		"it is not read back", error.message);
	fuzz_require(length == 0 || memcmp(text, expected.bytes, length) == 0, "another text", NULL);
	fuzz_require(expected.length == 0 ||
			!cfs_decompressed_length(compression, stored, expected.length - 1, &length, &error),
		"it is longer than it may be", NULL);
	free(text);
}

static void there_and_back(cfs_compression compression, int level, cfs_value value)
{
	size_t max = cfs_compressed_max(value.length), length;
	char *most = room(max), *least;

	length = cfs_compress(&compressor, compression, level, value, most, max);
	if (value.length == 0 && compression == CFS_COMPRESSION_LZ4) {
		fuzz_require(length == 0, "lz4 made something of nothing", NULL);
	} else {
		fuzz_require(length && length <= max, "it is not compressed", NULL);
		must_be(compression, (cfs_value){most, length}, value);
		least = room(length - 1);
		fuzz_require(
			cfs_compress(&compressor, compression, level, value, least, length - 1) < length,
			"it has no room", NULL);
		free(least);
	}
	free(most);
}

/* Any data must decompress to as many bytes as it claims, or be an error. */
static void read_hostile(cfs_value stored)
{
	cfs_compression compression = cfs_compression_of(stored);
	size_t length = 0;
	cfs_error error = {.message = ""};
	char *text;

	if (!cfs_decompressed_length(compression, stored, SIZE_MOST, &length, &error)) {
		fuzz_require(strncmp(error.message, "it is compressed with ", 22) == 0, "what is it?",
			error.message);
		fuzz_require(length == 0, "an error, and a length", NULL);
		return;
	}
	fuzz_require(compression != CFS_COMPRESSION_NONE && length <= SIZE_MOST, "how long?", NULL);
	text = room(length);
	if (cfs_decompress(&compressor, compression, stored, text, length, &error)) {
		fuzz_require(!*error.message, "read, with an error", error.message);
		there_and_back(compression, 1, (cfs_value){text, length});
	} else {
		fuzz_require(*error.message != '\0', "not read, without an error", NULL);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cfs_value value = {NULL, size ? size - 1 : 0};
	char *bytes;

	if (size == 0) {
		return 0;
	}
	bytes = room(value.length);
	memcpy(bytes, data + 1, value.length);
	value.bytes = bytes;
	if (*data & 0x80) {
		there_and_back(
			*data & 1 ? CFS_COMPRESSION_ZSTD : CFS_COMPRESSION_LZ4, (*data >> 1 & 31) % 20, value);
	} else {
		read_hostile(value);
	}
	free(bytes);
	return 0;
}

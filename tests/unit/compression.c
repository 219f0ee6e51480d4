/*
 * compression.c for tests/unit/compression.php: an extension with the functions
 *
 *     compression_of(string $stored): string
 *     compress(string $compression, int $level, string $value, int $size): string
 *     decompress(string $stored, int $max): array
 *
 * The last one returns [the decompressed data or null, the error, the length asked for].
 */
#include "../../session/compression.h"

/* clang-format off */
ZEND_BEGIN_ARG_INFO_EX(arginfo_of, 0, 0, 1)
ZEND_ARG_INFO(0, stored)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_compress, 0, 0, 4)
ZEND_ARG_INFO(0, compression)
ZEND_ARG_INFO(0, level)
ZEND_ARG_INFO(0, value)
ZEND_ARG_INFO(0, size)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_decompress, 0, 0, 2)
ZEND_ARG_INFO(0, stored)
ZEND_ARG_INFO(0, max)
ZEND_END_ARG_INFO()
/* clang-format on */

static cfs_compressor compressor;

static cfs_value value_of(const zend_string *string)
{
	return (cfs_value){ZSTR_VAL(string), ZSTR_LEN(string)};
}

static PHP_FUNCTION(compression_of)
{
	zend_string *stored;

	if (zend_parse_parameters(ZEND_NUM_ARGS(), "S", &stored) == SUCCESS) {
		RETURN_STRING(cfs_compression_name(cfs_compression_of(value_of(stored))));
	}
}

static PHP_FUNCTION(compress)
{
	zend_string *name, *value, *to;
	zend_long level, size;
	cfs_compression compression;

	if (zend_parse_parameters(ZEND_NUM_ARGS(), "SlSl", &name, &level, &value, &size) == FAILURE ||
		!cfs_compression_named(ZSTR_VAL(name), &compression)) {
		return;
	}
	to = zend_string_alloc((size_t) size, /* persistent */ false);
	ZSTR_LEN(to) = cfs_compress(
		&compressor, compression, (int) level, value_of(value), ZSTR_VAL(to), (size_t) size);
	ZSTR_VAL(to)[ZSTR_LEN(to)] = '\0';
	RETURN_STR(to);
}

static PHP_FUNCTION(decompress)
{
	zend_string *stored, *to;
	zend_long max;
	cfs_compression compression;
	size_t length = 0;
	cfs_error error = {.message = ""};

	if (zend_parse_parameters(ZEND_NUM_ARGS(), "Sl", &stored, &max) == FAILURE) {
		return;
	}
	compression = cfs_compression_of(value_of(stored));
	array_init(return_value);
	if (cfs_decompressed_length(compression, value_of(stored), (size_t) max, &length, &error)) {
		to = zend_string_alloc(length, /* persistent */ false);
		if (cfs_decompress(
				&compressor, compression, value_of(stored), ZSTR_VAL(to), length, &error)) {
			ZSTR_VAL(to)[length] = '\0';
			add_next_index_str(return_value, to);
		} else {
			zend_string_release(to);
		}
	}
	if (zend_hash_num_elements(Z_ARRVAL_P(return_value)) == 0) {
		add_next_index_null(return_value);
	}
	add_next_index_string(return_value, error.message);
	add_next_index_long(return_value, (zend_long) length);
}

static const zend_function_entry functions[] = {PHP_FE(compression_of, arginfo_of)
		PHP_FE(compress, arginfo_compress) PHP_FE(decompress, arginfo_decompress) PHP_FE_END};

static PHP_MSHUTDOWN_FUNCTION(unit)
{
	cfs_compressor_free(&compressor);
	return SUCCESS;
}

static zend_module_entry unit_module_entry = {STANDARD_MODULE_HEADER, "unit_compression", functions,
	NULL, PHP_MSHUTDOWN(unit), NULL, NULL, NULL, NO_VERSION_YET, STANDARD_MODULE_PROPERTIES};

ZEND_GET_MODULE(unit)

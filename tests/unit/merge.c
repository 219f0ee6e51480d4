/*
 * merge.c for tests/unit/merge.php: an extension with one function,
 *
 *     merge(string $handler, string $base, string $stored, string $ours, int $max): array
 *
 * which returns [the merged text or null, the number of conflicts, the error].
 */
#include "../../session/merge.h"

ZEND_BEGIN_ARG_INFO_EX(arginfo_merge, 0, 0, 5)
ZEND_ARG_INFO(0, handler)
ZEND_ARG_INFO(0, base)
ZEND_ARG_INFO(0, stored)
ZEND_ARG_INFO(0, ours)
ZEND_ARG_INFO(0, max)
ZEND_END_ARG_INFO()

static cfs_value value_of(const zend_string *string)
{
	return (cfs_value){ZSTR_VAL(string), ZSTR_LEN(string)};
}

static PHP_FUNCTION(merge)
{
	zend_string *handler, *base, *stored, *ours;
	zend_long max;
	cfs_merged merged;
	cfs_error error = {.message = ""};

	if (zend_parse_parameters(ZEND_NUM_ARGS(), "SSSSl", &handler, &base, &stored, &ours, &max) ==
		FAILURE) {
		return;
	}
	array_init(return_value);
	if (cfs_merge(ZSTR_VAL(handler), value_of(base), value_of(stored), value_of(ours), (size_t) max,
			&merged, &error) == CFS_MERGED) {
		add_next_index_stringl(return_value, merged.bytes, merged.length);
	} else {
		add_next_index_null(return_value);
	}
	add_next_index_long(return_value, (zend_long) merged.conflicts);
	add_next_index_string(return_value, error.message);
	cfs_merged_free(&merged);
}

static const zend_function_entry functions[] = {PHP_FE(merge, arginfo_merge) PHP_FE_END};

static zend_module_entry unit_module_entry = {STANDARD_MODULE_HEADER, "unit", functions, NULL, NULL,
	NULL, NULL, NULL, NO_VERSION_YET, STANDARD_MODULE_PROPERTIES};

ZEND_GET_MODULE(unit)

/*
 * Merges three texts of a session. The first byte selects the encoding, and the rest is
 *
 *     base 0x1e stored 0x1e ours
 */
#include "harness.h"
#include "../../session/merge.h"
#include "ext/standard/php_var.h"
#include "zend_exceptions.h"
#include <sanitizer/lsan_interface.h>

#define SEPARATOR 0x1e
#define SIZE_MOST (1 << 20)

typedef struct _input {
	const char *handler;
	cfs_value base, stored, ours;
} input;

/* {{{ Decoding by PHP */

static bool is_decoded(const unsigned char **at, const unsigned char *end)
{
	php_unserialize_data_t data = php_var_unserialize_init();
	HashTable no_classes;
	zval value;
	bool done;

	ZVAL_NULL(&value);
	zend_hash_init(&no_classes, 0, NULL, NULL, 0);
	php_var_unserialize_set_allowed_classes(data, &no_classes);
	done = php_var_unserialize(&value, at, end, &data);
	php_var_unserialize_destroy(data);
	zval_ptr_dtor(&value);
	zend_hash_destroy(&no_classes);
	if (EG(exception)) {
		zend_clear_exception();
	}
	return done;
}

/* Variable by variable, because merged data has no references between variables. */
static bool are_decoded(const unsigned char *at, const unsigned char *end)
{
	while (at < end) {
		at = memchr(at, '|', (size_t) (end - at));
		if (!at) {
			return false;
		}
		at++;
		if (!is_decoded(&at, end)) {
			return false;
		}
	}
	return true;
}

/* Without any class, and without checking for PHP's own leaks. */
static bool php_decodes(const char *handler, cfs_value value)
{
	/* PHP reads beyond the end, where there usually is a NUL. */
	char *copy = calloc(1, value.length + 4);
	const unsigned char *at = (const unsigned char *) copy, *end = at + value.length;
	bool done;

	if (value.length) {
		memcpy(copy, value.bytes, value.length);
	}
	__lsan_disable();
	EG(error_reporting) = 0;
	done = strcmp(handler, "php") == 0 ? are_decoded(at, end)
									   : value.length == 0 || (is_decoded(&at, end) && at == end);
	__lsan_enable();
	free(copy);
	return done;
}

/* Whether it may contain an object or enum, which need more than the right syntax. */
static bool may_have_class(cfs_value value)
{
	for (size_t i = 0; i + 1 < value.length; i++) {
		if (strchr("OE", value.bytes[i]) && value.bytes[i + 1] == ':') {
			return true;
		}
	}
	return false;
}

/* }}} */

static cfs_value value_of(const cfs_merged *merged)
{
	return (cfs_value){merged->bytes, merged->length};
}

static bool is_same(cfs_value a, cfs_value b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static cfs_merge_result merge(const input *in, size_t max, cfs_merged *merged, cfs_error *error)
{
	cfs_merge_result result;

	error->message[0] = '\0';
	result = cfs_merge(in->handler, in->base, in->stored, in->ours, max, merged, error);
	if (result == CFS_MERGED) {
		fuzz_require(merged->bytes && !*error->message, "merged, with an error", error->message);
	} else {
		fuzz_require(!merged->bytes && !merged->length && !merged->conflicts,
			"refused, with a result", error->message);
		fuzz_require(strncmp(error->message, "it ", 3) == 0 ||
				strncmp(error->message, "its ", 4) == 0 ||
				strncmp(error->message, "what ", 5) == 0 || strstr(error->message, ", it "),
			"what is it?", error->message);
	}
	return result;
}

/* For a change on one side only, or the same change on both. */
static void takes_whole(const input *in, cfs_value expected)
{
	cfs_merged merged;
	cfs_error error;

	fuzz_require(merge(in, 0, &merged, &error) == CFS_MERGED, "it is not taken", error.message);
	fuzz_require(is_same(value_of(&merged), expected), "another is taken", merged.bytes);
	fuzz_require(merged.conflicts == 0, "there is a conflict", NULL);
	cfs_merged_free(&merged);
}

/* A repetition gives the same result, and swapped sides as many conflicts. */
static void is_repeatable(const input *in, const cfs_merged *first)
{
	const input swapped = {in->handler, in->base, in->ours, in->stored};
	cfs_merged merged;
	cfs_error error;

	fuzz_require(merge(in, SIZE_MOST, &merged, &error) == CFS_MERGED, "not again", error.message);
	fuzz_require(is_same(value_of(&merged), value_of(first)), "another result", merged.bytes);
	cfs_merged_free(&merged);
	fuzz_require(
		merge(&swapped, SIZE_MOST, &merged, &error) == CFS_MERGED, "not swapped", error.message);
	fuzz_require(merged.conflicts == first->conflicts, "other conflicts", merged.bytes);
	cfs_merged_free(&merged);
}

static void keeps_to_limit(const input *in, const cfs_merged *first)
{
	size_t length = MAX(MAX(in->base.length, in->stored.length), in->ours.length);
	cfs_merged merged;
	cfs_error error;

	fuzz_require(merge(in, MAX(length, first->length), &merged, &error) == CFS_MERGED,
		"it does not fit", error.message);
	cfs_merged_free(&merged);
	if (first->length) {
		fuzz_require(merge(in, first->length - 1, &merged, &error) == CFS_MERGE_REFUSED,
			"it is too long", NULL);
	}
}

/* The result is a valid session, for cfsession and for PHP. */
static void is_session(const input *in, const cfs_merged *first)
{
	const input again = {in->handler, value_of(first), in->stored, in->ours};
	const cfs_value all[] = {in->base, in->stored, in->ours};
	bool is_decoded = true;
	cfs_merged merged;
	cfs_error error;

	if (merge(&again, SIZE_MOST, &merged, &error) == CFS_MERGE_REFUSED) {
		fuzz_require(
			strstr(error.message, "one key twice") != NULL, "not merged again", error.message);
	}
	cfs_merged_free(&merged);
	for (int i = 0; i < 3; i++) {
		bool done = php_decodes(in->handler, all[i]);

		fuzz_require(done || may_have_class(all[i]), "PHP does not decode what was merged", NULL);
		is_decoded = is_decoded && done;
	}
	fuzz_require(!is_decoded || php_decodes(in->handler, value_of(first)),
		"PHP does not decode what it was merged to", NULL);
}

static void check(const input *in)
{
	cfs_merged merged;
	cfs_error error;
	bool is_trivial = is_same(in->base, in->stored) || is_same(in->base, in->ours) ||
		is_same(in->stored, in->ours);

	takes_whole(&(input){in->handler, in->base, in->base, in->ours}, in->ours);
	takes_whole(&(input){in->handler, in->base, in->stored, in->base}, in->stored);
	takes_whole(&(input){in->handler, in->base, in->ours, in->ours}, in->ours);
	if (merge(in, SIZE_MOST, &merged, &error) == CFS_MERGED && !is_trivial) {
		is_repeatable(in, &merged);
		keeps_to_limit(in, &merged);
		is_session(in, &merged);
	}
	cfs_merged_free(&merged);
}

/* A copy of exactly its size, so that the sanitizers see accesses beyond it. */
static cfs_value take_text(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, SEPARATOR, *size) : NULL;
	size_t length = end ? (size_t) (end - *data) : *size;
	char *bytes = length ? malloc(length) : NULL;

	if (length) {
		memcpy(bytes, *data, length);
	}
	*data += end ? length + 1 : length;
	*size -= end ? length + 1 : length;
	return (cfs_value){bytes, length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const handlers[] = {"php", "php_serialize", "php_binary"};
	input in;

	if (size == 0) {
		return 0;
	}
	in.handler = handlers[*data++ % 3];
	size--;
	in.base = take_text(&data, &size);
	in.stored = take_text(&data, &size);
	in.ours = take_text(&data, &size);
	check(&in);
	free((char *) in.base.bytes);
	free((char *) in.stored.bytes);
	free((char *) in.ours.bytes);
	return 0;
}

/*
 * What the fuzzers share: PHP without a script, the environment of an input, and what holds for every
 * target and every binding, whatever they were read from.
 *
 * A violation ends the process as a crash does, and libFuzzer keeps the input.
 */
#ifndef CFS_FUZZ_HARNESS_H
#define CFS_FUZZ_HARNESS_H

#include "../../save_path.h"
#include "../../bindings/bindings.h"

/* A password that must not be seen. No word of ours has four of its bytes in a row. */
#define FUZZ_SECRET "Zq7Xk9Wv3Jp5"

/* What each fuzzer is: tries an input, and returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes that grow; zeroed at first, and `at` is for free(). */
typedef struct _fuzz_bytes {
	uint8_t *at; /* with a NUL behind them; NULL while there are none */
	size_t length;
} fuzz_bytes;

void fuzz_grow(fuzz_bytes *bytes, const void *more, size_t length);

/* May be defined by a fuzzer, to add to what PHP starts with. */
__attribute__((weak)) void fuzz_before_php(void);

/* Stops if it does not hold; `text` is what it is about. */
void fuzz_require(bool holds, const char *what, const char *text);

/* The input as a text, up to its first NUL; to be freed with free(). */
char *fuzz_text(const uint8_t *data, size_t size);

/* The save path that an input is, a text of its own, if its first byte is below 0x80. Any other describes one
 * that has the secret where a password belongs, and *is_secret says whether it is understood as one:
 *
 *     form | 0x80, count, { place, character } * count, the rest of the save path
 *
 * where the characters, which people forget to encode, are put into the secret. For free(). */
char *fuzz_save_path(const uint8_t *data, size_t size, bool *is_secret);

bool fuzz_ends_in(const char *text, const char *end);

/* Whether four bytes of the secret in a row are in the text. */
bool fuzz_has_secret(const char *text);

/* Stops if anything that people see of the target has the secret. */
void fuzz_hides_secret(const cfs_target *target);

/* Stops if the target, its copy, its description and an overlay do not agree. */
void fuzz_check_target(const cfs_target *target);

/* Whether two targets say the same, but for their bindings. */
bool fuzz_same_target(const cfs_target *a, const cfs_target *b);

/* The text with the secret for what stands behind each "password":" and its like, and for the password
 * of each "uri":"; a new text for free(). */
char *fuzz_with_secrets(const char *json);

/* The same for a single URL. */
char *fuzz_url_with_secret(const char *url);

/* Looks for services in the environment as it is, in all ways, and checks what is found. `name` is one
 * that may be there. */
void fuzz_find(const char *name, const char *options_file, bool has_secret);

#endif

/*
 * What the fuzzers share: PHP without a script, the environment of an input, and the checks of every target
 * and every binding, whatever they were read from.
 *
 * A violation ends the process like a crash, and libFuzzer keeps the input.
 */
#ifndef CFS_FUZZ_HARNESS_H
#define CFS_FUZZ_HARNESS_H

#include "../../target/save_path.h"
#include "../../bindings/bindings.h"

/* A password that must not be shown. No other text here has four of its bytes in a row. */
#define FUZZ_SECRET "Zq7Xk9Wv3Jp5"

/* A fuzzer's entry point: tries an input, and returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A growing buffer; zero it at first, and free `at` with free(). */
typedef struct _fuzz_bytes {
	uint8_t *at; /* followed by a NUL; NULL while it is empty */
	size_t length;
} fuzz_bytes;

void fuzz_grow(fuzz_bytes *bytes, const void *more, size_t length);

/* A fuzzer may define this, to run code before PHP starts. */
__attribute__((weak)) void fuzz_before_php(void);

/* Stops if the condition does not hold; `text` is the subject. */
void fuzz_require(bool holds, const char *what, const char *text);

/* The input as a text, up to its first NUL; free it with free(). */
char *fuzz_text(const uint8_t *data, size_t size);

/* The save path of an input. If the first byte is below 0x80, it is the input itself. Other inputs describe a
 * save path with the secret in place of a password; *is_secret says whether it will be parsed as a password:
 *
 *     form | 0x80, count, { place, character } * count, the rest of the save path
 *
 * The characters, which people forget to encode, are inserted into the secret. Free it with free(). */
char *fuzz_save_path(const uint8_t *data, size_t size, bool *is_secret);

bool fuzz_ends_in(const char *text, const char *end);

/* Whether the text has four bytes of the secret in a row. */
bool fuzz_has_secret(const char *text);

/* Stops if anything shown of the target has the secret. */
void fuzz_hides_secret(const cfs_target *target);

/* Stops if the target, its copy, its description and an overlay do not agree. */
void fuzz_check_target(const cfs_target *target);

/* Whether two targets are equal, except for their bindings. */
bool fuzz_same_target(const cfs_target *a, const cfs_target *b);

/* A copy of the text with the secret as the value of each "password":" and the like, and as the password in
 * each "uri":"; free it with free(). */
char *fuzz_with_secrets(const char *json);

/* The same for a single URL. */
char *fuzz_url_with_secret(const char *url);

/* Looks for services in the current environment, in all ways, and checks the results. `name` may be the name
 * of one of them. */
void fuzz_find(const char *name, const char *options_file, bool has_secret);

#endif

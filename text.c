/*
 * Reading text: pieces of it, and values of settings and parameters.
 */
#include "text.h"
#include "ext/standard/url.h"
#include <ctype.h>

bool cfs_parse_boolean(const char *text, bool *value)
{
	static const char *const words[][2] = {
		{"0", "1"}, {"off", "on"}, {"no", "yes"}, {"false", "true"}, {"", "1"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int meaning = 0; meaning < 2; meaning++) {
			if (strcasecmp(text, words[i][meaning]) == 0) {
				*value = meaning;
				return true;
			}
		}
	}
	return false;
}

bool cfs_parse_seconds(const char *text, int64_t *milliseconds)
{
	const char *end;
	double seconds;

	if (strspn(text, "0123456789.") != strlen(text)) {
		return false;
	}
	seconds = zend_strtod(text, &end);
	if (end == text || *end || seconds > CFS_TIME_MAX / 1000.0) {
		return false;
	}
	*milliseconds = (int64_t) (seconds * 1000.0 + 0.5);
	/* A value above zero stays above zero, because zero has its own meaning. */
	if (*milliseconds == 0 && seconds > 0) {
		*milliseconds = 1;
	}
	return true;
}

bool cfs_parse_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;
	size_t length = strlen(text);

	if (length == 0 || length > 10 || strspn(text, "0123456789") != length) {
		return false;
	}
	for (const char *digit = text; *digit; digit++) {
		value = value * 10 + (uint64_t) (*digit - '0');
	}
	if (value > max) {
		return false;
	}
	*number = (uint32_t) value;
	return true;
}

void cfs_copy_text(const char *text, char *copy, size_t size)
{
	size_t length = strnlen(text, size - 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
}

void cfs_append_text(const char *text, char *to, size_t size)
{
	size_t length = strnlen(to, size - 1);

	cfs_copy_text(text, to + length, size - length);
}

bool cfs_is_printable(const char *text)
{
	for (const unsigned char *c = (const unsigned char *) text; *c; c++) {
		if (*c < ' ' || *c == 0x7f) {
			return false;
		}
	}
	return true;
}

/* Uses hundredths of a second, without trailing zeros; not %g, which depends on the locale. */
cfs_time cfs_time_text(int64_t milliseconds)
{
	int hundredths = (int) (milliseconds % 1000 / 10);
	long seconds = (long) (milliseconds / 1000);
	cfs_time time = {""};

	if (milliseconds < 1000) {
		snprintf(time.text, sizeof(time.text), "%ld ms", (long) milliseconds);
	} else if (!hundredths) {
		snprintf(time.text, sizeof(time.text), "%ld s", seconds);
	} else if (hundredths % 10 == 0) {
		snprintf(time.text, sizeof(time.text), "%ld.%d s", seconds, hundredths / 10);
	} else {
		snprintf(time.text, sizeof(time.text), "%ld.%02d s", seconds, hundredths);
	}
	return time;
}

cfs_piece cfs_trimmed(const char *text)
{
	cfs_piece trimmed = {text, strlen(text)};

	while (trimmed.length && isspace((unsigned char) trimmed.at[trimmed.length - 1])) {
		trimmed.length--;
	}
	while (trimmed.length && isspace((unsigned char) trimmed.at[0])) {
		cfs_skip(&trimmed, 1);
	}
	return trimmed;
}

cfs_piece cfs_take_until(cfs_piece from, const char *stops, cfs_piece *rest)
{
	cfs_piece taken = {from.at, 0};

	while (taken.length < from.length && !strchr(stops, from.at[taken.length])) {
		taken.length++;
	}
	rest->at = from.at + taken.length;
	rest->length = from.length - taken.length;
	return taken;
}

void cfs_skip(cfs_piece *text, size_t count)
{
	text->at += count;
	text->length -= count;
}

bool cfs_piece_is(cfs_piece text, const char *word)
{
	return strlen(word) == text.length && strncasecmp(text.at, word, text.length) == 0;
}

#define WORD_MAX 127
#define TEXT_MAX 255

static bool is_same_letter(char a, char b)
{
	return tolower((unsigned char) a) == tolower((unsigned char) b);
}

/* Levenshtein's distance with swaps, computed for each beginning of the text and each of the word; three rows are needed at
 * a time. */
unsigned cfs_distance(cfs_piece text, const char *word, bool anywhere)
{
	unsigned rows[3][WORD_MAX + 1], best;
	size_t length = MIN(strlen(word), WORD_MAX);

	for (size_t j = 0; j <= length; j++) {
		rows[0][j] = (unsigned) j;
	}
	best = rows[0][length];
	text.length = MIN(text.length, TEXT_MAX);
	for (size_t i = 1; i <= text.length; i++) {
		unsigned *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		const char *at = text.at + i - 1;

		row[0] = anywhere ? 0 : (unsigned) i;
		for (size_t j = 1; j <= length; j++) {
			row[j] =
				MIN(MIN(row[j - 1], last[j]) + 1, last[j - 1] + !is_same_letter(*at, word[j - 1]));
			if (i > 1 && j > 1 && is_same_letter(*at, word[j - 2]) &&
				is_same_letter(at[-1], word[j - 1])) {
				row[j] = MIN(row[j], before[j - 2] + 1);
			}
		}
		best = anywhere ? MIN(best, row[length]) : row[length];
	}
	return best;
}

bool cfs_is_close(cfs_piece text, const char *word)
{
	size_t length = strlen(word);

	return text.length <= length + 2 && cfs_distance(text, word, false) <= (length < 5 ? 1u : 2u);
}

const char *cfs_shown_name(const char *name)
{
	return strstr(name, "://") || strchr(name, '@') ? "***" : name;
}

bool cfs_piece_number(cfs_piece text, uint32_t max, uint32_t *number)
{
	char digits[16] = "";

	if (text.length < sizeof(digits)) {
		memcpy(digits, text.at, text.length);
		digits[text.length] = '\0';
	}
	return cfs_parse_number(digits, max, number);
}

static bool escapes_are_well_formed(cfs_piece text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.at[i] != '%') {
			continue;
		}
		if (i + 2 >= text.length || !isxdigit((unsigned char) text.at[i + 1]) ||
			!isxdigit((unsigned char) text.at[i + 2])) {
			return false;
		}
		i += 2;
	}
	return true;
}

char *cfs_decode(cfs_piece text, bool is_query, const char *part, cfs_error *error)
{
	char *decoded;
	size_t length;

	if (!escapes_are_well_formed(text)) {
		cfs_error_set(error,
			"%s has a \"%%\" without two hexadecimal digits after it (write it as %%25)", part);
		return NULL;
	}
	decoded = pemalloc(text.length + 1, 1);
	memcpy(decoded, text.at, text.length);
	decoded[text.length] = '\0';
	length =
		is_query ? php_url_decode(decoded, text.length) : php_raw_url_decode(decoded, text.length);
	if (strlen(decoded) != length || !cfs_is_printable(decoded)) {
		cfs_error_set(error, "%s has a control character", part);
		pefree(decoded, 1);
		return NULL;
	}
	return decoded;
}

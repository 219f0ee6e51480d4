#include "error.h"

/* {{{ Printable text */

/* Characters that are invisible, move other characters, or end a line. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x00, 0x1f},       /* C0 */
	{0x7f, 0x9f},       /* DEL, C1 */
	{0xad, 0xad},       /* soft hyphen */
	{0x34f, 0x34f},     /* combining grapheme joiner */
	{0x61c, 0x61c},     /* Arabic letter mark */
	{0x180e, 0x180e},   /* Mongolian vowel separator */
	{0x200b, 0x200f},   /* zero width; left-to-right and right-to-left mark */
	{0x2028, 0x202e},   /* line and paragraph separator; bidirectional embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators, bidirectional isolates */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xfff9, 0xfffb},   /* interlinear annotation */
	{0xe0000, 0xe0fff}, /* tags */
};

static bool is_unseen(uint32_t character)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (character >= unseen[i].first && character <= unseen[i].last) {
			return true;
		}
	}
	return false;
}

/* How many bytes a UTF-8 character with that first byte has; 0: none begins so. */
static size_t length_by_first(unsigned char first)
{
	return first < 0x80 ? 1
		: first < 0xc2  ? 0
		: first < 0xe0  ? 2
		: first < 0xf0  ? 3
		: first < 0xf5  ? 4
						: 0;
}

/* Decodes the character at `text` as RFC 3629 demands: it refuses overlong forms, surrogates, and what is beyond U+10FFFF.
 * Returns how many bytes the character has; 0: there is none. It does not read past a terminating NUL. */
static size_t decode(const unsigned char *text, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = length_by_first(*text);

	if (length < 2) {
		*character = *text;
		return length;
	}
	*character = *text & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80) {
			return 0;
		}
		*character = *character << 6 | (text[i] & 0x3f);
	}
	if (*character < least[length] || *character > 0x10ffff ||
		(*character >= 0xd800 && *character <= 0xdfff)) {
		return 0;
	}
	return length;
}

size_t cfs_whole_length(const char *text, size_t max)
{
	size_t length = strnlen(text, max);

	for (size_t back = 1; length == max && back < 4 && back <= length; back++) {
		unsigned char byte = (unsigned char) text[length - back];

		if ((byte & 0xc0) != 0x80) {
			return length_by_first(byte) > back ? length - back : length;
		}
	}
	return length;
}

void cfs_printable(char *text, size_t size)
{
	const unsigned char *from;
	char *to = text;
	size_t length = strlen(text);

	if (length + 1 >= size) {
		text[cfs_whole_length(text, length)] = '\0';
	}
	for (from = (const unsigned char *) text; *from;) {
		uint32_t character;
		size_t count = decode(from, &character);

		if (count == 0 || is_unseen(character)) {
			*to++ = '?';
			from += MAX(count, 1);
		} else {
			memmove(to, from, count);
			to += count;
			from += count;
		}
	}
	*to = '\0';
}

/* }}} */

void cfs_error_set(cfs_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	error->refused = error->unavailable = error->unresolved = error->busy = error->untrusted =
		false;
	cfs_printable(error->message, sizeof(error->message));
}

/* {{{ Secrets */

static void mask(char *text, const char *secret)
{
	static const char stars[] = "***";
	size_t masked = sizeof(stars) - 1, length = strlen(secret);

	if (length <= masked) {
		return;
	}
	while ((text = strstr(text, secret))) {
		memcpy(text, stars, masked);
		text += masked;
		memmove(text, text + length - masked, strlen(text + length - masked) + 1);
	}
}

void cfs_redact(char *text, const char *secret)
{
	char *shown;

	if (!secret) {
		return;
	}
	mask(text, secret);
	/* The secret as it looks in text that was made printable. */
	shown = pestrdup(secret, 1);
	cfs_printable(shown, SIZE_MAX);
	if (strcmp(shown, secret) != 0) {
		mask(text, shown);
	}
	ZEND_SECURE_ZERO(shown, strlen(secret));
	pefree(shown, 1);
}

/* }}} */

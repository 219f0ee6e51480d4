#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_answer.h"

/* Bytes of the longest line: an item's, with the longest key and numbers, has 311. */
#define LINE_MAX_BYTES 512

/* Bytes of what is no session. Locks of other software are shorter, too. */
#define SHORT_MAX 1024

static const char value_begin[] = "VALUE ", end_line[] = "END\r\n", line_end[] = "\r\n";

/* Beginnings of lines, or all of one. */
static const struct {
	const char *words;
	size_t length;
	memcached_return_t rc;
} lines[] = {
#define LINE(words, rc) \
	{ \
		words, sizeof(words) - 1, rc \
	}
	LINE("STORED\r\n", MEMCACHED_SUCCESS),
	LINE("NOT_STORED\r\n", MEMCACHED_NOTSTORED),
	LINE("EXISTS\r\n", MEMCACHED_DATA_EXISTS),
	LINE("NOT_FOUND\r\n", MEMCACHED_NOTFOUND),
	LINE("DELETED\r\n", MEMCACHED_DELETED),
	LINE("SERVER_ERROR object too large for cache\r\n", MEMCACHED_E2BIG),
	LINE("SERVER_ERROR out of memory", MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE),
	LINE("SERVER_ERROR Out of memory", MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE),
	LINE("SERVER_ERROR ", MEMCACHED_SERVER_ERROR),
	LINE("CLIENT_ERROR ", MEMCACHED_CLIENT_ERROR),
	LINE("ERROR\r\n", MEMCACHED_ERROR),
#undef LINE
};

static bool begins(const char *line, size_t length, const char *words, size_t words_length)
{
	return length >= words_length && memcmp(line, words, words_length) == 0;
}

static memcached_return_t understand_line(const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (begins(line, length, lines[i].words, lines[i].length)) {
			return lines[i].rc;
		}
	}
	return MEMCACHED_PROTOCOL_ERROR;
}

int mc_items_find(const mc_items *items, const char *key, size_t length)
{
	for (int i = 0; i < MC_KIND_COUNT; i++) {
		if (items->keys[i] && !items->found[i] && strlen(items->keys[i]) == length &&
			memcmp(items->keys[i], key, length) == 0) {
			return i;
		}
	}
	return -1;
}

/* Takes a decimal number that `end` follows. */
static bool take_number(const char **at, char end, uint64_t max, uint64_t *number)
{
	const char *first = *at;

	*number = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		unsigned digit = (unsigned) (**at - '0');

		if (*number > (max - digit) / 10) {
			return false;
		}
		*number = *number * 10 + digit;
	}
	return *at > first && *(*at)++ == end;
}

/* The line of an item. */
typedef struct _header {
	int kind;
	uint64_t flags, length, cas;
} header;

/* "VALUE key flags length cas", without the last for those that nobody needs it of. A line feed is at the end. */
static bool take_header(const mc_answer *answer, const char *line, size_t length, header *header)
{
	const unsigned kinds = answer->parts[answer->done].kinds;
	const bool has_cas = kinds != 1u << MC_GONE;
	const char *key = line + sizeof(value_begin) - 1, *at = memchr(key, ' ', length - (key - line));

	header->kind = at ? mc_items_find(answer->items, key, (size_t) (at - key)) : -1;
	header->cas = 0;
	if (header->kind == -1 || !(kinds & 1u << header->kind)) {
		return false;
	}
	at++;
	return take_number(&at, ' ', UINT32_MAX, &header->flags) &&
		take_number(&at, has_cas ? ' ' : '\r', UINT64_MAX, &header->length) &&
		(!has_cas || take_number(&at, '\r', UINT64_MAX, &header->cas)) && *at == '\n' &&
		at + 1 == line + length;
}

/* Whether it has no more bytes than such an item may have. */
static bool is_allowed(mc_answer *answer, const header *header)
{
	if (header->kind != MC_SESSION) {
		return header->length <= SHORT_MAX;
	}
	answer->was_too_much = header->length > answer->session_max;
	return !answer->was_too_much;
}

/* The item whose line has `line_length` bytes, once all of it is there. */
static memcached_return_t take_item(
	mc_answer *answer, const char *bytes, size_t length, size_t line_length)
{
	mc_items *items = answer->items;
	size_t value = answer->at + line_length, end;
	header header;

	if (!take_header(answer, bytes + answer->at, line_length, &header) ||
		!is_allowed(answer, &header)) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	end = value + (size_t) header.length;
	if (length < end + 2) {
		/* Something follows it in any case. */
		answer->wanted = end + 2 + sizeof(end_line) - 1;
		return MEMCACHED_SUCCESS;
	}
	if (memcmp(bytes + end, line_end, 2) != 0) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	items->found[header.kind] = true;
	/* The bytes may move: mc_answer_finish() makes an address of the place. */
	items->values[header.kind] = (cfs_value){NULL, (size_t) header.length};
	answer->places[header.kind] = value;
	items->cas[header.kind] = header.cas;
	items->flags[header.kind] = (uint32_t) header.flags;
	answer->at = end + 2;
	return MEMCACHED_SUCCESS;
}

/* What is no answer is kept to be shown, up to where the line ends. */
static void note_words(mc_answer *answer, const char *line, size_t length)
{
	size_t shown = 0;

	while (shown < length && shown < MC_WORDS_MAX - 1 && line[shown] && line[shown] != '\r' &&
		line[shown] != '\n') {
		shown++;
	}
	memcpy(answer->words, line, shown);
	answer->words[shown] = '\0';
}

/* A line that is all that there is to a part, or no answer at all. */
static memcached_return_t take_line(mc_answer *answer, const char *line, size_t length)
{
	mc_part *part = &answer->parts[answer->done];
	bool is_last = answer->done + 1 == answer->count;

	part->rc = understand_line(line, length);
	answer->at += length;
	switch (part->rc) {
		case MEMCACHED_SUCCESS:
		case MEMCACHED_NOTSTORED:
		case MEMCACHED_DATA_EXISTS:
		case MEMCACHED_NOTFOUND:
		case MEMCACHED_DELETED:
		case MEMCACHED_E2BIG:
			answer->done++;
			return part->kinds ? MEMCACHED_PROTOCOL_ERROR : MEMCACHED_SUCCESS;
		case MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE:
			note_words(answer, line, length);
			/* It goes on with the next command. */
			answer->done += !part->kinds && !is_last;
			return part->kinds || is_last ? part->rc : MEMCACHED_SUCCESS;
		default:
			note_words(answer, line, length);
			return part->rc;
	}
}

/* The next line, with what belongs to it. */
static memcached_return_t take_next(mc_answer *answer, const char *bytes, size_t length)
{
	const char *line = bytes + answer->at, *end = memchr(line, '\n', length - answer->at);
	size_t line_length = end ? (size_t) (end + 1 - line) : length - answer->at;
	bool has_items = answer->parts[answer->done].kinds != 0;

	if (line_length > LINE_MAX_BYTES) {
		note_words(answer, line, line_length);
		return MEMCACHED_PROTOCOL_ERROR;
	}
	if (!end) {
		answer->wanted = length + 1;
		return MEMCACHED_SUCCESS;
	}
	if (has_items && begins(line, line_length, value_begin, sizeof(value_begin) - 1)) {
		return take_item(answer, bytes, length, line_length);
	}
	if (has_items && line_length == sizeof(end_line) - 1 &&
		memcmp(line, end_line, line_length) == 0) {
		answer->at += line_length;
		answer->done++;
		return MEMCACHED_SUCCESS;
	}
	return take_line(answer, line, line_length);
}

memcached_return_t mc_answer_understand(mc_answer *answer, const char *bytes, size_t length)
{
	memcached_return_t rc = MEMCACHED_SUCCESS;

	while (rc == MEMCACHED_SUCCESS && answer->done < answer->count && length >= answer->wanted) {
		/* Where nothing is left to be understood, more is needed. */
		answer->wanted = MAX(answer->wanted, answer->at + 1);
		if (length >= answer->wanted) {
			rc = take_next(answer, bytes, length);
		}
	}
	answer->left = length - answer->at;
	if (rc == MEMCACHED_SUCCESS && answer->done == answer->count && answer->left) {
		note_words(answer, bytes + answer->at, answer->left);
		return MEMCACHED_PROTOCOL_ERROR;
	}
	return rc;
}

void mc_answer_finish(mc_answer *answer, const char *bytes)
{
	for (int i = 0; answer->items && i < MC_KIND_COUNT; i++) {
		if (answer->items->found[i]) {
			answer->items->values[i].bytes = bytes + answer->places[i];
		}
	}
}

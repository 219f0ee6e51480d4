#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memcached_answer.h"

/* Bytes of the longest line: an item's, with the longest key and numbers, has 311. */
#define LINE_MAX_BYTES 512

/* Bytes at most of an item that is no session. Locks of other software are shorter, too. */
#define SHORT_MAX 1024

static const char line_end[] = "\r\n";

/* For each form of answer, how an item begins, and what says that there are no more. */
static const struct {
	const char *item;
	size_t item_length;
	const char *end;
	size_t end_length;
} forms[] = {
	[MC_LINE] = {NULL, 0, NULL, 0},
	[MC_LIST] = {"VALUE ", 6, "END\r\n", 5},
	[MC_META] = {"VA ", 3, "EN\r\n", 4},
};

/* Beginnings of lines, or whole lines. */
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
	/* All that a server says if it requires a login in the text protocol. */
	LINE("CLIENT_ERROR unauthenticated", MEMCACHED_PROTOCOL_ERROR),
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

/* Takes a decimal number, and the `end` that has to follow it. */
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

/* Sets the kind of the item whose key ends before `end`. False: it is none of those that may come now. */
static bool take_key(const mc_answer *answer, const char *key, const char *end, header *header)
{
	header->kind = end ? mc_items_find(answer->items, key, (size_t) (end - key)) : -1;
	return header->kind != -1 && answer->parts[answer->done].kinds & 1u << header->kind;
}

/* "key flags length[ cas]" */
static bool take_list_header(
	const mc_answer *answer, const char *at, const char *line_feed, header *header)
{
	const char *key = at;
	bool has_cas = answer->parts[answer->done].has_cas;

	at = memchr(key, ' ', (size_t) (line_feed - key));
	if (!take_key(answer, key, at, header)) {
		return false;
	}
	at++;
	return take_number(&at, ' ', UINT32_MAX, &header->flags) &&
		take_number(&at, has_cas ? ' ' : '\r', UINT64_MAX, &header->length) &&
		(!has_cas || take_number(&at, '\r', UINT64_MAX, &header->cas)) && at == line_feed;
}

/* "length kKEY[ cCAS]" */
static bool take_meta_header(
	const mc_answer *answer, const char *at, const char *line_feed, header *header)
{
	bool has_cas = answer->parts[answer->done].has_cas;
	const char *key, *end;

	if (!take_number(&at, ' ', UINT64_MAX, &header->length) || *at++ != 'k') {
		return false;
	}
	key = at;
	end = memchr(key, has_cas ? ' ' : '\r', (size_t) (line_feed - key));
	if (!take_key(answer, key, end, header)) {
		return false;
	}
	at = end + 1;
	return (!has_cas || (*at++ == 'c' && take_number(&at, '\r', UINT64_MAX, &header->cas))) &&
		at == line_feed;
}

static bool take_header(
	const mc_answer *answer, const char *line, const char *line_feed, header *header)
{
	mc_form form = answer->parts[answer->done].form;
	const char *at = line + forms[form].item_length;

	header->flags = header->cas = 0;
	return form == MC_META ? take_meta_header(answer, at, line_feed, header)
						   : take_list_header(answer, at, line_feed, header);
}

/* Whether an item of that kind may be that long. */
static bool is_allowed(mc_answer *answer, const header *header)
{
	if (header->kind != MC_SESSION) {
		return header->length <= SHORT_MAX;
	}
	answer->was_too_much = header->length > answer->session_max;
	return !answer->was_too_much;
}

/* Takes the item whose line has `line_length` bytes, once all of it has arrived. */
static memcached_return_t take_item(
	mc_answer *answer, const char *bytes, size_t length, size_t line_length)
{
	mc_items *items = answer->items;
	size_t value = answer->at + line_length, end;
	header header;

	if (!take_header(answer, bytes + answer->at, bytes + value - 1, &header) ||
		!is_allowed(answer, &header)) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	end = value + (size_t) header.length;
	if (length < end + 2) {
		answer->wanted = end + 2;
		return MEMCACHED_SUCCESS;
	}
	if (memcmp(bytes + end, line_end, 2) != 0) {
		return MEMCACHED_PROTOCOL_ERROR;
	}
	items->found[header.kind] = true;
	/* The bytes may still move: mc_answer_finish() turns the offset into an address. */
	items->values[header.kind] = (cfs_value){NULL, (size_t) header.length};
	answer->places[header.kind] = value;
	items->cas[header.kind] = header.cas;
	items->flags[header.kind] = (uint32_t) header.flags;
	answer->at = end + 2;
	answer->done += answer->parts[answer->done].form == MC_META;
	return MEMCACHED_SUCCESS;
}

/* Keeps a line that is no answer, for the error. */
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

/* Goes on after a line with an error, if what follows can be told apart from other answers. */
static memcached_return_t take_error(mc_answer *answer, const mc_part *part)
{
	bool is_known = part->rc == MEMCACHED_ERROR || part->rc == MEMCACHED_CLIENT_ERROR ||
		part->rc == MEMCACHED_SERVER_ERROR;
	bool goes_on = part->form == MC_LINE &&
		part->rc == MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE && answer->done + 1 < answer->count;

	if (part->may_refuse && is_known) {
		answer->refusal = answer->refusal ? answer->refusal : part->rc;
		goes_on = true;
	}
	answer->done += goes_on;
	return goes_on ? MEMCACHED_SUCCESS : part->rc;
}

/* Takes a line that is a whole part, or no answer at all. */
static memcached_return_t take_line(mc_answer *answer, const char *line, size_t length)
{
	mc_part *part = &answer->parts[answer->done];

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
			return part->form == MC_LINE ? MEMCACHED_SUCCESS : MEMCACHED_PROTOCOL_ERROR;
		default:
			note_words(answer, line, length);
			return take_error(answer, part);
	}
}

/* Whether the line says that no more items come: "END", or "EN" with or without the key. */
static bool is_end(const mc_answer *answer, const char *line, size_t length)
{
	const mc_part *part = &answer->parts[answer->done];
	header header;

	if (part->form == MC_META && begins(line, length, "EN k", 4)) {
		return line[length - 2] == '\r' && take_key(answer, line + 4, line + length - 2, &header);
	}
	return length == forms[part->form].end_length &&
		memcmp(line, forms[part->form].end, length) == 0;
}

/* Takes the next line, and what belongs to it. */
static memcached_return_t take_next(mc_answer *answer, const char *bytes, size_t length)
{
	const char *line = bytes + answer->at, *end = memchr(line, '\n', length - answer->at);
	size_t line_length = end ? (size_t) (end + 1 - line) : length - answer->at;
	mc_form form = answer->parts[answer->done].form;

	if (line_length > LINE_MAX_BYTES) {
		note_words(answer, line, line_length);
		return MEMCACHED_PROTOCOL_ERROR;
	}
	if (!end) {
		answer->wanted = length + 1;
		return MEMCACHED_SUCCESS;
	}
	if (form != MC_LINE && begins(line, line_length, forms[form].item, forms[form].item_length)) {
		return take_item(answer, bytes, length, line_length);
	}
	if (form != MC_LINE && is_end(answer, line, line_length)) {
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
		/* All bytes are parsed: at least one more is needed. */
		answer->wanted = MAX(answer->wanted, answer->at + 1);
		if (length >= answer->wanted) {
			rc = take_next(answer, bytes, length);
		}
	}
	rc = rc == MEMCACHED_SUCCESS && answer->done == answer->count ? answer->refusal : rc;
	answer->left = length - answer->at;
	if (answer->done == answer->count && answer->left) {
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

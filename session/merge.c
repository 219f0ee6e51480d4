#include "merge.h"
#include "../text.h"
#include <ctype.h>

/* How deep arrays and objects may be nested. */
#define DEPTH_MAX 256

/* Positions have 32 bits. */
#define LENGTH_MAX ((size_t) INT32_MAX)

#define PROBLEM_REFERENCE "it has a reference between two of its values, which cannot be merged"
#define PROBLEM_CUSTOM \
	"it has an object of a Serializable class, which may refer to other values and cannot be " \
	"merged"
#define PROBLEM_DEPTH "its arrays are nested more deeply than can be merged"
#define PROBLEM_TWICE "it has a key twice, which PHP never writes and which cannot be merged"

/* {{{ Parsing */

/* A value. Nodes are in the order of the text: an array is followed by what it contains. */
typedef struct _node {
	uint32_t key;   /* where its key begins: "i:5;", "s:1:\"a\";" or "name|" */
	uint32_t value; /* where its key ends, and its value begins */
	uint32_t end;
	uint32_t nodes; /* how many: itself and all that it contains */
	uint32_t count; /* elements of an array */
	bool is_array;
	bool is_list;
} node;

typedef struct _parsed {
	const char *bytes;
	uint32_t length;
	uint32_t at;         /* position up to which it has been read */
	const char *problem; /* why it cannot be merged, though it may be valid; or NULL */
	node *nodes;         /* the first is the session, as an array */
	uint32_t count, capacity;
} parsed;

static uint32_t add_node(parsed *text, uint32_t key)
{
	node *added;

	if (text->count == text->capacity) {
		text->capacity = text->capacity ? text->capacity * 2 : 64;
		text->nodes = safe_perealloc(text->nodes, text->capacity, sizeof(node), 0, 1);
	}
	added = &text->nodes[text->count];
	memset(added, 0, sizeof(*added));
	added->key = key;
	added->value = text->at;
	return text->count++;
}

static void end_node(parsed *text, uint32_t index)
{
	text->nodes[index].end = text->at;
	text->nodes[index].nodes = text->count - index;
}

/* The next byte; 0 at the end, because a NUL is not valid outside of strings. */
static char peek(const parsed *text)
{
	if (text->at == text->length) {
		return 0;
	}
	return text->bytes[text->at];
}

/* Takes the next byte if it is one of these. */
static bool take_one(parsed *text, const char *of)
{
	char next = peek(text);

	if (!next || !strchr(of, next)) {
		return false;
	}
	text->at++;
	return true;
}

static bool take(parsed *text, const char *word)
{
	size_t length = strlen(word);

	if (text->length - text->at < length || memcmp(text->bytes + text->at, word, length) != 0) {
		return false;
	}
	text->at += (uint32_t) length;
	return true;
}

/* Takes digits, and returns how many there were. */
static uint32_t take_digits(parsed *text)
{
	uint32_t begin = text->at;

	while (peek(text) >= '0' && peek(text) <= '9') {
		text->at++;
	}
	return text->at - begin;
}

/* Takes a number of bytes or elements, which cannot be larger than the number of bytes left. */
static bool take_count(parsed *text, uint32_t *count)
{
	uint32_t begin = text->at, digits = take_digits(text);
	uint64_t number = 0;

	for (uint32_t i = 0; i < digits; i++) {
		number = number * 10 + (uint64_t) (text->bytes[begin + i] - '0');
		if (number > text->length - text->at) {
			return false;
		}
	}
	*count = (uint32_t) number;
	return digits > 0;
}

static void take_sign(parsed *text)
{
	char next = peek(text);

	text->at += next == '+' || next == '-';
}

static bool take_integer(parsed *text)
{
	take_sign(text);
	return take_digits(text) > 0;
}

static bool take_float(parsed *text)
{
	uint32_t digits;

	if (take(text, "NAN") || take(text, "INF") || take(text, "-INF")) {
		return true;
	}
	take_sign(text);
	digits = take_digits(text);
	if (take(text, ".")) {
		digits += take_digits(text);
	}
	return digits > 0 && (!take_one(text, "eE") || take_integer(text));
}

/* 5:"bytes" */
static bool take_string(parsed *text, cfs_piece *string)
{
	uint32_t length;

	if (!take_count(text, &length) || !take(text, ":\"") || text->length - text->at < length) {
		return false;
	}
	*string = (cfs_piece){text->bytes + text->at, length};
	text->at += length;
	return take(text, "\"");
}

/* Takes the first of two hexadecimal digits, if both are there. */
static bool take_hex(parsed *text)
{
	return text->length - text->at > 1 && isxdigit((unsigned char) text->bytes[text->at + 1]) &&
		take_one(text, "0123456789abcdefABCDEF");
}

/* 5:"by\74es", where what is escaped counts as one. */
static bool take_escaped_string(parsed *text)
{
	uint32_t length;

	if (!take_count(text, &length) || !take(text, ":\"")) {
		return false;
	}
	for (; length; length--) {
		if (text->at == text->length || (take(text, "\\") && !take_hex(text))) {
			return false;
		}
		text->at++;
	}
	return take(text, "\"");
}

/* 9:"Enum:Case" */
static bool take_enum(parsed *text)
{
	cfs_piece name;

	return take_string(text, &name) && memchr(name.at, ':', name.length);
}

/* Whether PHP takes the text for a whole number if it is a key. */
static bool is_whole_number(cfs_piece text, zend_long *number)
{
	bool is_negative = text.length && *text.at == '-';
	size_t digits = text.length - is_negative;
	const char *at = text.at + is_negative;
	uint64_t magnitude = 0;

	/* More digits would not fit into 64 bits. */
	if (digits == 0 || digits > 19 || (*at == '0' && text.length > 1)) {
		return false;
	}
	for (size_t i = 0; i < digits; i++) {
		if (at[i] < '0' || at[i] > '9') {
			return false;
		}
		magnitude = magnitude * 10 + (uint64_t) (at[i] - '0');
	}
	*number = (zend_long) (is_negative ? 0 - magnitude : magnitude);
	return magnitude <= (uint64_t) ZEND_LONG_MAX + is_negative;
}

/* Takes an array's key. Each key can be written in one way only, so keys are equal if their texts are. */
static bool take_key(parsed *text, zend_long *number)
{
	cfs_piece key;
	uint32_t begin;

	*number = -1;
	if (take(text, "i:")) {
		begin = text->at;
		return take_integer(text) &&
			is_whole_number((cfs_piece){text->bytes + begin, text->at - begin}, number) &&
			take(text, ";");
	}
	begin = text->at + 2;
	if (!take(text, "s:") || !take_string(text, &key) || !take(text, ";") ||
		(text->bytes[begin] == '0' && text->bytes[begin + 1] != ':')) {
		return false;
	}
	return !is_whole_number(key, number);
}

/* Takes a property's name, which may be a number. */
static bool take_property(parsed *text)
{
	cfs_piece name;

	if (take(text, "i:")) {
		return take_integer(text) && take(text, ";");
	}
	if (take(text, "S:")) {
		return take_escaped_string(text) && take(text, ";");
	}
	return take(text, "s:") && take_string(text, &name) && take(text, ";");
}

static bool read_value(parsed *text, uint32_t key, unsigned depth);

/* 2:{…}, nested `depth` deep. */
static bool read_elements(parsed *text, uint32_t index, bool of_object, unsigned depth)
{
	uint32_t count, key;
	bool is_list = true;
	zend_long number;

	if (depth == DEPTH_MAX) {
		text->problem = PROBLEM_DEPTH;
		return false;
	}
	if (!take_count(text, &count) || !take(text, ":{")) {
		return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		key = text->at;
		if (of_object ? !take_property(text) : !take_key(text, &number)) {
			return false;
		}
		is_list = is_list && !of_object && number == (zend_long) i;
		if (!read_value(text, key, depth + 1)) {
			return false;
		}
	}
	text->nodes[index].count = count;
	text->nodes[index].is_array = !of_object;
	text->nodes[index].is_list = is_list;
	return take(text, "}");
}

/* 8:"stdClass":1:{…}. Keys in it are not an array's. */
static bool read_object(parsed *text, uint32_t index, unsigned depth)
{
	cfs_piece name;

	if (!take_string(text, &name) || !name.length || !take(text, ":") ||
		!read_elements(text, index, true, depth)) {
		return false;
	}
	text->count = index + 1;
	return true;
}

/* Reads what follows the letter and the colon. */
static bool read_typed(parsed *text, char type, uint32_t index, unsigned depth)
{
	cfs_piece string;

	switch (type) {
		case 'b':
			return take_one(text, "01") && take(text, ";");
		case 'i':
			return take_integer(text) && take(text, ";");
		case 'd':
			return take_float(text) && take(text, ";");
		case 's':
			return take_string(text, &string) && take(text, ";");
		case 'S':
			return take_escaped_string(text) && take(text, ";");
		case 'E':
			return take_enum(text) && take(text, ";");
		case 'a':
			return read_elements(text, index, false, depth);
		case 'O':
			return read_object(text, index, depth);
		case 'C':
			text->problem = PROBLEM_CUSTOM;
			return false;
		case 'r':
		case 'R':
			text->problem = PROBLEM_REFERENCE;
			return false;
		default:
			return false;
	}
}

/* Reads the value whose key begins at `key` and ends here. */
static bool read_value(parsed *text, uint32_t key, unsigned depth)
{
	uint32_t index = add_node(text, key);
	char type = peek(text);

	if (!take(text, "N;")) {
		text->at += type != '\0';
		if (!take(text, ":") || !read_typed(text, type, index, depth)) {
			return false;
		}
	}
	end_node(text, index);
	return true;
}

/* name|value, for each variable. A "!" is part of the name, as in PHP since version 7.1. */
static bool read_variables(parsed *text)
{
	uint32_t key, root = add_node(text, 0);
	const char *bar;

	text->nodes[root].is_array = true;
	while (text->at < text->length) {
		key = text->at;
		bar = memchr(text->bytes + key, '|', text->length - key);
		if (!bar) {
			return false;
		}
		text->at = (uint32_t) (bar + 1 - text->bytes);
		if (!read_value(text, key, 1)) {
			return false;
		}
		text->nodes[root].count++;
	}
	end_node(text, root);
	return true;
}

/* The one array that php_serialize writes. */
static bool read_session(parsed *text)
{
	if (text->length == 0) {
		uint32_t root = add_node(text, 0);

		text->nodes[root].is_array = text->nodes[root].is_list = true;
		end_node(text, root);
		return true;
	}
	return peek(text) == 'a' && read_value(text, 0, 0) && text->at == text->length;
}

static bool parse(parsed *text, cfs_value value, bool has_names, const char *who, cfs_error *error)
{
	*text = (parsed){.bytes = value.length ? value.bytes : "", .length = (uint32_t) value.length};
	if (has_names ? read_variables(text) : read_session(text)) {
		return true;
	}
	if (text->problem) {
		cfs_error_set(error, "%s", text->problem);
	} else {
		cfs_error_set(error,
			"what %s is not in the format of session.serialize_handler \"%s\" from byte %u on", who,
			has_names ? "php" : "php_serialize", (unsigned) text->at);
	}
	return false;
}

/* }}} */

/* {{{ Elements, and how to find them */

/* An element of an array in a text, or a whole session. */
typedef struct _element {
	const parsed *in;
	const node *at; /* NULL: it is absent */
	uint32_t left;  /* how many follow it in its array */
} element;

static cfs_piece key_of(element of)
{
	return (cfs_piece){of.in->bytes + of.at->key, of.at->value - of.at->key};
}

static cfs_piece value_of(element of)
{
	return (cfs_piece){of.in->bytes + of.at->value, of.at->end - of.at->value};
}

static bool is_same_text(cfs_piece a, cfs_piece b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

static bool is_same(element a, element b)
{
	return a.at && b.at ? is_same_text(value_of(a), value_of(b)) : !a.at && !b.at;
}

static bool is_array(element of)
{
	return of.at && of.at->is_array;
}

static element first(element array)
{
	if (array.at->count == 0) {
		return (element){array.in, NULL, 0};
	}
	return (element){array.in, array.at + 1, array.at->count - 1};
}

/* The one that follows it in its array, which may be absent. */
static element next(element of)
{
	if (!of.at || of.left == 0) {
		return (element){of.in, NULL, 0};
	}
	return (element){of.in, of.at + of.at->nodes, of.left - 1};
}

/* Finds elements by their keys, or by their values. */
typedef struct _table {
	element array;
	cfs_piece (*text_of)(element of);
	element expected; /* usually the next one that is looked for */
	uint32_t mask;    /* slots, less one */
	uint64_t seed;
	struct {
		uint32_t hash, node; /* index, counted from the array's; 0: free */
	} * slots;
} table;

/* FNV-1a. Its start value is secret, so that nobody can choose keys that collide. */
static uint32_t hash_of(const table *in, cfs_piece text)
{
	uint64_t hash = in->seed;

	for (size_t i = 0; i < text.length; i++) {
		hash = (hash ^ (unsigned char) text.at[i]) * 0x100000001b3;
	}
	return (uint32_t) (hash ^ hash >> 32);
}

static void open_table(table *of, element array, cfs_piece (*text_of)(element of))
{
	*of = (table){.array = array, .text_of = text_of, .mask = 3};
	while (of->mask / 2 < array.at->count) {
		of->mask = of->mask * 2 + 1;
	}
	of->slots = safe_pemalloc((size_t) of->mask + 1, sizeof(*of->slots), 0, 1);
	memset(of->slots, 0, ((size_t) of->mask + 1) * sizeof(*of->slots));
	of->seed = 0xcbf29ce484222325 ^ (uint64_t) (uintptr_t) of->slots * 0x9e3779b97f4a7c15;
}

static void close_table(table *of)
{
	pefree(of->slots, 1);
}

/* The slot that has the text, or is free for it. */
static uint32_t slot_of(const table *in, cfs_piece text, uint32_t hash)
{
	uint32_t slot = hash & in->mask;
	element there = in->array;

	while (in->slots[slot].node) {
		there.at = in->array.at + in->slots[slot].node;
		if (in->slots[slot].hash == hash && is_same_text(in->text_of(there), text)) {
			break;
		}
		slot = (slot + 1) & in->mask;
	}
	return slot;
}

/* Adds an element. False: the table has one with the same text. */
static bool add_to_table(table *to, element added)
{
	uint32_t hash = hash_of(to, to->text_of(added)), slot = slot_of(to, to->text_of(added), hash);

	if (to->slots[slot].node) {
		return false;
	}
	to->slots[slot].hash = hash;
	to->slots[slot].node = (uint32_t) (added.at - to->array.at);
	return true;
}

static element find(table *in, cfs_piece text)
{
	element found = in->expected;
	uint32_t slot;

	if (found.at && is_same_text(in->text_of(found), text)) {
		in->expected = next(found);
		return found;
	}
	slot = slot_of(in, text, hash_of(in, text));
	if (!in->slots[slot].node) {
		return (element){in->array.in, NULL, 0};
	}
	return (element){in->array.in, in->array.at + in->slots[slot].node, 0};
}

/* Makes a table of the array by its keys. False: a key is there twice. */
static bool open_keys(table *of, element array)
{
	bool is_unique = true;

	open_table(of, array, key_of);
	for (element at = first(array); at.at; at = next(at)) {
		is_unique = add_to_table(of, at) && is_unique;
	}
	of->expected = first(array);
	return is_unique;
}

/* }}} */

/* {{{ Merging */

typedef struct _merge {
	cfs_merged *merged;
	size_t capacity, max;
	bool has_names;      /* the session's format is name|value, not an array */
	bool is_full;        /* the result would be longer than `max` */
	const char *problem; /* why it cannot be merged; or NULL */
} merge;

/* The same element in the three texts. */
typedef struct _sides {
	element base, stored, ours;
} sides;

/* Makes room for that many bytes, for the caller to write; NULL: there is no room. */
static char *make_room(merge *in, size_t length)
{
	cfs_merged *merged = in->merged;

	if (in->is_full || length > in->max - merged->length) {
		in->is_full = true;
		return NULL;
	}
	if (length > in->capacity - merged->length) {
		in->capacity = MIN(in->max, (merged->length + length) * 2);
		merged->bytes = perealloc(merged->bytes, in->capacity, 1);
	}
	merged->length += length;
	return merged->bytes + merged->length - length;
}

static void write_text(merge *in, cfs_piece text)
{
	char *room = make_room(in, text.length);

	if (room && text.length) {
		memcpy(room, text.at, text.length);
	}
}

static void write_element(merge *in, element of)
{
	write_text(in, key_of(of));
	write_text(in, value_of(of));
}

/* Inserts "a:2:{" before the elements, which begin at `begin`, and ends them. */
static void write_frame(merge *in, size_t begin, uint32_t count)
{
	char head[32];
	size_t length = (size_t) snprintf(head, sizeof(head), "a:%u:{", (unsigned) count);
	char *end;

	if (!make_room(in, length) || !(end = make_room(in, 1))) {
		return;
	}
	*end = '}';
	memmove(in->merged->bytes + begin + length, in->merged->bytes + begin,
		in->merged->length - 1 - begin - length);
	memcpy(in->merged->bytes + begin, head, length);
}

static void merge_arrays(merge *in, sides arrays);

/* Writes what an element becomes. Returns how many elements that is, 0 or 1. */
static uint32_t merge_element(merge *in, sides of)
{
	element taken = of.ours;

	if (is_same(of.stored, of.ours) || is_same(of.base, of.stored)) {
		taken = of.ours;
	} else if (is_same(of.base, of.ours)) {
		taken = of.stored;
	} else if (of.ours.at && is_array(of.ours) && is_array(of.stored) &&
		(!of.base.at || is_array(of.base))) {
		write_text(in, key_of(of.ours));
		merge_arrays(in, of);
		return 1;
	} else {
		in->merged->conflicts++;
	}
	if (taken.at) {
		write_element(in, taken);
	}
	return taken.at != NULL;
}

/* Merges the elements of ours, and then those that only stored has. Returns how many the result has. */
static uint32_t merge_keys(merge *in, sides arrays, table *base, table *stored, table *ours)
{
	const element absent = {arrays.ours.in, NULL, 0};
	uint32_t count = 0;
	cfs_piece key;

	for (element at = first(arrays.ours); at.at; at = next(at)) {
		key = key_of(at);
		count += merge_element(in, (sides){find(base, key), find(stored, key), at});
	}
	base->expected = first(arrays.base);
	for (element at = first(arrays.stored); at.at; at = next(at)) {
		key = key_of(at);
		if (!find(ours, key).at) {
			count += merge_element(in, (sides){find(base, key), at, absent});
		}
	}
	return count;
}

static uint32_t merge_maps(merge *in, sides arrays)
{
	table base, stored, ours;
	uint32_t count = 0;
	bool is_unique = open_keys(&base, arrays.base);

	is_unique = open_keys(&stored, arrays.stored) && is_unique;
	is_unique = open_keys(&ours, arrays.ours) && is_unique;
	if (is_unique) {
		count = merge_keys(in, arrays, &base, &stored, &ours);
	} else {
		in->problem = PROBLEM_TWICE;
	}
	close_table(&base);
	close_table(&stored);
	close_table(&ours);
	return count;
}

/* Whether an element of base is no longer at its place, but at another one. */
static bool is_moved(element base, element list)
{
	uint32_t changes = 0;
	bool found = false;
	table gone;
	element was, is;

	for (was = first(base), is = first(list); is.at; was = next(was), is = next(is)) {
		changes += !is_same(was, is);
	}
	if (changes < 2) {
		return false;
	}
	open_table(&gone, base, value_of);
	for (was = first(base), is = first(list); was.at; was = next(was), is = next(is)) {
		if (!is_same(was, is)) {
			add_to_table(&gone, was);
		}
	}
	for (was = first(base), is = first(list); is.at && !found; was = next(was), is = next(is)) {
		found = !is_same(was, is) && find(&gone, value_of(is)).at;
	}
	close_table(&gone);
	return found;
}

/* Whether the list has the elements of base at their places, changed or not, and perhaps more after them. */
static bool has_grown(element base, element list)
{
	return list.at->count >= base.at->count && !is_moved(base, list);
}

/* Writes the value and those that follow it, with keys from `count` on. Returns the next key. */
static uint32_t append(merge *in, element at, uint32_t count)
{
	char key[32];

	for (; at.at; at = next(at)) {
		size_t length = (size_t) snprintf(key, sizeof(key), "i:%u;", (unsigned) count++);

		write_text(in, (cfs_piece){key, length});
		write_text(in, value_of(at));
	}
	return count;
}

static uint32_t merge_lists(merge *in, sides lists)
{
	sides at = {first(lists.base), first(lists.stored), first(lists.ours)};
	uint32_t count = 0;

	while (at.base.at) {
		count += merge_element(in, at);
		at = (sides){next(at.base), next(at.stored), next(at.ours)};
	}
	return append(in, at.ours, append(in, at.stored, count));
}

/* Merges arrays that both sides changed, or added. */
static void merge_arrays(merge *in, sides arrays)
{
	static const node empty = {.nodes = 1, .is_array = true, .is_list = true};
	size_t begin = in->merged->length;
	bool are_lists;
	uint32_t count;

	if (!arrays.base.at) {
		arrays.base.at = &empty;
	}
	are_lists = arrays.base.at->is_list && arrays.stored.at->is_list && arrays.ours.at->is_list;
	if (are_lists &&
		(!has_grown(arrays.base, arrays.stored) || !has_grown(arrays.base, arrays.ours))) {
		in->merged->conflicts++;
		write_text(in, value_of(arrays.ours));
		return;
	}
	count = are_lists ? merge_lists(in, arrays) : merge_maps(in, arrays);
	if (!in->has_names || arrays.ours.at != arrays.ours.in->nodes) {
		write_frame(in, begin, count);
	}
}

static element root_of(const parsed *text)
{
	return (element){text, text->nodes, 0};
}

static bool merge_texts(merge *in, const parsed texts[3], cfs_error *error)
{
	merge_arrays(in, (sides){root_of(&texts[0]), root_of(&texts[1]), root_of(&texts[2])});
	if (in->problem) {
		cfs_error_set(error, "%s", in->problem);
		return false;
	}
	if (in->is_full) {
		cfs_error_set(error, "merged, it would have more than %zu bytes", in->max);
		return false;
	}
	return true;
}

/* }}} */

static bool is_same_value(cfs_value a, cfs_value b)
{
	return is_same_text((cfs_piece){a.bytes, a.length}, (cfs_piece){b.bytes, b.length});
}

/* Which of the texts is the result as a whole, because one side changed nothing or both made the same change; NULL:
 * none. */
static const cfs_value *whole_text(
	const cfs_value *base, const cfs_value *stored, const cfs_value *ours)
{
	if (is_same_value(*base, *stored) || is_same_value(*stored, *ours)) {
		return ours;
	}
	return is_same_value(*base, *ours) ? stored : NULL;
}

static bool can_be_merged(
	const char *serialize_handler, const cfs_value values[3], size_t max, cfs_error *error)
{
	if (strcmp(serialize_handler, "php") != 0 && strcmp(serialize_handler, "php_serialize") != 0) {
		cfs_error_set(error,
			"it is encoded by session.serialize_handler \"%s\"; what \"php\" and "
			"\"php_serialize\" encode can be merged",
			serialize_handler);
		return false;
	}
	for (int i = 0; i < 3; i++) {
		if (values[i].length > max) {
			cfs_error_set(error, "it has %zu bytes, and no more than %zu can be merged",
				values[i].length, max);
			return false;
		}
	}
	return true;
}

static bool merge_values(const char *serialize_handler, const cfs_value values[3], size_t max,
	cfs_merged *merged, cfs_error *error)
{
	static const char *const who[3] = {
		"this request has read", "another request has stored", "this request leaves"};
	merge in = {.merged = merged, .max = max, .has_names = strcmp(serialize_handler, "php") == 0};
	parsed texts[3] = {{.bytes = NULL}};
	bool done = true;

	if (!can_be_merged(serialize_handler, values, max, error)) {
		return false;
	}
	for (int i = 0; i < 3 && done; i++) {
		done = parse(&texts[i], values[i], in.has_names, who[i], error);
	}
	if (done) {
		in.capacity = MIN(max, values[1].length + values[2].length) + 1;
		merged->bytes = pemalloc(in.capacity, 1);
		done = merge_texts(&in, texts, error);
	}
	for (int i = 0; i < 3; i++) {
		pefree(texts[i].nodes, 1);
	}
	return done;
}

cfs_merge_result cfs_merge(const char *serialize_handler, cfs_value base, cfs_value stored,
	cfs_value ours, size_t max, cfs_merged *merged, cfs_error *error)
{
	const cfs_value values[3] = {base, stored, ours};
	const cfs_value *whole = whole_text(&values[0], &values[1], &values[2]);

	memset(merged, 0, sizeof(*merged));
	max = MIN(max, LENGTH_MAX);
	if (whole) {
		merge in = {.merged = merged, .max = whole->length, .capacity = whole->length + 1};

		merged->bytes = pemalloc(in.capacity, 1);
		write_text(&in, (cfs_piece){whole->bytes, whole->length});
		return CFS_MERGED;
	}
	if (!merge_values(serialize_handler, values, max, merged, error)) {
		cfs_merged_free(merged);
		return CFS_MERGE_REFUSED;
	}
	return CFS_MERGED;
}

void cfs_merged_free(cfs_merged *merged)
{
	if (merged->bytes) {
		pefree(merged->bytes, 1);
	}
	memset(merged, 0, sizeof(*merged));
}

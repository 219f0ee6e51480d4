/*
 * Merges what a request changed in a session with what another request has stored meanwhile. Pure: three texts in, one
 * out; it creates no PHP values.
 *
 * `base` is what the request has read, `stored` what is stored now, and `ours` what the request wants to store,
 * each as session.serialize_handler "php" or "php_serialize" writes it; an empty text is an empty session.
 *
 * - If two of the texts are equal, nothing is merged: the result is the one that was changed, whatever it contains, and
 *   whatever the handler.
 * - Variables and the elements of arrays are merged key by key, at any depth. What one side changed, added or deleted is
 *   as that side has it. If both sides made the same change, that is no conflict.
 * - If both sides changed the same thing differently, ours wins, and that is a conflict. So is deleting what the other
 *   side changed.
 * - Arrays that both sides added under one key are merged as if an empty array had been there. If there was something
 *   else than an array, or one side has something else now, ours wins as a whole.
 * - A list has the keys 0, 1, 2… in this order; the empty array is one, too. If base was a list (or there was nothing)
 *   and both sides still are lists, the elements that base had are merged key by key, and the appended ones follow:
 *   stored's first, then ours, with new keys. Both sides' are kept even if they are equal.
 * - If one of two changed lists is shorter than base, or has an element of base at another place than before, its keys no
 *   longer tell which element is which: ours wins as a whole, and that is one conflict. So two sides that swap, shift or
 *   remove elements are not mixed up. (Once unset() has taken an element from the middle, an array is not a list any
 *   more, and its keys do tell: it is merged key by key.)
 * - The order is that of ours, followed by what stored added. A change of the order alone is no conflict; if only stored
 *   changed anything in an array, the result is stored's array, with its order.
 * - Everything else is one value: objects, enums, numbers (compared as text: 1.0 and 1.00 are different), texts.
 *
 * It refuses what cannot be cut and put together:
 * - a text with references ("r:", "R:"), which count values from its beginning (PHP writes them for one object in two
 *   places, for variables that were bound by "&", and for an enum's case that occurs twice);
 * - a text with the format of Serializable ("C:"), which may hide references;
 * - arrays or objects nested deeper than 256;
 * - what PHP does not write, such as s:1:"5"; or i:05; as the key of an array, one key twice where it has to be looked
 *   for, or bytes after the end;
 * - other handlers.
 *
 * The time is proportional to the length of the texts and to the depth of what both sides changed, because the keys of an
 * array are found by hashing. No recursion is deeper than those arrays.
 */
#ifndef CFS_MERGE_H
#define CFS_MERGE_H

#include "../backends/backend.h"
#include "../error.h"

typedef enum _cfs_merge_result {
	CFS_MERGED,
	CFS_MERGE_REFUSED /* the error says why; it begins with "it", which means the session */
} cfs_merge_result;

/* Owns `bytes`; zeroed if nothing was merged. */
typedef struct _cfs_merged {
	char *bytes; /* pemalloc'ed, without a NUL at the end; never NULL after a merge */
	size_t length;
	uint64_t conflicts; /* how often ours won over another change */
} cfs_merged;

/* `max`: bytes that each text, and the result, may have (and at most 2 GB), unless nothing has to be merged. Meanwhile it
 * takes about five times the memory of the texts; twenty times if all elements are as small as "i:0;N;". The texts stay
 * the caller's, and are not kept. The caller frees `merged` with cfs_merged_free(). */
cfs_merge_result cfs_merge(const char *serialize_handler, cfs_value base, cfs_value stored,
	cfs_value ours, size_t max, cfs_merged *merged, cfs_error *error);

/* Frees what it owns and zeroes it. A zeroed one may be freed, too. */
void cfs_merged_free(cfs_merged *merged);

#endif

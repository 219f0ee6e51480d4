#include "replies.h"
#include <sanitizer/allocator_interface.h>
#include <sanitizer/lsan_interface.h>
#include <setjmp.h>
#include <time.h>

#define OPERATIONS_MAX 12

/* The operations of tags, and the steps of the longest one, each of which has its own time limit. */
#define TAG_OPERATIONS "amlkc"
#define TAG_STEPS      8

/* What an operation may cost, whatever the server sends: bytes, waiting time and CPU time. */
#define VALUE_MAX   ((size_t) 1 << 20)
#define MEMORY_MAX  ((size_t) 32 << 20)
#define RECEIVE_MAX ((size_t) 32 << 20)
#define SECONDS_MAX 5 /* of the processor, with the sanitizers */

/* Milliseconds. */
#define LOCK_WAIT       10000
#define CONNECT_TIMEOUT 1000
#define TIMEOUT         2000
#define MARGIN          200 /* each poll() takes one */

/* Flags of the input. */
#define WITHOUT_LOCK    0x01
#define NOT_PERSISTENT  0x02
#define DOES_NOT_WAIT   0x04
#define RETRIES_AT_ONCE 0x08
#define PREFIX_SHIFT    4 /* two bits */

static const char *const ids[] = {REPLIES_ID, "o-ther,id00000000000000000"};

/* The current request. */
typedef struct _request {
	const replies_backend *fuzzed;
	cfs_thread *thread;
	cfs_target *target;
	cfs_options options;
	cfs_store *store;
	int id;
	bool is_read; /* may be written */
	cfs_tagging tagging;
	bool is_attached;
} request;

/* {{{ Checks after each call */

/* A server may repeat what it was sent. */
static void hides(const char *message, const char *secret, bool since_mark, const char *violation)
{
	fuzz_require(!*secret || !strstr(message, secret) || !peer_has_heard(secret, since_mark),
		violation, message);
}

static void check_message(const cfs_error *error)
{
	const char *message = error->message;

	fuzz_require(
		memchr(message, '\0', sizeof(error->message)) != NULL, "the error has no end", NULL);
	fuzz_require(*message != '\0', "the error says nothing", NULL);
	fuzz_require(cfs_is_printable(message), "the error is not one line of text", message);
	hides(message, FUZZ_SECRET, false, "the error shows the password");
}

/* Checks of the session's secrets, which a probe does not know. */
static void check_session_message(const request *request, const cfs_error *error)
{
	check_message(error);
	hides(error->message, peer_token(), false, "the error shows the token");
	/* The id of an earlier session is not known any more. */
	hides(error->message, ids[request->id], true, "the error shows the id");
}

static void check_result(
	const request *request, cfs_result result, bool may_be_lost, const cfs_error *error)
{
	bool locked = request->fuzzed->backend->holds_lock(request->store);

	fuzz_require(result == CFS_OK || result == CFS_ERROR ||
			(may_be_lost && (result == CFS_ABSENT || result == CFS_LOST || result == CFS_UNKNOWN)),
		"the result is none that there is", NULL);
	fuzz_require(!locked || request->options.lock, "a lock that nobody wanted", NULL);
	if (result == CFS_ERROR) {
		check_session_message(request, error);
	}
}

/* }}} */

/* {{{ Operations */

static void open_store(request *request)
{
	request->store =
		request->fuzzed->backend->open(request->thread, request->target, &request->options);
	request->is_read = request->is_attached = false;
}

/* Closes as the session handler does. Connections that stay open are in the pool. */
static void close_store(request *request)
{
	const cfs_backend *backend = request->fuzzed->backend;
	cfs_error error = {.message = ""};

	if (backend->holds_lock(request->store)) {
		check_result(request, backend->release(request->store, &error), true, &error);
	}
	backend->close(request->store);
	for (size_t i = 0; i < peer_count(); i++) {
		if (peer_listen(peer_at(i))) {
			fuzz_require(request->options.persistent, "a connection is kept all the same", NULL);
			request->fuzzed->check_kept(peer_at(i));
		}
	}
}

static void start(request *request, bool only_existing)
{
	const cfs_backend *backend = request->fuzzed->backend;
	cfs_value value = {NULL, 0};
	cfs_error error = {.message = ""};
	cfs_result result =
		backend->start(request->store, ids[request->id], 1440, only_existing, &value, &error);

	check_result(request, result == CFS_ABSENT ? CFS_OK : result, false, &error);
	request->is_read = result == CFS_OK || (result == CFS_ABSENT && !only_existing);
	/* A failed operation may have taken the lock, or left an earlier one. */
	fuzz_require(result == CFS_ERROR ||
			backend->holds_lock(request->store) == (request->options.lock && request->is_read),
		"the lock and the result do not agree", error.message);
	if (result == CFS_OK) {
		fuzz_require(value.bytes != NULL, "there is no value", NULL);
		fuzz_require(value.length <= request->options.value_max, "the value is too large", NULL);
	}
	if (result != CFS_ERROR) {
		request->fuzzed->check_start(&request->options, result, value);
	}
}

/* Whether a connection has ended, so that the release of the lock may be in doubt. */
static bool has_broken(void)
{
	bool broken = peer_elapsed() >= TIMEOUT;

	for (size_t i = 0; i < peer_count() && !broken; i++) {
		broken = !peer_listen(peer_at(i));
	}
	return broken;
}

/* {{{ Tags */

static const cfs_tags two_tags = {2,
	{"2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90",
		"81b637d8fcd2c6da6359e6963113a1170de795e4b725b84d1e0b4cfd9ec58ce9"}};

static void attach(request *request)
{
	const cfs_tag_calls *calls = request->fuzzed->backend->tags;
	cfs_error error = {.message = ""};

	if (!calls || !request->is_read) {
		return;
	}
	request->tagging = (cfs_tagging){.added = two_tags, .asks = true, .lifetime = 1440};
	check_result(request, calls->attach(request->store, &request->tagging, &error), false, &error);
	request->is_attached = true;
}

/* Checks the outcome of the tags, which depends on the call that they were sent with. */
static void check_tagging(request *request, cfs_result result)
{
	cfs_tagging *tagging = &request->tagging;

	if (!request->is_attached || result != CFS_OK) {
		return;
	}
	if (tagging->failed) {
		check_session_message(request, &tagging->error);
	}
	for (uint32_t i = 0; i < tagging->stored.count; i++) {
		fuzz_require(peer_has_said(tagging->stored.tag[i], CFS_TAG_SIZE - 1),
			"nobody said that it has that tag", tagging->stored.tag[i]);
	}
	tagging->added.count = 0;
	tagging->failed = false;
}

static void move(request *request)
{
	const cfs_tag_calls *calls = request->fuzzed->backend->tags;
	cfs_error error = {.message = ""};

	if (calls && request->is_read) {
		check_result(request,
			calls->move(
				request->store, ids[!request->id], /* removes */ true, &two_tags, 1440, &error),
			true, &error);
	}
}

static void list(request *request)
{
	const cfs_tag_calls *calls = request->fuzzed->backend->tags;
	cfs_error error = {.message = ""};
	cfs_tagged tagged = {.count = 0};

	if (calls) {
		check_result(
			request, calls->list(request->store, two_tags.tag[0], &tagged, &error), false, &error);
		for (size_t i = 0; i < tagged.count; i++) {
			const char *id = tagged.ids + tagged.sessions[i].id;

			fuzz_require(peer_has_said(id, strlen(id)), "nobody said that it has the tag", id);
			fuzz_require(tagged.sessions[i].expires > 0, "it has expired for long", id);
		}
		cfs_tagged_free(&tagged);
	}
}

static void destroy_tagged(request *request)
{
	const cfs_tag_calls *calls = request->fuzzed->backend->tags;
	cfs_logouts logouts = {.current = request->is_read ? ids[request->id] : NULL};
	cfs_error error = {.message = ""};

	if (calls) {
		check_result(request, calls->destroy(request->store, two_tags.tag[0], &logouts, &error),
			false, &error);
		fuzz_require(
			logouts.destroyed <= peer_sent(), "more have gone than it can have said", NULL);
	}
}

static void clean(request *request)
{
	if (request->fuzzed->backend->tags) {
		request->fuzzed->backend->tags->clean(request->store, &two_tags);
	}
}

/* }}} */

static void write_or_touch(request *request, char operation)
{
	const cfs_backend *backend = request->fuzzed->backend;
	cfs_value value = {REPLIES_VALUE, strlen(REPLIES_VALUE)}, unused;
	cfs_error error = {.message = ""};
	cfs_result result;

	if (!request->is_read) {
		return;
	}
	result = operation == 'w'
		? backend->write(request->store, value, 1440, &unused, &error)
		: backend->touch(request->store, operation == 't' ? 1440 : 2880, &error);
	check_result(request, result, true, &error);
	fuzz_require(result == CFS_ERROR || !backend->holds_lock(request->store) || has_broken(),
		"the lock is kept", (const char[]){operation, '\0'});
	request->is_read = result == CFS_ERROR;
	check_tagging(request, result);
	if (result == CFS_OK) {
		request->fuzzed->check_done(&request->options, operation);
	}
}

static void destroy(request *request)
{
	cfs_error error = {.message = ""};
	cfs_result result = request->fuzzed->backend->destroy(request->store, ids[request->id], &error);

	/* A destruction does not need the lock. */
	check_result(request, result, true, &error);
	request->is_read = false;
	check_tagging(request, result);
	if (result == CFS_OK) {
		request->fuzzed->check_done(&request->options, 'd');
	}
}

static void release(request *request)
{
	cfs_error error = {.message = ""};

	if (request->fuzzed->backend->holds_lock(request->store)) {
		check_result(
			request, request->fuzzed->backend->release(request->store, &error), true, &error);
		request->is_read = false;
	}
}

static void probe(request *request)
{
	cfs_probe probe = {.persistence = "", .evictions = -1, .item_size_max = -1};
	cfs_error error = {.message = ""};
	cfs_result result = request->fuzzed->backend->probe(
		request->thread, request->target, 0, &request->options, &probe, &error);

	fuzz_require(result == CFS_OK || result == CFS_ERROR, "the result is none that there is", NULL);
	if (result == CFS_ERROR) {
		check_message(&error);
	}
	fuzz_require(strnlen(probe.version, sizeof(probe.version)) < sizeof(probe.version) &&
			strnlen(probe.eviction_policy, sizeof(probe.eviction_policy)) <
				sizeof(probe.eviction_policy),
		"what it learnt has no end", NULL);
}

static void operate(request *request, char operation)
{
	peer_mark();
	switch (operation) {
		case 's':
		case 'e':
			start(request, operation == 'e');
			break;
		case 'w':
		case 't':
		case 'u':
			write_or_touch(request, operation);
			break;
		case 'd':
			destroy(request);
			break;
		case 'r':
			release(request);
			break;
		case 'p':
			probe(request);
			break;
		case 'a':
			attach(request);
			break;
		case 'm':
			move(request);
			break;
		case 'l':
			list(request);
			break;
		case 'k':
			destroy_tagged(request);
			break;
		case 'c':
			clean(request);
			break;
		case 'i':
			request->id = !request->id;
			request->is_read = false;
			break;
		case 'o':
			close_store(request);
			open_store(request);
			break;
		default:
			break;
	}
}

/* }}} */

static void set_options(request *request, uint8_t flags)
{
	cfs_options *options = &request->options;

	memset(options, 0, sizeof(*options));
	snprintf(options->prefix, sizeof(options->prefix), "%s",
		request->fuzzed->prefixes[flags >> PREFIX_SHIFT & 3]);
	options->lock = !(flags & WITHOUT_LOCK);
	options->persistent = !(flags & NOT_PERSISTENT);
	options->lock_wait = flags & DOES_NOT_WAIT ? 0 : LOCK_WAIT;
	options->lock_lease = 5000;
	options->connect_timeout = CONNECT_TIMEOUT;
	options->timeout = TIMEOUT;
	options->value_max = VALUE_MAX;
	options->retry_interval = flags & RETRIES_AT_ONCE ? 0 : 1000;
}

/* The target of a case, whose save path must be valid. */
static cfs_target *make_target(const replies_backend *fuzzed, uint8_t number)
{
	cfs_error error = {.message = ""};
	size_t count = 0;
	cfs_target *target;

	while (fuzzed->save_paths[count]) {
		count++;
	}
	target = cfs_save_path_parse(fuzzed->save_paths[number % count], &error);
	fuzz_require(target != NULL, error.message, fuzzed->save_paths[number % count]);
	return target;
}

/* {{{ Giving up */

#define ALLOCATIONS_MAX 4096

/* Memory that the current operation has allocated and not freed. */
static struct {
	bool is_watched;
	int64_t bytes, most; /* below 0: it has freed earlier memory */
	bool is_listed;
	size_t count;
	const volatile void *live[ALLOCATIONS_MAX];
} allocated;

static jmp_buf way_out;

static void note_malloc(const volatile void *memory, size_t size)
{
	if (!allocated.is_watched) {
		return;
	}
	allocated.bytes += (int64_t) size;
	allocated.most = MAX(allocated.most, allocated.bytes);
	if (allocated.is_listed && allocated.count < ALLOCATIONS_MAX) {
		allocated.live[allocated.count++] = memory;
	}
}

static void note_free(const volatile void *memory)
{
	if (!allocated.is_watched || !memory) {
		return;
	}
	allocated.bytes -= (int64_t) __sanitizer_get_allocated_size((const void *) memory);
	for (size_t i = allocated.is_listed ? allocated.count : 0; i-- > 0;) {
		if (allocated.live[i] == memory) {
			allocated.live[i] = allocated.live[--allocated.count];
			return;
		}
	}
}

void replies_give_up(void)
{
	allocated.is_watched = false;
	for (size_t i = 0; i < allocated.count; i++) {
		__lsan_ignore_object((const void *) allocated.live[i]);
	}
	longjmp(way_out, 1);
}

/* Checks that no reply costs more than allowed. */
static void check_cost(const request *request, char operation, clock_t began)
{
	const char name[] = {operation, '\0'};
	int64_t allowed = CONNECT_TIMEOUT + TIMEOUT + MARGIN;

	if (request->target->topology == CFS_SENTINEL || request->target->topology == CFS_CLUSTER) {
		/* Finding the session's server has its own time limit. */
		allowed *= 2;
	}
	if (operation == 's' || operation == 'e') {
		allowed += request->options.lock_wait;
	} else if (operation == 'o') {
		/* Closing and opening wait for nothing but the release. */
		allowed += MARGIN;
	} else if (strchr(TAG_OPERATIONS, operation)) {
		allowed *= TAG_STEPS;
	}
	fuzz_require(allocated.most <= (int64_t) MEMORY_MAX, "it takes too much memory", name);
	/* libmemcached reads on until the deadline, and discards what it has read. */
	fuzz_require(
		request->fuzzed->gives_up || peer_sent() <= RECEIVE_MAX, "it listens for too long", name);
	fuzz_require(peer_elapsed() <= allowed, "it waits for too long", name);
	fuzz_require(
		(clock() - began) / CLOCKS_PER_SEC < SECONDS_MAX, "it computes for too long", name);
}

static void watch_and_operate(request *request, char operation)
{
	static bool is_hooked;
	clock_t began = clock();

	is_hooked = is_hooked || __sanitizer_install_malloc_and_free_hooks(note_malloc, note_free);
	allocated.count = 0;
	allocated.bytes = allocated.most = 0;
	allocated.is_listed = request->fuzzed->gives_up;
	allocated.is_watched = true;
	operate(request, operation);
	allocated.is_watched = false;
	check_cost(request, operation, began);
}

/* }}} */

/* Opens, operates and closes. After giving up, the store still has to be closed. */
static void run(request *request, const uint8_t *operations, const uint8_t *end)
{
	if (setjmp(way_out)) {
		request->fuzzed->backend->close(request->store);
		return;
	}
	open_store(request);
	for (int i = 0; i < OPERATIONS_MAX && &operations[i] < end; i++) {
		watch_and_operate(request, (char) operations[i]);
	}
	close_store(request);
}

void replies_run(const replies_backend *fuzzed, const uint8_t *data, size_t size)
{
	cfs_thread thread = {.pool = NULL};
	request request = {.fuzzed = fuzzed, .thread = &thread};
	const uint8_t *end = size > 2 ? memchr(data + 2, '\n', size - 2) : NULL;

	if (!end) {
		return;
	}
	request.target = make_target(fuzzed, data[0]);
	set_options(&request, data[1]);
	peer_begin(end + 1, (size_t) (data + size - end - 1), REPLIES_ID);
	run(&request, data + 2, end);
	cfs_pool_free(&thread);
	cfs_target_release(request.target);
	peer_end();
}

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_errors.h"
#include <ctype.h>

/* How many bytes of a server's words a message shows. */
#define WORDS_MAX 200

static const char wants_password[] = "it requires a password: give one in session.save_path";

static const struct {
	const char *code;
	const char *advice;
} advices[] = {
	{"NOAUTH", wants_password},
	{"unauthenticated", wants_password},
	{"DENIED Redis is running in protected mode",
		"it accepts connections from its own machine only: set a password (requirepass) and write "
		"it in session.save_path, or, in a private network, set protected-mode no"},
	{"READONLY", "this is a replica: name the master in session.save_path"},
	{"MASTERDOWN",
		"this is a replica that has lost its master: name the master in session.save_path, or wait "
		"until the failover is over"},
	{"LOADING", "it is loading its data after a start: wait until it has finished"},
	{"UNBLOCKED", "it has become a replica: name the master in session.save_path"},
	{"OOM ", "it is full: raise its maxmemory, and keep caches in another Redis"},
	{"MISCONF", "it cannot save to disk and refuses writes: see its log"},
	{"MOVED",
		"this is a node of a Redis Cluster: name the cluster, and nothing else, in "
		"session.save_path"},
	{"CROSSSLOT",
		"this is a node of a Redis Cluster: name the cluster, and nothing else, in "
		"session.save_path"},
	{"CLUSTERDOWN", "the Redis Cluster cannot serve this session at present: see its CLUSTER INFO"},
	{"TRYAGAIN", "the session's slot is moving to another node: wait until it has moved"},
	{"NOREPLICAS",
		"it has fewer replicas than it requires for a write: see its min-replicas-to-write"},
	{"WRONGTYPE",
		"the key is not a session: choose a cfsession.prefix that no other application uses"},
	{"max number of clients", "raise its maxclients"},
};

static const char lacks_scripts[] = "write redis+sentinel://host:port/master if it is a sentinel, "
									"otherwise set cfsession.lock=Off, which needs no scripts";
static const char may_be_sentinel[] =
	"it may be a sentinel: write redis+sentinel://host:port/master";
static const char no_sentinel[] =
	"it is no sentinel: name the sentinels, which listen at port 26379 unless told otherwise";

/* Redis refuses a pattern of keys that comes after ~*, and the whole line with it. */
static const char unless_all_keys[] = "leave out what begins with ~ if the user has ~*";

/* As ACL SETUSER takes them. */
static const char locking_commands[] =
	"+evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr "
	"+decr +rpush";
static const char unlocked_commands[] =
	"+getex +get +set +expire +del +evalsha +eval +exists +rename";
/* In addition, for cfsession_tag() and its like. */
static const char tag_commands[] = "+eval +time +zadd +zrem +zscore +zcount +zrangebyscore +zscan "
								   "+hset +hkeys +expire +pttl +get +set +del +exists";

void redis_advise_of_alien(const redis_asker *asker, char *advice, size_t size)
{
	snprintf(advice, size,
		"; what is stored at %s_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: "
		"delete it, or choose a cfsession.prefix that no other application uses",
		asker->options->prefix);
}

static bool is_denied(const char *words)
{
	return strstr(words, "NOPERM") || strstr(words, "ACL failure") ||
		strstr(words, "can't run this command");
}

/* Whether the user may not access a key, in the words of Redis 6 and 7. */
static bool is_denied_key(const char *words)
{
	return strstr(words, "access a key") || strstr(words, "of the keys") ||
		(strstr(words, "permissions to access the '") && strstr(words, "' key"));
}

static const char *acl_user(const cfs_server *server)
{
	return server->username && !server->without_user ? server->username : "default";
}

/* Writes advice that allows the commands of sessions. */
static void advise_commands(const char *keys, const cfs_options *options, char *advice, size_t size)
{
	bool lock = options->lock || options->merge, getex = options->merge || !lock;

	snprintf(advice, size, "; allow it with ACL SETUSER %s %s%s (%s%s)%s", keys,
		lock && getex ? "+getex " : "", lock ? locking_commands : unlocked_commands,
		unless_all_keys, getex ? ", and +getex before Redis 6.2" : "",
		getex ? "" : ", or set cfsession.lock=Off, which needs neither scripts nor waiting");
}

/* Writes advice that allows it. A cluster's keys have braces, so they begin differently. */
static void write_acl_advice(const cfs_server *server, const redis_asker *asker, const char *words,
	char *advice, size_t size)
{
	const char *prefix = asker->options->prefix;
	char keys[REDIS_ADVICE_MAX], braces[CFS_PREFIX_MAX + 8] = "";

	if (asker->in_cluster) {
		snprintf(braces, sizeof(braces), " ~{%s*", prefix);
	}
	snprintf(keys, sizeof(keys), "%s ~%s*%s", acl_user(server), prefix, braces);
	if (is_denied_key(words)) {
		snprintf(advice, size,
			"; the user may not use the session's keys: allow them with ACL SETUSER %s, "
			"or choose a cfsession.prefix that it may use",
			keys);
	} else if (asker->for_tags) {
		snprintf(advice, size,
			"; sessions of a user need more commands: allow them with ACL SETUSER %s %s (%s)", keys,
			tag_commands, unless_all_keys);
	} else {
		advise_commands(keys, asker->options, advice, size);
	}
}

/* Whether the server does not know that command. Versions quote it differently, or not at all. */
static bool is_unknown(const char *words, const char *command)
{
	static const char unknown[] = "unknown command";
	const char *name = strstr(words, unknown);
	size_t length = strlen(command);

	if (!name) {
		return false;
	}
	name += strlen(unknown);
	while (*name && !isalpha((unsigned char) *name)) {
		name++;
	}
	return strncasecmp(name, command, length) == 0 && !isalpha((unsigned char) name[length]);
}

static const char *advice_for(const char *words, bool uses_scripts)
{
	if (uses_scripts && (is_unknown(words, "EVALSHA") || is_unknown(words, "EVAL"))) {
		return lacks_scripts;
	}
	if (is_unknown(words, "GET")) {
		return may_be_sentinel;
	}
	if (is_unknown(words, "SENTINEL")) {
		return no_sentinel;
	}
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (strstr(words, advices[i].code)) {
			return advices[i].advice;
		}
	}
	return NULL;
}

/* How much of the words to show: of a long text, its first sentence. */
static size_t length_of_sentence(const char *words)
{
	size_t length = strlen(words);
	const char *end = strstr(words, ". ");

	if (length <= WORDS_MAX) {
		return length;
	}
	return end && end - words < WORDS_MAX ? (size_t) (end - words) + 1
										  : cfs_whole_length(words, WORDS_MAX);
}

/* How much of the words to show. "unknown command" repeats what was sent, perhaps cut, with keys and passwords. */
static int length_to_show(const char *words)
{
	const char *arguments = strstr(words, ", with args beginning with");

	return (int) (arguments ? (size_t) (arguments - words) : length_of_sentence(words));
}

/* Whether a server says this while another one takes over from it, or it takes over from another one. If a command in a
 * script fails, Redis 6 puts words of its own before the command's code. */
static bool is_of_failover(const char *words)
{
	static const char *const codes[] = {
		"READONLY ", "LOADING ", "MASTERDOWN ", "CLUSTERDOWN ", "NOREPLICAS "};
	bool is_of_script = strncmp(words, ZEND_STRL("ERR Error running script")) == 0;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		const char *found = strstr(words, codes[i]);

		if (found && (found == words || (is_of_script && found[-1] == '-'))) {
			return true;
		}
	}
	return false;
}

void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error)
{
	bool uses_scripts = asker && (asker->options->lock || asker->options->merge);
	const char *known = advice_for(words, uses_scripts);
	bool refused = known == wants_password || strstr(words, "WRONGPASS");
	char advice[REDIS_ADVICE_MAX] = "";

	if (known == wants_password && server->binding) {
		known = "it requires a password, and the bound service has none";
	}
	if (asker && is_denied(words)) {
		write_acl_advice(server, asker, words, advice, sizeof(advice));
	} else if (asker && asker->for_tags && strstr(words, "WRONGTYPE")) {
		redis_advise_of_alien(asker, advice, sizeof(advice));
	} else if (known) {
		snprintf(advice, sizeof(advice), "; %s", known);
	}
	cfs_redact(words, server->password);
	for (size_t i = 0; asker && i < sizeof(asker->secrets) / sizeof(asker->secrets[0]); i++) {
		cfs_redact(words, asker->secrets[i]);
	}
	cfs_error_set(error, "the server at %s said \"%.*s\"%s", server->address, length_to_show(words),
		words, advice);
	error->refused = refused;
	error->unavailable = is_of_failover(words);
}

static void database_error(const cfs_server *server, const char *words, cfs_error *error)
{
	char advice[REDIS_ADVICE_MAX] = "check the database in session.save_path";

	if (is_denied(words)) {
		snprintf(advice, sizeof(advice), "allow it with ACL SETUSER %s +select", acl_user(server));
	} else if (is_unknown(words, "SELECT")) {
		snprintf(advice, sizeof(advice), "%s", may_be_sentinel);
	}
	cfs_error_set(error, "the server at %s refused database %u: \"%.*s\"; %s", server->address,
		server->database, length_to_show(words), words, advice);
}

void redis_handshake_error(
	const cfs_server *server, redis_handshake_step step, char *words, cfs_error *error)
{
	if (step == REDIS_STEP_SETNAME || advice_for(words, false)) {
		redis_server_error(server, NULL, words, error);
		return;
	}
	cfs_redact(words, server->password);
	if (step == REDIS_STEP_AUTH) {
		cfs_error_set(error,
			"the server at %s refused our %s: \"%.*s\"; check the credentials %s%s",
			server->address, server->username ? "user name and password" : "password",
			length_to_show(words), words,
			server->binding ? "of the bound service "
				: server->plus_is_blank
				? "in session.save_path (a \"+\" there is a space: write %2B)"
				: "in session.save_path",
			server->binding ? server->binding : "");
		error->refused = true;
	} else {
		database_error(server, words, error);
	}
}

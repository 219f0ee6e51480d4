#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "redis_errors.h"

/* Bytes of what a server says that a message shows. */
#define WORDS_MAX 200

static const char wants_password[] = "it wants a password: give one in session.save_path";

static const struct {
	const char *code;
	const char *advice;
} advices[] = {
	{"NOAUTH", wants_password},
	{"unauthenticated", wants_password},
	{"DENIED Redis is running in protected mode",
		"it serves only its own machine: give it a password (requirepass) and write that in "
		"session.save_path, or, in a network of its own, set protected-mode no"},
	{"READONLY", "this is a replica: name the master in session.save_path"},
	{"MASTERDOWN",
		"this is a replica that has lost its master: name the master in session.save_path, or wait "
		"until the failover is over"},
	{"LOADING", "it is still loading its data after a start: wait until it has"},
	{"UNBLOCKED", "it has become a replica: name the master in session.save_path"},
	{"OOM ", "it is full: raise its maxmemory, and keep caches in another Redis"},
	{"MISCONF", "it cannot save to disk and refuses writes: see its log"},
	{"MOVED", "this is a node of a Redis Cluster, which has to be named alone"},
	{"CROSSSLOT", "this is a node of a Redis Cluster, which has to be named alone"},
	{"CLUSTERDOWN", "the Redis Cluster does not serve this session now: see its CLUSTER INFO"},
	{"TRYAGAIN", "the session's slot is moving to another node: wait until it has"},
	{"NOREPLICAS", "it has too few replicas to write: see its min-replicas-to-write"},
	{"WRONGTYPE",
		"the key is not a session: choose a cfsession.prefix that no other application uses"},
	{"max number of clients", "raise its maxclients"},
};

/* As ACL SETUSER takes them. */
static const char locking_commands[] =
	"+evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr "
	"+decr +rpush";
static const char unlocked_commands[] =
	"+getex +get +set +expire +del +evalsha +eval +exists +rename";

static bool is_denied(const char *words)
{
	return strstr(words, "NOPERM") || strstr(words, "ACL failure") ||
		strstr(words, "can't run this command");
}

/* A key, or one of the keys, as Redis 6 and 7 say it. */
static bool is_denied_key(const char *words)
{
	return strstr(words, "access a key") || strstr(words, "of the keys") ||
		(strstr(words, "permissions to access the '") && strstr(words, "' key"));
}

/* What allows it. With braces around them, keys of a cluster begin in another way. */
static void write_acl_advice(const cfs_server *server, const redis_asker *asker, const char *words,
	char *advice, size_t size)
{
	const char *user = server->username && !server->without_user ? server->username : "default";
	const char *prefix = asker->options->prefix;
	bool lock = asker->options->lock;
	char braces[CFS_PREFIX_MAX + 8] = "";

	if (asker->in_cluster) {
		snprintf(braces, sizeof(braces), " ~{%s*", prefix);
	}
	if (is_denied_key(words)) {
		snprintf(advice, size,
			"; the session's keys are not among the user's: allow them by ACL SETUSER %s ~%s*%s, "
			"or choose a cfsession.prefix that is",
			user, prefix, braces);
		return;
	}
	snprintf(advice, size, "; allow it by ACL SETUSER %s ~%s*%s %s%s", user, prefix, braces,
		lock ? locking_commands : unlocked_commands,
		lock ? ", or do without scripts and waiting by cfsession.lock=0"
			 : " (before Redis 6.2 without +getex)");
}

static const char *advice_for(const char *words, bool uses_scripts)
{
	if (uses_scripts && strstr(words, "unknown command") && strstr(words, "EVAL")) {
		return "cfsession.lock=0 does without scripts";
	}
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (strstr(words, advices[i].code)) {
			return advices[i].advice;
		}
	}
	return NULL;
}

/* Of a long text, its first sentence. */
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

/* "unknown command" repeats what was sent, and may cut it, keys and passwords among it. */
static int length_to_show(const char *words)
{
	const char *arguments = strstr(words, ", with args beginning with");

	return (int) (arguments ? (size_t) (arguments - words) : length_of_sentence(words));
}

void redis_server_error(
	const cfs_server *server, const redis_asker *asker, char *words, cfs_error *error)
{
	bool uses_scripts = asker && asker->options->lock;
	const char *known = advice_for(words, uses_scripts);
	bool refused = known == wants_password || strstr(words, "WRONGPASS");
	char advice[448] = "";

	if (known == wants_password && server->binding) {
		known = "it wants a password, and the bound service has none";
	}
	if (asker && is_denied(words)) {
		write_acl_advice(server, asker, words, advice, sizeof(advice));
	} else if (known) {
		snprintf(advice, sizeof(advice), "; %s", known);
	}
	cfs_hide(words, server->password);
	for (size_t i = 0; asker && i < sizeof(asker->secrets) / sizeof(asker->secrets[0]); i++) {
		cfs_hide(words, asker->secrets[i]);
	}
	cfs_error_set(error, "the server at %s said \"%.*s\"%s", server->address, length_to_show(words),
		words, advice);
	error->refused = refused;
}

void redis_handshake_error(
	const cfs_server *server, redis_handshake_step step, char *words, cfs_error *error)
{
	if (step == REDIS_STEP_SETNAME || advice_for(words, false)) {
		redis_server_error(server, NULL, words, error);
		return;
	}
	cfs_hide(words, server->password);
	if (step == REDIS_STEP_AUTH) {
		cfs_error_set(error,
			"the server at %s refused our %s: \"%.*s\"; check the credentials %s%s",
			server->address, server->username ? "user name and password" : "password",
			length_to_show(words), words,
			server->binding ? "of the bound service "
				: server->plus_is_blank
				? "in session.save_path (a \"+\" there is a blank: write %2B)"
				: "in session.save_path",
			server->binding ? server->binding : "");
		error->refused = true;
	} else {
		cfs_error_set(error,
			"the server at %s refused database %u: \"%.*s\"; check the database in "
			"session.save_path",
			server->address, server->database, length_to_show(words), words);
	}
}

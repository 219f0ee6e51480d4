#include "save_path_query.h"
#include "url.h"

/* Puts a decoded value, which the server then owns, into a field that may be set only once. */
static bool keep_text(char **field, char *value, const char *name, cfs_error *error)
{
	if (*field) {
		cfs_error_set(error, "the parameter \"%s\" is given twice", name);
		pefree(value, 1);
		return false;
	}
	*field = value;
	return true;
}

/* phpredis' auth=password, auth[]=password, auth[]=user&auth[]=password. An empty one means none: Cloud Foundry's buildpack
 * writes that for a service without a password. */
static bool set_auth(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&server->password, value, "auth", error);
}

static bool set_auth_item(cfs_server *server, char *value, cfs_error *error)
{
	if (server->password && !server->username) {
		server->username = server->password;
		server->password = NULL;
	}
	return keep_text(&server->password, value, "auth[]", error);
}

/* auth[0]=user&auth[1]=password, as http_build_query() writes it, in either order. */
static bool set_auth_first(cfs_server *server, char *value, cfs_error *error)
{
	return keep_text(
		server->password ? &server->username : &server->password, value, "auth[0]", error);
}

static bool set_user(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&server->username, value, "auth[user]", error);
}

static bool refuse_value(char *value, const char *name, const char *wanted, cfs_error *error)
{
	cfs_error_set(error, "the parameter \"%s\" has to be %s", name, wanted);
	pefree(value, 1);
	return false;
}

static bool set_database(cfs_server *server, char *value, cfs_error *error)
{
	if (server->database != CFS_DATABASE_UNSET) {
		return refuse_value(value, "database", "given once", error);
	}
	/* phpredis' default, which chooses none. */
	if (strcmp(value, "-1") == 0) {
		pefree(value, 1);
		return true;
	}
	if (!cfs_parse_number(value, INT32_MAX, &server->database)) {
		return refuse_value(value, "database", "a number from 0", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_weight(cfs_server *server, char *value, cfs_error *error)
{
	if (!cfs_parse_number(value, 65535, &server->weight) || server->weight == 0) {
		return refuse_value(value, "weight", "a number from 1 to 65535", error);
	}
	pefree(value, 1);
	return true;
}

/* Zero is phpredis' way to say "not given". */
static bool set_time(int64_t *field, char *value, const char *name, cfs_error *error)
{
	if (!cfs_parse_seconds(value, field)) {
		return refuse_value(value, name, "a number of seconds, at most 86400", error);
	}
	if (*field == 0) {
		*field = CFS_TIME_UNSET;
	}
	pefree(value, 1);
	return true;
}

static bool set_timeout(cfs_server *server, char *value, cfs_error *error)
{
	return set_time(&server->connect_timeout, value, "timeout", error);
}

static bool set_read_timeout(cfs_server *server, char *value, cfs_error *error)
{
	return set_time(&server->timeout, value, "read_timeout", error);
}

static bool set_prefix(cfs_server *server, char *value, cfs_error *error)
{
	if (strlen(value) > CFS_PREFIX_MAX) {
		return refuse_value(value, "prefix", "at most 128 bytes long", error);
	}
	return keep_text(&server->prefix, value, "prefix", error);
}

static bool set_persistent(cfs_server *server, char *value, cfs_error *error)
{
	bool persistent;

	if (!*value || !cfs_parse_boolean(value, &persistent)) {
		return refuse_value(value, "persistent", "0 or 1", error);
	}
	server->persistent = persistent;
	pefree(value, 1);
	return true;
}

static bool set_pool(cfs_server *server, char *value, cfs_error *error)
{
	return keep_text(&server->pool, value, "persistent_id", error);
}

static bool set_binding(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		return refuse_value(value, "binding", "the name of a bound service", error);
	}
	return keep_text(&server->binding, value, "binding", error);
}

/* phpredis' stream[...], the options of PHP's own TLS streams. Refuses a relative path, which would be another file in
 * another request. */
static bool set_path(char **field, char *value, const char *name, cfs_error *error)
{
	if (!IS_ABSOLUTE_PATH(value, strlen(value))) {
		return refuse_value(value, name, "a path that starts with \"/\"", error);
	}
	return keep_text(field, value, name, error);
}

static bool set_ca_file(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.ca_file, value, "stream[cafile]", error);
}

static bool set_ca_directory(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.ca_directory, value, "stream[capath]", error);
}

static bool set_certificate(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.certificate, value, "stream[local_cert]", error);
}

static bool set_key(cfs_server *server, char *value, cfs_error *error)
{
	return set_path(&server->tls.key, value, "stream[local_pk]", error);
}

static bool set_peer_name(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		return refuse_value(value, "stream[peer_name]", "a name", error);
	}
	return keep_text(&server->tls.peer_name, value, "stream[peer_name]", error);
}

/* Leaves something unverified only if the value says so explicitly. */
static bool set_verified(bool *unverified, char *value, const char *name, cfs_error *error)
{
	bool verified;

	if (!*value || !cfs_parse_boolean(value, &verified)) {
		return refuse_value(value, name, "0 or 1", error);
	}
	*unverified = !verified;
	pefree(value, 1);
	return true;
}

static bool set_verify_peer(cfs_server *server, char *value, cfs_error *error)
{
	return set_verified(&server->tls.insecure, value, "stream[verify_peer]", error);
}

static bool set_verify_name(cfs_server *server, char *value, cfs_error *error)
{
	return set_verified(&server->tls.any_name, value, "stream[verify_peer_name]", error);
}

static bool set_passphrase(cfs_server *server, char *value, cfs_error *error)
{
	return keep_text(&server->tls.passphrase, value, "stream[passphrase]", error);
}

static bool set_self_signed(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value || !cfs_parse_boolean(value, &server->tls.self_signed)) {
		return refuse_value(value, "stream[allow_self_signed]", "0 or 1", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_ciphers(cfs_server *server, char *value, cfs_error *error)
{
	if (!*value) {
		return refuse_value(value, "stream[ciphers]", "a list of ciphers", error);
	}
	return keep_text(&server->tls.ciphers, value, "stream[ciphers]", error);
}

/* Leaves only the digits, in lowercase, of a fingerprint that may have colons, as openssl prints it. Returns how many there
 * are; 0: it is something else. */
static size_t tidy_fingerprint(char *value)
{
	char *to = value;

	for (const char *from = value; *from; from++) {
		if (isxdigit((unsigned char) *from)) {
			*to++ = (char) tolower((unsigned char) *from);
		} else if (*from != ':') {
			return 0;
		}
	}
	*to = '\0';
	return (size_t) (to - value);
}

static bool set_fingerprint(cfs_server *server, char *value, cfs_error *error)
{
	size_t length = tidy_fingerprint(value);

	if (length != CFS_SHA1_DIGITS && length != CFS_SHA256_DIGITS) {
		return refuse_value(value, "stream[peer_fingerprint]",
			"64 (SHA-256) or 40 (SHA-1) hexadecimal digits", error);
	}
	return keep_text(&server->tls.fingerprint, value, "stream[peer_fingerprint]", error);
}

static bool set_sha1(cfs_server *server, char *value, cfs_error *error)
{
	if (tidy_fingerprint(value) != CFS_SHA1_DIGITS) {
		return refuse_value(
			value, "stream[peer_fingerprint][sha1]", "40 hexadecimal digits", error);
	}
	return keep_text(&server->tls.fingerprint, value, "stream[peer_fingerprint]", error);
}

static bool set_sha256(cfs_server *server, char *value, cfs_error *error)
{
	if (tidy_fingerprint(value) != CFS_SHA256_DIGITS) {
		return refuse_value(
			value, "stream[peer_fingerprint][sha256]", "64 hexadecimal digits", error);
	}
	return keep_text(&server->tls.fingerprint, value, "stream[peer_fingerprint]", error);
}

/* phpredis' milliseconds before it connects again: accepted and ignored. (cfsession.retry_interval is something else.) */
static bool set_retry_interval(cfs_server *server, char *value, cfs_error *error)
{
	uint32_t ms;

	if (!cfs_parse_number(value, INT32_MAX, &ms)) {
		return refuse_value(value, "retry_interval", "a number from 0", error);
	}
	pefree(value, 1);
	return true;
}

/* Each function takes ownership of the decoded value, and frees it if it does not keep it. */
static const struct {
	const char *name;
	bool (*set)(cfs_server *server, char *value, cfs_error *error);
	bool may_repeat;
	bool is_common; /* to Redis and Memcached */
} parameters[] = {
	{"auth", set_auth, false, false},
	{"auth[]", set_auth_item, true, false},
	{"auth[0]", set_auth_first, false, false},
	{"auth[1]", set_auth_item, false, false},
	{"auth[user]", set_user, false, false},
	{"auth[pass]", set_auth, false, false},
	{"stream[passphrase]", set_passphrase, false, false},
	{"database", set_database, false, false},
	{"weight", set_weight, false, false},
	{"timeout", set_timeout, false, true},
	{"read_timeout", set_read_timeout, false, true},
	{"prefix", set_prefix, false, true},
	{"persistent", set_persistent, false, true},
	{"persistent_id", set_pool, false, true},
	{"binding", set_binding, false, true},
	{"stream[cafile]", set_ca_file, false, false},
	{"stream[capath]", set_ca_directory, false, false},
	{"stream[local_cert]", set_certificate, false, false},
	{"stream[local_pk]", set_key, false, false},
	{"stream[peer_name]", set_peer_name, false, false},
	{"stream[verify_peer]", set_verify_peer, false, false},
	{"stream[verify_peer_name]", set_verify_name, false, false},
	{"stream[allow_self_signed]", set_self_signed, false, false},
	{"stream[peer_fingerprint]", set_fingerprint, false, false},
	{"stream[peer_fingerprint][sha1]", set_sha1, false, false},
	{"stream[peer_fingerprint][sha256]", set_sha256, false, false},
	{"stream[ciphers]", set_ciphers, false, false},
	{"retry_interval", set_retry_interval, false, false},
};

#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))
#define AUTH_PARAMETERS 0x3f        /* the first six */
#define SECRETS         0x7f        /* and the one after them */
#define AUTH_ITEMS      0x0e        /* auth[], auth[0] and auth[1] */
#define MAY_BE_SECRET   0x80000000u /* the query has an "@", which follows a password */

/* Parameters of the target as a whole. */

static bool set_wait_replicas(cfs_target *target, char *value, cfs_error *error)
{
	if (!cfs_parse_number(value, UINT16_MAX, &target->wait_replicas)) {
		return refuse_value(value, "wait_replicas", "a number from 0 to 65535", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_wait_timeout(cfs_target *target, char *value, cfs_error *error)
{
	uint32_t ms;

	if (!cfs_parse_number(value, (uint32_t) CFS_TIME_MAX, &ms) || ms == 0) {
		return refuse_value(
			value, "wait_timeout", "a number of milliseconds from 1 to 86400000", error);
	}
	target->wait_timeout = ms;
	pefree(value, 1);
	return true;
}

static bool set_tls_on(cfs_tls *tls, char *value, const char *name, cfs_error *error)
{
	if (!*value || !cfs_parse_boolean(value, &tls->on)) {
		return refuse_value(value, name, "0 or 1", error);
	}
	pefree(value, 1);
	return true;
}

static bool set_tls(cfs_target *target, char *value, cfs_error *error)
{
	return set_tls_on(
		target->master ? &target->master->tls : &target->servers[0].tls, value, "tls", error);
}

static bool set_sentinel_tls(cfs_target *target, char *value, cfs_error *error)
{
	return set_tls_on(&target->servers[0].tls, value, "sentinel_tls", error);
}

static bool set_sentinel_user(cfs_target *target, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&target->servers[0].username, value, "sentinel_username", error);
}

static bool set_sentinel_password(cfs_target *target, char *value, cfs_error *error)
{
	if (!*value) {
		pefree(value, 1);
		return true;
	}
	return keep_text(&target->servers[0].password, value, "sentinel_password", error);
}

/* phpredis' option to read from replicas; cfsession reads sessions where it writes them. */
static bool set_failover(cfs_target *target, char *value, cfs_error *error)
{
	if (strcmp(value, "none") != 0 && strcmp(value, "error") != 0 &&
		strcmp(value, "distribute") != 0) {
		return refuse_value(value, "failover", "none, error or distribute", error);
	}
	pefree(value, 1);
	return true;
}

/* host:port or tls://host:port, as in phpredis; tls:// for one server is for all. */
static bool set_seed(cfs_target *target, char *value, cfs_error *error)
{
	static const char tls[] = "tls://";
	cfs_piece text = cfs_trimmed(value);
	cfs_server *server = target->servers;
	bool valid;

	while (server->host) {
		server++;
	}
	if (text.length > strlen(tls) && strncasecmp(text.at, tls, strlen(tls)) == 0) {
		cfs_skip(&text, strlen(tls));
		target->servers[0].tls.on = true;
	}
	valid = cfs_url_host(server, text, CFS_REDIS_PORT, error);
	pefree(value, 1);
	return valid;
}

bool cfs_query_is_seed(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && memcmp(name, "seed[", 5) == 0 && strchr(name, ']') == name + length - 1;
}

static const struct {
	const char *name;
	bool (*set)(cfs_target *target, char *value, cfs_error *error);
	unsigned forms;
} target_parameters[] = {
	{"sentinel_password", set_sentinel_password, CFS_QUERY_OF_SENTINEL},
	{"sentinel_username", set_sentinel_user, CFS_QUERY_OF_SENTINEL},
	{"sentinel_tls", set_sentinel_tls, CFS_QUERY_OF_SENTINEL},
	{"tls", set_tls, CFS_QUERY_OF_SENTINEL | CFS_QUERY_OF_CLUSTER},
	{"wait_replicas", set_wait_replicas,
		CFS_QUERY_IN_LIST | CFS_QUERY_OF_SENTINEL | CFS_QUERY_OF_CLUSTER | CFS_QUERY_OF_SEEDS},
	{"wait_timeout", set_wait_timeout,
		CFS_QUERY_IN_LIST | CFS_QUERY_OF_SENTINEL | CFS_QUERY_OF_CLUSTER | CFS_QUERY_OF_SEEDS},
	{"failover", set_failover, CFS_QUERY_OF_SEEDS},
};

#define TARGET_PARAMETER_COUNT (sizeof(target_parameters) / sizeof(target_parameters[0]))
#define SENTINEL_PASSWORD_SEEN 1u /* the first one */
#define SENTINEL_LOGIN         3u /* the first two */
#define SENTINEL_TLS_SEEN      4u

/* Index of the server's parameter of that name; PARAMETER_COUNT: this form has none. */
static size_t find_parameter(const cfs_query *query, const char *name)
{
	size_t i = 0;

	while (i < PARAMETER_COUNT && strcmp(name, parameters[i].name) != 0) {
		i++;
	}
	if (i == PARAMETER_COUNT || (!query->form && !parameters[i].is_common) ||
		(parameters[i].set == set_weight && query->form != CFS_QUERY_IN_LIST) ||
		(parameters[i].set == set_database && query->form >= CFS_QUERY_OF_CLUSTER)) {
		return PARAMETER_COUNT;
	}
	return i;
}

static size_t find_target_parameter(const cfs_query *query, const char *name)
{
	size_t i = 0;

	while (i < TARGET_PARAMETER_COUNT &&
		(!(target_parameters[i].forms & query->form) ||
			strcmp(name, target_parameters[i].name) != 0)) {
		i++;
	}
	return i;
}

/* {{{ Unknown parameters */

/* What the query belongs to, for people. */
static const char *place_of(const cfs_query *query)
{
	if (query->form && query->server->binding) {
		return "a bound service";
	}
	switch (query->form) {
		case CFS_QUERY_OF_MEMCACHED:
			return "Memcached";
		case CFS_QUERY_IN_LIST:
			return "a single Redis server";
		case CFS_QUERY_OF_SENTINEL:
			return "sentinels";
		default:
			return "a Redis Cluster";
	}
}

/* The i-th name of all parameters; NULL: there are no more. */
static const char *parameter_name(size_t i)
{
	if (i < PARAMETER_COUNT) {
		return parameters[i].name;
	}
	i -= PARAMETER_COUNT;
	return i < TARGET_PARAMETER_COUNT ? target_parameters[i].name : NULL;
}

static bool is_known_here(const cfs_query *query, const char *name)
{
	return find_parameter(query, name) < PARAMETER_COUNT ||
		find_target_parameter(query, name) < TARGET_PARAMETER_COUNT;
}

static bool is_known_elsewhere(const char *name)
{
	const char *word;
	size_t i = 0;

	while ((word = parameter_name(i)) && strcmp(word, name) != 0) {
		i++;
	}
	return word;
}

/* What other software calls our parameters. */
static const struct {
	const char *word, *parameter;
} synonyms[] = {
	{"connect_timeout", "timeout"},
	{"db", "database"},
	{"key_prefix", "prefix"},
	{"pass", "auth"},
	{"password", "auth"},
	{"user", "auth[user]"},
	{"username", "auth[user]"},
};

/* The parameter allowed here that the name probably means; NULL: there is none. */
static const char *nearest_parameter(const cfs_query *query, const char *name)
{
	cfs_piece text = {name, strlen(name)};
	const char *word, *nearest = NULL;

	for (size_t i = 0; (word = parameter_name(i)); i++) {
		if (is_known_here(query, word) && cfs_is_close(text, word) &&
			(!nearest || cfs_distance(text, word, false) < cfs_distance(text, nearest, false))) {
			nearest = word;
		}
	}
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
		if (cfs_piece_is(text, synonyms[i].word) && is_known_here(query, synonyms[i].parameter)) {
			nearest = synonyms[i].parameter;
		}
	}
	return nearest;
}

static bool is_stream_option(const char *name)
{
	return strncmp(name, "stream[", strlen("stream[")) == 0;
}

/* The name under which the list has it; NULL: the list leaves it out. */
static const char *listed_name(const char *word)
{
	if (strcmp(word, "auth[0]") == 0 || strcmp(word, "auth[1]") == 0 ||
		strcmp(word, "retry_interval") == 0) {
		return NULL;
	}
	if (is_stream_option(word)) {
		return strcmp(word, "stream[cafile]") == 0 ? "stream[...]" : NULL;
	}
	return word;
}

/* Lists the parameters that are allowed here, as many as fit. */
static void list_parameters(const cfs_query *query, char list[400])
{
	const char *word;

	list[0] = '\0';
	for (size_t i = 0; (word = parameter_name(i)); i++) {
		if (listed_name(word) && is_known_here(query, word)) {
			cfs_append_text(*list ? ", " : "", list, 400);
			cfs_append_text(listed_name(word), list, 400);
		}
	}
}

/* Lists what may be in the brackets of stream[...]. */
static void list_stream_options(char list[400])
{
	list[0] = '\0';
	for (size_t i = 0; i < PARAMETER_COUNT; i++) {
		const char *word = parameters[i].name;

		if (is_stream_option(word) && strchr(word, ']') == word + strlen(word) - 1) {
			cfs_append_text(*list ? ", " : "", list, 400);
			cfs_append_text(word + strlen("stream["), list, 400);
			list[strlen(list) - 1] = '\0';
		}
	}
}

/* Whether the name of a parameter may be a part of a password that contains an "&" or, in a URL, a "?". */
static bool follows_secret(const cfs_query *query)
{
	return (query->seen & (SECRETS | MAY_BE_SECRET)) ||
		(query->seen_of_target & SENTINEL_PASSWORD_SEEN);
}

#define AFTER_SECRET \
	"an unknown parameter follows what may be a password (write \"&\" in it as " \
	"%%26, and in a URL \"?\" as %%3F)"

/* Refuses an unknown parameter. It may be a secret, so the error shows it only if it is a parameter elsewhere, or almost
 * one. */
static bool refuse_parameter(const cfs_query *query, const char *name, cfs_error *error)
{
	const char *nearest = nearest_parameter(query, name);
	char list[400];

	if (is_known_elsewhere(name)) {
		cfs_error_set(error, "there is no parameter \"%s\" for %s", name, place_of(query));
	} else if (is_stream_option(name) && !nearest && query->form) {
		list_stream_options(list);
		cfs_error_set(error, "unknown parameter (number %u); of stream[...] known here are %s",
			query->position, list);
	} else if (follows_secret(query)) {
		if (nearest) {
			cfs_error_set(error, AFTER_SECRET "; did you mean \"%s\"?", nearest);
		} else {
			cfs_error_set(error, AFTER_SECRET);
		}
	} else if (nearest) {
		cfs_error_set(error, "unknown parameter \"%s\": did you mean \"%s\"?", name, nearest);
	} else {
		list_parameters(query, list);
		cfs_error_set(
			error, "unknown parameter (number %u); known here are %s", query->position, list);
	}
	return false;
}

/* Refuses a parameter without a value, which is what an unquoted line of php.ini leaves. */
static bool refuse_missing(const char *name, cfs_error *error)
{
	cfs_error_set(error,
		"the parameter \"%s\" has no value (%s=value); put the save path in quotes in php.ini: PHP "
		"cuts an unquoted one at \"=\"",
		name, name);
	return false;
}

bool cfs_query_is_parameter(cfs_piece text, cfs_error *error)
{
	const char *word;

	for (size_t i = 0; (word = parameter_name(i)); i++) {
		if (cfs_piece_is(text, word)) {
			return !refuse_missing(word, error);
		}
	}
	return false;
}

/* }}} */

static bool refuse_second(const char *name, cfs_error *error)
{
	cfs_error_set(error, "the parameter \"%s\" is given twice", name);
	return false;
}

/* Whether the parameter was given before. A second auth[] is allowed: it makes the first one the user's name, but not a
 * password that was given in another way. */
static bool is_repeated(const cfs_server *server, size_t parameter, uint32_t seen)
{
	uint32_t bit = 1u << parameter;

	return ((seen & bit) && !parameters[parameter].may_repeat) ||
		((bit & AUTH_ITEMS) && server->password && !(seen & AUTH_ITEMS));
}

static char *decode_value(cfs_piece value, const char *name, cfs_error *error)
{
	char part[64];

	if (value.length) {
		cfs_skip(&value, 1);
	}
	snprintf(part, sizeof(part), "the parameter \"%s\"", name);
	return cfs_decode(value, true, part, error);
}

static bool apply_parameter(cfs_query *query, size_t i, cfs_piece rest, cfs_error *error)
{
	char *value;

	if (!rest.length) {
		return refuse_missing(parameters[i].name, error);
	}
	if (is_repeated(query->server, i, query->seen)) {
		return refuse_second(parameters[i].name, error);
	}
	query->seen |= 1u << i;
	value = decode_value(rest, parameters[i].name, error);
	query->server->plus_is_blank = query->server->plus_is_blank ||
		(((1u << i) & AUTH_PARAMETERS) && memchr(rest.at, '+', rest.length));
	return value && parameters[i].set(query->server, value, error);
}

static bool apply_target_parameter(cfs_query *query, size_t i, cfs_piece rest, cfs_error *error)
{
	char *value;

	if (!rest.length) {
		return refuse_missing(target_parameters[i].name, error);
	}
	if (query->seen_of_target & (1u << i)) {
		return refuse_second(target_parameters[i].name, error);
	}
	query->seen_of_target |= 1u << i;
	query->server->plus_is_blank = query->server->plus_is_blank ||
		(((1u << i) & SENTINEL_LOGIN) && memchr(rest.at, '+', rest.length));
	value = decode_value(rest, target_parameters[i].name, error);
	return value && target_parameters[i].set(query->target, value, error);
}

static bool parse_named_parameter(
	cfs_query *query, const char *name, cfs_piece rest, cfs_error *error)
{
	size_t of_server = find_parameter(query, name);
	size_t of_target = find_target_parameter(query, name);

	if (of_server < PARAMETER_COUNT) {
		return apply_parameter(query, of_server, rest, error);
	}
	if (of_target < TARGET_PARAMETER_COUNT) {
		return apply_target_parameter(query, of_target, rest, error);
	}
	if (query->form == CFS_QUERY_OF_SEEDS && cfs_query_is_seed(name)) {
		char *value = rest.length ? decode_value(rest, "seed[]", error) : NULL;

		return rest.length ? value && set_seed(query->target, value, error)
						   : refuse_missing("seed[]", error);
	}
	return refuse_parameter(query, name, error);
}

static bool parse_parameter(cfs_query *query, cfs_piece parameter, cfs_error *error)
{
	cfs_piece rest, name_text = cfs_take_until(parameter, "=", &rest);
	char *name = cfs_decode(name_text, true, "the name of a parameter", error);
	bool valid;

	if (!name) {
		return false;
	}
	valid = parse_named_parameter(query, name, rest, error);
	pefree(name, 1);
	return valid;
}

/* Drops a login that was given as empty, in whichever way; but a user may have no password. */
static void drop_empty_login(cfs_server *server)
{
	if (server->username && !*server->username) {
		pefree(server->username, 1);
		server->username = NULL;
	}
	if (server->password && !*server->password && !server->username) {
		pefree(server->password, 1);
		server->password = NULL;
	}
}

bool cfs_query_parse(cfs_query *query, cfs_piece text, cfs_error *error)
{
	query->position = 0;
	query->seen |= text.length && memchr(text.at, '@', text.length) ? MAY_BE_SECRET : 0;
	if (text.length && text.at[0] == '?') {
		cfs_skip(&text, 1);
	}
	while (text.length) {
		cfs_piece parameter = cfs_take_until(text, "&", &text);

		query->position++;
		if (parameter.length && !parse_parameter(query, parameter, error)) {
			return false;
		}
		if (text.length) {
			cfs_skip(&text, 1);
		}
	}
	drop_empty_login(query->server);
	return true;
}

bool cfs_query_said_sentinel_tls(const cfs_query *query)
{
	return query->seen_of_target & SENTINEL_TLS_SEEN;
}

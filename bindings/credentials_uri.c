#include "credentials.h"
#include "../target/url.h"

static names scheme_names = {"scheme", NULL};

static const uri no_uri = {{"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {"", 0}};

/* The length of what precedes the servers, "@" included. Brokers put passwords into URIs as they are, with "/", "?", "#"
 * and "@" in them. If a field tells the password, the credentials end where it ends; otherwise at the last "@" before the
 * path, or in the path, if a "/" in the password made that begin too early. */
static size_t credentials_length(cfs_piece text, const char *password)
{
	cfs_piece rest, query, authority = cfs_take_until(text, "/?#", &rest), user_info;
	const char *told = password ? strstr(text.at, password) : NULL;

	if (told && told[strlen(password)] == '@') {
		return (size_t) (told + strlen(password) + 1 - text.at);
	}
	if (!memchr(authority.at, '@', authority.length)) {
		authority.length += cfs_take_until(rest, "?#", &query).length;
	}
	return cfs_url_split_user(&authority, &user_info) ? user_info.length + 1 : 0;
}

static void split_uri(uri *uri, const char *text, const char *password)
{
	cfs_piece rest = {text, strlen(text)};
	size_t length;

	*uri = no_uri;
	uri->scheme = cfs_take_until(rest, ":", &rest);
	if (rest.length < 3 || memcmp(rest.at, "://", 3) != 0) {
		uri->scheme.length = 0;
		return;
	}
	cfs_skip(&rest, 3);
	length = credentials_length(rest, password);
	if (length) {
		cfs_url_split_login((cfs_piece){rest.at, length - 1}, &uri->user, &uri->password);
		cfs_skip(&rest, length);
	}
	uri->hosts = cfs_take_until(rest, "/?#", &rest);
	uri->path = cfs_take_until(rest, "?#", &rest);
	uri->query = cfs_take_until(rest, "#", &uri->fragment);
}

static const struct {
	const char *name;
	cfs_kind kind;
	bool tls;
} schemes[] = {
	{"redis", CFS_KIND_REDIS, false},
	{"rediss", CFS_KIND_REDIS, true},
	{"valkey", CFS_KIND_REDIS, false},
	{"valkeys", CFS_KIND_REDIS, true},
	{"tls", CFS_KIND_UNKNOWN, true},
	{"ssl", CFS_KIND_UNKNOWN, true},
	{"tcp", CFS_KIND_UNKNOWN, false},
	{"memcached", CFS_KIND_MEMCACHED, false},
	{"memcache", CFS_KIND_MEMCACHED, false},
};

/* Index of the scheme; -1: it is none of these. */
static int scheme_index(cfs_piece scheme)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (cfs_piece_is(scheme, schemes[i].name)) {
			return (int) i;
		}
	}
	return -1;
}

cfs_kind cfs_scheme_kind(int scheme)
{
	return scheme < 0 ? CFS_KIND_UNKNOWN : schemes[scheme].kind;
}

bool cfs_scheme_has_tls(int scheme)
{
	return scheme >= 0 && schemes[scheme].tls;
}

/* The text of the credentials' URI. IBM's may have a shell variable in place of the password. */
static const char *uri_text(reader *reader)
{
	const char *found = cfs_reader_text(reader, cfs_uri_names);

	return found && strstr(found, "$PASSWORD") ? NULL : found;
}

int cfs_uri_read(reader *reader, uri *uri)
{
	const char *found = uri_text(reader), *alone = cfs_reader_text(reader, scheme_names);
	int index = -1;

	*uri = no_uri;
	if (found) {
		split_uri(uri, found, cfs_reader_text(reader, cfs_password_names));
		index = scheme_index(uri->scheme);
		if (index < 0) {
			cfs_reader_fail_plainly(reader,
				"its URI has to begin with redis://, rediss://, valkey://, valkeys:// or "
				"memcached://");
		}
	} else if (alone) {
		index = scheme_index((cfs_piece){alone, strlen(alone)});
		/* An unknown scheme may mean TLS, so it must not be ignored. */
		if (index < 0) {
			cfs_reader_fail(
				reader, "scheme", "redis, rediss, valkey, valkeys, tcp, tls or memcached");
		}
	}
	return index;
}

uint16_t cfs_uri_port(reader *reader, const uri *uri)
{
	cfs_server server;
	uint16_t port = 0;

	cfs_server_init(&server);
	if (uri->hosts.length && !memchr(uri->hosts.at, ',', uri->hosts.length)) {
		if (cfs_url_host(&server, uri->hosts, 0, reader->error)) {
			port = server.port;
		} else {
			reader->failed = true;
		}
	}
	cfs_server_free(&server);
	return port;
}

char *cfs_uri_parameter(const uri *uri, names list)
{
	for (; *list; list++) {
		cfs_piece rest = uri->query;

		while (rest.length) {
			cfs_piece value, name;

			cfs_skip(&rest, 1);
			name = cfs_take_until(cfs_take_until(rest, "&", &rest), "=", &value);
			if (value.length > 1 && cfs_piece_is(name, *list)) {
				return pestrndup(value.at + 1, value.length - 1, 1);
			}
		}
	}
	return NULL;
}

char *cfs_uri_decoded(reader *reader, cfs_piece piece, const char *part)
{
	char *text = piece.length ? cfs_decode(piece, false, part, reader->error) : NULL;

	reader->failed = reader->failed || (piece.length && !text);
	return text;
}

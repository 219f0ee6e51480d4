#include "credentials.h"
#include "../target/url.h"
#include "ext/standard/base64.h"

static names tls_names = {"tls", "tls_enabled", "ssl", "ssl_enabled", "use_tls", NULL};
/* Not name, admin_user. */
static names username_names = {"username", "user", "Username", "authentication.username", NULL};
static names ca_names = {"ca", "ca_cert", "cacrt", "ca_certificate", "tls_ca",
	"certificate.certificate_base64", "ca_certificate_base64", "ca.crt", NULL};
static names chain_names = {"certificates", NULL};
static names certificate_names = {"tls_certificate", NULL};
static names certificate_of_key_names = {"tls.crt", NULL}; /* alone it may be the server's */
static names key_names = {"tls_private_key", "private-key", "tls.key", NULL};
static names database_names = {"database", "db", NULL};
static names path_names = {"path", NULL};

/* {{{ TLS */

/* Copies a PEM, and restores the ends of its lines: people who write JSON by hand tend to escape them twice. */
static char *copy_pem(const char *text)
{
	char *copied = pestrdup(text, 1), *to = copied;

	for (const char *c = copied; *c; c++) {
		if (c[0] == '\\' && c[1] == 'n') {
			*to++ = '\n';
			c++;
		} else if (c[0] == '\\' && c[1] == 'r') {
			c++;
		} else {
			*to++ = *c;
		}
	}
	*to = '\0';
	return copied;
}

/* Reads a text in PEM, or the base64 of one. Returns a new string, or NULL. */
static char *pem(reader *reader, names list)
{
	const char *name, *found;
	zval *value = cfs_reader_find(reader, list, &name);
	zend_string *decoded;
	char *text = NULL;

	if (!value) {
		return NULL;
	}
	if (!cfs_document_is_text(value, &found)) {
		cfs_reader_fail(reader, name, "a text");
		return NULL;
	}
	if (strstr(found, "-----BEGIN ")) {
		return copy_pem(found);
	}
	decoded = php_base64_decode_ex((const unsigned char *) found, strlen(found), /* strict */ true);
	if (decoded && strlen(ZSTR_VAL(decoded)) == ZSTR_LEN(decoded) &&
		strstr(ZSTR_VAL(decoded), "-----BEGIN ")) {
		text = pestrdup(ZSTR_VAL(decoded), 1);
	} else {
		cfs_reader_fail(reader, name, "a certificate or a key in PEM, or the base64 of one");
	}
	if (decoded) {
		zend_string_release(decoded);
	}
	return text;
}

/* Reads certificates. A chain is our own if there is a key for it; otherwise it is the one to trust. */
static void read_certificates(reader *reader, cfs_tls *tls)
{
	char *chain = pem(reader, chain_names);

	tls->ca = pem(reader, ca_names);
	tls->certificate_pem = pem(reader, certificate_names);
	tls->key_pem = pem(reader, key_names);
	if (tls->key_pem && !tls->certificate_pem) {
		tls->certificate_pem = pem(reader, certificate_of_key_names);
	}
	if (chain && tls->key_pem && !tls->certificate_pem) {
		tls->certificate_pem = chain;
	} else if (chain && !tls->ca) {
		tls->ca = chain;
	} else if (chain) {
		pefree(chain, 1);
	}
	if (!tls->certificate_pem != !tls->key_pem) {
		cfs_reader_fail_plainly(reader, "a client certificate and its key belong together");
	}
}

/* Whether the URI's query asks for TLS. It can only switch TLS on, not off. */
static bool wants_tls(reader *reader, const uri *uri)
{
	char *word = cfs_uri_parameter(uri, tls_names);
	bool wanted = false;

	if (word && !cfs_parse_boolean(word, &wanted)) {
		cfs_reader_fail(reader, tls_names[0], "true or false");
	}
	if (word) {
		pefree(word, 1);
	}
	return wanted;
}

void cfs_read_tls(reader *reader, const uri *uri, int scheme, cfs_tls *tls)
{
	bool is_zero = false;
	uint16_t tls_port = cfs_reader_port(reader, cfs_tls_port_names, &is_zero);

	read_certificates(reader, tls);
	if (cfs_reader_flag(reader, tls_names) || wants_tls(reader, uri)) {
		tls->on = true;
	} else if (scheme >= 0) {
		tls->on = cfs_scheme_has_tls(scheme);
	} else {
		tls->on = tls_port || tls->ca;
	}
}

/* }}} */

/* {{{ Login and database */

void cfs_read_login(reader *reader, const uri *uri, cfs_server *server)
{
	server->username = cfs_copied(cfs_reader_text(reader, username_names));
	server->password = cfs_copied(cfs_reader_text(reader, cfs_password_names));
	if (!server->username && !reader->failed) {
		server->username = cfs_uri_decoded(reader, uri->user, "the user name in the URI");
		server->user_from_url = server->username != NULL;
	}
	if (!server->password && !reader->failed) {
		server->password = cfs_uri_decoded(reader, uri->password, "the password in the URI");
	}
}

void cfs_read_redis_login(reader *reader, const uri *uri, cfs_server *server)
{
	cfs_read_login(reader, uri, server);
	if (server->username && !server->password) {
		pefree(server->username, 1);
		server->username = NULL;
		server->user_from_url = false;
	}
}

/* Whether the URI's query names a database; if so, sets it. */
static bool database_of_query(reader *reader, const uri *uri, cfs_server *server)
{
	char *number = cfs_uri_parameter(uri, database_names);

	if (!number) {
		return false;
	}
	if (!cfs_parse_number(number, INT32_MAX, &server->database)) {
		cfs_reader_fail(reader, database_names[0], "the number of a database");
	}
	pefree(number, 1);
	return true;
}

void cfs_read_database(reader *reader, const uri *uri, cfs_server *server)
{
	const char *number = cfs_reader_text(reader, database_names);
	const char *path = number || uri->path.length > 1 ? NULL : cfs_reader_text(reader, path_names);

	if (!number && database_of_query(reader, uri, server)) {
		return;
	}

	if (path && *path == '/') {
		path++;
	}
	if (number || (path && *path)) {
		if (!cfs_parse_number(number ? number : path, INT32_MAX, &server->database)) {
			cfs_reader_fail(reader, number ? "database" : "path", "the number of a database");
		}
	} else if (!reader->failed && !cfs_url_database(server, uri->path, reader->error)) {
		reader->failed = true;
	}
}

/* }}} */

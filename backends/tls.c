#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "tls.h"

#ifdef HAVE_CFSESSION_TLS

#include <dirent.h>
#include <sys/stat.h>
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* How many servers a thread keeps contexts and sessions for; with more, it forgets some and makes theirs again. */
#define PEER_MAX 64

/* A server, as TLS sees it. Peers with the same settings share a context. */
typedef struct _tls_peer {
	char *host;
	uint16_t port;
	cfs_tls said;
	uint64_t stamp; /* of the files that `context` was made from */
	SSL_CTX *context;
	SSL_SESSION *session; /* the last one; NULL: none that can be resumed */
	struct _tls_peer *next;
} tls_peer;

typedef struct _tls_cache {
	tls_peer *peers; /* the most recently used first */
} tls_cache;

/* A directory with the platform's certificate authorities, such as Cloud Foundry's; NULL: none. */
static char *system_directory;

void cfs_ssl_module_startup(void)
{
	const char *directory = getenv("CF_SYSTEM_CERT_PATH");

	if (directory && *directory) {
		system_directory = pestrdup(directory, 1);
	}
}

void cfs_ssl_module_shutdown(void)
{
	if (system_directory) {
		pefree(system_directory, 1);
		system_directory = NULL;
	}
}

bool cfs_ssl_is_there(void)
{
	return true;
}

/* {{{ What files have, or a bound service gives as text */

/* Without this, OpenSSL would ask for a password on the terminal. */
static int refuse_passphrase(char *buffer, int size, int is_writing, void *data)
{
	return -1;
}

static int know_passphrase(char *buffer, int size, int is_writing, void *passphrase)
{
	size_t length = passphrase ? strlen(passphrase) : 0;

	if (!passphrase || length > (size_t) size) {
		return -1;
	}
	/* OpenSSL uses the length, not a NUL. NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(buffer, passphrase, length);
	return (int) length;
}

/* Where a certificate or a key comes from: a file, or else a text. */
typedef struct _tls_source {
	const char *path;
	const char *text;
	const char *name; /* for people */
} tls_source;

static tls_source source_of(const char *path, const char *text, const char *parameter)
{
	return (tls_source){path, text, text ? "the bound service's value" : parameter};
}

static BIO *open_source(tls_source source, cfs_error *error)
{
	BIO *opened = source.text ? BIO_new_mem_buf(source.text, -1) : BIO_new_file(source.path, "r");

	if (!opened) {
		cfs_error_set(error, "cannot read %s %s: %s", source.name, source.text ? "" : source.path,
			strerror(errno));
	}
	return opened;
}

static bool refuse_source(tls_source source, const char *fault, cfs_error *error)
{
	cfs_error_set(error, "%s %s%s%s", source.name, source.text ? "" : source.path,
		source.text ? "" : " ", fault);
	error->untrusted = true;
	return false;
}

/* Trusts the certificates in the source. Returns how many there were. */
static int add_authorities(SSL_CTX *context, BIO *source)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	int count = 0;

	for (;;) {
		X509 *authority = PEM_read_bio_X509(source, NULL, refuse_passphrase, NULL);

		if (!authority) {
			return count;
		}
		count += X509_STORE_add_cert(store, authority);
		X509_free(authority);
	}
}

static bool use_authorities(SSL_CTX *context, tls_source source, cfs_error *error)
{
	BIO *opened;
	int count;

	if (!source.path && !source.text) {
		return true;
	}
	opened = open_source(source, error);
	if (!opened) {
		return false;
	}
	count = add_authorities(context, opened);
	BIO_free(opened);
	return count || refuse_source(source, "has no certificate in it", error);
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);

	return length > end_length && strcmp(name + length - end_length, end) == 0;
}

/* Loads each file whose name ends so, and ignores those that it cannot read. */
static void add_files(SSL_CTX *context, DIR *directory, const char *path, const char *end)
{
	const struct dirent *entry;

	rewinddir(directory);
	while ((entry = readdir(directory))) {
		char file[PATH_MAX];
		BIO *source = NULL;

		if (ends_with(entry->d_name, end) &&
			(size_t) snprintf(file, sizeof(file), "%s/%s", path, entry->d_name) < sizeof(file)) {
			source = BIO_new_file(file, "r");
		}
		if (source) {
			add_authorities(context, source);
			BIO_free(source);
		}
	}
}

/* Whether the files have names as c_rehash makes them: then OpenSSL looks into the directory by itself. */
static bool has_hashed_names(DIR *directory)
{
	const struct dirent *entry;

	rewinddir(directory);
	while ((entry = readdir(directory))) {
		if (strspn(entry->d_name, "0123456789abcdef") == 8 && entry->d_name[8] == '.' &&
			strspn(entry->d_name + 9, "0123456789") > 0) {
			return true;
		}
	}
	return false;
}

static bool use_directory(SSL_CTX *context, const char *path, cfs_error *error)
{
	DIR *directory;

	if (!path) {
		return true;
	}
	directory = opendir(path);
	if (!directory) {
		cfs_error_set(error, "cannot read stream[capath] %s: %s", path, strerror(errno));
		return false;
	}
	if (has_hashed_names(directory)) {
		SSL_CTX_load_verify_locations(context, NULL, path);
	} else {
		add_files(context, directory, path, ".crt");
		add_files(context, directory, path, ".pem");
	}
	closedir(directory);
	return true;
}

static void use_system(SSL_CTX *context)
{
	DIR *directory = system_directory ? opendir(system_directory) : NULL;

	SSL_CTX_set_default_verify_paths(context);
	if (directory) {
		add_files(context, directory, system_directory, ".crt");
		closedir(directory);
	}
}

/* The first certificate is ours, the others lead from it to its authority. */
static bool add_chain(SSL_CTX *context, BIO *source)
{
	X509 *certificate = PEM_read_bio_X509_AUX(source, NULL, refuse_passphrase, NULL);
	bool used = certificate && SSL_CTX_use_certificate(context, certificate) == 1;

	X509_free(certificate);
	while (used && (certificate = PEM_read_bio_X509(source, NULL, refuse_passphrase, NULL))) {
		used = SSL_CTX_add0_chain_cert(context, certificate) == 1;
		if (!used) {
			X509_free(certificate);
		}
	}
	return used;
}

static bool use_certificate(SSL_CTX *context, const cfs_tls *said, cfs_error *error)
{
	tls_source source = source_of(said->certificate, said->certificate_pem, "stream[local_cert]");
	BIO *opened = open_source(source, error);
	bool used;

	if (!opened) {
		return false;
	}
	used = add_chain(context, opened);
	BIO_free(opened);
	return used || refuse_source(source, "has no usable certificate in it", error);
}

/* Where the key comes from; the certificate's file or text may have it, too. */
static tls_source source_of_key(const cfs_tls *said)
{
	if (said->key || said->key_pem) {
		return source_of(said->key, said->key_pem, "stream[local_pk]");
	}
	return source_of(said->certificate, said->certificate_pem, "stream[local_cert]");
}

static bool use_key(SSL_CTX *context, const cfs_tls *said, cfs_error *error)
{
	tls_source source = source_of_key(said);
	BIO *opened = open_source(source, error);
	EVP_PKEY *key;
	bool used;

	if (!opened) {
		return false;
	}
	key = PEM_read_bio_PrivateKey(opened, NULL, know_passphrase, said->passphrase);
	BIO_free(opened);
	if (!key) {
		return refuse_source(source,
			said->passphrase ? "has no key in it that stream[passphrase] opens"
							 : "has no key in it that can be read without a password",
			error);
	}
	used = SSL_CTX_use_PrivateKey(context, key) == 1;
	EVP_PKEY_free(key);
	return used || refuse_source(source, "is not the key of the certificate", error);
}

/* }}} */

/* {{{ Contexts */

/* As PHP's TLS streams do it: the certificate may sign itself, but must be valid otherwise. */
static int allow_self_signed(int is_valid, X509_STORE_CTX *chain)
{
	if (X509_STORE_CTX_get_error(chain) != X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
		return is_valid;
	}
	X509_STORE_CTX_set_error(chain, X509_V_OK);
	return 1;
}

static bool use_ciphers(SSL_CTX *context, const char *ciphers, cfs_error *error)
{
	if (ciphers && SSL_CTX_set_cipher_list(context, ciphers) != 1) {
		cfs_error_set(error, "OpenSSL knows none of the ciphers in stream[ciphers]");
		error->untrusted = true;
		return false;
	}
	return true;
}

static bool fill_context(SSL_CTX *context, const cfs_tls *said, cfs_error *error)
{
	/* OpenSSL's own configuration may demand a newer version. */
	if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION) {
		SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	}
	/* If a server ends a connection without announcing it in TLS, that counts as its end: nothing can be cut off unnoticed,
	 * because replies tell their own length. */
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(context, said->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
		said->self_signed ? allow_self_signed : NULL);
	/* Trust a certificate that a setting names, even if it is the server's own. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
	if (!said->ca_file && !said->ca_directory) {
		use_system(context);
	}
	return use_ciphers(context, said->ciphers, error) &&
		use_authorities(context, source_of(said->ca_file, NULL, "stream[cafile]"), error) &&
		use_authorities(context, source_of(NULL, said->ca, NULL), error) &&
		use_directory(context, said->ca_directory, error) &&
		((!said->certificate && !said->certificate_pem) ||
			(use_certificate(context, said, error) && use_key(context, said, error)));
}

static SSL_CTX *new_context(const cfs_tls *said, cfs_error *error)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (!context) {
		cfs_error_set(
			error, "OpenSSL cannot be used: %s", ERR_reason_error_string(ERR_get_error()));
		return NULL;
	}
	if (!fill_context(context, said, error)) {
		SSL_CTX_free(context);
		return NULL;
	}
	return context;
}

#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

static uint64_t stamp_file(uint64_t stamp, const char *path)
{
	struct stat file;

	if (!path || stat(path, &file) != 0) {
		return stamp * 31;
	}
	stamp = stamp * 31 + (uint64_t) file.st_mtim.tv_sec;
	stamp = stamp * 31 + (uint64_t) file.st_mtim.tv_nsec;
	stamp = stamp * 31 + (uint64_t) file.st_ino;
	return stamp * 31 + (uint64_t) file.st_size;
}

/* A number that changes when a file is renewed, which happens to certificates while PHP runs. */
static uint64_t stamp_of(const cfs_tls *said)
{
	uint64_t stamp = stamp_file(1, system_directory);

	stamp = stamp_file(stamp, said->ca_file);
	stamp = stamp_file(stamp, said->ca_directory);
	stamp = stamp_file(stamp, said->certificate);
	return stamp_file(stamp, said->key);
}

/* }}} */

/* {{{ Peers */

static void free_peer(tls_peer *peer)
{
	SSL_SESSION_free(peer->session);
	SSL_CTX_free(peer->context);
	cfs_tls_free(&peer->said);
	pefree(peer->host, 1);
	pefree(peer, 1);
}

static void free_peers(tls_peer **place)
{
	while (*place) {
		tls_peer *peer = *place;

		*place = peer->next;
		free_peer(peer);
	}
}

static void free_cache(void *opaque)
{
	tls_cache *cache = opaque;

	free_peers(&cache->peers);
	pefree(cache, 1);
}

static tls_cache *cache_of(cfs_thread *thread)
{
	tls_cache *cache = cfs_pool_extra(thread);

	if (!cache) {
		cache = pecalloc(1, sizeof(*cache), 1);
		cfs_pool_set_extra(thread, cache, free_cache);
	}
	return cache;
}

static bool is_peer(const tls_peer *peer, const cfs_server *server)
{
	return peer->port == server->port && strcmp(peer->host, server->host) == 0 &&
		cfs_tls_same(&peer->said, &server->tls);
}

/* Takes the peer out of the cache, if it is there. */
static tls_peer *take_peer(tls_cache *cache, const cfs_server *server)
{
	tls_peer **place = &cache->peers, *peer;

	while (*place && !is_peer(*place, server)) {
		place = &(*place)->next;
	}
	peer = *place;
	if (peer) {
		*place = peer->next;
	}
	return peer;
}

static void put_peer(tls_cache *cache, tls_peer *peer)
{
	tls_peer **place = &cache->peers;

	peer->next = cache->peers;
	cache->peers = peer;
	for (int count = 0; *place && count < PEER_MAX; count++) {
		place = &(*place)->next;
	}
	free_peers(place);
}

/* The context of a peer with the same settings, or a new one. */
static SSL_CTX *context_for(tls_cache *cache, const cfs_tls *said, uint64_t stamp, cfs_error *error)
{
	for (tls_peer *peer = cache->peers; peer; peer = peer->next) {
		if (peer->stamp == stamp && cfs_tls_same(&peer->said, said)) {
			SSL_CTX_up_ref(peer->context);
			return peer->context;
		}
	}
	return new_context(said, error);
}

static tls_peer *new_peer(
	tls_cache *cache, const cfs_server *server, uint64_t stamp, cfs_error *error)
{
	SSL_CTX *context = context_for(cache, &server->tls, stamp, error);
	tls_peer *peer;

	if (!context) {
		return NULL;
	}
	peer = pecalloc(1, sizeof(*peer), 1);
	peer->host = pestrdup(server->host, 1);
	peer->port = server->port;
	peer->stamp = stamp;
	peer->context = context;
	cfs_tls_copy(&peer->said, &server->tls);
	return peer;
}

static tls_peer *peer_for(cfs_thread *thread, const cfs_server *server, cfs_error *error)
{
	tls_cache *cache = cache_of(thread);
	uint64_t stamp = stamp_of(&server->tls);
	tls_peer *peer = take_peer(cache, server);

	if (peer && peer->stamp != stamp) {
		free_peer(peer);
		peer = NULL;
	}
	if (!peer) {
		peer = new_peer(cache, server, stamp, error);
	}
	if (peer) {
		put_peer(cache, peer);
	}
	return peer;
}

void cfs_ssl_keep_session(cfs_ssl *tls, cfs_thread *thread, const cfs_server *server)
{
	SSL_SESSION *session = SSL_get1_session(tls);

	for (tls_peer *peer = cache_of(thread)->peers; session && peer; peer = peer->next) {
		if (peer->context == SSL_get_SSL_CTX(tls) && is_peer(peer, server) &&
			SSL_SESSION_is_resumable(session)) {
			SSL_SESSION_free(peer->session);
			peer->session = session;
			return;
		}
	}
	SSL_SESSION_free(session);
}

/* }}} */

/* {{{ What went wrong */

static const struct {
	long code;
	const char *words;
} verify_faults[] = {
	{X509_V_ERR_CERT_HAS_EXPIRED, "has expired: renew it at the server"},
	{X509_V_ERR_CERT_NOT_YET_VALID, "is not valid yet: compare the clocks of both machines"},
	{X509_V_ERR_HOSTNAME_MISMATCH,
		"is for another name: connect under the name that it is for, or give that in "
		"stream[peer_name]"},
	{X509_V_ERR_IP_ADDRESS_MISMATCH,
		"is not for this address: connect under the name that it is for, or give that in "
		"stream[peer_name]"},
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
		"is self-signed and not known here: give it in stream[cafile]"},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
		"is from a self-signed authority not known here: give the authority's "
		"certificate in "
		"stream[cafile]"},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
		"is from an authority not known here: give the authority's certificate in "
		"stream[cafile]"},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
		"is from an authority not known here: give the authority's certificate in "
		"stream[cafile]"},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
		"is from an authority not known here: give the authority's certificate in "
		"stream[cafile]"},
	{X509_V_ERR_CERT_REVOKED, "has been revoked: renew it at the server"},
};

static const char *known_fault(long fault)
{
	for (size_t i = 0; i < sizeof(verify_faults) / sizeof(verify_faults[0]); i++) {
		if (verify_faults[i].code == fault) {
			return verify_faults[i].words;
		}
	}
	return NULL;
}

static void certificate_error(const cfs_server *server, long fault, cfs_error *error)
{
	const char *words = known_fault(fault);

	if (words) {
		cfs_error_set(error, "the certificate of the server at %s %s", server->address, words);
	} else {
		cfs_error_set(error, "the certificate of the server at %s cannot be verified: %s",
			server->address, X509_verify_cert_error_string(fault));
	}
	error->untrusted = true;
}

/* Alerts are the server's complaints about us. */
static const struct {
	int reason;
	const char *advice;
} tls_advices[] = {
	{SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
		"it requires a client certificate: give one in stream[local_cert]"},
	{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
		"it may require a client certificate (stream[local_cert]), or other ciphers"},
	{SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
		"it does not accept the client certificate, stream[local_cert]"},
	{SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
		"it does not accept the client certificate, stream[local_cert]"},
	{SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
		"the client certificate, stream[local_cert], is revoked"},
	{SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
		"the client certificate, stream[local_cert], has expired"},
	{SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
		"it does not accept the client certificate, stream[local_cert]"},
	{SSL_R_TLSV1_ALERT_UNKNOWN_CA,
		"it does not know the authority of the client certificate, stream[local_cert]"},
	{SSL_R_TLSV1_ALERT_ACCESS_DENIED,
		"it does not accept the client certificate, stream[local_cert]"},
	{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "cfsession wants TLS 1.2 or later"},
	{SSL_R_UNSUPPORTED_PROTOCOL, "cfsession wants TLS 1.2 or later"},
	{SSL_R_TLSV1_UNRECOGNIZED_NAME, "it does not know the name: see stream[peer_name]"},
};

/* OpenSSL's reason, if the error is about TLS itself; 0: it is about something else. */
static int tls_reason(unsigned long code)
{
	return ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
}

static const char *advice_for(int reason)
{
	for (size_t i = 0; i < sizeof(tls_advices) / sizeof(tls_advices[0]); i++) {
		if (tls_advices[i].reason == reason) {
			return tls_advices[i].advice;
		}
	}
	return NULL;
}

static void tls_error(const cfs_server *server, unsigned long code, cfs_error *error)
{
	const char *words = ERR_reason_error_string(code);
	const char *advice = advice_for(tls_reason(code));

	if (tls_reason(code) == SSL_R_WRONG_VERSION_NUMBER) {
		cfs_error_set(error, "the server at %s does not speak TLS at this port", server->address);
		return;
	}
	cfs_error_set(error, "TLS with the server at %s failed (%s)%s%s", server->address,
		words ? words : "unknown error", advice ? "; " : "", advice ? advice : "");
	/* Such an alert is mostly about our certificate. */
	error->untrusted = advice != NULL;
}

/* The server's last alert, which is the reason if it closed the connection while we were sending. */
static unsigned long last_alert(cfs_ssl *tls)
{
	char byte;

	ERR_clear_error();
	SSL_peek(tls, &byte, 1);
	return tls_reason(ERR_peek_error()) ? ERR_peek_error() : 0;
}

static bool is_end_of_connection(unsigned long code)
{
#ifdef SSL_R_UNEXPECTED_EOF_WHILE_READING
	if (tls_reason(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		return true;
	}
#endif
	return !code;
}

static void closed_error(cfs_ssl *tls, const cfs_server *server, cfs_error *error)
{
	cfs_error_set(error, "the server at %s closed the connection %s", server->address,
		SSL_is_init_finished(tls) ? "before it had answered" : "during the TLS handshake");
	error->unavailable = true;
}

static cfs_ssl_result explain(cfs_ssl *tls, const cfs_server *server, cfs_error *error)
{
	int failure = errno;
	unsigned long code = ERR_peek_error();
	long fault = SSL_get_verify_result(tls);

	if (ERR_GET_LIB(code) == ERR_LIB_SYS) {
		failure = ERR_GET_REASON(code);
		code = 0;
	}
	if (!code && failure && failure != EAGAIN && failure != ECONNRESET && failure != EPIPE) {
		cfs_error_set(error, "the connection to the server at %s failed: %s", server->address,
			strerror(failure));
		return CFS_SSL_FAILED;
	}
	if (!code && failure) {
		code = last_alert(tls);
	}
	if (is_end_of_connection(code)) {
		closed_error(tls, server, error);
		return CFS_SSL_CLOSED;
	}
	if (tls_reason(code) == SSL_R_CERTIFICATE_VERIFY_FAILED && fault != X509_V_OK) {
		certificate_error(server, fault, error);
	} else {
		tls_error(server, code, error);
	}
	return CFS_SSL_FAILED;
}

/* }}} */

/* {{{ Handshake */

static bool is_address(const char *name)
{
	unsigned char address[16];

	return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* Names the server that we want, and demands a certificate for it. Certificates do not contain the dot at the end of a
 * fully qualified name. */
static bool set_name(SSL *tls, const cfs_server *server)
{
	X509_VERIFY_PARAM *parameters = SSL_get0_param(tls);
	const char *wanted = server->tls.peer_name ? server->tls.peer_name : server->host;
	bool checks = !server->tls.insecure && !server->tls.any_name;
	char name[256];
	size_t length = strlen(wanted);

	/* To OpenSSL, a leading dot means all names that end so, and an empty name means any name. */
	if (!length || length >= sizeof(name) || wanted[0] == '.') {
		return false;
	}
	snprintf(name, sizeof(name), "%.*s", (int) length - (wanted[length - 1] == '.'), wanted);
	if (is_address(name)) {
		return !checks || X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1;
	}
	X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set_tlsext_host_name(tls, name) == 1 &&
		(!checks || X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1);
}

/* Offers the session once: the server sends another one, and one that it refuses is not offered again. */
static void use_session(SSL *tls, tls_peer *peer)
{
	if (peer->session) {
		SSL_set_session(tls, peer->session);
		SSL_SESSION_free(peer->session);
		peer->session = NULL;
	}
}

cfs_ssl *cfs_ssl_begin(
	cfs_thread *thread, const cfs_server *server, php_socket_t socket, cfs_error *error)
{
	tls_peer *peer;
	SSL *tls;

	ERR_clear_error();
	peer = peer_for(thread, server, error);
	if (!peer) {
		return NULL;
	}
	tls = SSL_new(peer->context);
	if (!tls || !set_name(tls, server)) {
		cfs_error_set(error,
			"TLS with the server at %s cannot start: the name is not a valid host name",
			server->address);
		SSL_free(tls);
		return NULL;
	}
	if (SSL_set_fd(tls, (int) socket) != 1) {
		cfs_error_set(
			error, "TLS with the server at %s cannot begin: out of memory", server->address);
		SSL_free(tls);
		return NULL;
	}
	SSL_set_connect_state(tls);
	use_session(tls, peer);
	return tls;
}

/* }}} */

/* {{{ Handshake, reading, writing */

/* OpenSSL keeps errors per thread, and PHP's openssl extension leaves some there that are not ours. */
static void forget_errors(void)
{
	ERR_clear_error();
	errno = 0;
}

static cfs_ssl_result result_of(
	cfs_ssl *tls, int returned, const cfs_server *server, cfs_error *error)
{
	if (returned == 1) {
		return CFS_SSL_DONE;
	}
	switch (SSL_get_error(tls, returned)) {
		case SSL_ERROR_WANT_READ:
		case SSL_ERROR_WANT_WRITE:
			return CFS_SSL_WAITS;
		default:
			return explain(tls, server, error);
	}
}

static bool has_fingerprint(cfs_ssl *tls, const char *wanted)
{
	const EVP_MD *digest = strlen(wanted) == CFS_SHA1_DIGITS ? EVP_sha1() : EVP_sha256();
	X509 *certificate = SSL_get_peer_certificate(tls);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char digits[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int length = 0;

	if (!certificate || X509_digest(certificate, digest, bytes, &length) != 1) {
		length = 0;
	}
	X509_free(certificate);
	for (size_t i = 0; i < length; i++) {
		snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
	}
	return strcmp(digits, wanted) == 0;
}

cfs_ssl_result cfs_ssl_handshake(cfs_ssl *tls, const cfs_server *server, cfs_error *error)
{
	const char *fingerprint = server->tls.fingerprint;
	cfs_ssl_result result;

	forget_errors();
	result = result_of(tls, SSL_do_handshake(tls), server, error);
	if (result == CFS_SSL_DONE && fingerprint && !has_fingerprint(tls, fingerprint)) {
		cfs_error_set(error,
			"the certificate of the server at %s does not match stream[peer_fingerprint]: if it "
			"was renewed, give the fingerprint of the new one",
			server->address);
		error->untrusted = true;
		return CFS_SSL_FAILED;
	}
	return result;
}

cfs_ssl_result cfs_ssl_write(cfs_ssl *tls, const cfs_server *server, const char *bytes,
	size_t length, size_t *written, cfs_error *error)
{
	*written = 0;
	forget_errors();
	return result_of(tls, SSL_write_ex(tls, bytes, length, written), server, error);
}

cfs_ssl_result cfs_ssl_read(cfs_ssl *tls, const cfs_server *server, char *bytes, size_t room,
	size_t *read, cfs_error *error)
{
	*read = 0;
	forget_errors();
	return result_of(tls, SSL_read_ex(tls, bytes, room, read), server, error);
}

/* }}} */

int cfs_ssl_awaited(const cfs_ssl *tls, int events)
{
	switch (SSL_want(tls)) {
		case SSL_READING:
			return POLLIN;
		case SSL_WRITING:
			return POLLOUT;
		default:
			return events;
	}
}

bool cfs_ssl_has_more(const cfs_ssl *tls)
{
	return SSL_pending(tls) > 0;
}

bool cfs_ssl_is_quiet(cfs_ssl *tls)
{
	char byte;
	int result;

	ERR_clear_error();
	result = SSL_peek(tls, &byte, 1);
	return result <= 0 && SSL_get_error(tls, result) == SSL_ERROR_WANT_READ &&
		!SSL_has_pending(tls);
}

void cfs_ssl_end(cfs_ssl *tls)
{
	/* Otherwise OpenSSL takes this for a failure, after which the session cannot be resumed. */
	SSL_set_shutdown(tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(tls);
}

#else

void cfs_ssl_module_startup(void)
{
}

void cfs_ssl_module_shutdown(void)
{
}

bool cfs_ssl_is_there(void)
{
	return false;
}

cfs_ssl *cfs_ssl_begin(
	cfs_thread *thread, const cfs_server *server, php_socket_t socket, cfs_error *error)
{
	cfs_error_set(error, "this cfsession was built without TLS");
	return NULL;
}

cfs_ssl_result cfs_ssl_handshake(cfs_ssl *tls, const cfs_server *server, cfs_error *error)
{
	return CFS_SSL_FAILED;
}

cfs_ssl_result cfs_ssl_write(cfs_ssl *tls, const cfs_server *server, const char *bytes,
	size_t length, size_t *written, cfs_error *error)
{
	return CFS_SSL_FAILED;
}

cfs_ssl_result cfs_ssl_read(cfs_ssl *tls, const cfs_server *server, char *bytes, size_t room,
	size_t *read, cfs_error *error)
{
	return CFS_SSL_FAILED;
}

int cfs_ssl_awaited(const cfs_ssl *tls, int events)
{
	return events;
}

bool cfs_ssl_has_more(const cfs_ssl *tls)
{
	return false;
}

bool cfs_ssl_is_quiet(cfs_ssl *tls)
{
	return false;
}

void cfs_ssl_keep_session(cfs_ssl *tls, cfs_thread *thread, const cfs_server *server)
{
}

void cfs_ssl_end(cfs_ssl *tls)
{
}

#endif

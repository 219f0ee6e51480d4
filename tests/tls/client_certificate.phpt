--TEST--
TLS: a server that requires a client certificate
--EXTENSIONS--
openssl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$clients = Certificate::authority('CA of clients');
$between = Certificate::authority('intermediate CA of clients', $clients);
$client = Certificate::client($clients);
$indirect = Certificate::client($between);
$expired = Certificate::client($clients, 0);
$foreign = Certificate::client($ca);

$dir = temp_dir();
$in_one_file = "$dir/both.pem";
file_put_contents($in_one_file, file_get_contents($client->key) . file_get_contents($client->file));
$chain = "$dir/chain.pem";
file_put_contents($chain, file_get_contents($indirect->file) . file_get_contents($between->file));
openssl_pkey_export_to_file('file://' . $client->key, "$dir/locked.pem", 'the password');

$certificate = Certificate::server('DNS:localhost', $ca);
foreach (['TLSv1.3', 'TLSv1.2'] as $version) {
	echo "$version\n";
	$server = tls_redis($certificate, ['tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $clients->file, 'tls-protocols' => $version]);
	foreach ([
		'ours' => ['local_cert' => $client->file, 'local_pk' => $client->key],
		'ours, with the key in the same file' => ['local_cert' => $in_one_file],
		'ours, with a chain' => ['local_cert' => $chain, 'local_pk' => $indirect->key],
		'none' => [],
		'without its chain' => ['local_cert' => $indirect->file, 'local_pk' => $indirect->key],
		'from another authority' => ['local_cert' => $foreign->file, 'local_pk' => $foreign->key],
		'expired' => ['local_cert' => $expired->file, 'local_pk' => $expired->key],
	] as $label => $stream) {
		attempt_at($label, tls_path($server->port, ['cafile' => $ca->file] + $stream));
	}
}

echo "Files\n";
foreach ([
	'no certificate' => ['local_cert' => '/nonexistent/client.crt', 'local_pk' => $client->key],
	'not a certificate' => ['local_cert' => $client->key, 'local_pk' => $client->key],
	'no key' => ['local_cert' => $client->file, 'local_pk' => '/nonexistent/client.key'],
	'not a key' => ['local_cert' => $client->file, 'local_pk' => $client->file],
	'no key in the file' => ['local_cert' => $client->file],
	'the key of another' => ['local_cert' => $client->file, 'local_pk' => $foreign->key],
	'a key with a password' => ['local_cert' => $client->file, 'local_pk' => "$dir/locked.pem"],
] as $label => $stream) {
	attempt_at($label, tls_path($server->port, ['cafile' => $ca->file] + $stream));
}
?>
--EXPECTF--
TLSv1.3
ours: started
ours, with the key in the same file: started
ours, with a chain: started
none: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv13 alert certificate required); it requires a client certificate: give one in stream[local_cert]
without its chain: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
from another authority: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
expired: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (%s alert certificate expired); the client certificate, stream[local_cert], has expired
TLSv1.2
ours: started
ours, with the key in the same file: started
ours, with a chain: started
none: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (%s alert handshake failure); it may require a client certificate (stream[local_cert]), or other ciphers
without its chain: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
from another authority: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
expired: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (%s alert certificate expired); the client certificate, stream[local_cert], has expired
Files
no certificate: refused
  session_start(): cfsession: cannot read the session: cannot read stream[local_cert] /nonexistent/client.crt: No such file or directory
not a certificate: refused
  session_start(): cfsession: cannot read the session: stream[local_cert] DIR/key.pem has no usable certificate in it
no key: refused
  session_start(): cfsession: cannot read the session: cannot read stream[local_pk] /nonexistent/client.key: No such file or directory
not a key: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/certificate.pem has no key in it that can be read without a password
no key in the file: refused
  session_start(): cfsession: cannot read the session: stream[local_cert] DIR/certificate.pem has no key in it that can be read without a password
the key of another: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/key.pem is not the key of the certificate
a key with a password: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/locked.pem has no key in it that can be read without a password

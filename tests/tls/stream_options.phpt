--TEST--
TLS: passphrases of keys, self-signed certificates, fingerprints, ciphers
--EXTENSIONS--
openssl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost', $ca);
$other = Certificate::server('DNS:localhost', $ca);
$known = ['cafile' => $ca->file];

echo "A key with a password\n";
$client = Certificate::client($ca);
$dir = temp_dir();
$password = 'tr0ub4dor & S3cr3t + %41';
openssl_pkey_export_to_file('file://' . $client->key, "$dir/locked.pem", $password);
file_put_contents("$dir/both.pem", file_get_contents("$dir/locked.pem") . file_get_contents($client->file));
$server = tls_redis($certificate, ['tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $ca->file]);
$ours = $known + ['local_cert' => $client->file, 'local_pk' => "$dir/locked.pem"];
attempt_at('the right one', tls_path($server->port, $ours + ['passphrase' => $password]));
attempt_at('in one file with the certificate', tls_path($server->port, $known + ['local_cert' => "$dir/both.pem", 'passphrase' => $password]));
attempt_at('a wrong one', tls_path($server->port, $ours + ['passphrase' => 'wrong']));
attempt_at('one that is longer than OpenSSL takes', tls_path($server->port, $ours + ['passphrase' => str_repeat('x', 100_000)]));
attempt_at('none', tls_path($server->port, $ours));
attempt_at('an empty one', tls_path($server->port, $ours + ['passphrase' => '']));
attempt_at('for a key without one', tls_path($server->port, $known + ['local_cert' => $client->file, 'local_pk' => $client->key, 'passphrase' => 'x']));
ob_start();
configure(tls_path($server->port, $ours + ['passphrase' => $password]));
phpinfo(INFO_MODULES);
preg_match_all('/tr0ub4dor|S3cr3t|passphrase\S{0,6}/', preg_replace('/^session.save_path => .*tcp.*/m', '', implode("\n", preg_grep('/^(Servers|Target)/', explode("\n", ob_get_clean())))), $shown);
echo 'shown: ', implode(' ', $shown[0]), "\n";

echo "Certificates that sign themselves\n";
$own = Certificate::server('DNS:localhost', null);
$selfSigned = tls_redis($own);
$elsewhere = tls_redis(Certificate::server('DNS:elsewhere', null));
$expired = tls_redis(Certificate::server('DNS:localhost', null, 0));
$allowed = ['allow_self_signed' => 1];
attempt_at('not allowed', tls_path($selfSigned->port));
attempt_at('0', tls_path($selfSigned->port, ['allow_self_signed' => 0]));
attempt_at('allowed', tls_path($selfSigned->port, $allowed));
attempt_at('for another name', tls_path($elsewhere->port, $allowed));
attempt_at('expired', tls_path($expired->port, $allowed));
attempt_at('from an authority that signs itself', tls_path(tls_redis($certificate)->port, $allowed));

echo "Fingerprints\n";
$of = fn (Certificate $certificate, string $algorithm): string => openssl_x509_fingerprint('file://' . $certificate->file, $algorithm);
$colons = fn (string $digits): string => implode(':', str_split(strtoupper($digits), 2));
foreach (['TLSv1.3', 'TLSv1.2'] as $version) {
	$server = tls_redis($certificate, ['tls-protocols' => $version]);
	$try = fn (string $label, mixed $fingerprint, array $more = []) =>
		attempt_at("$version $label", tls_path($server->port, $more + $known + ['peer_fingerprint' => $fingerprint]));
	$try('SHA-256', $of($certificate, 'sha256'));
	$try('SHA-256 with colons', $colons($of($certificate, 'sha256')));
	$try('SHA-1', $of($certificate, 'sha1'));
	$try('SHA-256 by its name', ['sha256' => $of($certificate, 'sha256')]);
	$try('SHA-1 by its name', ['sha1' => $of($certificate, 'sha1')]);
	$try("another's SHA-256", $of($other, 'sha256'));
	$try("another's SHA-1", $of($other, 'sha1'));
	$try('of whoever it is', $of($certificate, 'sha256'), ['verify_peer' => 0, 'verify_peer_name' => 0]);
	$try("another's of whoever it is", $of($other, 'sha256'), ['verify_peer' => 0, 'verify_peer_name' => 0]);
	/* A resumed session keeps the certificate, which is checked as well. */
	configure(tls_path($server->port, $known + ['peer_fingerprint' => $of($certificate, 'sha256')]), ['cfsession.persistent' => '0']);
	attempt("$version once more");
}
/* A kept connection is only used with the same fingerprint. */
foreach (['of one that is kept' => $certificate, "another's then" => $other] as $label => $whose) {
	configure(tls_path($server->port, $known + ['peer_fingerprint' => $of($whose, 'sha256')]), ['cfsession.persistent' => '1']);
	attempt($label);
}
/* A fingerprint does not replace the authority. */
attempt_at('without its authority', tls_path($server->port, ['peer_fingerprint' => $of($certificate, 'sha256')]));

echo "Ciphers\n";
$server = tls_redis($certificate, ['tls-protocols' => 'TLSv1.2', 'tls-ciphers' => 'ECDHE-ECDSA-AES256-GCM-SHA384']);
attempt_at("the server's", tls_path($server->port, $known + ['ciphers' => 'ECDHE-ECDSA-AES256-GCM-SHA384']));
attempt_at('a list', tls_path($server->port, $known + ['ciphers' => 'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE+AESGCM:!aNULL']));
attempt_at('another', tls_path($server->port, $known + ['ciphers' => 'ECDHE-ECDSA-CHACHA20-POLY1305']));
attempt_at('none that there is', tls_path($server->port, $known + ['ciphers' => 'ROT13']));
$server = tls_redis($certificate, ['tls-protocols' => 'TLSv1.3']);
attempt_at('of TLS 1.3 they are not', tls_path($server->port, $known + ['ciphers' => 'ECDHE-ECDSA-CHACHA20-POLY1305']));

echo "phpinfo()\n";
foreach ([[], $allowed, ['verify_peer' => 0], ['verify_peer' => 0, 'peer_fingerprint' => $of($own, 'sha256')]] as $stream) {
	configure(tls_path($selfSigned->port, $stream));
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match('/^Server certificate => (.*)/m', ob_get_clean(), $row);
	echo implode(' ', array_keys($stream)), ": $row[1]\n";
}
?>
--EXPECTF--
A key with a password
the right one: started
in one file with the certificate: started
a wrong one: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/locked.pem has no key in it that stream[passphrase] opens
one that is longer than OpenSSL takes: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/locked.pem has no key in it that stream[passphrase] opens
none: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/locked.pem has no key in it that can be read without a password
an empty one: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/locked.pem has no key in it that stream[passphrase] opens
for a key without one: started
shown: passphrase]=***
Certificates that sign themselves
not allowed: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is self-signed and not known here: give it in stream[cafile]
0: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is self-signed and not known here: give it in stream[cafile]
allowed: started
for another name: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is for another name: connect under the name that it is for, or give that in stream[peer_name]
expired: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT has expired: renew it at the server
from an authority that signs itself: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
Fingerprints
TLSv1.3 SHA-256: started
TLSv1.3 SHA-256 with colons: started
TLSv1.3 SHA-1: started
TLSv1.3 SHA-256 by its name: started
TLSv1.3 SHA-1 by its name: started
TLSv1.3 another's SHA-256: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.3 another's SHA-1: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.3 of whoever it is: started
TLSv1.3 another's of whoever it is: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.3 once more: started
TLSv1.2 SHA-256: started
TLSv1.2 SHA-256 with colons: started
TLSv1.2 SHA-1: started
TLSv1.2 SHA-256 by its name: started
TLSv1.2 SHA-1 by its name: started
TLSv1.2 another's SHA-256: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.2 another's SHA-1: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.2 of whoever it is: started
TLSv1.2 another's of whoever it is: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
TLSv1.2 once more: started
of one that is kept: started
another's then: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT does not match stream[peer_fingerprint]: if it was renewed, give the fingerprint of the new one
without its authority: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
Ciphers
the server's: started
a list: started
another: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (%s alert handshake failure); it may require a client certificate (stream[local_cert]), or other ciphers
none that there is: refused
  session_start(): cfsession: cannot read the session: OpenSSL knows none of the ciphers in stream[ciphers]
of TLS 1.3 they are not: started
phpinfo()
: verified
allow_self_signed: INSECURE: self-signed certificates are accepted (stream[allow_self_signed]=1)
verify_peer: INSECURE: not verified (stream[verify_peer]=0)
verify_peer peer_fingerprint: verified by its fingerprint

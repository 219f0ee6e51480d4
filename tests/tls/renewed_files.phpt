--TEST--
TLS: certificates that are renewed while PHP runs
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

/** Replaces a file atomically, as renewals should. */
function replace(string $to, string $from): void
{
	copy($from, "$to.new");
	rename("$to.new", $to);
}

$ca = Certificate::authority();
$new_ca = Certificate::authority('new CA');
$clients = Certificate::authority('CA of clients');
$client = Certificate::client($clients);
$foreign = Certificate::client($ca);
$server = tls_redis(Certificate::server('DNS:localhost', $ca), ['tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $clients->file]);
$dir = temp_dir();
mkdir("$dir/authorities");
$path = tls_path($server->port, ['cafile' => "$dir/ca.crt", 'local_cert' => "$dir/client.crt", 'local_pk' => "$dir/client.key"]);

replace("$dir/ca.crt", $ca->file);
replace("$dir/client.crt", $client->file);
replace("$dir/client.key", $client->key);
attempt_at('right', $path);
replace("$dir/ca.crt", $new_ca->file);
attempt_at('another authority', $path);
replace("$dir/ca.crt", $ca->file);
attempt_at('right', $path);
replace("$dir/client.crt", $foreign->file);
attempt_at('only half renewed', $path);
replace("$dir/client.key", $foreign->key);
attempt_at('another certificate', $path);
replace("$dir/client.crt", $client->file);
replace("$dir/client.key", $client->key);
attempt_at('right', $path);

$path = tls_path($server->port, ['capath' => "$dir/authorities", 'local_cert' => $client->file, 'local_pk' => $client->key]);
attempt_at('empty directory', $path);
replace("$dir/authorities/our.crt", $ca->file);
attempt_at('with the authority', $path);
?>
--EXPECT--
right: started
another authority: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
right: started
only half renewed: refused
  session_start(): cfsession: cannot read the session: stream[local_pk] DIR/client.key is not the key of the certificate
another certificate: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
right: started
empty directory: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
with the authority: started

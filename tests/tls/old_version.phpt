--TEST--
TLS: versions before 1.2 are refused
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$server = new OpensslServer(Certificate::server('DNS:localhost', $ca), '-tls1_1', '-cipher', 'ALL@SECLEVEL=0');
attempt_at('TLS 1.1', tls_path($server->port, ['cafile' => $ca->file]));
attempt_at('not verified', tls_path($server->port, ['verify_peer' => 0]));
?>
--EXPECT--
TLS 1.1: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert protocol version); cfsession wants TLS 1.2 or later
not verified: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert protocol version); cfsession wants TLS 1.2 or later

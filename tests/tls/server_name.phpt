--TEST--
TLS: the server is told which name is wanted, but no address
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost,DNS:redis.example.net,IP:127.0.0.1,IP:::1', $ca);
$server = new OpensslServer($certificate, '-servername', 'nobody', '-cert2', $certificate->file, '-key2', $certificate->key);

$count = 0;
foreach ([
	['localhost', []],
	['127.0.0.1', []],
	['127.0.0.1', ['peer_name' => 'redis.example.net']],
	['127.0.0.1', ['peer_name' => 'redis.example.net.']],
	['localhost', ['peer_name' => '127.0.0.1']],
	['localhost', ['peer_name' => '::1']],
	['localhost', ['peer_name' => 'redis.example.com', 'verify_peer_name' => 0]],
] as [$host, $stream]) {
	$server->send('+OK', '$-1');
	configure(tls_path($server->port, $stream + ['cafile' => $ca->file], $host), ['cfsession.persistent' => '0', 'cfsession.lock' => '0']);
	session_id(ID);
	$started = session_start(['read_and_close' => true]);
	$line = $server->readUntil('/^Hostname in TLS extension|^CIPHER/');
	$name = str_starts_with($line, 'CIPHER') ? 'none' : strstr($line, '"');
	$server->awaitEnd(++$count);
	echo "$host, ", json_encode($stream, JSON_UNESCAPED_SLASHES), ': ', $started ? 'started' : 'refused', ", name: $name\n";
}
?>
--EXPECT--
localhost, []: started, name: "localhost"

Fatal error: Uncaught RuntimeException: openssl printed no line for 10 s; process 21385 is running
Command: /usr/bin/openssl s_server -accept 127.0.0.1:39007 -crlf -cert /tmp/cfs-169a5a7d1d/4/certificate.pem -key /tmp/cfs-169a5a7d1d/4/key.pem -servername nobody -cert2 /tmp/cfs-169a5a7d1d/4/certificate.pem -key2 /tmp/cfs-169a5a7d1d/4/key.pem
Unread output: 
Log: 40A7078A617F0000:error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:698:
40A7078A617F0000:error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:698:
 in /b/tests/support/process.inc:197
Stack trace:
#0 /b/tests/tls/tls.inc(65): Process->readLine()
#1 /b/tests/tls/server_name.php(22): OpensslServer->readUntil('/^Hostname in T...')
#2 {main}
  thrown in /b/tests/support/process.inc on line 197

--TEST--
TLS: a session of TLS goes on in the next connection to the server, and only there
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost,DNS:other.example.net', $ca);
$known = ['cafile' => $ca->file];
$count = ['-tls1_3' => 0, '-tls1_2' => 0];

foreach (['-tls1_3', '-tls1_2'] as $version) {
	echo "$version\n";
	$server = new OpensslServer($certificate, $version);
	foreach ([
		'first' => $known,
		'second' => $known,
		'third' => $known,
		'other name' => $known + ['peer_name' => 'other.example.net'],
		'not verified' => $known + ['verify_peer' => 0],
		'verified' => $known,
	] as $label => $stream) {
		configure(tls_path($server->port, $stream), ['cfsession.persistent' => '0', 'cfsession.lock' => '0']);
		$server->send('+OK', '$-1');
		session_id(ID);
		session_start(['read_and_close' => true]);
		$line = $server->readUntil('/^(Reused session-id|CIPHER is )/');
		echo "  $label: ", str_starts_with($line, 'Reused') ? 'goes on' : 'begins', "\n";
		$server->awaitEnd(++$count[$version]);
	}
}

echo "Redis: bytes that the server sends for a request on a new connection\n";
foreach (['TLSv1.3', 'TLSv1.2'] as $version) {
	$redis = tls_redis($certificate, ['tls-protocols' => $version]);
	$proxy = Proxy::to($redis->port, 'tls');
	configure(tls_path($proxy->port, $known), ['cfsession.persistent' => '0', 'cfsession.lock' => '1']);
	$bytes = [];
	for ($i = 0; $i < 4; $i++) {
		$proxy->reset();
		session_id(ID);
		session_start(['read_and_close' => true]);
		$bytes[] = $proxy->stats()['delivered'];
	}
	echo "  $version: ", max(array_slice($bytes, 1)) < $bytes[0] - 300 ? 'less from the second on' : implode(' ', $bytes), "\n";
}
echo 'errors: ', counter('errors'), "\n";
?>
--EXPECT--
-tls1_3

Fatal error: Uncaught RuntimeException: openssl printed no line for 10 s; process 21305 is running
Command: /usr/bin/openssl s_server -accept 127.0.0.1:45963 -crlf -cert /tmp/cfs-aba1ae7527/4/certificate.pem -key /tmp/cfs-aba1ae7527/4/key.pem -tls1_3
Unread output: 
Log: 40A7A602F47F0000:error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:698:
 in /b/tests/support/process.inc:197
Stack trace:
#0 /b/tests/tls/tls.inc(65): Process->readLine()
#1 /b/tests/tls/resumption.php(24): OpensslServer->readUntil('/^(Reused sessi...')
#2 {main}
  thrown in /b/tests/support/process.inc on line 197

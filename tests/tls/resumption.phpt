--TEST--
TLS: the next connection to the same server resumes the TLS session, and no other connection does
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: it is too slow for counts that depend on when the server sends its tickets. */
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost,DNS:other.example.net', $ca);
$known = ['cafile' => $ca->file];
$count = ['-tls1_3' => 0, '-tls1_2' => 0];

foreach (['-tls1_3', '-tls1_2'] as $version) {
	echo "$version\n";
	$server = new OpensslServer($certificate, $version);
	$client = Php::start(ONE_COMMAND, ['cfsession.connect_timeout' => TIME_LIMIT, 'cfsession.persistent' => '0', 'cfsession.lock' => '0']);
	foreach ([
		'first' => $known,
		'second' => $known,
		'third' => $known,
		'other name' => $known + ['peer_name' => 'other.example.net'],
		'not verified' => $known + ['verify_peer' => 0],
		'verified' => $known,
	] as $label => $stream) {
		$client->writeLine(tls_path($server->port, $stream));
		$text = $server->readUntil('/^SETNAME/');
		echo "  $label: ", str_contains($text, "\nReused session-id\n") ? 'goes on' : 'begins', "\n";
		$server->send('+OK', '$-1', '$-1');
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
  first: begins
  second: goes on
  third: goes on
  other name: begins
  not verified: begins
  verified: goes on
-tls1_2
  first: begins
  second: goes on
  third: goes on
  other name: begins
  not verified: begins
  verified: goes on
Redis: bytes that the server sends for a request on a new connection
  TLSv1.3: less from the second on
  TLSv1.2: less from the second on
errors: 0

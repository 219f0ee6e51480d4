--TEST--
TLS: a kept connection is used again, unless it was closed or has unsolicited bytes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost', $ca);

/** Makes the client send a request, which the server then answers. */
function request(string $label, Process $client, OpensslServer $server, bool $new): void
{
	global $ca;

	$client->writeLine(tls_path($server->port, ['cafile' => $ca->file]));
	$new && $server->readUntil('/SETNAME/');
	$server->readUntil('/^PHPREDIS_SESSION:ID\r?$/');
	$server->send(...($new ? ['+OK'] : []), ...['$-1', '$-1']);
	echo "$label: ", $client->readLine(), ', ', $client->readLine(), "\n";
}

foreach (['-tls1_3', '-tls1_2'] as $version) {
	echo "$version\n";
	$server = new OpensslServer($certificate, $version);
	$client = Php::start(ONE_COMMAND, ['cfsession.connect_timeout' => TIME_LIMIT, 'cfsession.lock' => '0']);
	/* TLS 1.3's tickets come after the handshake. */
	request('new', $client, $server, true);
	request('kept', $client, $server, false);
	if ($version === '-tls1_3') {
		foreach (['k' => 'new keys', 'K' => 'new keys, and ours are wanted'] as $letter => $label) {
			$server->send($letter);
			$server->readUntil('/^SSL_do_handshake -> 1/');
			request($label, $client, $server, false);
		}
	}
	$server->send('+WHO ASKED');
	usleep(200000);
	request('after a reply that nobody asked for', $client, $server, true);
	request('kept', $client, $server, false);
	$client->writeLine('end');
	$client->wait();
}

echo "Redis\n";
$redis = tls_redis($certificate);
configure(tls_path($redis->port, ['cafile' => $ca->file]));
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
attempt('new', $count);
attempt('kept', $count);
$redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
attempt('killed meanwhile', $count);
attempt('killed in between', function () use ($redis, $count) {
	$count();
	$redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
});
$proxy = Proxy::to($redis->port, 'tls');
configure(tls_path($proxy->port, ['cafile' => $ca->file]));
attempt('through a proxy', $count);
$proxy->cut();
attempt('cut without a word of TLS', $count);
$proxy->abort();
attempt('reset when something is sent', $count);
echo 'n: ', $redis->call('GET', KEY), ', connects: ', counter('connects'), ', retries: ', counter('retries'), ', errors: ', counter('errors'), "\n";
?>
--EXPECT--
-tls1_3
new: started, connects: 1, retries: 0, errors: 0
kept: started, connects: 1, retries: 0, errors: 0
new keys: started, connects: 1, retries: 0, errors: 0
new keys, and ours are wanted: started, connects: 1, retries: 0, errors: 0
after a reply that nobody asked for: started, connects: 2, retries: 0, errors: 0
kept: started, connects: 2, retries: 0, errors: 0
-tls1_2
new: started, connects: 1, retries: 0, errors: 0
kept: started, connects: 1, retries: 0, errors: 0
after a reply that nobody asked for: started, connects: 2, retries: 0, errors: 0
kept: started, connects: 2, retries: 0, errors: 0
Redis
new: started
kept: started
killed meanwhile: started
killed in between: started
through a proxy: started
cut without a word of TLS: started
reset when something is sent: started
n: n|i:7;, connects: 6, retries: 1, errors: 0

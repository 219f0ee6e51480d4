--TEST--
TLS: the client sends the server's name (SNI), but not an address
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost,DNS:redis.example.net,IP:127.0.0.1,IP:::1', $ca);
$server = new OpensslServer($certificate, '-servername', 'nobody', '-cert2', $certificate->file, '-key2', $certificate->key);

$client = Php::start(ONE_COMMAND, ['cfsession.connect_timeout' => TIME_LIMIT, 'cfsession.persistent' => '0', 'cfsession.lock' => '0']);
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
	$client->writeLine(tls_path($server->port, $stream + ['cafile' => $ca->file], $host));
	$name = preg_match('/^Hostname in TLS extension: (.*)/m', $server->readUntil('/^SETNAME/'), $line) ? $line[1] : 'none';
	$server->send('+OK', '$-1', '$-1');
	$server->awaitEnd(++$count);
	echo "$host, ", json_encode($stream, JSON_UNESCAPED_SLASHES), ': ', $client->readLine(), ", name: $name\n";
	$client->readLine();
}
?>
--EXPECT--
localhost, []: started, name: "localhost"
127.0.0.1, []: started, name: none
127.0.0.1, {"peer_name":"redis.example.net"}: started, name: "redis.example.net"
127.0.0.1, {"peer_name":"redis.example.net."}: started, name: "redis.example.net"
localhost, {"peer_name":"127.0.0.1"}: started, name: none
localhost, {"peer_name":"::1"}: started, name: none
localhost, {"peer_name":"redis.example.com","verify_peer_name":0}: started, name: "redis.example.com"

--TEST--
session.save_path: real connections with each form
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';
require __DIR__ . '/../support/redis.inc';

$ipv6 = (bool) @stream_socket_server('tcp://[::1]:0');
$server = RedisServer::start(['bind' => $ipv6 ? ['127.0.0.1', '::1'] : '127.0.0.1']);
$at = "127.0.0.1:{$server->port}";
/* A build machine may not even resolve this name. */
$name = gethostbyname('localhost') === '127.0.0.1' ? 'localhost' : '127.0.0.1';

$paths = [
	"tcp://$at", " tcp://$at/ ", "redis://$at", "valkey://$at/0", "tcp://$name:{$server->port}",
	"unix://{$server->socket}", "unix:{$server->socket}",
	/* Without IPv6, these tests use IPv4. */
	$ipv6 ? "tcp://[::1]:{$server->port}" : "tcp://$at", $ipv6 ? "redis://[::1]:{$server->port}/0" : "tcp://$at",
];
foreach ($paths as $path) {
	configure($path);
	echo in_session('one', fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1), "\n";
}
echo $server->call('GET', 'PHPREDIS_SESSION:one'), "\n";
?>
--EXPECT--
1
2
3
4
5
6
7
8
9
n|i:9;

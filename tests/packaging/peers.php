<?php
/*
 * php peers.php REDIS_PORT MEMCACHED_PORT SASL_PORT: phpredis, php-memcached and cfsession talk to their servers, in turn,
 * in one process, each with its own version of the same libraries.
 */
declare(strict_types=1);

[, $redis_port, $memcached_port, $sasl_port] = $argv;
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');

function session(string $handler, string $path, string $id): int
{
	ini_set('session.save_handler', $handler);
	session_save_path($path);
	session_id($id);
	session_start();
	$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
	session_write_close();
	return $_SESSION['count'];
}

function by_memcached_class(int $port): string
{
	$memcached = new Memcached();
	$memcached->setOption(Memcached::OPT_BINARY_PROTOCOL, true);
	$memcached->setSaslAuthData('user', 'secret');
	$memcached->addServer('127.0.0.1', $port);
	$memcached->set('peer', 'kept') || throw new RuntimeException($memcached->getResultMessage());
	return $memcached->get('peer');
}

function by_redis_class(int $port): string
{
	$redis = new Redis();
	$redis->connect('127.0.0.1', $port);
	$redis->set('peer', 'kept');
	return $redis->get('peer');
}

$id = bin2hex(random_bytes(8));
$lines = [];
for ($round = 1; $round <= 2; $round++) {
	$counts = [
		session('cfsession', "memcached://user:secret@127.0.0.1:$sasl_port", "sasl$id"),
		session('memcached', "127.0.0.1:$memcached_port", "theirs$id"),
		session('cfsession', "memcached://127.0.0.1:$memcached_port", "ours$id"),
		session('redis', "tcp://127.0.0.1:$redis_port", "theirs$id"),
		session('cfsession', "tcp://127.0.0.1:$redis_port", "ours$id"),
	];
	$lines[] = implode(' ', [...$counts, by_memcached_class((int) $sasl_port), by_redis_class((int) $redis_port)]);
}
// Only now, because a session cannot be configured after output.
echo implode("\n", $lines), "\n";

--TEST--
Redis: round trips with a new connection, and with a script that the server does not know
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$proxy = Proxy::to($server->port);

function request(string $label): void
{
	global $proxy;

	$proxy->reset();
	in_session(ID, fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1);
	$stats = $proxy->stats();
	printf("%s: %d connections, %d round trips\n", $label, $stats['connections'], $stats['round_trips']);
	foreach ($stats['bursts'] as $commands) {
		echo '  ', implode(' ', $commands), "\n";
	}
}

configure($proxy->savePath(['auth' => PASSWORD]));
request('the first request to a new server');
request('warm');

ini_set('session.save_path', $proxy->savePath(['auth' => PASSWORD, 'persistent_id' => 'another']));
request('cold');

ini_set('session.save_path', $proxy->savePath(['auth' => PASSWORD, 'database' => 3]));
request('cold, with a database');
request('warm, with a database');

ini_set('session.save_path', $proxy->savePath(['auth' => PASSWORD, 'persistent' => 0]));
request('not persistent');

ini_set('session.save_path', $proxy->savePath(['auth' => PASSWORD]));
$server->call('SCRIPT', 'FLUSH');
request('after SCRIPT FLUSH');
request('and again');

$server->call('SCRIPT', 'FLUSH');
$server->call('SET', KEY . '_LOCK', 'somebody', 'PX', 200);
$proxy->reset();
in_session(ID, fn () => null);
$first = array_slice($proxy->stats()['bursts'], 0, 3);
echo "waiting, after SCRIPT FLUSH:\n  ", implode("\n  ", array_map(fn ($commands) => implode(' ', $commands), $first)), "\n";
echo 'counted: ', $server->call('GET', KEY), "\n";
echo 'left: ', implode(' ', $server->keys('*_LOCK*')), "\n";
?>
--EXPECT--
the first request to a new server: 1 connections, 4 round trips
  AUTH CLIENT EVALSHA GET
  EVAL GET
  EVALSHA
  EVAL
warm: 0 connections, 2 round trips
  EVALSHA GET
  EVALSHA
cold: 1 connections, 2 round trips
  AUTH CLIENT EVALSHA GET
  EVALSHA
cold, with a database: 1 connections, 3 round trips
  AUTH CLIENT SELECT
  EVALSHA GET
  EVALSHA
warm, with a database: 0 connections, 2 round trips
  EVALSHA GET
  EVALSHA
not persistent: 1 connections, 2 round trips
  AUTH CLIENT EVALSHA GET
  EVALSHA
after SCRIPT FLUSH: 0 connections, 4 round trips
  EVALSHA GET
  EVAL GET
  EVALSHA
  EVAL
and again: 0 connections, 2 round trips
  EVALSHA GET
  EVALSHA
waiting, after SCRIPT FLUSH:
  EVALSHA GET
  EVAL GET
  BLPOP EVALSHA GET
counted: n|i:6;
left:

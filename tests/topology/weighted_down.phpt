--TEST--
Weighted Redis servers: if one is down, its sessions fail, the others work, and none moves
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

$servers = [RedisServer::start(), RedisServer::start()];
configure(implode(',', array_map(fn ($server) => $server->savePath(), $servers)), ['cfsession.timeout' => '0.3']);
/* The lowest bit of an id's first byte selects the server, in reverse order. */
$ids = [['a1', 'c1'], ['b1', 'd1']];

function visit(string $label): void
{
	global $ids;

	$started = [0, 0];
	$messages = [];
	foreach ($ids as $place => $list) {
		foreach ($list as $id) {
			array_push($messages, ...warnings(function () use ($id, $place, &$started) {
				session_id($id);
				if (session_start()) {
					$started[$place]++;
					$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
					session_write_close();
				}
			}));
		}
	}
	echo "$label: $started[0] of the one, $started[1] of the other\n";
	foreach (array_count_values(preg_replace('/again for [\d.]+ m?s/', 'again for N ms', preg_grep('/cfsession: /', $messages))) as $message => $count) {
		echo "  $count times: $message\n";
	}
}

function show_servers(): void
{
	global $servers;

	foreach ($servers as $server) {
		echo '  ', implode(' ', array_map(fn ($key) => substr($key, 17) . '=' . $server->call('GET', $key), $server->keys())), "\n";
	}
}

visit('both up');
show_servers();
$servers[0]->freeze();
visit('the one is silent, which a kept connection and a new one tell');
visit('then it is left alone');
$servers[0]->freeze(false);
wait_until(function () use ($ids) {
	session_id($ids[0][0]);
	return @session_start();
}, 5, 'the end of cfsession.retry_interval');
session_abort();
visit('back');
$servers[0]->kill();
visit('the one is down');
foreach (cfsession_status(true)['servers'] as $server) {
	echo 'probed: ', $server['reachable'] ? 'reachable' : 'not', "\n";
}
$servers[0]->restart();
visit('up again, empty');
show_servers();

/* A session left for one on another server does not stay locked. */
configure(implode(',', array_map(fn ($server) => $server->savePath(), $servers)));
session_id('a1');
session_start();
session_regenerate_id(true);
session_create_id();
echo 'locks: ', count($servers[0]->keys('*_LOCK')) + count($servers[1]->keys('*_LOCK')), "\n";
session_write_close();
echo 'locks: ', count($servers[0]->keys('*_LOCK')) + count($servers[1]->keys('*_LOCK')), "\n";
?>
--EXPECT--
both up: 2 of the one, 2 of the other
  a1=n|i:1; c1=n|i:1;
  b1=n|i:1; d1=n|i:1;
the one is silent, which a kept connection and a new one tell: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
then it is left alone: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
back: 2 of the one, 2 of the other
the one is down: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
probed: not
probed: reachable
up again, empty: 2 of the one, 2 of the other
  a1=n|i:1; c1=n|i:1;
  b1=n|i:6; d1=n|i:6;
locks: 1
locks: 0

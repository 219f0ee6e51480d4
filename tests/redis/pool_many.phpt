--TEST--
Redis: more targets than connections are kept
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

/** Uses targets in this order, and prints how many connects it took and how many connections are open. */
function visit(string $label, array $numbers): void
{
	global $server;

	$before = counter('connects');
	foreach ($numbers as $number) {
		configure($server->savePath(['persistent_id' => "target$number"]));
		in_session(ID, fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1);
	}
	/* The server notices a closed connection a little later. */
	$clients = fn () => preg_match_all('/ name=cfsession /', $server->call('CLIENT', 'LIST'));
	wait_until(fn () => $clients() <= 16, what: 'connections to be closed');
	echo "$label: +", counter('connects') - $before, ' connects, ', $clients(), " open\n";
}

visit('16 targets', range(1, 16));
visit('the same', range(1, 16));
visit('one more', [17]);
visit('the one used longest ago', [1]);
visit('the one used last', [17]);
visit('30 targets', range(1, 30));
visit('the same, more than are kept', range(1, 30));
show_store($server);
?>
--EXPECT--
16 targets: +16 connects, 16 open
the same: +0 connects, 16 open
one more: +1 connects, 16 open
the one used longest ago: +1 connects, 16 open
the one used last: +0 connects, 16 open
30 targets: +29 connects, 16 open
the same, more than are kept: +30 connects, 16 open
  in the store: PHPREDIS_SESSION:ID = n|i:95;

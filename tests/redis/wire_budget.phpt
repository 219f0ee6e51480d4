--TEST--
Redis: round trips of a request, on the wire
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/budget_cases.inc';

$server = RedisServer::start();
$proxy = Proxy::to($server->port);

/** Round trips of one request: as the proxy counts, and as the process does if that is another number. */
function measure(array $case): string
{
	global $server, $proxy;

	[$exists, $request] = $case;
	$server->call('FLUSHDB');
	$exists && $server->call('SET', KEY, 'n|i:1;');
	session_id(ID);
	$proxy->reset();
	$before = counter('round_trips');
	$request();
	$stats = $proxy->stats();
	$count = (string) $stats['round_trips'];
	if (counter('round_trips') - $before !== $stats['round_trips']) {
		$count .= ' here ' . (counter('round_trips') - $before);
	}
	if ($stats['connections']) {
		$count .= " and {$stats['connections']} connections";
	}
	if ($left = $server->keys('*_LOCK*')) {
		$count .= ' leaving ' . implode(' ', $left);
	}
	if (!$exists && session_id() !== ID && $server->keys(KEY . '*')) {
		$count .= ' leaving the refused id';
	}
	return $count;
}

configure($proxy->savePath());
printf("%-36s %-8s %s\n", 'case', 'locked', 'unlocked');
foreach ($cases as $name => $case) {
	$row = [];
	foreach (['1', '0'] as $lock) {
		ini_set('cfsession.lock', $lock);
		measure($case); /* gives the server the scripts */
		$row[] = measure($case);
	}
	printf("%-36s %-8s %s\n", $name, ...$row);
}
?>
--EXPECT--
case                                 locked   unlocked
read + changed                       2        2
read + unchanged                     2        1
aborted                              2        1
read_and_close                       2        1
new session, written                 2        2
new session, left empty              2        2
destroy                              2        2
regenerate_id(true), written         4        4
strict, id known                     2        2
strict, id unknown                   3        3
strict, regenerate_id(true)          4        4
strict, id made here                 2        2
session_create_id(), session_gc()    2        2

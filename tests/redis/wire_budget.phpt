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

/**
 * The round trips that one request waits for, and after "+" those that it does not wait for. The proxy counts both; its
 * number is shown if it differs.
 */
function measure(array $case, int $posts): string
{
	global $server, $proxy;

	[$exists, $request] = $case;
	$server->call('FLUSHDB');
	$exists && $server->call('SET', KEY, 'n|i:1;');
	session_id(ID);
	$proxy->reset();
	$before = counter('round_trips');
	$request();
	$waits = counter('round_trips') - $before;
	$count = $waits . ($posts ? "+$posts" : '');
	for ($deadline = deadline(10); ($stats = $proxy->stats())['round_trips'] < $waits + $posts && now() < $deadline;) {
		usleep(1000);
	}
	if ($stats['round_trips'] !== $waits + $posts) {
		$count .= " on the wire $stats[round_trips]";
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
		$posts = $lock && in_array($name, ['read + unchanged', 'aborted', 'read_and_close'], true);
		measure($case, 0); /* loads the scripts */
		$row[] = measure($case, (int) $posts);
	}
	printf("%-36s %-8s %s\n", $name, ...$row);
}
?>
--EXPECT--
case                                 locked   unlocked
read + changed                       2        2
read + unchanged                     1+1      1
aborted                              1+1      1
read_and_close                       1+1      1
new session, written                 2        2
new session, left empty              2        2
destroy                              2        2
regenerate_id(true), written         4        4
strict, id known                     2        2
strict, id unknown                   3        3
strict, regenerate_id(true)          4        4
strict, id made here                 2        2
session_create_id(), session_gc()    2        2

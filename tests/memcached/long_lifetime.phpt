--TEST--
Memcached: lifetimes of more than 30 days, and invalid ones
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* In the protocol more than 30 days mean a point in time, which would be in the past. */
const DAY = 86400;
$server = MemcachedServer::start();
configure($server->savePath());
foreach (['30 days' => 30 * DAY, 'a second more' => 30 * DAY + 1, 'a year' => 365 * DAY, '20 years' => 20 * 365 * DAY, 'as long as can be said' => PHP_INT_MAX, '0' => 0, '-1' => -1] as $name => $seconds) {
	foreach (['1', '0'] as $lock) {
		ini_set('cfsession.lock', $lock);
		ini_set('session.gc_maxlifetime', (string) $seconds);
		$server->delete(KEY);
		foreach (['new' => count_up(...), 'changed' => count_up(...), 'unchanged' => fn () => null] as $what => $change) {
			/* So that each case has to set the lifetime itself. */
			$server->get(KEY) !== null && $server->client()->touch(KEY, 100);
			in_session(ID, $change);
			$given = $server->client()->givenLifetime(KEY);
			/* The server compares a point in time, which has 31 bits, with its clock, which may be a second behind. */
			$expected = $seconds > 0 ? min($seconds, 2147483647 - time()) : 1440;
			$given !== null && abs($given - $expected) <= 2 or print("$name, cfsession.lock=$lock, $what: " . json_encode($given) . "\n");
		}
	}
	echo "$name: $_SESSION[n]\n";
}

$server = MemcachedServer::sasl(USER, PASSWORD);
configure(login_path($server), ['session.gc_maxlifetime' => (string) (40 * DAY)]);
in_session(ID, count_up(...));
in_session(ID, fn () => null);
in_session(ID, count_up(...));
echo 'binary: ', $server->get(KEY), "\n";
?>
--EXPECT--
30 days: 2
a second more: 2
a year: 2
20 years: 2
as long as can be said: 2
0: 2
-1: 2
binary: n|i:2;

--TEST--
Redis: a broken connection is replaced, and what was sent on it is written once
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$proxy = Proxy::to($server->port);
configure($proxy->savePath());

$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
$breaks = [
	'nothing' => fn () => null,
	'closed' => fn () => $proxy->cut(),
	'reset when used' => fn () => $proxy->abort(),
];

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	$server->call('FLUSHALL');
	attempt("cfsession.lock=$lock", $count);
	foreach ($breaks as $name => $break) {
		foreach (['before the request', 'between read and write', 'between read and the end, unchanged'] as $when) {
			in_session(ID, fn () => null);
			/* The request waits for its write; otherwise the connection might break before or after the answer. */
			ini_set('session.lazy_write', '0');
			in_session(ID, fn () => null);
			ini_set('session.lazy_write', '1');
			$server->call('CONFIG', 'RESETSTAT');
			[$connects, $retries] = [counter('connects'), counter('retries')];
			$when === 'before the request' && $break();
			attempt("$name $when", function () use ($break, $when, $count) {
				str_contains($when, 'unchanged') || $count();
				$when === 'before the request' || $break();
			});
			preg_match('/cmdstat_set:calls=(\d+)/', $server->call('INFO', 'commandstats'), $sets);
			echo '  +', counter('connects') - $connects, ' connects, +', counter('retries') - $retries,
				' retries, ', $sets[1] ?? 0, " SET\n";
		}
	}
	/* A lost release is repeated. */
	in_session(ID, fn () => $_SESSION['n']++);
	show_store($server);
}
echo 'errors: ', counter('errors'), ', lost locks: ', counter('lost_locks'), "\n";
?>
--EXPECT--
cfsession.lock=1: started
nothing before the request: started
  +0 connects, +0 retries, 2 SET
nothing between read and write: started
  +0 connects, +0 retries, 2 SET
nothing between read and the end, unchanged: started
  +0 connects, +0 retries, 1 SET
closed before the request: started
  +1 connects, +0 retries, 2 SET
closed between read and write: started
  +1 connects, +0 retries, 2 SET
closed between read and the end, unchanged: started
  +0 connects, +0 retries, 1 SET
reset when used before the request: started
  +1 connects, +1 retries, 2 SET
reset when used between read and write: started
  +1 connects, +1 retries, 2 SET
reset when used between read and the end, unchanged: started
  +0 connects, +0 retries, 1 SET
  in the store: PHPREDIS_SESSION:ID = n|i:8;
cfsession.lock=0: started
nothing before the request: started
  +0 connects, +0 retries, 1 SET
nothing between read and write: started
  +0 connects, +0 retries, 1 SET
nothing between read and the end, unchanged: started
  +0 connects, +0 retries, 0 SET
closed before the request: started
  +1 connects, +0 retries, 1 SET
closed between read and write: started
  +1 connects, +0 retries, 1 SET
closed between read and the end, unchanged: started
  +0 connects, +0 retries, 0 SET
reset when used before the request: started
  +1 connects, +1 retries, 1 SET
reset when used between read and write: started
  +1 connects, +1 retries, 1 SET
reset when used between read and the end, unchanged: started
  +0 connects, +0 retries, 0 SET
  in the store: PHPREDIS_SESSION:ID = n|i:8;
errors: 0, lost locks: 0

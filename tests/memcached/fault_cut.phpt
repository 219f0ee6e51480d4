--TEST--
Memcached: a broken connection is replaced, and what was sent on it is written once
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$servers = [
	'text' => [$text = MemcachedServer::start(), fn ($proxy) => $proxy->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), fn ($proxy) => login_path($proxy)],
];
foreach ($servers as $protocol => [$server, $path]) {
	$proxy = Proxy::to($server->port, 'memcached');
	$breaks = ['closed' => fn () => $proxy->cut(), 'reset when used' => fn () => $proxy->abort()];
	foreach (['1', '0'] as $lock) {
		echo "$protocol, cfsession.lock=$lock\n";
		configure($path($proxy), ['cfsession.lock' => $lock]);
		$server->delete(KEY);
		in_session(ID, count_up(...));
		foreach ($breaks as $name => $break) {
			foreach (['before the request', 'between read and write', 'between read and the end, unchanged'] as $when) {
				/* With a lock, the last command in the text protocol is the release, whose loss goes unnoticed. */
				$isUnheard = $protocol === 'text' && $name === 'reset when used' && str_contains($when, 'unchanged');
				in_session(ID, fn () => null);
				await_unlocked($server);
				[$connects, $retries] = [counter('connects'), counter('retries')];
				$when === 'before the request' && $break();
				attempt("$name $when", function () use ($break, $when) {
					str_contains($when, 'unchanged') || count_up();
					$when === 'before the request' || $break();
				});
				if ($isUnheard) {
					$proxy->cut();
					echo '  ', $server->get(LOCK_KEY) === null ? 'not' : 'still', " locked\n";
					$server->delete(LOCK_KEY);
				}
				echo '  +', counter('connects') - $connects, ' connects, +', counter('retries') - $retries, " retries\n";
			}
		}
		await_unlocked($server);
		show_store($server);
	}
}
echo 'errors: ', counter('errors'), ', lost locks: ', counter('lost_locks'), "\n";
?>
--EXPECT--
text, cfsession.lock=1
closed before the request: started
  +1 connects, +0 retries
closed between read and write: started
  +1 connects, +0 retries
closed between read and the end, unchanged: started
  +1 connects, +0 retries
reset when used before the request: started
  +1 connects, +1 retries
reset when used between read and write: started
  +1 connects, +1 retries
reset when used between read and the end, unchanged: started
  still locked
  +0 connects, +0 retries
  in the store: n|i:5;
text, cfsession.lock=0
closed before the request: started
  +1 connects, +0 retries
closed between read and write: started
  +1 connects, +0 retries
closed between read and the end, unchanged: started
  +0 connects, +0 retries
reset when used before the request: started
  +1 connects, +1 retries
reset when used between read and write: started
  +1 connects, +1 retries
reset when used between read and the end, unchanged: started
  not locked
  +0 connects, +0 retries
  in the store: n|i:5;
binary, cfsession.lock=1
closed before the request: started
  +1 connects, +0 retries
closed between read and write: started
  +1 connects, +0 retries
closed between read and the end, unchanged: started
  +1 connects, +0 retries
reset when used before the request: started
  +1 connects, +1 retries
reset when used between read and write: started
  +1 connects, +1 retries
reset when used between read and the end, unchanged: started
  +1 connects, +1 retries
  in the store: n|i:5;
binary, cfsession.lock=0
closed before the request: started
  +1 connects, +0 retries
closed between read and write: started
  +1 connects, +0 retries
closed between read and the end, unchanged: started
  +1 connects, +0 retries
reset when used before the request: started
  +1 connects, +1 retries
reset when used between read and write: started
  +1 connects, +1 retries
reset when used between read and the end, unchanged: started
  +1 connects, +1 retries
  in the store: n|i:5;
errors: 0, lost locks: 0

--TEST--
Redis: cfsession.lock=merge needs scripts, says so if it may not use them, and reloads lost ones
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$other = fn () => $server->call('SET', KEY, 'n|i:1;other|i:1;', 'EX', 1440);
$bodies = [
	'changed' => fn () => $_SESSION['n'] = 2,
	'enlarged' => fn () => $_SESSION['large'] = str_repeat('x', 5000),
	'unchanged' => fn () => null,
	'changed by two' => fn () => $other() && $_SESSION['m'] = 2,
	'destroyed' => fn () => show_warnings(warnings(fn () => session_destroy())),
];
$all = ['on', '>of-app', '~PHPREDIS_SESSION:*', '-@all'];

/** Prints what is left, without values of 5000 bytes and staged writes, which expire within seconds. */
function show_rest(): void
{
	global $server;

	foreach ($server->keys('*_LOCK_NEW_*') as $key) {
		$server->call('DEL', $key);
	}
	ob_start(fn (string $output) => str_replace(str_repeat('x', 5000), '5000 x', $output));
	show_store($server);
	ob_end_flush();
}

/* Without the server's own words, which differ between versions. */
ob_start(fn (string $output) => preg_replace('/ said ".*?"; allow/', ' said "..."; allow', $output), 1);
$asked = ['+getex', '+evalsha', '+eval', '+blpop', '+get', '+set', '+strlen', '+rename', '+del', '+exists', '+expire', '+pexpire', '+pttl',
	'+incr', '+decr', '+rpush'];
foreach ([
	'what the warning asks for' => $asked,
	'no scripts' => [...$asked, '-eval', '-evalsha'],
	'no SET' => [...$asked, '-set'],
] as $label => $rules) {
	echo "== $label\n";
	$server->call('ACL', 'SETUSER', 'app', 'reset', ...$all, ...$rules);
	configure($server->savePath(['auth[user]' => 'app', 'auth[pass]' => 'of-app']), ['cfsession.lock' => 'merge', 'cfsession.lock_wait' => '10']);
	foreach ($bodies as $what => $body) {
		$server->call('FLUSHDB');
		$server->call('SET', KEY, 'n|i:1;', 'EX', 1440);
		attempt($what, $body);
		show_rest();
	}
	if ($rules === $asked) {
		$server->call('SET', KEY, 'n|i:1;', 'EX', 1440);
		attempt('locked by another for a while', function () use ($server): void {
			$_SESSION['n'] = 2;
			$server->call('SET', KEY . '_LOCK', 'somebody', 'PX', 100);
		});
		show_rest();
	}
}

echo "== the server loses its scripts\n";
configure($server->savePath(), ['cfsession.lock' => 'merge']);
foreach ($bodies as $what => $body) {
	$server->call('FLUSHDB');
	$server->call('SET', KEY, 'n|i:1;', 'EX', 1440);
	attempt($what, function () use ($server, $body): void {
		$server->call('SCRIPT', 'FLUSH');
		$body();
	});
	show_rest();
}
?>
--EXPECT--
== what the warning asks for
changed: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
enlarged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;large|s:5000:"5000 x";
unchanged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
changed by two: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;m|i:2;other|i:1;
destroyed: started
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
locked by another for a while: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
== no scripts
changed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;
enlarged: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;
unchanged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
changed by two: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;other|i:1;
destroyed: started
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
== no SET
changed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;
enlarged: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;
unchanged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
changed by two: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "..."; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  in the store: PHPREDIS_SESSION:ID = n|i:1;other|i:1;
destroyed: started
== the server loses its scripts
changed: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
enlarged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;large|s:5000:"5000 x";
unchanged: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
changed by two: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;m|i:2;other|i:1;
destroyed: started
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone

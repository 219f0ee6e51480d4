--TEST--
Redis: phpredis and cfsession read each other's sessions, and respect each other's lock
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/phpredis.inc';
skip_without_phpredis();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/phpredis.inc';

$server = RedisServer::start(['requirepass' => 'p&ss wörd']);
$auth = 'auth=' . rawurlencode('p&ss wörd') . '&database=2';
$theirs = phpredis() + [
	'session.save_handler' => 'redis',
	'session.save_path' => path($server, $auth),
	'redis.session.locking_enabled' => 1,
	'redis.session.lock_expire' => 30,
	'redis.session.lock_wait_time' => 10000,
	'redis.session.lock_retries' => 1000,
];
$ours = ['session.save_path' => path($server, $auth)];
$visit = 'session_id("' . ID . '"); session_start(); $_SESSION["by"][] = ini_get("session.save_handler");
	echo implode(" ", $_SESSION["by"]), "\n";';

foreach ([$theirs, $ours, $theirs, $ours, ['cfsession.lock' => 0] + $ours, $theirs] as $ini) {
	echo Php::run($visit, $ini);
}
$server->call('SELECT', 2);
echo 'keys: ', str_replace(ID, 'ID', implode(' ', $server->keys())), "\n";

/* One keeps the session open until the other has tried to get the lock. */
foreach (['phpredis waits for cfsession' => [$ours, $theirs], 'cfsession waits for phpredis' => [$theirs, $ours]] as $label => [$first, $second]) {
	echo "$label\n";
	$holder = Php::start($visit . 'say("open"); hear(); $_SESSION["by"][] = "still"; session_write_close();', $first);
	do {
		echo '  ', $line = $holder->readLine(), "\n";
	} while ($line !== 'open');
	$server->call('CONFIG', 'RESETSTAT');
	$waiter = Php::start($visit, $second);
	/* phpredis asks for the lock with SET NX, cfsession with a script. */
	wait_until(fn () => preg_match('/cmdstat_(set:calls=([2-9]|\d\d)|evalsha:)/', $server->call('INFO', 'commandstats')));
	$holder->writeLine('');
	echo '  ', $waiter->output();
	echo $holder->output();
	echo '  keys: ', str_replace(ID, 'ID', implode(' ', $server->keys('*_LOCK*'))), "\n";
}
?>
--EXPECT--
redis
redis cfsession
redis cfsession redis
redis cfsession redis cfsession
redis cfsession redis cfsession cfsession
redis cfsession redis cfsession cfsession redis
keys: PHPREDIS_SESSION:ID
phpredis waits for cfsession
  redis cfsession redis cfsession cfsession redis cfsession
  open
  redis cfsession redis cfsession cfsession redis cfsession still redis
  keys: 
cfsession waits for phpredis
  redis cfsession redis cfsession cfsession redis cfsession still redis redis
  open
  redis cfsession redis cfsession cfsession redis cfsession still redis redis still cfsession
  keys:

--TEST--
Memcached: php-memcached and cfsession read each other's sessions, and respect each other's lock
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/php_memcached.inc';
skip_without_php_memcached();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/php_memcached.inc';

$server = MemcachedServer::start();
$theirs = [
	'session.save_handler' => 'memcached',
	'session.save_path' => $server->savePath(),
	'memcached.sess_lock_wait_min' => 20,
	'memcached.sess_lock_wait_max' => 20,
	'memcached.sess_lock_retries' => 500,
	'memcached.sess_lock_expire' => 30,
] + php_memcached();
$text = ['memcached.sess_binary_protocol' => 0] + $theirs;
$ours = ['session.save_path' => $server->savePath()] + php_memcached();
$visit = 'session_id("' . ID . '"); session_start(); $_SESSION["by"][] = ini_get("session.save_handler");
	echo implode(" ", $_SESSION["by"]), "\n";';

foreach ([$theirs, $ours, $text, $ours, ['cfsession.lock' => 0] + $ours, $theirs] as $ini) {
	echo Php::run($visit, $ini);
}
echo 'keys: ', str_replace(ID, 'ID', implode(' ', $server->keys())), "\n";
echo 'theirs destroys, ours starts: ', Php::run("$visit session_destroy();", $theirs), Php::run($visit, $ours);
echo 'ours destroys, theirs starts: ', Php::run("$visit session_destroy();", $ours), Php::run($visit, $theirs);

/* One keeps the session open until the other has tried to add the lock and failed. */
foreach (['php-memcached waits for cfsession' => [$ours, $theirs], 'cfsession waits for php-memcached' => [$theirs, $ours]] as $label => [$first, $second]) {
	echo "$label\n";
	$holder = Php::start($visit . 'say("open"); hear(); $_SESSION["by"][] = "still"; session_write_close();', $first);
	do {
		echo '  ', $line = $holder->readLine(), "\n";
	} while ($line !== 'open');
	$watcher = $server->client();
	$watcher->line('watch mutations');
	$waiter = Php::start($visit, $second);
	do {
		$line = $watcher->readLine();
	} while (!str_contains($line, LOCK_KEY . ' status=not_stored'));
	$holder->writeLine('');
	echo '  ', $waiter->output(), $holder->output();
	echo '  locked: ', json_encode($server->get(LOCK_KEY) !== null), "\n";
}
?>
--EXPECT--
memcached
memcached cfsession
memcached cfsession memcached
memcached cfsession memcached cfsession
memcached cfsession memcached cfsession cfsession
memcached cfsession memcached cfsession cfsession memcached
keys: memc.sess.key.ID
theirs destroys, ours starts: memcached cfsession memcached cfsession cfsession memcached memcached
cfsession
ours destroys, theirs starts: cfsession cfsession
memcached
php-memcached waits for cfsession
  memcached cfsession
  open
  memcached cfsession still memcached
  locked: false
cfsession waits for php-memcached
  memcached cfsession still memcached memcached
  open
  memcached cfsession still memcached memcached still cfsession
  locked: false

--TEST--
Memcached: php-memcached and cfsession increment a counter in one session at once, and a lock gets lost
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
require __DIR__ . '/../support/rolling.inc';

$server = MemcachedServer::start();
$theirs = [
	'session.save_handler' => 'memcached',
	'session.save_path' => $server->savePath(),
	'memcached.sess_lock_wait_min' => 1,
	'memcached.sess_lock_wait_max' => 5,
	'memcached.sess_lock_retries' => 20000,
	'memcached.sess_lock_expire' => 60,
] + php_memcached();
$ours = ['session.save_path' => $server->savePath(), 'cfsession.lock_wait' => 60, 'cfsession.connect_timeout' => 20, 'cfsession.timeout' => 20] + php_memcached();

count_together([$theirs, $ours]);
echo 'stored: ', $server->get(KEY), "\n";
echo 'locked: ', json_encode($server->get(LOCK_KEY) !== null), "\n";

$stored = fn () => $server->get(KEY);
$lose = fn () => $server->delete(LOCK_KEY);
$unlocked = ['memcached.sess_locking' => 0] + $theirs;
outlive('a lock of php-memcached that expired', $theirs, $ours, $stored, $lose);
outlive('a lock of cfsession that expired', $ours, $theirs, $stored, $lose);
outlive('php-memcached without locks, then cfsession', $unlocked, $ours, $stored);
outlive('cfsession, then php-memcached without locks', $ours, $unlocked, $stored);
?>
--EXPECT--
6 processes counted to 40 each
stored: n|i:240;
locked: false
a lock of php-memcached that expired
  stored: what the first one wrote
a lock of cfsession that expired
  cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  stored: what the second one wrote
php-memcached without locks, then cfsession
  stored: what the first one wrote
cfsession, then php-memcached without locks
  cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  stored: what the second one wrote

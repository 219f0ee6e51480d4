--TEST--
Redis: phpredis and cfsession increment a counter in one session at once, and respect each other's lock
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
require __DIR__ . '/../support/rolling.inc';

$server = RedisServer::start();
$theirs = phpredis() + [
	'session.save_handler' => 'redis',
	'session.save_path' => $server->savePath(),
	'redis.session.locking_enabled' => 1,
	'redis.session.lock_expire' => 60,
	'redis.session.lock_wait_time' => 2000,
	'redis.session.lock_retries' => 30000,
];
$ours = ['session.save_path' => $server->savePath(), 'cfsession.lock_wait' => 60, 'cfsession.connect_timeout' => 20, 'cfsession.timeout' => 20];

count_together([$theirs, $ours]);
echo 'stored: ', $server->call('GET', KEY), "\n";
echo 'beside it: ', implode(' ', $server->keys('*_LOCK*')), "\n";

$stored = fn () => $server->call('GET', KEY);
$lose = fn () => $server->call('DEL', KEY . '_LOCK');
$unlocked = ['redis.session.locking_enabled' => 0] + $theirs;
outlive('a lock of phpredis that expired', $theirs, $ours, $stored, $lose);
outlive('a lock of cfsession that expired', $ours, $theirs, $stored, $lose);
outlive('a lock of phpredis that expired, with redis.session.lock_expire=0', ['redis.session.lock_expire' => 0] + $theirs, $ours, $stored, $lose);
outlive('phpredis without locks, then cfsession', $unlocked, $ours, $stored);
outlive('cfsession, then phpredis without locks', $ours, $unlocked, $stored);
?>
--EXPECT--
6 processes counted to 40 each
stored: n|i:240;
beside it: 
a lock of phpredis that expired
  a warning of the other handler
  stored: what the second one wrote
a lock of cfsession that expired
  cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  stored: what the second one wrote
a lock of phpredis that expired, with redis.session.lock_expire=0
  stored: what the first one wrote
phpredis without locks, then cfsession
  stored: what the first one wrote
cfsession, then phpredis without locks
  stored: what the first one wrote

--TEST--
Settings: the effects of cfsession.lock_wait, cfsession.lock_ttl and cfsession.lock
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

$server = RedisServer::start();
$lock = fn (int $milliseconds) => $server->call('SET', KEY . '_LOCK', 'cfsession:of somebody', 'PX', $milliseconds);
configure($server->savePath());

$lock(60000);
foreach (['0', '0.3'] as $wait) {
	ini_set('cfsession.lock_wait', $wait);
	[$seconds] = attempt("cfsession.lock_wait=$wait");
	show_time('failed within', $seconds, (float) $wait);
}
ini_set('cfsession.lock', '0');
attempt('cfsession.lock=0', fn () => $_SESSION['n'] = 1);
ini_set('cfsession.lock', '1');

ini_set('cfsession.lock_wait', '10');
$lock(300);
[$seconds] = attempt('a lock that frees itself', fn () => $_SESSION['n'] = 2);
show_time('took', $seconds, 0.29);

/* The settings at session_start() apply. */
attempt('changed in between', function () use ($server) {
	$_SESSION['n'] = 3;
	ini_set('cfsession.lock', '0');
	ini_set('cfsession.prefix', 'other:');
});
show_store($server);
echo implode(' ', $server->keys('other:*')), "\n";
ini_restore('cfsession.lock');
ini_restore('cfsession.prefix');

ini_set('cfsession.lock_ttl', '0.1');
attempt('cfsession.lock_ttl=0.1', function () use ($server) {
	$_SESSION['n'] = 4;
	wait_until(fn () => !$server->call('EXISTS', KEY . '_LOCK'), 5);
});
show_store($server);
echo 'lost locks: ', counter('lost_locks'), "\n";
?>
--EXPECT--
cfsession.lock_wait=0: refused
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
  failed within: 0 s
cfsession.lock_wait=0.3: refused
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 300 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
  failed within: 0.3 s
cfsession.lock=0: started
a lock that frees itself: started
  took: 0.29 s
changed in between: started
  in the store: PHPREDIS_SESSION:ID = n|i:3;

cfsession.lock_ttl=0.1: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: PHPREDIS_SESSION:ID = n|i:3;
lost locks: 1

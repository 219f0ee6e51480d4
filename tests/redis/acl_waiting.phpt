--TEST--
Redis: a user whose ACL denies waiting for a lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$server->call('ACL', 'SETUSER', 'app', 'on', '>of-app', '~*', '+@all', '-blpop');
$server->call('SET', KEY . '_LOCK', 'cfsession:of somebody', 'PX', 60000);
configure($server->savePath(['auth[user]' => 'app', 'auth[pass]' => 'of-app']), ['cfsession.lock_wait' => '5']);

[$seconds] = attempt('somebody holds the lock', fn () => $_SESSION['n'] = 1);
show_time('failed within', $seconds, 0);
echo '  the lock: ', $server->call('GET', KEY . '_LOCK'), "\n";
$server->call('DEL', KEY . '_LOCK');
attempt('nobody holds it', fn () => $_SESSION['n'] = 1);
?>
--EXPECTF--
somebody holds the lock: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'blpop' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha %s +rpush (leave out what begins with ~ if the user has ~*), or set cfsession.lock=Off, which needs neither scripts nor waiting
  failed within: 0 s
  the lock: cfsession:of somebody
nobody holds it: started

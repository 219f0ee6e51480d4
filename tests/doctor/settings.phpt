--TEST--
Doctor: PHP's session settings, and the settings of locks
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start(['maxmemory' => '100mb', 'appendonly' => 'yes']);
$show = fn (array $ini, string ...$names) => show_diagnosis(urldecode(http_build_query($ini, '', ' ')), diagnosis(at($server->savePath(), $ini)), ...$names);

$show([]);
$show(['cfsession.lock' => 'off']);
$show(['cfsession.lock' => 'merge'], 'locks');
$show(['cfsession.lock_ttl' => '5']);
$show(['cfsession.lock_ttl' => '30']);
$show(['cfsession.lock_ttl' => '40', 'max_execution_time' => '60']);
$show(['cfsession.lock_wait' => '0']);
$show(['cfsession.lock_wait' => '31', 'cfsession.lock_ttl' => '0.5']);
$show(['cfsession.lock_wait' => '2.5'], 'locks');
$show(['session.cookie_lifetime' => '86400']);
$show(['session.cookie_lifetime' => '1440', 'session.gc_maxlifetime' => '7200'], 'lifetime');
$show(['session.lazy_write' => '0']);
$show(['session.use_strict_mode' => '0', 'session.cookie_secure' => 'off', 'session.cookie_httponly' => '0', 'session.cookie_samesite' => '']);
$show(['session.serialize_handler' => 'php_serialize', 'session.name' => 'SID', 'cfsession.persistent' => '0', 'cfsession.prefix' => 'app:'], 'session');
echo 'keys left: ', implode(' ', preg_grep('/_GONE$/', $server->keys(), PREG_GREP_INVERT)) ?: 'none', "\n";
?>
--EXPECT--
: ok, 0
cfsession.lock=off: ok, 0
  note locks: cfsession.lock is off: of two requests in one session at a time, the last write wins, and the other's is lost.
cfsession.lock=merge: ok, 0
  ok locks: No request waits for another; what two requests change in one session is merged.
cfsession.lock_ttl=5: warning, 0
  warning locks: cfsession.lock_ttl=5 is shorter than requests may take (30 s): one that outlives its lock cannot write. Set it to 0, or higher.
cfsession.lock_ttl=30: ok, 0
cfsession.lock_ttl=40 max_execution_time=60: warning, 0
  warning locks: cfsession.lock_ttl=40 is shorter than requests may take (60 s): one that outlives its lock cannot write. Set it to 0, or higher.
cfsession.lock_wait=0: ok, 0
  note locks: cfsession.lock_wait=0: a second request in a session that is open fails at once.
cfsession.lock_wait=31 cfsession.lock_ttl=0.5: warning, 0
  warning locks: cfsession.lock_ttl=0.5 is shorter than requests may take (30 s): one that outlives its lock cannot write. Set it to 0, or higher.
  warning locks: cfsession.lock_wait=31: proxies and visitors give up sooner, while the request occupies a worker of PHP. 30 or less is enough.
cfsession.lock_wait=2.5: ok, 0
  ok locks: One request at a time in a session; another one waits up to 2.5 s.
session.cookie_lifetime=86400: ok, 0
  note lifetime: Cookies live for 86400 s, but sessions end 1440 s after their last request. Raise session.gc_maxlifetime.
session.cookie_lifetime=1440 session.gc_maxlifetime=7200: ok, 0
  ok lifetime: Sessions end 7200 s after their last request (session.gc_maxlifetime).
session.lazy_write=0: ok, 0
  note lazy_write: session.lazy_write is off: sessions are written even if nothing has changed. Set it to 1.
session.use_strict_mode=0 session.cookie_secure=off session.cookie_httponly=0 session.cookie_samesite=: ok, 0
  note strict_mode: session.use_strict_mode is off: ids that an attacker made up are accepted. Set it to 1; with cfsession that costs nothing.
  note cookies: Not set: session.cookie_httponly, session.cookie_secure, session.cookie_samesite. Set them, unless the application does (secure: for HTTPS).
session.serialize_handler=php_serialize session.name=SID cfsession.persistent=0 cfsession.prefix=app:: ok, 0
  ok session: Written, read and destroyed in N ms.
keys left: none

--TEST--
Redis: cfsession.lock_waiters limits how many requests wait for a session; one more fails at once
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/waiters_limit.inc';
?>
--EXPECT--
a third: Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT, and 2 already wait for it (cfsession.lock_waiters)
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
[false,[]]
at once: true

a third that may read: [true,{"n":0}]
at once: true

one that gives up: Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 100 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
[false,[]]
at once: true

those that waited: ["done","done","done"]
stored: n|i:3;
one that is killed does not count for long
one that merges: ["done","done"]
nothing is lost: [11,true]

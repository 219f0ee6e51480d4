--TEST--
Redis: cfsession.lock_wait ends the wait for a lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_wait_ends.inc';
?>
--EXPECT--
lock_wait: 0.3
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 300 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
started: false
in time: true
status: none
same lock: true
left behind beside it: []
lock_wait: 0
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
started: false
in time: true
status: none
same lock: true
left behind beside it: []
the holder writes: no warning
stored: n|i:1;
left behind: []

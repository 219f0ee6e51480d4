--TEST--
Memcached: cfsession.lock_wait ends the wait for a lock
--DESCRIPTION--
Memcached has no cheap way to tell how long a lock lives, so that the warning does not say it.
The lock itself has another name than those that the body leaves out.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lock_wait_ends.inc';
?>
--EXPECT--
lock_wait: 0.3
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock memc.sess.key.lock.... at HOST:PORT and did not release it within 300 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
Warning: session_start(): Failed to read session data: cfsession (path: HOST:PORT)
started: false
in time: true
status: none
same lock: true
left behind beside it: ["memc.sess.key.lock.s"]
lock_wait: 0
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock memc.sess.key.lock.... at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
Warning: session_start(): Failed to read session data: cfsession (path: HOST:PORT)
started: false
in time: true
status: none
same lock: true
left behind beside it: ["memc.sess.key.lock.s"]
the holder writes: no warning
stored: n|i:1;
left behind: []

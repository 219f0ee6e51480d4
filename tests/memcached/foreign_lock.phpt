--TEST--
Memcached: requests wait for another session handler's lock
--DESCRIPTION--
Memcached has no cheap way to tell how long a lock lives, so that the warning does not say it.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/foreign_lock.inc';
?>
--EXPECT--
lock of another handler, lifetime in ms: 60000
  still locked by it: web-1|4711
  goes on after: less than 0.5 s
  read: {"n":2}
  left behind: []
lock of another handler, lifetime in ms: null
  still locked by it: web-1|4711
  goes on after: less than 0.5 s
  read: {"n":2}
  left behind: []
one that is never released:
  session_start(): cfsession: cannot read the session: another request holds the lock memc.sess.key.lock.... at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
  session_start(): Failed to read session data: cfsession (path: HOST:PORT)
started: false
the lock is still its own: web-1|4711
after it was deleted: {"n":2}

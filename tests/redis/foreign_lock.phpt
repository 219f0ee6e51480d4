--TEST--
Redis: requests wait for another session handler's lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
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
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait); it never expires: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)
  session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
started: false
the lock is still its own: web-1|4711
after it was deleted: {"n":2}

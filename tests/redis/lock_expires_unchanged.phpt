--TEST--
Redis: a request whose lock has expired does not release the next holder's lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_expires_unchanged.inc';
?>
--EXPECT--
unchanged
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:10;
  left behind: []
session_abort()
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:10;
  left behind: []
session_reset(), then a change
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:11;
  left behind: []

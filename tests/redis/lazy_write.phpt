--TEST--
Redis: session.lazy_write: an unchanged session is not written
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lazy_write.inc';
?>
--EXPECT--
locking: true
  unchanged: n|i:100;
  writes: 0
  changed: n|i:101;
  unchanged, lazy_write=0: n|i:101;
locking: false
  unchanged: n|i:100;
  writes: 0
  changed: n|i:101;
  unchanged, lazy_write=0: n|i:101;
left behind: []

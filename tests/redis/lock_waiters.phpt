--TEST--
Redis: all waiters get the session, one after another
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_waiters.inc';
?>
--EXPECT--
write: {"done":8}
  in time: true
  stored: n|i:8;
  left behind: []
no change: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
abort: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
regenerate_id: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
destroy: {"done":8}
  in time: true
  stored: null
  left behind: []

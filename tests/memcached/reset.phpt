--TEST--
Memcached: session_reset() reads again and keeps the lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/reset.inc';
?>
--EXPECT--
strict mode 0, locking 1
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 0, locking 0
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 1, locking 1
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 1, locking 0
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
after the end of its lock: true
  it writes: no warning
  stored: n|i:2;
  left behind: []
waits: 0

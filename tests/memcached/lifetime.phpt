--TEST--
Memcached: a session lives for session.gc_maxlifetime from its last use
--DESCRIPTION--
Reading extends the lifetime, so that a request that changes nothing does not, unless it takes long: extends.phpt.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lifetime.inc';
?>
--EXPECT--
locking: true
  created: 100
  written: 300
  unchanged: 500
  read_and_close: 700
  aborted: 900
  strict mode: 1100
locking: false
  created: 100
  written: 300
  unchanged: 500
  read_and_close: 700
  aborted: 900
  strict mode: 1100
after a long request that changed nothing: 50
after a long request that changed it: 300

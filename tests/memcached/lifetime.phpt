--TEST--
Memcached: a session lives for session.gc_maxlifetime from its last use
--DESCRIPTION--
Reading does not extend the lifetime, as with PHP's files and php-memcached: libmemcached cannot say GAT.
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
  read_and_close: 500
  aborted: 500
  strict mode: 500
locking: false
  created: 100
  written: 300
  unchanged: 500
  read_and_close: 500
  aborted: 500
  strict mode: 500
after a long request that changed nothing: 300
after a long request that changed it: 300

--TEST--
Redis: a failed renewal is retried until the lease ends
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* On a new connection, Redis writes if the lock is free and the stored data is what was read: no update can be lost. */
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lease_unreachable.inc';
?>
--EXPECT--
it refuses for a moment
  the lock: kept
  lost locks: 0, renewed: true
  stored: n|i:1;
it is silent for a moment
  the lock: kept
  lost locks: 0, renewed: true
  stored: n|i:2;
it refuses for longer than the lease, and the lock has expired
  lost locks: 0
  stored: n|i:1;
  left behind: []
it refuses for longer than the lease, and the server still has it
  lost locks: 0
  stored: n|i:2;
  left behind: []

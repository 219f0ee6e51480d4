--TEST--
Redis: other requests wait for a killed holder no longer than its lease
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lease_killed.inc';
?>
--EXPECT--
max_execution_time: 0
locked: true
the next one: no warning
within six seconds: true
stored: n|i:2;
longer than the lease: kept
the next one: no warning
in time: true
stored: n|i:3;
left behind: []

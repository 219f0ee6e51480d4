--TEST--
Memcached: a lock lasts as long as its holder lives, and the waiters get it afterwards
--DESCRIPTION--
One thread more is not for leases: it ends what takes libmemcached too long.
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_renewed.inc';
?>
--EXPECT--
the lock: kept
more connections: 1
more threads: 2
its holder is named: true
the others: ["2","3","4","5"]
stored: n|i:5;
renewed: true
connects: 1
left behind: []

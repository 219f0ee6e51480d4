--TEST--
Memcached: a forked child renews its own lock, and its parent the parent's
--DESCRIPTION--
One thread more is not for leases: it ends what takes libmemcached too long.
--EXTENSIONS--
pcntl
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_fork.inc';
?>
--EXPECT--
threads of the child: 1
its parent keeps its lock: kept
holder: cfsession:32 digits/this host/this process/now
the child keeps its own: kept
and its parent: true
threads of the child: 3
child: renewed true, lost locks 0
parent: renewed true, lost locks 0
stored: ["n|i:1;","n|i:2;"]
left behind: []
the lock of a parent that was killed ends in time: true
while the child is there: true
many children: kept
parent: renewed true, lost locks 0
stored: n|i:10;
and of children: 10
left behind: []

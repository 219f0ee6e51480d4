--TEST--
Memcached: locks released soon cost neither connections nor renewals
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
require __DIR__ . '/../handler/lease_short.inc';
?>
--EXPECT--
threads before the first session: 1
many sessions: true
renewals: 0, lost locks: 0, errors: 0
threads: 3
connections: [1,1]
left behind: []

--TEST--
Memcached: other requests wait for a killed PHP-FPM worker no longer than its lease
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_fpm.inc';
?>
--EXPECT--
a request: 1
locked: true
the next one: 2
in time: true
stored: n|i:2;
left behind: []

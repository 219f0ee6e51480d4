--TEST--
Memcached: session.auto_start, several requests of one process
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/auto_start.inc';
?>
--EXPECT--
visits: 1
visits: 2
visits: 3
stored: n|i:3;
left behind: []

--TEST--
Memcached: the class SessionHandler
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_plain.inc';
?>
--EXPECT--
n: 1
n: 2
stored: n|i:2;
n: 3
destroyed: null
left behind: []

--TEST--
Memcached: several sessions one after another, over one connection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/several_sessions.inc';
?>
--EXPECT--
a: a|i:2;
b: b|i:2;
c: c|i:2;
left behind: []
connections: 1

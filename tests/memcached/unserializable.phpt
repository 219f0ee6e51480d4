--TEST--
Memcached: a value that cannot be serialized leaves the stored session unchanged, and no lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/unserializable.inc';
?>
--EXPECT--
tried: 18
stored: user|s:5:"alice";

--TEST--
Memcached: a class with its own ids, strict mode and lazy writes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_interfaces.inc';
?>
--EXPECT--
an unknown id is replaced: made-ID
stored: [null,"n|i:1;"]
a known one is kept: made-ID
unchanged

left behind: []

--TEST--
Memcached: a class cannot get a refused write through by repeating it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_writes_again.inc';
?>
--EXPECT--
written: [true,false,false]
what the other stored is still there: true
left behind: []

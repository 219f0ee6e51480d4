--TEST--
Memcached: a class that ends the request in any method leaves no lock and loses no data
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_ends.inc';
?>
--EXPECT--
before open: n|i:1;
after open: n|i:1;
before read: n|i:1;
after read: n|i:1;
before write: n|i:1;
after write: n|i:2;
before destroy: n|i:1;
after destroy: nothing
before close: n|i:2;
after close: n|i:2;
locked: false

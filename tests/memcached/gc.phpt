--TEST--
Memcached: session_gc() succeeds and collects nothing
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/gc.inc';
?>
--EXPECT--
session_gc(): 0
other sessions: n|i:1;

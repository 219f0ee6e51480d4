--TEST--
Memcached: session_write_close() ends a session that can be opened again
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/after_close.inc';
?>
--EXPECT--
closed: true
locked: false
closed again: false
stored: n|i:1;
opened again: {"n":1}
stored: n|i:3;
left behind: []

--TEST--
Memcached: the methods of SessionHandler, called directly
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_calls.inc';
?>
--EXPECT--
read: "n|i:1;"
gc: 0
create_sid: ID
write: true
read: "n|i:2;"
destroy: true
read: ""
close: true
create_sid: ID
Warning: SessionHandler::close(): Parent session handler is not open
stored: null
left behind: []

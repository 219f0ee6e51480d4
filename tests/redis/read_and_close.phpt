--TEST--
Redis: read_and_close releases the lock and writes nothing
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/read_and_close.inc';
?>
--EXPECT--
read: {"n":1}
locked: false
closed: false
stored: n|i:1;
a new one is stored as: null
left behind: []

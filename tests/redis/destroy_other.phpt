--TEST--
Redis: a class destroys another session and keeps its own
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/destroy_other.inc';
?>
--EXPECT--
lock: 1
destroyed: [true,true]
stored: ["m|i:3;",null]
left behind: []
lock: 0
destroyed: [true,true]
stored: ["m|i:3;",null]
left behind: []
locked after it: true
left behind: []

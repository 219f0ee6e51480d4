--TEST--
Redis: a killed waiter does not delay the others
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/killed_waiter.inc';
?>
--EXPECT--
others: ["done","done"]
in time: true
stored: n|i:2;
left behind in the end: nothing

--TEST--
Redis: a waiter gets the lock as soon as it is released
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_wait.inc';
?>
--EXPECT--
goes on after: less than 0.5 s
1 wait, counted as long
stored: n|i:2;
left behind: []

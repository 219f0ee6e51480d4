--TEST--
Redis: a killed request keeps its session locked for cfsession.lock_ttl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/killed_holder.inc';
?>
--EXPECT--
locked: true
not before the lock has expired: true
soon after it has: true
stored: n|i:2;
left behind: []
locked: true
not before the lock has expired: true
soon after it has: true
stored: n|i:2;
left behind: []

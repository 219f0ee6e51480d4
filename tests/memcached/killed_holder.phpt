--TEST--
Memcached: a killed request keeps its session locked for cfsession.lock_ttl
--DESCRIPTION--
Memcached knows whole seconds only, and cfsession adds one: a lock that was to live for 0.3 s is gone
after one to two seconds, which is not "soon".
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/killed_holder.inc';
?>
--EXPECT--
locked: true
not before the lock has expired: true
soon after it has: false
stored: n|i:2;
left behind: []
locked: true
not before the lock has expired: true
soon after it has: false
stored: n|i:2;
left behind: []

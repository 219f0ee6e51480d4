--TEST--
Memcached: no update is lost when requests come at the same time
--DESCRIPTION--
Who waits looks at the lock now and then, and may find it free each time.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/concurrent_updates.inc';
?>
--EXPECTF--
%r(had to|never) wait(ed)?%r
%r(had to|never) wait(ed)?%r
stored: n|i:1000;
left behind: []

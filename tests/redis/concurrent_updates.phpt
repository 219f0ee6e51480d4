--TEST--
Redis: no update is lost when requests come at the same time
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/concurrent_updates.inc';
?>
--EXPECT--
had to wait
had to wait
stored: n|i:1000;
left behind: []

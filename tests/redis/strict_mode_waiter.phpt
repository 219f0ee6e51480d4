--TEST--
Redis: strict mode refuses an id whose session was destroyed while requests waited for it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/strict_mode_waiter.inc';
?>
--EXPECT--
another session
another session
another session
another session
in time: true
stored: null
left behind: []

--TEST--
Redis: an error handler may end the session whose write has failed
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/error_handler.inc';
?>
--EXPECT--
lost, memory in use: intact
destroyed, memory in use: intact
stored: null
left behind: []

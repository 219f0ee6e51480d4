--TEST--
Redis: a session is written and unlocked when it is closed
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/write_close.inc';
?>
--EXPECT--
locked while it is open: true
stored: visits|i:1;
lifetime: session.gc_maxlifetime
visits: 2
stored: visits|i:2;
left behind: []

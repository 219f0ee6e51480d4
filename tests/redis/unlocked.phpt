--TEST--
Redis: cfsession.lock=0 takes no lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/unlocked.inc';
?>
--EXPECT--
left behind: []
stored: by|s:2:"us";
stored: by|s:5:"other";
beside a lock: {"by":"other"}

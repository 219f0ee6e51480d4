--TEST--
Redis: session_reset() keeps an id that PHP has just generated, in strict mode too
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/reset_new.inc';
?>
--EXPECT--
data: [], same id: true
stored: {"n":2}, same id: true
data: [], same id: true
stored: {"n":2}, same id: true
left behind: []

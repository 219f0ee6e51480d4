--TEST--
Redis: a class encrypts what SessionHandler stores
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/class_encrypting.inc';
?>
--EXPECT--
count: 1
count: 2
stored: pbhag|v:2;
left behind: []

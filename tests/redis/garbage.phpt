--TEST--
Redis: a session that cannot be decoded stays, with PHP's warning
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/garbage.inc';
?>
--EXPECT--
garbage:
  session_start(): cfsession: cannot decode the session: a class that it needs cannot be loaded, or PHP did not write it; it stays stored unchanged until it expires or you delete its key
  session_start(): Failed to decode session object. Session has been destroyed
started: false
stored: garbage
left behind: []

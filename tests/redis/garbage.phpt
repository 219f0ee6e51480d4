--TEST--
Redis: what cannot be decoded stays, with PHP's warning
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/garbage.inc';
?>
--EXPECT--
garbage:
  session_start(): cfsession: cannot decode the session: a class may be missing, or another application have written it; it is kept as it is stored, until it expires or its key is deleted
  session_start(): Failed to decode session object. Session has been destroyed
started: false
stored: garbage
left behind: []

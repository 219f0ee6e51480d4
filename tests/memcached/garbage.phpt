--TEST--
Memcached: what cannot be decoded is dropped, with PHP's warning
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/garbage.inc';
?>
--EXPECT--
garbage:
  session_start(): Failed to decode session object. Session has been destroyed
started: false
stored: null
left behind: []

--TEST--
Memcached: session_unset() leaves an empty session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/unset.inc';
?>
--EXPECT--
stored: ""
read: []
left behind: []

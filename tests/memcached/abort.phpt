--TEST--
Memcached: session_abort() writes nothing and releases the lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/abort.inc';
?>
--EXPECT--
locked: true
aborted: true
locked: false
stored: n|i:1;
left behind: []
a new session, aborted: null
left behind: []

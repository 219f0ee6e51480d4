--TEST--
Memcached: session_destroy() deletes the session and releases the lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/destroy.inc';
?>
--EXPECT--
destroyed: true
stored: null
locked: false
a session after it has another id: true
and is empty: []
under the same id it is empty: []
and can be stored: n|i:2;
destroyed and started at once: []
a new one destroyed: true
stored: [null,null]
left behind: []

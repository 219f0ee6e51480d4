--TEST--
Memcached: sessions are written at the end of each request of a process
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/web_server.inc';
?>
--EXPECT--
Fatal error: Uncaught Exception: visits: 1, connections: 1
visits: 2, connections: 1
Fatal error: Uncaught Exception: visits: 3, connections: 1
visits: 4, connections: 1
Fatal error: Uncaught Exception: visits: 5, connections: 1
stored: n|i:5;
another visitor: n|i:1;
left behind: []

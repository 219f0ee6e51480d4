--TEST--
Memcached: settings changed while a session is open apply to the next one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/settings_while_open.inc';
?>
--EXPECT--
stored: n|i:2;
left behind: []
the next one has the new settings: []

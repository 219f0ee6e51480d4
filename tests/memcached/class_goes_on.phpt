--TEST--
Memcached: a class that never closes the session leaves no lock and no connection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_goes_on.inc';
?>
--EXPECT--
session_write_close, forgets: 1 connection
locked meanwhile: []
left behind: []
session_write_close, throws: 1 connection
locked meanwhile: []
left behind: []
session_destroy, forgets: 1 connection
locked meanwhile: []
left behind: []
session_destroy, throws: 1 connection
locked meanwhile: []
left behind: []

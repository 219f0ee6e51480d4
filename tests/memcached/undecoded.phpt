--TEST--
Memcached: a session that PHP cannot decode stays as it is
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/undecoded.inc';
?>
--EXPECT--
tried: true
changed or locked: []
session.auto_start: garbage|
session_destroy();: null
session_regenerate_id(true);: null
session_destroy() after a fatal error: null
left behind: []

--TEST--
Memcached: a request whose lock has expired still logs out
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/late_logout.inc';
?>
--EXPECT--
destroyed: true
stored: null
lock of the next one: held
the next one writes:
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
stored: null
left behind: []

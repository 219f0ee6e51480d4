--TEST--
Memcached: a class cannot write a session that it has not read
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_unread.inc';
?>
--EXPECT--
Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Careless::write)
stored: n|i:1;

Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
another session: false
this one
stored: ["n|i:2;","n|i:1;"]
left behind: []

--TEST--
Memcached: a class that writes twice overwrites no other request's data
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_writes_twice.inc';
?>
--EXPECT--
locking: true
  nobody writes in between
    [true,true]
    stored: n|i:1;second|b:1;
  another request writes in between
    Warning: SessionHandler::write(): cfsession: cannot write the session: another request has changed it since this one first wrote it; nothing was written
    [true,false]
    Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Twice::write)
    stored: n|i:100;first|b:1;
  another request destroys in between
    Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since this request first wrote it; nothing was written
    [true,false]
    Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Twice::write)
    stored: null
locking: false
  nobody writes in between
    [true,true]
    stored: n|i:1;second|b:1;
  another request writes in between
    [true,true]
    stored: n|i:1;second|b:1;
  another request destroys in between
    Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since this request first wrote it; nothing was written
    [true,false]
    Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Twice::write)
    stored: null
left behind: []

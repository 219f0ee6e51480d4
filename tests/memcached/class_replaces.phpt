--TEST--
Memcached: a class reads an unknown session, and writes a new one without reading it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/class_replaces.inc';
?>
--EXPECT--
new
stored: [null,"n|i:1;"]
left behind: []

the new one is somebody's
Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Strict::write)
known
stored: [null,"n|i:7;"]
left behind: []

an id that cannot be
Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Strict::write)
b!d
stored: [null,null]
left behind: []

somebody has it locked
Warning: SessionHandler::write(): cfsession: cannot write the session: another request holds the lock memc.sess.key.lock.loc... at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: HOST:PORT, handler: Strict::write)
locked
stored: [null,null]
left behind: ["memc.sess.key.lock.locked"]

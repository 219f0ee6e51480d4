--TEST--
Redis: a destroyed session is not written back
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/no_resurrection.inc';
?>
--EXPECT--
locking: true
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  enlarged:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
locking: false
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  enlarged:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
a new session is written: n|i:1;

--TEST--
Memcached: a forked child does not touch its parent's session
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/fork.inc';
?>
--EXPECT--
the child exits
  the parent writes
  stored: n|i:3;
  left behind: []
the child session_write_close()
  the parent writes
  stored: n|i:3;
  left behind: []
the child session_write_close(), lazy_write=0
  the parent writes
  stored: n|i:3;
  left behind: []
the child changes the session
  Warning: cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
  Warning: Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  the parent writes
  stored: n|i:3;
  left behind: []
the child session_destroy()
  Warning: session_destroy(): cfsession: cannot destroy the session: it belongs to the process from which this one was forked
  Warning: session_destroy(): Session object destruction failed
  the parent writes
  stored: n|i:3;
  left behind: []
the child session_abort()
  the parent writes
  stored: n|i:3;
  left behind: []
the child session_regenerate_id(true)
  Warning: session_regenerate_id(): cfsession: cannot destroy the session: it belongs to the process from which this one was forked
  Warning: session_regenerate_id(): Session object destruction failed. ID: cfsession (path: HOST:PORT)
  the parent writes
  stored: n|i:3;
  left behind: []
the child uses another session
  the parent writes
  stored: n|i:3;
  left behind: []
the child waits for the session
  false
  the parent writes
  stored: n|i:3;
  left behind: []
the other session: n|i:1;

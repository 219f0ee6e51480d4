--TEST--
Redis: cfsession.lock_failure=readonly: a request that does not get the lock may read, and writes nothing
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_failure.inc';
?>
--EXPECT--
unchanged, lazy_write=1
  started: true
  start: no warning
  $_SESSION: {"n":1}
  close: no warning
  the holder: ""
  stored: n|i:2;
changed, lazy_write=1
  started: true
  start: no warning
  $_SESSION: {"n":1}
  close:
    session_write_close(): cfsession: cannot write the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly); nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored before the holder wrote: n|i:1;
  the holder: ""
  stored: n|i:2;
unchanged, lazy_write=0
  started: true
  start: no warning
  $_SESSION: {"n":1}
  close: no warning
  the holder: ""
  stored: n|i:2;
changed, lazy_write=0
  started: true
  start: no warning
  $_SESSION: {"n":1}
  close:
    session_write_close(): cfsession: cannot write the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly); nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored before the holder wrote: n|i:1;
  the holder: ""
  stored: n|i:2;
read_and_close
  started: true
  start: no warning
  $_SESSION: {"n":1}
  the holder: ""
  stored: n|i:2;
regenerate_id(0)
  started: true
  start: no warning
  $_SESSION: {"n":1}
  regenerate: no warning
  the new one is locked: true
  close: no warning
  the new one: n|i:100;
  the holder: ""
  stored: n|i:2;
regenerate_id(1)
  started: true
  start: no warning
  $_SESSION: {"n":1}
  regenerate: no warning
  the new one is locked: true
  close: no warning
  the new one: n|i:100;
  the holder: Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
destroy
  started: true
  start: no warning
  $_SESSION: {"n":1}
  destroy: no warning
  stored before the holder wrote: null
  the holder: Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
reset
  started: true
  start: no warning
  $_SESSION: {"n":1}
  reset: no warning
  $_SESSION: {"n":1}
  close: no warning
  the holder: ""
  stored: n|i:2;
strict mode
  started: true
  start: no warning
  $_SESSION: {"n":1}
  the same id: true
  close:
    session_write_close(): cfsession: cannot write the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly); nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  the holder: ""
  stored: n|i:2;
a class
[true,{"n":1}]
Warning: SessionHandler::write(): cfsession: cannot write the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly); nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: tcp://HOST:PORT, handler: SessionHandler@anonymous::write)
  the holder: ""
  stored: n|i:2;
the next one
  started: true
  start: no warning
  $_SESSION: {"n":1}
  close: no warning
  locked: true
  close: no warning
  the other: n|i:100;
  the holder: ""
  stored: n|i:2;
reset, when the holder has written
  started: true
  start: no warning
  $_SESSION: {"n":1}
  reset: no warning
  $_SESSION: {"n":2}
  locked: true
  close: no warning
  stored: n|i:3;
reset, with another cfsession.lock
  started: true
  start: no warning
  $_SESSION: {"n":1}
  reset: no warning
  close: no warning
  stored: n|i:4;other|b:1;
afterwards: true
stored: n|i:4;
left behind: []

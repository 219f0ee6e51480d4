--TEST--
Redis: a class reads one session and writes another
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/class_other_id.inc';
?>
--EXPECT--
lock: 1
not stored: ""
  stored: ["n|i:1;","n|i:2;"]
  left behind: []
stored as it is written: ""
  stored: ["n|i:1;","n|i:2;"]
  left behind: []
stored otherwise: Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: tcp://HOST:PORT, handler: Other::write)

  stored: ["n|i:1;","n|i:7;"]
  left behind: []
lock: 0
not stored: ""
  stored: ["n|i:1;","n|i:2;"]
  left behind: []
stored as it is written: ""
  stored: ["n|i:1;","n|i:2;"]
  left behind: []
stored otherwise: Warning: SessionHandler::write(): cfsession: cannot write the session: this request has not read it completely, and would overwrite what is stored; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: tcp://HOST:PORT, handler: Other::write)

  stored: ["n|i:1;","n|i:7;"]
  left behind: []
the other: false
stored: ["n|i:2;","n|i:7;"]
left behind: []

--TEST--
Redis: invalid ids never become keys
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/invalid_ids.inc';
?>
--EXPECT--
strict mode: true
  257 characters: another id
  _LOCK at the end: another id
  NUL: another id
  control byte: another id
  line feed: another id
  space: another id
  quote: another id
  slash: another id
  brace: another id
  UTF-8: another id
  empty: another id
strict mode: false
  257 characters: false
  _LOCK at the end: false
  NUL: false
  control byte: false
  line feed: another id
  space: another id
  quote: another id
  slash: false
  brace: false
  UTF-8: false
  empty: another id
session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
the lock: web-1|4711
the sessions: ["n|i:1;","n|i:1;"]
left behind: []
256 characters: n|i:2;

--TEST--
Memcached: session.lazy_write: an unchanged session is not written
--DESCRIPTION--
With locking, what somebody else stored meanwhile without having the lock is not overwritten.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lazy_write.inc';
?>
--EXPECTF--
locking: true
  unchanged: n|i:100;
  writes: 0

Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written in %s on line %d

Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (%s:%d) in %s on line %d
  changed: n|i:200;

Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written in %s on line %d

Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (%s:%d) in %s on line %d
  unchanged, lazy_write=0: n|i:300;
locking: false
  unchanged: n|i:100;
  writes: 0
  changed: n|i:101;
  unchanged, lazy_write=0: n|i:101;
left behind: []

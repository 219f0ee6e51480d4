--TEST--
Memcached: cfsession.lock_ttl limits how long a lock is held in all
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_ttl.inc';
?>
--EXPECT--
many, not before: true
  soon after: true
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  lost locks: 1
  stored: by|s:12:"the next one";
once, not before: true
  soon after: true
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  lost locks: 1
  stored: by|s:12:"the next one";
left behind: []

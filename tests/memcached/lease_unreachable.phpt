--TEST--
Memcached: a failed renewal is retried until the lease ends
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_unreachable.inc';
?>
--EXPECT--
it refuses for a moment
  the lock: kept
  lost locks: 0, renewed: true
  stored: n|i:1;
it is silent for a moment
  the lock: kept
  lost locks: 0, renewed: true
  stored: n|i:2;
it refuses for longer than the lease, and the lock has expired
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  lost locks: 1
  stored: null
  left behind: []
it refuses for longer than the lease, and the server still has it
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  lost locks: 1
  stored: null
  left behind: []

--TEST--
Redis: a process suspended for longer than its lease writes nothing
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lease_frozen.inc';
?>
--EXPECT--
nobody has it meanwhile
  free in time: true
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  lost locks: 1
  read: {"by":"old"}
  stored: by|s:3:"old";
  left behind: []
another one has had it
  free in time: true
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  lost locks: 1
  read: {"by":"another one"}
  stored: by|s:11:"another one";
  left behind: []
another one has it
  free in time: true
  the lock of the other: kept
  lives as long as before: true
  still locked by the other: cfsession:32 digits/this host/this process/now
  which writes: no warning
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  lost locks: 1
  read: {"by":"another one"}
  stored: by|s:11:"another one";
  left behind: []
nobody has it meanwhile, and its connections are closed
  free in time: true
  Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  lost locks: 1
  read: {"by":"old"}
  stored: by|s:3:"old";
  left behind: []

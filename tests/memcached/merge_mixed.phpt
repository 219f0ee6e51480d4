--TEST--
Memcached: cfsession.lock=merge: beside requests that lock, and other handlers
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/merge_mixed.inc';
?>
--EXPECT--
a request that locks, and writes
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:5:"locks";i:2;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and changes nothing
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and aborts
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and destroys
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: null
a request that has locked since
  started, 0 waits
  which is: refused: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  0 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
the lock of another handler
  started, 0 waits
  still its own: web-1|4711
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}of|s:19:"the one that merges";
it has changed the session since, and locked it
  started, 0 waits
  1 waits, 1 merges, 0 conflicts
  stored: n|i:3;list|a:4:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:4:"more";i:3;s:6:"merges";}of|s:19:"the one that merges";
and destroyed it, and made it anew, while we waited
  started, 0 waits
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: of|s:12:"the next one";
one that is not released
  session_write_close(): cfsession: cannot write the session: another request holds the lock memc.sess.key.lock.... at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
  session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: n|i:1;list|a:1:{i:0;s:5:"first";}
  still its own: web-1|4711
  reads: {"n":1,"list":["first"]}
  and changes nothing: written
  reads and closes: true
a handler that does not lock
  changed: merged
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}
  a request with lock=Off: merged
  stored: n|i:1;list|a:3:{i:0;s:5:"first";i:1;s:3:"off";i:2;s:6:"merges";}
left behind: []

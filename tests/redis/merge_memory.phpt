--TEST--
Redis: cfsession.lock=merge: large sessions, and memory_limit
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_memory.inc';
?>
--EXPECT--
memory_limit=64M, 3 MB beside 3 MB
  1 merges, 0 conflicts
  stored: both's
memory_limit=16M, 1 MB beside 4 MB
  1 merges, 0 conflicts
  stored: both's
memory_limit=16M, 1 MB beside 11 MB
  1 merges, 0 conflicts
  stored: both's
memory_limit=16M, 3 MB beside 12.5 MB
  Warning: session_write_close(): cfsession: cannot write the session: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): merged, it would have more than 16777216 bytes; nothing was written
  0 merges, 0 conflicts
  stored: the other one's
memory_limit=8M, 0 MB beside 9 MB
  Warning: session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent more than the 8388608 bytes that a session may have (memory_limit)
  0 merges, 0 conflicts
  stored: the other one's
left behind: []

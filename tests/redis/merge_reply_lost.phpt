--TEST--
Redis: cfsession.lock=merge, the connection breaks during a write
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_reply_lost.inc';
?>
--EXPECT--
before, alone
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}
before, alone, large
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";
before, another request came first
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
before, another request came first, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
before, another request destroyed it
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
before, another request destroyed it, large
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, alone
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}
after, alone, large
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";
after, another request comes then
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
after, another request comes then, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
after, another request destroys it then
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, another request destroys it then, large
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, another request came first
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
after, another request came first, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
left behind: []

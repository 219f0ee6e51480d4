--TEST--
Redis: cfsession.lock=merge: sessions of all sizes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_large.inc';
?>
--EXPECT--
10 bytes
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
10 bytes, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
shrinks
  both: merged
  stored: n|i:1;
left behind: []

--TEST--
Memcached: cfsession.lock=merge: other requests write first, again and again
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/merge_contended.inc';
?>
--EXPECT--
1 times: merged
  round trips to write: 3
  stored: n|i:2;l|a:2:{i:0;i:1;i:1;s:5:"of us";}
3 times: merged
  round trips to write: 7
  stored: n|i:2;l|a:4:{i:0;i:1;i:1;i:2;i:2;i:3;i:3;s:5:"of us";}
4 times: merged
  round trips to write: 10
  stored: n|i:2;l|a:5:{i:0;i:1;i:1;i:2;i:2;i:3;i:3;i:4;i:4;s:5:"of us";}
5 times: merged
  round trips to write: 12
  stored: n|i:2;l|a:6:{i:0;i:1;i:1;i:2;i:2;i:3;i:3;i:4;i:4;i:5;i:5;s:5:"of us";}
waits: 0

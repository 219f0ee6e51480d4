--TEST--
Redis: cfsession.lock=merge: classes, session_reset(), session_abort(), lazy_write
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_class.inc';
?>
--EXPECT--
writes twice, alone
  [true,true]
  0 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;
writes twice, another request writes before
  [true,true]
  2 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;b|i:1;
writes twice, another request writes in between
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;b|i:1;
writes twice, another request writes before and in between
  [true,true]
  2 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;c|i:1;
writes twice, another request changes the same in between
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:3;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;
writes twice, another request changes in between what we have written
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:2;first|a:3:{i:0;i:1;i:1;s:12:"of the other";i:2;i:2;}second|b:1;
writes twice, another request destroys in between
  Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since this request first wrote it; nothing was written
  [true,false]
  0 merges, 0 conflicts
  stored: null
session_reset()
  read again: {"n":2,"l":["of the other"]}
  changed: written
  stored: n|i:2;l|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
  changed, and by another request: merged
  stored: n|i:3;l|a:3:{i:0;s:12:"of the other";i:1;s:5:"of us";i:2;s:4:"more";}
session_abort()
  aborted: written
  stored: n|i:4;l|a:3:{i:0;s:12:"of the other";i:1;s:5:"of us";i:2;s:4:"more";}
read_and_close
  stored: n|i:5;
unchanged
  lazy_write=1: written
  writes: 0
  stored: n|i:6;
  destroyed meanwhile: written
  stored: null
  lazy_write=0: merged
  writes: 1
  stored: n|i:6;
  destroyed meanwhile: refused: it was destroyed or has expired since it was read; nothing was written
  stored: null
written and started again in one request
  a: merged
  b: merged
  c: merged
  stored: l|a:6:{i:0;s:7:"other a";i:1;s:1:"a";i:2;s:7:"other b";i:3;s:1:"b";i:4;s:7:"other c";i:5;s:1:"c";}
left behind: []

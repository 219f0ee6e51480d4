--TEST--
Redis: cfsession.lock=merge: a destroyed session is not recreated
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_logout.inc';
?>
--EXPECT--
destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
changed, then destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew without a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew with a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
given another id
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
given another id, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
expired
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed while it was merged
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
made and destroyed by another while it was new here
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  and made again: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
made by two requests at once, strict mode 0
  the id is the one that was asked for: true
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made by two requests at once, strict mode 1
  the id is the one that was asked for: false
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made anew by one request
  changed: written
  and changed by two: merged
    stored: n|i:2;b|i:2;
we give it another id
  deleting the old one: true
  regenerate: written
  written: written
    stored: [null,"n|i:3;"]
  keeping the old one: true
  regenerate: merged
  written: written
    stored: ["n|i:2;b|i:2;","n|i:3;"]
left behind: []

--TEST--
Redis: a session's tags move to its new id
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/tags_regenerate.inc';
?>
--EXPECT--
lock=1
  the old one deleted
    in the same request: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one, twice: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one that tags it too: [["new"],["new"],["new"]]
      and destroyed: [1,[],[]]
  the old one kept
    in the same request: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one, twice: [["new","old","other"],["new","old","other"],[]]
      and destroyed: [3,[],[]]
    in a later one that tags it too: [["new","old"],["new","old"],["new","old"]]
      and destroyed: [2,[],[]]
lock=0
  the old one deleted
    in the same request: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one, twice: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one that tags it too: [["new"],["new"],["new"]]
      and destroyed: [1,[],[]]
  the old one kept
    in the same request: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one, twice: [["new","old","other"],["new","old","other"],[]]
      and destroyed: [3,[],[]]
    in a later one that tags it too: [["new","old"],["new","old"],["new","old"]]
      and destroyed: [2,[],[]]
lock=merge
  the old one deleted
    in the same request: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one, twice: [["new"],["new"],[]]
      and destroyed: [1,[],[]]
    in a later one that tags it too: [["new"],["new"],["new"]]
      and destroyed: [1,[],[]]
  the old one kept
    in the same request: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one: [["new","old"],["new","old"],[]]
      and destroyed: [2,[],[]]
    in a later one, twice: [["new","old","other"],["new","old","other"],[]]
      and destroyed: [3,[],[]]
    in a later one that tags it too: [["new","old"],["new","old"],["new","old"]]
      and destroyed: [2,[],[]]

--TEST--
Redis: a tag lists the current state of sessions: visited, expired, evicted
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/tags_expiry.inc';
?>
--EXPECT--
visited
  listed: {"a1":1440}
  days for which the tag is kept: 400
  and its time is known: true
  as it is now: {"a1":100}
  destroyed: [1,[]]
expired
  listed: []
  left: []
evicted
  listed: {"b2":1440}
  destroyed: [1,[]]
destroyed by itself
  listed: []
many that are over
  left in the set: 2
  listed: {"a7":1440,"b2":1440}
a logout that was cut short
  listed: {"a7":1440,"b2":1440}
  is not taken back: true
  destroyed: [2,[],[]]

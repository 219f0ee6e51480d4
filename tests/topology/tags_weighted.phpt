--TEST--
Weighted Redis servers: tags work as with one server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/weighted.inc';
require __DIR__ . '/../support/bodies.inc';

$store = new RedisStore(new WeightedServers());
run_bodies($store, ['tags_devices', 'tags_in_flight', 'tags_regenerate', 'tags_expiry', 'tags_full']);
?>
--EXPECT--
== tags_devices
alice: {"a1":1440,"b2":1440,"c3":1440}
bob: {"d4":1440}
nobody: []
names in keys: []
after another visit: {"a1":1440,"b2":1440,"c3":1440}
listed by a1: [3,[]]
listed by b2: [3,[]]
listed by a1: [3,[]]
listed by b2: [3,[]]
the others, from b2: 2
alice: {"b2":1440}
stored: ["b2","d4"]
b2: {"user":"alice"}
a1: []
c3: []
without a session, everywhere: 2
alice: []
once more: 0
destroyed: 2
status is none: true
everywhere, this one too: no warning
bob: []
before it is written: [[],1,true]
left beside tombstones: ["PHPREDIS_SESSION:a1","PHPREDIS_SESSION:c3"]
== tags_in_flight
lock=1
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
lock=0
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
lock=merge
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
== tags_regenerate
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
== tags_expiry
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
== tags_full
lock=1
  15 requests: []
  two where one more fits: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  the same with a new id: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  and one that does: []
  a 17th: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  a 17th, unchanged: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  one that it has: []
  two that it has, between two others: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one deleted
    [true,{"user":"tag0","n":13}]
    is told: []
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    twice, with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one kept
    [true,{"user":"tag0","n":13}]
    is told: []
    2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 0 0 0 0
    twice, with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 0 0 0 0
  destroyed by an old tag: [0,4,[],"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"]
lock=0
  15 requests: []
  two where one more fits: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  the same with a new id: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  and one that does: []
  a 17th: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  a 17th, unchanged: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  one that it has: []
  two that it has, between two others: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one deleted
    [true,{"user":"tag0","n":13}]
    is told: []
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    twice, with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one kept
    [true,{"user":"tag0","n":13}]
    is told: []
    2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 0 0 0 0
    twice, with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 0 0 0 0
  destroyed by an old tag: [0,4,[],"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"]
lock=merge
  15 requests: []
  two where one more fits: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  the same with a new id: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0
  and one that does: []
  a 17th: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  a 17th, unchanged: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
  one that it has: []
  two that it has, between two others: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one deleted
    [true,{"user":"tag0","n":13}]
    is told: []
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
    twice, with a 17th, is told: ["session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0
  a new id, the old one kept
    [true,{"user":"tag0","n":13}]
    is told: []
    2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 0 0 0 0
    [true,{"user":"tag0","n":13}]
    with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3 0 0 0 0
    twice, with a 17th, is told: ["session_regenerate_id(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has"]
    4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 0 0 0 0
  destroyed by an old tag: [0,4,[],"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"]
--TEST--
Redis: a session given too many tags keeps its earlier tags, and gets new ids
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/tags_full.inc';
?>
--EXPECT--
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

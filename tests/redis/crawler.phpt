--TEST--
Redis: 10,000 requests of a crawler leave nothing behind, or only for a minute
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/crawler.inc';
?>
--EXPECT--
store_empty=Off, strict mode 1: keys: 0
  round trips a request: 1
store_empty=Off, strict mode 0: keys: 0
  round trips a request: 1
  lock=Off, every tenth gets another id: keys: 0
  lock=merge, every tenth gets another id: keys: 0
  of a web server: visitors, keys: [100,0]
first_lifetime=60: sessions: 10000
  round trips a request: 2
  that live for longer: 0
  that live on: true
left behind: []
7
one that comes back: 1000

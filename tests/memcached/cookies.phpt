--TEST--
Memcached: ids in cookies, with and without strict mode
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/cookies.inc';
?>
--EXPECT--
strict mode: false
  a new visitor gets an id: true
  stored: n|i:1;
  the next visit sets: []
  visits: 2
  an unknown id gets: []
  stored under it: n|i:1;
  an invalid id gets: []
  visits: none
  left behind: []
strict mode: true
  a new visitor gets an id: true
  stored: n|i:1;
  the next visit sets: []
  visits: 2
  an unknown id gets: {"PHPSESSID":"ID"}
  stored under it: null
  an invalid id gets: {"PHPSESSID":"ID"}
  visits: 1
  left behind: []

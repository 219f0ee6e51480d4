--TEST--
Memcached: strict mode refuses unknown ids and stores nothing for them
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/strict_mode.inc';
?>
--EXPECTF--
locking: true
  another id than the unknown one: true
  locks: [false,true]
  stored: [null,"n|i:1;"]
  a known id is accepted: true
  its data: {"n":1}
  an empty session is a known one: true
  another id than the destroyed one: true
  left behind: []
locking: false
  another id than the unknown one: true
  locks: [false,false]
  stored: [null,"n|i:1;"]
  a known id is accepted: true
  its data: {"n":1}
  an empty session is a known one: true
  another id than the destroyed one: true
  left behind: []

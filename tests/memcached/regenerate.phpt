--TEST--
Memcached: session_regenerate_id() keeps or deletes the old session, and leaves no lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/regenerate.inc';
?>
--EXPECT--
strict mode 0
  keeping the old session
    regenerated: true
    locks of the old and the new: [false,true]
    stored: ["n|i:2;","n|i:3;"]
    left behind: []
  deleting it
    regenerated: true
    locks of the old and the new: [false,true]
    stored: [null,"n|i:3;"]
    left behind: []
strict mode 1
  keeping the old session
    regenerated: true
    locks of the old and the new: [false,true]
    stored: ["n|i:2;","n|i:3;"]
    left behind: []
  deleting it
    regenerated: true
    locks of the old and the new: [false,true]
    stored: [null,"n|i:3;"]
    left behind: []

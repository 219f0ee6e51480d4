--TEST--
Memcached: session_create_id() generates ids and stores nothing
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/create_id.inc';
?>
--EXPECT--
strict mode: false
  the open session has its id: s
  and is stored: n|i:2;
  ids: ["ID","inactive-ID","ID","active-ID"]
  all different: true
  stored under them: []
  left behind: []
strict mode: true
  the open session has its id: s
  and is stored: n|i:2;
  ids: ["ID","inactive-ID","ID","active-ID"]
  all different: true
  stored under them: []
  left behind: []
a session of that id: n|i:1;

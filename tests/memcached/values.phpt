--TEST--
Memcached: the bytes of a session come back as they were
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/values.inc';
?>
--EXPECT--
all bytes stored as they are: true
all bytes come back: true
5 MB stored as they are: true
5 MB come back: true
no session: null
an empty session: ""
comes back: []

--TEST--
Memcached: upload progress is kept in the session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/upload_progress.inc';
?>
--EXPECT--
locking: true
done: true, file.txt, true
rest of the session: {"n":2}
updates: many
stored: n|i:2;
left behind: []
locking: false
done: true, file.txt, true
rest of the session: {"n":2}
updates: many
stored: n|i:2;
left behind: []

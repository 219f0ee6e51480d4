--TEST--
Redis: cfsession.lock=merge: sixteen requests at a time in one session lose nothing, and none waits to start
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_concurrent.inc';
?>
--EXPECT--
merges in sessions of their own: 0
waits of starts: 0
merges: some
conflicts: 0
starts take: as long as in sessions of their own
counted: all
left behind: []

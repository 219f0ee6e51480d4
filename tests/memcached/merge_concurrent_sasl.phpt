--TEST--
Memcached: cfsession.lock=merge with a password, sixteen requests at a time in one session
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_sasl.inc';

$writes = 200;
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

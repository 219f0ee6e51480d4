--TEST--
Memcached: each lock has a lifetime and a token of its own
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lock_token.inc';
?>
--EXPECT--
lifetime: true
lifetime: true
lifetime: true
tokens: ["cfsession:32 digits","cfsession:32 digits","cfsession:32 digits"]
all different: true
by default: 60
with max_execution_time=90: 90

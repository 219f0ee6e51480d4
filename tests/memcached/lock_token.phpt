--TEST--
Memcached: each lock has a lifetime and a token of its own
--DESCRIPTION--
Memcached is given one second more than the lock is to live, which a lease of 3 s or longer counts in, and three at least.
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
tokens: ["cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now"]
all different: true
by default: 4
with max_execution_time=90: 4
with lock_ttl=60: 4
with lock_ttl=3: 3
with lock_lease=1: 2

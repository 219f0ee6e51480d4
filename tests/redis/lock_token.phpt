--TEST--
Redis: each lock has a lifetime and a token of its own
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lock_token.inc';
?>
--EXPECT--
lifetime: true
lifetime: true
lifetime: true
tokens: ["cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now"]
all different: true
by default: 5
with max_execution_time=90: 5
with lock_ttl=60: 5
with lock_ttl=3: 3
with lock_lease=1: 1

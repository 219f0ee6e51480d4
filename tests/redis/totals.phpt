--TEST--
Redis: cfsession_status() shows the totals of all PHP-FPM workers
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/totals.inc';
?>
--EXPECT--
at first: {"starts":0,"writes":0,"errors":0}
workers: 3
all: {"starts":3,"writes":3,"errors":0}
one: {"starts":1,"writes":1,"errors":0}
connections of all, and of one: [3,1]
after a look at the servers: true
a new worker: {"starts":0,"writes":0,"errors":0}
and all: {"starts":3,"writes":3,"errors":0}
after a reload: {"starts":0,"writes":0,"errors":0}

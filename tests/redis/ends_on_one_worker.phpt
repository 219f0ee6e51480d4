--TEST--
Redis: 200 requests end before their session is closed, on a worker with 50 descriptors
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
$refusing = 'tcp://127.0.0.1:1';
require __DIR__ . '/../handler/ends_on_one_worker.inc';
?>
--EXPECT--
sessions that are not as they were: []
locks that are left: []
a sound request before: true
and after: the same
left behind: []

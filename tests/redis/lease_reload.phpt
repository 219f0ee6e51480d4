--TEST--
Redis: PHP-FPM is reloaded and stopped during a lock renewal
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lease_reload.inc';
?>
--EXPECT--
process_control_timeout = 0
a request: 1
the request: no answer
the next one: 2
in time: true
of another worker: true
which has what that one had: true
and the master what it had: true
the lock: kept
one that takes longer: 3, renewed
at its end, a request: no answer
the exit code: 0
free in time: true
stored: n|i:3;
left behind: []
process_control_timeout = 20
a request: 1
the lock: kept
the request: 2, renewed
the next one: 3
in time: true
of another worker: true
which has what that one had: true
and the master what it had: true
the lock: kept
one that takes longer: 4, renewed
at its end, a request: 5, renewed
the exit code: 0
free in time: true
stored: n|i:5;
left behind: []
--TEST--
Redis: the thread that renews locks receives no signals
--EXTENSIONS--
pcntl
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/lease_signals.inc';
?>
--EXPECT--
every thread but the first blocks every signal: [true]
alarm
sleep() was interrupted: true
renewed: true
stored: n|i:20;
left behind: []

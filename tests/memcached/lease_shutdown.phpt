--TEST--
Memcached: a process that ends during a renewal ends soon, and releases its lock
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lease_shutdown.inc';
?>
--EXPECT--
exit: {"in time":true,"by a signal":false}
  released: true
  stored: n|i:2;
session_write_close(), and exit: {"in time":true,"by a signal":false}
  released: true
  stored: n|i:2;
session_abort(), and the end of the script: {"in time":true,"by a signal":false}
  released: true
  stored: n|i:1;
a fatal error: {"in time":true,"by a signal":false}
  released: true
  stored: n|i:2;
session_destroy(): {"in time":true,"by a signal":false}
  released: true
  stored: null
a silent server: in time: true
  the lock ends in time: true
left behind: []

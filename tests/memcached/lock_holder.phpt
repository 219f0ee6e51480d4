--TEST--
Memcached: a lock names its holder, and so do cfsession_status() and the warning after a failed wait
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/lock_holder.inc';
?>
--EXPECT--
cfsession_status(): true
phpinfo(): true
this process
  the lock: has it
  since when: now
  the warning: (HOLDER for N s)
another one
  the lock: has it
  since when: now
  the warning: (HOLDER for N s)
a fork of one that had a lock
  the lock: has it
  since when: now
  the warning: (HOLDER for N s)
  cfsession_status(): true
clocks that differ, and values of others
  cfsession:00000000000000000000000000000000/web-3/7/SECONDS: another request (process 7 on web-3) holds
  cfsession:00000000000000000000000000000000/web-3/7/SECONDS: another request (process 7 on web-3) holds
  cfsession:0000000000000000000000SECONDS: another request holds
  cfsession:00000000000000000000000000000000/web 3/7/1: another request holds
  web-3|7: another request holds
  1: another request holds
  : another request holds

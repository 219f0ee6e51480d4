--TEST--
Memcached: a killed request's lock lasts until its lease ends
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/killed_holder.inc';
?>
--EXPECT--
cfsession.lock_lease=1, session.use_strict_mode=0
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []
cfsession.lock_lease=1, session.use_strict_mode=1
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []
cfsession.lock_ttl=0.3, session.use_strict_mode=0
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []

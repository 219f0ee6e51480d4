--TEST--
Redis: a user is logged out while requests are in flight
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/tags_in_flight.inc';
?>
--EXPECT--
lock=1
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
lock=0
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
lock=merge
  changed: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  enlarged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  tagged again, unchanged: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id behind it, the old one deleted: 2 destroyed, cannot give the session a new id, stored [], listed 0
  new id behind it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one deleted: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front of it, the old one kept: 2 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  new id in front and tagged again: 1 destroyed, cannot write the session: it was destroyed or has expired, stored [], listed 0
  between its old id, deleted, and the new one: 1 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0
  between its old id, kept, and the new one: 2 destroyed, cannot write the session: it was destroyed by its tag, stored [], listed 0

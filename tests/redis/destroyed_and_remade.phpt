--TEST--
Redis: a session that was destroyed and recreated is another session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/destroyed_and_remade.inc';
?>
--EXPECT--
the holder locks, who does "destroy" locks, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" does not lock, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" locks, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" does not lock, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" locks, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" does not lock, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" locks, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" does not lock, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
opened before anybody had stored anything, without a lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
locking: true
  destroyed and made anew by one request: no warning
  and changed: no warning
    stored: n|i:3;
locking: false
  destroyed and made anew by one request: no warning
  and changed: no warning
    stored: n|i:3;

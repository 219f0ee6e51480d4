--TEST--
Redis: cfsession.lock=merge: a request that outlives tombstones
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/later.inc';
Clock::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_old_request.inc';
?>
--EXPECT--
not that old, changed: no warning
  stored: n|i:2;
not that old, enlarged: no warning
  stored: n|s:10000:"x...";
not that old, and another request has written, changed: no warning
  stored: n|i:2;b|i:7;
not that old, and another request has written, enlarged: no warning
  stored: n|s:10000:"x...";b|i:7;
not that old, and destroyed, changed: it was destroyed or has expired since it was read; nothing was written
  stored: nothing
not that old, and destroyed, enlarged: it was destroyed or has expired since it was read; nothing was written
  stored: nothing
not that old, destroyed and made anew, changed: it was destroyed or has expired since it was read; nothing was written
  stored: b|i:7;
not that old, destroyed and made anew, enlarged: it was destroyed or has expired since it was read; nothing was written
  stored: b|i:7;
old, changed: no warning
  stored: n|i:2;
old, enlarged: no warning
  stored: n|s:10000:"x...";
old, and another request has written, changed: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: n|i:1;b|i:7;
old, and another request has written, enlarged: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: n|i:1;b|i:7;
old, and destroyed, changed: it was destroyed or has expired since it was read; nothing was written
  stored: nothing
old, and destroyed, enlarged: it was destroyed or has expired since it was read; nothing was written
  stored: nothing
old, destroyed and made anew, changed: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: b|i:7;
old, destroyed and made anew, enlarged: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: b|i:7;
old, and locked for a while, changed: no warning
  stored: n|i:2;
old, and locked for a while, enlarged: no warning
  stored: n|s:10000:"x...";
old, changed by another, and locked for a while, changed: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: n|i:1;b|i:7;
old, changed by another, and locked for a while, enlarged: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: n|i:1;b|i:7;
old, made anew, and locked for a while, changed: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: b|i:7;
old, made anew, and locked for a while, enlarged: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
  stored: b|i:7;

--TEST--
Redis: an upload in a process whose last request ran out of memory at the end of its session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/upload_after_end.inc';
?>
--EXPECT--
Fatal error: Allowed memory size exhausted
with progress
Fatal error: Allowed memory size exhausted
with progress
Fatal error: Allowed memory size exhausted
with progress
Fatal error: Allowed memory size exhausted
with progress
Fatal error: Allowed memory size exhausted
with progress
visits: 6
left behind: []

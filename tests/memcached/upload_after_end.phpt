--TEST--
Memcached: an upload in a process whose last request had a fatal error while closing its session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/upload_after_end.inc';
?>
--EXPECT--
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
with progress
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
with progress
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
with progress
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
with progress
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
with progress
visits: 6
left behind: []

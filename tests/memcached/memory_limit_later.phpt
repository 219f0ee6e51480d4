--TEST--
Memcached: running out of memory later stores the session
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip memory_limit needs the allocator of PHP');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/memory_limit_later.inc';
?>
--EXPECT--
Fatal error: Allowed memory size exhausted
stored: n|i:2;
Fatal error: Allowed memory size exhausted
destroyed at shutdown: null
left behind: []

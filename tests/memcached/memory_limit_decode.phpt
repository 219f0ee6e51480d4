--TEST--
Memcached: running out of memory while decoding leaves the session as it was
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip memory_limit needs the allocator of PHP');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/memory_limit_decode.inc';
?>
--EXPECT--
used: false
intact: true
left behind: []
with more memory
elements: 30000

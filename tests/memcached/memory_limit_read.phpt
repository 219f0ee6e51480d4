--TEST--
Memcached: a session that does not fit into memory_limit is not used and stays as it was
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip memory_limit needs the allocator of PHP');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/memory_limit_read.inc';
?>
--EXPECT--
5 MB in 4 MB, strict mode 0
  used: false
  killed: false
  intact: true
  left behind: []
5 MB in 4 MB, strict mode 1
  used: false
  killed: false
  intact: true
  left behind: []
8 MB in 4 MB, strict mode 0
  used: false
  killed: false
  intact: true
  left behind: []
8 MB in 4 MB, strict mode 1
  used: false
  killed: false
  intact: true
  left behind: []

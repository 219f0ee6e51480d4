--TEST--
Memcached: the stored value is what session.serialize_handler produces
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/serialize_handlers.inc';
?>
--EXPECT--
php: user|s:2:"\000\377";n|i:1;
  comes back: true
php_serialize: a:2:{s:4:"user";s:2:"\000\377";s:1:"n";i:1;}
  comes back: true
php_binary: \004users:2:"\000\377";\001ni:1;
  comes back: true

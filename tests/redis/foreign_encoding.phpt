--TEST--
Redis: what PHP has not encoded fails the read and stays
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/foreign_encoding.inc';
?>
--EXPECT--
zstd: session_start(): cfsession: cannot read the session: it is compressed with zstd, as phpredis does it with 
lz4: session_start(): cfsession: cannot read the session: it is compressed with lz4, as phpredis does it with r
text without a variable: session_start(): cfsession: cannot read the session: its 10 bytes are not what session.serialize_handler "
php_serialize: session_start(): cfsession: cannot read the session: its 29 bytes are not what session.serialize_handler "
JSON: session_start(): cfsession: cannot read the session: its 16 bytes are not what session.serialize_handler "
PHP's "n|i:1;": no warning
PHP's "n|s:1:\"(\"":
  session_start(): cfsession: cannot decode the session: a class that it needs cannot be loaded, or PHP did not write it; it stays stored as it is, until it expires or you delete its key
  session_start(): Failed to decode session object. Session has been destroyed
PHP's "": no warning
PHP's "(|i:1;": no warning
PHP's "Z|i:1;": no warning
to a class: true

--TEST--
Memcached: data that PHP has not encoded fails the read and stays
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/foreign_encoding.inc';
?>
--EXPECT--
zstd: session_start(): cfsession: cannot read the session: it is compressed with zstd
lz4: session_start(): cfsession: cannot read the session: it is compressed with lz4
text without a variable: session_start(): cfsession: cannot read the session: its 10 bytes are not in the format of session.seriali
php_serialize: session_start(): cfsession: cannot read the session: its 29 bytes are not in the format of session.seriali
JSON: session_start(): cfsession: cannot read the session: its 16 bytes are not in the format of session.seriali
PHP's "n|i:1;": no warning
PHP's "n|s:1:\"(\"":
  session_start(): cfsession: cannot decode the session: a class that it needs cannot be loaded, or PHP did not write it; it stays stored unchanged until it expires or you delete its key
  session_start(): Failed to decode session object. Session has been destroyed
PHP's "": no warning
PHP's "(|i:1;": no warning
PHP's "Z|i:1;": no warning
to a class: true

--TEST--
Memcached: cfsession.lock=merge: sessions encoded by igbinary
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/igbinary.inc';
skip_without_igbinary();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../support/igbinary.inc';

$igbinary = igbinary();
require __DIR__ . '/../handler/merge_igbinary.inc';
?>
--EXPECT--
nobody comes between
{"n":2}
merges: 0, 0
another request comes between
Warning: session_write_close(): cfsession: cannot write the session: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it is encoded by session.serialize_handler "igbinary"; what "php" and "php_serialize" encode can be merged; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
{"n":2,"b":1}
merges: 0, 0
left behind: []

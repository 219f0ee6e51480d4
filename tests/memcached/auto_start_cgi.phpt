--TEST--
Memcached: session.auto_start under CGI
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_cgi();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/auto_start_cgi.inc';
?>
--EXPECT--
visits: 1
visits: 2
stored: n|i:2;
left behind: []

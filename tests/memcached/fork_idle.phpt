--TEST--
Memcached: a forked child opens its own connections
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/fork_idle.inc';
?>
--EXPECT--
parent: n|i:51;
child-0: n|i:50;
child-1: n|i:50;
child-2: n|i:50;
child-3: n|i:50;
shared: n|i:250;
left behind: []

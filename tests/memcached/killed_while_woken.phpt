--TEST--
Memcached: a suspended waiter does not delay the others
--DESCRIPTION--
Nobody is handed the lock while he is stopped: both requests write.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/killed_while_woken.inc';
?>
--EXPECT--
the other one: done
done
stored: n|i:2;
left behind in the end: nothing

--TEST--
Memcached: round trips of a request, on the wire, in text
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/memcached.inc';

$server = MemcachedServer::start();
$path = fn ($proxy) => $proxy->savePath();
require __DIR__ . '/budget.inc';
?>
--EXPECT--
case                                 locked   unlocked
read + changed                       2 + 1    2
read + unchanged                     1 + 1    1
aborted                              1 + 1    1
read_and_close                       1 + 1    1
new session, written                 2 + 1    2
new session, left empty              2 + 1    2
destroy                              2 + 1    2
regenerate_id(true), written         4 + 1    4
strict, id known                     2 + 1    2
strict, id unknown                   3 + 1    3
strict, regenerate_id(true)          4 + 1    4
strict, id made here                 2 + 1    2
session_create_id(), session_gc()    2 + 1    2
looks at a lock in 1 s: some

--TEST--
Weighted Redis servers: round trips of a request are those with one server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/budget.inc';

$servers = [RedisServer::start(), RedisServer::start()];
configure(implode(',', array_map(fn ($server) => $server->savePath(), $servers)));
/* The lowest bit of an id's first byte selects the server, in reverse order. */
show_budget('PHPREDIS_SESSION:', ['b1' => $servers[1], 'a1' => $servers[0]]);
?>
--EXPECT--
case                                 locked   unlocked
read + changed                       2        2
read + unchanged                     1        1
aborted                              1        1
read_and_close                       1        1
new session, written                 2        2
new session, left empty              2        2
destroy                              2        2
regenerate_id(true), written         4        4
strict, id known                     2        2
strict, id unknown                   3        3
strict, regenerate_id(true)          4        4
strict, id made here                 2        2
session_create_id(), session_gc()    2        2

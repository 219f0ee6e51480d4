--TEST--
Redis: cfsession.lock=merge: round trips of a request, on the wire
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_budget.inc';
?>
--EXPECT--
read + changed                           2
read + unchanged                         1
aborted                                  1
read_and_close                           1
new session, written                     2
new session, left empty                  2
destroy                                  2
regenerate_id(true), written             4
strict, id known                         2
strict, id unknown                       3
strict, regenerate_id(true)              4
strict, id made here                     2
session_create_id(), session_gc()        2
large                                    2
another request came first               3
and large                                3
both made it                             3
another request has the lock, then ends  2
left behind: []

--TEST--
Sentinel: round trips of a request are those with one server, and one more per process to find the master
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/budget.inc';
require __DIR__ . '/../support/sentinel.inc';

$sentinels = RedisSentinels::start(replicas: 1);
configure($sentinels->savePath());
show_budget('PHPREDIS_SESSION:', ['s' => $sentinels]);
echo 'a new process: ', cold($sentinels->savePath(), 's'), "\n";
echo 'with a database: ', cold($sentinels->savePath(['database' => 1]), 's'), "\n";
echo 'not persistent: ', cold($sentinels->savePath(['persistent' => 0]), 's'), "\n";
ini_set('cfsession.lock', '1');
in_session('s', fn () => null);
$before = [counter('round_trips'), counter('connects')];
$sentinels->failover(disconnect: false);
in_session('s', fn () => $_SESSION['n'] = 1);
echo 'the master has become a replica, and the new one has no scripts yet: ', counter('round_trips') - $before[0], ' round trips, ', counter('connects') - $before[1], " connections\n";
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
a new process: 3 round trips, 2 connections; 2 round trips, 0 connections
with a database: 4 round trips, 2 connections; 2 round trips, 0 connections
not persistent: 3 round trips, 2 connections; 2 round trips, 1 connections
the master has become a replica, and the new one has no scripts yet: 6 round trips, 2 connections

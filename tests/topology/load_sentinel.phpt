--TEST--
Sentinel: the master is killed under load: no session that replicas have is lost
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/load.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/sentinel.inc';

$group = RedisSentinels::start(replicas: 2, sentinels: 3, lines: ['sentinel down-after-milliseconds ' . RedisSentinels::NAME . ' 500']);
/* Both replicas, because the sentinels may choose one that lacks the last write. */
$load = Load::start($group->savePath(['wait_replicas' => 2, 'wait_timeout' => 500]));
$old = $group->master();
$old->kill();
wait_until(fn () => $group->master() !== $old, 90, 'a failover');
$load->run(2);
$reports = $load->stop();
$load->judge($reports, new RedisStore($group), 'Sentinel, master killed, down-after-milliseconds 500');

/* Once the other replica follows the new master, the same sessions work without a failure. */
wait_until(fn () => preg_match('/state=online/', $group->call('INFO', 'replication')), 30, 'a replica');
$load = Load::start($group->savePath(['wait_replicas' => 1, 'wait_timeout' => 10000]));
show('failures afterwards', array_merge(...array_column($load->stop(), 'failures')));
?>
--EXPECT--
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
failures afterwards: []

--TEST--
Redis Cluster: a master is killed under load: no session that its replica has is lost, and the other nodes go on
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/load.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start(replicasEach: 1, options: ['cluster-require-full-coverage' => 'no']);
$load = Load::start($cluster->savePath(['wait_replicas' => 1, 'wait_timeout' => 500]));
$old = $cluster->nodes[0];
$concerns = fn (string $id) => $cluster->slot("PHPREDIS_CLUSTER_SESSION:$id") < intdiv(RedisCluster::SLOTS, 3);
$old->kill();
wait_until(fn () => $cluster->nodes[3]->call('ROLE')[0] === 'master', 90, 'a failover');
$load->run(2);
$reports = $load->stop();
$failed = array_unique(array_column(array_merge(...array_column($reports, 'failures')), 0));
show('sessions of other nodes that failed', array_values(array_filter($failed, fn ($id) => !$concerns($id))));
$store = new RedisStore($cluster, 'PHPREDIS_CLUSTER_SESSION:');
$load->judge($reports, $store, 'Cluster, a master killed, cluster-node-timeout 1000');

/* The new master has no replica until the old one is back. */
$old->restart();
wait_until(fn () => $old->info('replication', 'master_link_status') === 'up', 30, 'the old master to be a replica');
wait_until(fn () => str_contains($cluster->nodes[3]->call('INFO', 'replication'), 'state=online'), 30, 'the new one to see it');
/* A long wait_timeout, because the replica has much to catch up with. */
$load = Load::start($cluster->savePath(['wait_replicas' => 1, 'wait_timeout' => 10000]));
show('failures afterwards', array_merge(...array_column($load->stop(), 'failures')));
?>
--EXPECT--
sessions of other nodes that failed: []
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
failures afterwards: []

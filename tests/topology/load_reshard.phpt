--TEST--
Redis Cluster: slots move to other nodes under load, and no request fails
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/load.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start();
$store = new RedisStore($cluster, 'PHPREDIS_CLUSTER_SESSION:');
foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	$cluster->flush();
	/* Unlocked requests in the same session overwrite each other. */
	$load = Load::start($cluster->savePath(), ['cfsession.lock' => $lock], shared: $lock ? 10 : 0);
	$until = now() + (float) (getenv('CFSESSION_LOAD_SECONDS') ?: 4);
	$moved = 0;
	/* Moves all slots of a node to the next one, as an administrator does to remove a node. */
	for ($i = 0; now() < $until; $i++) {
		[$from, $to] = [$cluster->nodes[$i % 3], $cluster->nodes[($i + 1) % 3]];
		foreach (array_unique(array_map($cluster->slot(...), $from->keys('PHPREDIS_CLUSTER_SESSION:*'))) as $slot) {
			$cluster->move($slot, $from, $to);
			$moved++;
		}
		$cluster->settle();
	}
	$reports = $load->stop();
	show('many moved', $moved > 20);
	show('failures', array_merge(...array_column($reports, 'failures')));
	$load->judge($reports, $store, "Cluster, $moved slots moved, cfsession.lock=$lock");
}
?>
--EXPECT--
cfsession.lock=1
many moved: true
failures: []
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
cfsession.lock=0
many moved: true
failures: []
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []

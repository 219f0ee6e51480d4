--TEST--
Redis Cluster: with cfsession.failover_wait no request fails when a master is killed under load
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--CONFLICTS--
all
--FILE--
<?php
require __DIR__ . '/failover_wait.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start(replicasEach: 2);
failover_under_load($cluster, function () use ($cluster): void {
	$cluster->nodes[0]->kill();
	$replicas = [$cluster->nodes[3], $cluster->nodes[6]];
	wait_until(fn () => array_filter($replicas, fn ($node) => $node->call('ROLE')[0] === 'master'), 90, 'a failover');
	/* If the old master came back before, the other replica would stay with it, and follow a replica. */
	wait_until(fn () => array_filter($replicas, fn ($node) => in_array($node->call('ROLE')[2], array_column($replicas, 'port'))), 90, 'the other replica to follow');
	$cluster->nodes[0]->restart();
}, 'Cluster, a master killed, cfsession.failover_wait=15');
?>
--EXPECT--
cfsession.lock=1
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
a request that waited for a lock meanwhile: {"v":"vvvvv","w":1}
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
cfsession.lock=0
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
cfsession.lock=merge
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []

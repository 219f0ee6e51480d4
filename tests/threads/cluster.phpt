--TEST--
Threads: a Redis Cluster
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start();
$threads = new Threads(SHARED . SEPARATE, ['session.save_path' => $cluster->savePath()]);
show_threads('Cluster', $threads, fn () => array_sum(array_map(redis_connections(...), $cluster->nodes)), fn () => null);
foreach ($cluster->keys() as $key) {
	echo $key, ': ', $cluster->call('GET', $key), "\n";
}
?>
--EXPECT--
Cluster
  16000 times: written
PHPREDIS_CLUSTER_SESSION:shared: n|i:8000;
PHPREDIS_CLUSTER_SESSION:thread0: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread1: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread2: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread3: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread4: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread5: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread6: n|i:1000;
PHPREDIS_CLUSTER_SESSION:thread7: n|i:1000;

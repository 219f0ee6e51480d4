--TEST--
Redis Cluster: a node that has taken over a session without its lock stores what its holder writes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/cluster.inc';

$key = 'PHPREDIS_CLUSTER_SESSION:' . ID;
$cluster = RedisCluster::start();
$slot = $cluster->slot($key);
configure($cluster->savePath(), ['cfsession.timeout' => '0.5']);

foreach (['1', '0'] as $persistent) {
	ini_set('cfsession.persistent', $persistent);
	$owner = $cluster->owner($key);
	$next = $cluster->nodes[0] === $owner ? $cluster->nodes[1] : $cluster->nodes[0];
	$owner->call('SET', $key, 'n|i:1;', 'EX', '1000');
	attempt("cfsession.persistent=$persistent", function () use ($cluster, $slot, $owner, $next, $key) {
		$owner->call('DEL', "{{$key}}_LOCK");
		$cluster->move($slot, $owner, $next);
		$_SESSION['n']++;
	});
	echo '  stored: ', $next->call('GET', $key), "\n";
}
?>
--EXPECT--
cfsession.persistent=1: started
  stored: n|i:2;
cfsession.persistent=0: started
  stored: n|i:2;

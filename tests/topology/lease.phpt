--TEST--
Sentinel and Redis Cluster: a lock is renewed where its session is, even after that has moved
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_dir('/proc/self/task') or exit('skip no /proc');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/lease.inc';

/** A request keeps its session open for longer than its lease, while $meanwhile runs. */
function hold(string $label, Store $store, string $lease, float $seconds, ?callable $meanwhile = null, array $ini = []): void
{
	echo "$label\n";
	$store->put('s', 'n|i:1;');
	$holder = start_request($store, <<<'PHP'
		session_id('s');
		session_start();
		$_SESSION['n']++;
		say('open');
		hear();
		session_write_close();
		$counters = cfsession_status()['counters'];
		say('renewed: ' . json_encode($counters['lock_renewals'] > 2) . ", lost locks: $counters[lost_locks]");
		PHP, $ini + ['cfsession.lock_lease' => $lease]);
	$holder->readLine();
	$lock = $store->lock('s');
	$waiter = start_request($store,
		"session_id('s'); session_start(); \$_SESSION['n']++; session_write_close(); say('it has had it');", $ini + ['cfsession.lock_wait' => '30']);
	$store->awaitWaiters();
	$meanwhile && $meanwhile();
	show('  the same lock', $store->lock('s') === $lock);
	show('  the lock', watch_lock($store, 's', $seconds));
	show('  threads', count(threads($holder->pid)));
	$holder->writeLine('write');
	echo '  ', plain($holder->output()), '  one that waited: ', plain($waiter->output());
	show('  stored', $store->value('s'));
	show('  left behind', $store->leftovers());
}

$sentinels = RedisSentinels::start(replicas: 1);
$store = new RedisStore($sentinels);
hold('sentinels', $store, '1', 2.3);
hold('sentinels, and a failover', $store, '3', 3.2, function () use ($sentinels) {
	wait_until(fn () => $sentinels->servers[1]->keys() === $sentinels->servers[0]->keys(), 10, 'the replica');
	$sentinels->failover();
});

$cluster = RedisCluster::start();
$store = new RedisStore($cluster, 'PHPREDIS_CLUSTER_SESSION:');
hold('a cluster', $store, '1', 2.3);
hold('a cluster, and the slot moves', $store, '1', 2.3, function () use ($cluster) {
	$from = $cluster->owner('PHPREDIS_CLUSTER_SESSION:s');
	$others = array_filter($cluster->nodes, fn ($node) => $node !== $from);
	$cluster->move($cluster->slot('PHPREDIS_CLUSTER_SESSION:s'), $from, reset($others));
});

/* A node configured as a single server: the locks still have the keys of a cluster. */
$store = new RedisStore($cluster, 'PHPREDIS_SESSION:');
foreach ($cluster->nodes as $i => $node) {
	hold("a cluster behind node $i", $store, '1', 1.2, null, ['session.save_path' => save_path($node->port)]);
}
?>
--EXPECT--
sentinels
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
sentinels, and a failover
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
a cluster
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
a cluster, and the slot moves
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
a cluster behind node 0
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
a cluster behind node 1
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []
a cluster behind node 2
  the same lock: true
  the lock: kept
  threads: 2
  renewed: true, lost locks: 0
  one that waited: it has had it
  stored: n|i:3;
  left behind: []

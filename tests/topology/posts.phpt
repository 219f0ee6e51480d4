--TEST--
Sentinel and Redis Cluster: a release that no request waits for is done, or the lock's lease ends
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';

/** The round trips that each part of a request waits for. */
function waits(?callable $between = null, string $id = 's'): string
{
	$before = counter('round_trips');
	session_id($id);
	session_start();
	$started = counter('round_trips');
	$between && $between();
	session_write_close();
	return $started - $before . ' and ' . counter('round_trips') - $started;
}

/** Whether the lock is gone within so many seconds. */
function goes(Store $store, float $seconds = 0.5): bool
{
	$deadline = deadline($seconds);
	while ($store->isLocked('s') && now() < $deadline) {
		usleep(1000);
	}
	return !$store->isLocked('s');
}

function run(RedisStore $store, RedisServer $server, callable $elsewhere): void
{
	configure($store->savePath(), ['cfsession.lock_lease' => '1']);
	in_session('s', fn () => $_SESSION['n'] = 1);
	waits();
	show('unchanged', waits());
	show('  released', goes($store));
	show('again', waits());
	show('changed', waits(fn () => $_SESSION['n']++));
	waits(fn () => session_abort());
	show('aborted', waits(fn () => session_abort()));
	show('  released', goes($store));

	show('the server loses its scripts before the release', waits(fn () => $server->call('SCRIPT', 'FLUSH')));
	show('  the next request', waits());
	show('  released', goes($store));
	show('  again', waits());

	/* No request reads the reply that the lock is elsewhere; the lease ends, and then a waiter gets the lock. */
	show('it is on another server before the release', waits($elsewhere));
	$began = now();
	show('  the next request', in_session('s', fn () => $_SESSION['n']));
	show('  in time', now() - $began < 1.8);
	show('  released', goes($store));
	waits();
	show('  again', waits());
	show('  released', goes($store));
	show('left behind', $store->leftovers());

	/* A lock that is not renewed would stay longer, so the request waits for its release. */
	ini_set('cfsession.lock_ttl', '1');
	show('a lock that is not renewed', waits());
	show('  released', goes($store, 0));
	ini_set('cfsession.lock_ttl', '0');
}

echo "== sentinels\n";
$sentinels = RedisSentinels::start(replicas: 1);
run(new RedisStore($sentinels), $sentinels->master(), function () use ($sentinels) {
	wait_until(fn () => $sentinels->servers[1]->keys() === $sentinels->servers[0]->keys(), 10, 'the replica');
	$sentinels->failover();
});

echo "== a cluster\n";
$cluster = RedisCluster::start();
$key = 'PHPREDIS_CLUSTER_SESSION:s';
run(new RedisStore($cluster, 'PHPREDIS_CLUSTER_SESSION:'), $cluster->owner($key), function () use ($cluster, $key) {
	$from = $cluster->owner($key);
	$others = array_filter($cluster->nodes, fn ($node) => $node !== $from);
	$cluster->move($cluster->slot($key), $from, reset($others));
});
?>
--EXPECT--
== sentinels
unchanged: 1 and 0
  released: true
again: 1 and 0
changed: 1 and 1
aborted: 1 and 0
  released: true
the server loses its scripts before the release: 1 and 0
  the next request: 2 and 1
  released: true
  again: 1 and 0
it is on another server before the release: 1 and 4
  the next request: 2
  in time: true
  released: true
  again: 1 and 0
  released: true
left behind: []
a lock that is not renewed: 1 and 1
  released: true
== a cluster
unchanged: 1 and 0
  released: true
again: 1 and 0
changed: 1 and 1
aborted: 1 and 0
  released: true
the server loses its scripts before the release: 1 and 0
  the next request: 2 and 1
  released: true
  again: 1 and 0
it is on another server before the release: 1 and 0
  the next request: 2
  in time: true
  released: true
  again: 1 and 0
  released: true
left behind: []
a lock that is not renewed: 1 and 1
  released: true

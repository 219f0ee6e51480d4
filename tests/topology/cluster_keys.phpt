--TEST--
Redis Cluster: a session's keys share a slot, whatever the prefix, and however the cluster was found
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start();
[$a, $b, $c] = $cluster->nodes;

/** Starts a session, shows what is stored while it is open, and writes it. */
function look(string $label, string $path, array $ini = []): void
{
	global $cluster;

	$cluster->flush();
	$code = 'session_id("s1"); session_start() || exit; $_SESSION["n"] = 1; say("open"); hear();';
	$process = Php::start($code, ['session.save_path' => $path] + $ini);
	$line = $process->readLine();
	echo "$label:\n";
	if ($line === 'open') {
		$locked = $ini['cfsession.lock'] ?? 1;
		$locked or $process->writeLine('');
		$locked or $process->wait();
		$waiter = Php::start('session_id("s1"); session_start(); $_SESSION["n"]++;', ['session.save_path' => $path] + $ini);
		$locked && wait_until(fn () => $cluster->blockedClients() === 1);
		$locked && print('  open: ' . implode(' ', $cluster->keys()) . "\n");
		$locked && $process->writeLine('');
		echo $process->output(), $waiter->output();
		echo '  closed: ', implode(' ', array_map(fn ($key) => "$key=" . $cluster->call('GET', $key), $cluster->keys())), "\n";
	} else {
		preg_match('/cannot read.*(?= in )/', preg_replace('/\d+\.\d+\.\d+\.\d+:\d+/', 'HOST:PORT', $process->output()), $found);
		echo "  $found[0]\n";
	}
}

$nodes = "127.0.0.1:$a->port,127.0.0.1:$b->port,127.0.0.1:$c->port";
look('configured', "redis+cluster://$nodes");
look("in phpredis' form", "seed[]=127.0.0.1:$a->port&timeout=2");
look('found', $a->savePath());
look('found, from another node', $b->savePath());
look('found, without locking', $a->savePath(), ['cfsession.lock' => 0]);
look('found on a socket', "unix://{$c->socket}");
look('a prefix with a tag', "redis+cluster://$nodes?prefix={app}:");
look('a prefix that begins a tag', "redis+cluster://$nodes?prefix=a{b:");
look('an empty tag', "redis+cluster://$nodes?prefix={}:");
look('an end without a beginning', "redis+cluster://$nodes?prefix=a}b:");
look('the same, found', $a->savePath(['prefix' => 'a}b:']));
look('one of several', implode(',', array_map(fn ($node) => $node->savePath(), [$a, $b])));

/* The host that a node names for itself: the one it was asked at, or an unknown one. */
foreach (['unknown-endpoint', 'hostname'] as $type) {
	foreach ($cluster->nodes as $node) {
		$node->call('CONFIG', 'SET', 'cluster-preferred-endpoint-type', $type);
	}
	look("nodes that say $type", "redis+cluster://127.0.0.1:$a->port");
	look('the same on a socket', "unix://{$a->socket}");
}

configure($cluster->savePath());
$status = cfsession_status(true);
echo "status: {$status['topology']} {$status['prefix']}\n";
foreach ($status['servers'] as $server) {
	echo '  ', $server['reachable'] && $server['server_version'] ? 'reachable' : "not: $server[error]", "\n";
}
?>
--EXPECT--
configured:
  open: {PHPREDIS_CLUSTER_SESSION:s1}_LOCK {PHPREDIS_CLUSTER_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_CLUSTER_SESSION:s1=n|i:2;
in phpredis' form:
  open: {PHPREDIS_CLUSTER_SESSION:s1}_LOCK {PHPREDIS_CLUSTER_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_CLUSTER_SESSION:s1=n|i:2;
found:
  open: {PHPREDIS_SESSION:s1}_LOCK {PHPREDIS_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_SESSION:s1=n|i:2;
found, from another node:
  open: {PHPREDIS_SESSION:s1}_LOCK {PHPREDIS_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_SESSION:s1=n|i:2;
found, without locking:
  closed: PHPREDIS_SESSION:s1=n|i:2;
found on a socket:
  open: {PHPREDIS_SESSION:s1}_LOCK {PHPREDIS_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_SESSION:s1=n|i:2;
a prefix with a tag:
  open: {app}:s1_LOCK {app}:s1_LOCK_WAITERS
  closed: {app}:s1=n|i:2;
a prefix that begins a tag:
  open: {a{b:s1}_LOCK {a{b:s1}_LOCK_WAITERS
  closed: a{b:s1=n|i:2;
an empty tag:
  cannot read the session: cfsession.prefix has a "}", which would put a session and its lock on two nodes of the Redis Cluster
an end without a beginning:
  cannot read the session: cfsession.prefix has a "}", which would put a session and its lock on two nodes of the Redis Cluster
the same, found:
  cannot read the session: cfsession.prefix has a "}", which would put a session and its lock on two nodes of the Redis Cluster
one of several:
  cannot read the session: the server at HOST:PORT said "CROSSSLOT Keys in request don't hash to the same slot"; this is a node of a Redis Cluster: name the cluster, and nothing else, in session.save_path
nodes that say unknown-endpoint:
  open: {PHPREDIS_CLUSTER_SESSION:s1}_LOCK {PHPREDIS_CLUSTER_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_CLUSTER_SESSION:s1=n|i:2;
the same on a socket:
  open: {PHPREDIS_SESSION:s1}_LOCK {PHPREDIS_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_SESSION:s1=n|i:2;
nodes that say hostname:
  open: {PHPREDIS_CLUSTER_SESSION:s1}_LOCK {PHPREDIS_CLUSTER_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_CLUSTER_SESSION:s1=n|i:2;
the same on a socket:
  open: {PHPREDIS_SESSION:s1}_LOCK {PHPREDIS_SESSION:s1}_LOCK_WAITERS
  closed: PHPREDIS_SESSION:s1=n|i:2;
status: cluster PHPREDIS_CLUSTER_SESSION:
  reachable
  reachable
  reachable

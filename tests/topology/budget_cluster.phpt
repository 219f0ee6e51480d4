--TEST--
Redis Cluster: round trips of a request are those with one server, and one more for a redirect
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/budget.inc';
require __DIR__ . '/../support/cluster.inc';

const PREFIX = 'PHPREDIS_CLUSTER_SESSION:';

$cluster = RedisCluster::start();
/* An id for each node. */
$ids = [];
for ($i = 0; count($ids) < 3; $i++) {
	$ids[array_search($cluster->owner(PREFIX . "s$i"), $cluster->nodes, true)] ??= "s$i";
}
configure($cluster->savePath());
show_budget(PREFIX, array_fill_keys($ids, $cluster));

/* The process does not ask for the slots again. */
ini_set('session.use_strict_mode', '0');
foreach ($cluster->nodes as $node) {
	$node->call('CONFIG', 'RESETSTAT');
}
foreach ($ids as $id) {
	in_session($id, fn () => $_SESSION['n'] = 1);
}
$asked = array_filter($cluster->nodes, fn ($node) => str_contains(strtolower($node->call('INFO', 'commandstats')), 'cluster'));
echo 'nodes that were asked for slots: ', count($asked), "\n";

[$first, $second] = $cluster->nodes;
$seed = RedisCluster::pathOf(["127.0.0.1:$first->port"]);
echo 'a new process, whose seed has the slot: ', cold($seed, $ids[0]), "\n";
echo 'another has it: ', cold($seed, $ids[1]), "\n";
echo 'not locked: ', cold($seed, $ids[1], ['cfsession.lock' => 0]), "\n";
echo "in phpredis' form: ", cold("seed[]=127.0.0.1:$first->port", $ids[1]), "\n";

/* The same prefix gives the same slots. */
$plain = $first->savePath(['prefix' => PREFIX]);
echo 'not known to be a cluster: ', cold($plain, $ids[0]), "\n";
echo 'and another node has the slot: ', cold($plain, $ids[1]), "\n";
echo 'not locked: ', cold($plain, $ids[1], ['cfsession.lock' => 0]), "\n";

/** Round trips of the next two visits to a session. */
function visits(string $id): string
{
	$counts = [];
	for ($i = 0; $i < 2; $i++) {
		$before = counter('round_trips');
		in_session($id, fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1);
		$counts[] = counter('round_trips') - $before;
	}
	return implode(', then ', $counts);
}

ini_set('cfsession.lock', '1');
$slot = $cluster->slot(PREFIX . $ids[0]);
$cluster->move($slot, $first, $second);
echo 'a slot has moved: ', visits($ids[0]), "\n";
$second->call('SCRIPT', 'FLUSH');
echo 'a node has lost the scripts: ', visits($ids[1]), "\n";
$cluster->settle();
$cluster->move($slot, $second, $first, function () use ($ids) {
	/* Without locks, because a node that has only one of a session's keys answers TRYAGAIN while its slot moves. */
	ini_set('cfsession.lock', '0');
	/* Loads the script that writes without a lock into the node. */
	echo 'a slot moves, the session not yet, without locking: ', visits($ids[0]), "\n";
});
echo 'it has moved: ', visits($ids[0]), "\n";
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
nodes that were asked for slots: 0
a new process, whose seed has the slot: 2 round trips, 1 connections; 2 round trips, 0 connections
another has it: 3 round trips, 2 connections; 2 round trips, 0 connections
not locked: 3 round trips, 2 connections; 2 round trips, 0 connections
in phpredis' form: 3 round trips, 2 connections; 2 round trips, 0 connections
not known to be a cluster: 3 round trips, 1 connections; 2 round trips, 0 connections
and another node has the slot: 4 round trips, 2 connections; 2 round trips, 0 connections
not locked: 3 round trips, 2 connections; 2 round trips, 0 connections
a slot has moved: 3, then 2
a node has lost the scripts: 4, then 2
a slot moves, the session not yet, without locking: 3, then 2
it has moved: 3, then 2

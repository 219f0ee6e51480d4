--TEST--
Redis Cluster: nodes that are down or silent, slots that move, and the warnings
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/cluster.inc';

const PREFIX = 'PHPREDIS_CLUSTER_SESSION:';

/* No replica takes over, and the other nodes go on. */
$cluster = RedisCluster::start(options: ['cluster-require-full-coverage' => 'no']);
$nodes = $cluster->nodes;
/* Two ids for each node. */
$ids = [];
for ($i = 0; count(array_filter($ids, fn ($list) => count($list) > 1)) < 3; $i++) {
	$ids[array_search($cluster->owner(PREFIX . "s$i"), $nodes, true)][] = "s$i";
}

/** Visits a session on each node, and prints the outcome. */
function visit(string $label, array $places = [0, 1, 2]): void
{
	global $ids;

	echo "$label:\n";
	foreach ($places as $place) {
		session_id($ids[$place][0]);
		$before = counter('round_trips');
		$began = now();
		$started = false;
		$messages = warnings(function () use (&$started) {
			if ($started = session_start()) {
				$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
				session_write_close();
			}
		});
		$count = counter('round_trips') - $before;
		echo "  node $place: ", $started ? 'started' : 'refused', ', ', $count > 4 ? 'several' : $count, " round trips\n";
		foreach (preg_grep('/cfsession: /', $messages) as $message) {
			echo '    ', preg_replace('/again for [\d.]+ m?s/', 'again for N ms', $message), "\n";
		}
		now() - $began < 2 or print("    which took too long\n");
	}
}

configure($cluster->savePath(), ['cfsession.timeout' => '0.5', 'cfsession.retry_interval' => '4']);
visit('a first time');
visit('and again');

/* Reads and writes while a slot moves wait for keys that are being moved. */
$slot = $cluster->slot(PREFIX . $ids[0][0]);
$waiting = Php::start('
	session_id("' . $ids[0][0] . '");
	session_start();
	say("n: $_SESSION[n]");
	$_SESSION["n"]++;
	session_write_close();
	say("written");
', ['session.save_path' => $cluster->savePath(), 'cfsession.timeout' => '5']);
echo 'before a slot moves: ', $waiting->readLine(), ' ', $waiting->readLine(), "\n";
$cluster->move($slot, $nodes[0], $nodes[1], function () use ($cluster, $ids, &$waiting) {
	$waiting = Php::start('
		session_id("' . $ids[0][0] . '");
		session_start();
		say("n: $_SESSION[n]");
		$_SESSION["n"]++;
		session_write_close();
	', ['session.save_path' => $cluster->savePath(), 'cfsession.timeout' => '5']);
	wait_until(fn () => str_contains($cluster->nodes[0]->call('INFO', 'errorstats'), 'TRYAGAIN'));
	visit('it cannot be locked half way');
});
echo 'it has moved: ', $waiting->output();
visit('it has moved');
foreach ([[1, 2], [2, 1]] as [$from, $to]) {
	$cluster->settle();
	in_session($ids[0][0], function () use ($cluster, $slot, $nodes, $from, $to) {
		echo "with a session open, of ", strlen($_SESSION['large'] ?? ''), " bytes\n";
		$_SESSION['large'] = str_repeat('x', 10000);
		$cluster->move($slot, $nodes[$from], $nodes[$to]);
	});
}
$cluster->settle();
$cluster->move($slot, $nodes[1], $nodes[0], function () use ($ids) {
	/* A new session is made where the slot moves to. This loads the script into the nodes. */
	ini_set('cfsession.lock', '0');
	global $cluster;
	$cluster->nodes[1]->call('DEL', PREFIX . $ids[0][0]);
	visit('ASK, without locking');
	ini_set('cfsession.lock', '1');
});
visit('back');

$nodes[1]->freeze();
visit('a node is silent');
visit('a new connection tells that it is the node');
visit('it costs its time once');
$nodes[1]->freeze(false);

echo "A new process, whose first seed is silent or gone\n";
$gone = free_port();
configure(RedisCluster::pathOf(["127.0.0.1:{$nodes[1]->port}", "127.0.0.1:$gone", "127.0.0.1:{$nodes[2]->port}"]));
visit('some seeds');
configure(RedisCluster::pathOf(["127.0.0.1:{$nodes[1]->port}", "127.0.0.1:$gone"]));
visit('no seed');

/* One seed is enough: the process learns the other nodes from it, and asks them when it is down. */
configure(RedisCluster::pathOf(["127.0.0.1:{$nodes[0]->port}"]), ['cfsession.timeout' => '0.5', 'cfsession.retry_interval' => '0']);
/* Until the node sees no failure any more. */
wait_until(fn () => !str_contains($nodes[2]->call('CLUSTER', 'NODES'), 'fail'), 20);
wait_until(function () use ($ids) {
	session_id($ids[1][0]);
	return @session_start() && session_write_close();
});
visit('all is well');
$nodes[0]->kill();
visit('a node is gone');
visit('and again');
wait_until(fn () => str_contains($nodes[2]->call('CLUSTER', 'NODES'), 'fail '), 20, 'the others to see it');
visit('the others know');
$slot = $cluster->slot(PREFIX . $ids[2][0]);
$nodes[2]->call('CLUSTER', 'DELSLOTS', $slot);
visit('one of them does not serve a slot', [1, 2]);
$nodes[2]->call('CLUSTER', 'ADDSLOTS', $slot);
visit('and serves it again', [1, 2]);
?>
--EXPECT--
a first time:
  node 0: started, 4 round trips
  node 1: started, 4 round trips
  node 2: started, 4 round trips
and again:
  node 0: started, 2 round trips
  node 1: started, 2 round trips
  node 2: started, 2 round trips
before a slot moves: n: 2 written
it cannot be locked half way:
  node 0: refused, several round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT said "TRYAGAIN Multiple keys request during rehashing of slot"; the session's slot is moving to another node: wait until it has moved
  node 1: started, 2 round trips
  node 2: started, 2 round trips
it has moved: n: 3
it has moved:
  node 0: started, 3 round trips
  node 1: started, 2 round trips
  node 2: started, 2 round trips
with a session open, of 0 bytes
with a session open, of 10000 bytes
ASK, without locking:
  node 0: started, several round trips
  node 1: started, 3 round trips
  node 2: started, 3 round trips
back:
  node 0: started, 3 round trips
  node 1: started, 2 round trips
  node 2: started, 2 round trips
a node is silent:
  node 0: started, 2 round trips
  node 1: refused, 1 round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 500 ms (cfsession.timeout)
  node 2: started, 2 round trips
a new connection tells that it is the node:
  node 0: started, 2 round trips
  node 1: refused, 1 round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 500 ms (cfsession.timeout)
  node 2: started, 2 round trips
it costs its time once:
  node 0: started, 2 round trips
  node 1: refused, 1 round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  node 2: started, 2 round trips
A new process, whose first seed is silent or gone
some seeds:
  node 0: started, 3 round trips
  node 1: refused, 1 round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  node 2: started, 2 round trips
no seed:
  node 0: refused, 0 round trips
    session_start(): cfsession: cannot read the session: no node of the Redis Cluster can be reached: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval); cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  node 1: refused, 0 round trips
    session_start(): cfsession: cannot read the session: no node of the Redis Cluster can be reached: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval); cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  node 2: refused, 0 round trips
    session_start(): cfsession: cannot read the session: no node of the Redis Cluster can be reached: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval); cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
all is well:
  node 0: started, 2 round trips
  node 1: started, 2 round trips
  node 2: started, 2 round trips
a node is gone:
  node 0: refused, 1 round trips
    session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  node 1: started, 2 round trips
  node 2: started, 2 round trips
and again:
  node 0: refused, 1 round trips
    session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  node 1: started, 2 round trips
  node 2: started, 2 round trips
the others know:
  node 0: refused, 1 round trips
    session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  node 1: started, 2 round trips
  node 2: started, 2 round trips
one of them does not serve a slot:
  node 1: started, 2 round trips
  node 2: refused, several round trips
    session_start(): cfsession: cannot read the session: the server at HOST:PORT said "CLUSTERDOWN Hash slot not served"; the Redis Cluster cannot serve this session at present: see its CLUSTER INFO
and serves it again:
  node 1: started, 2 round trips
  node 2: started, 2 round trips

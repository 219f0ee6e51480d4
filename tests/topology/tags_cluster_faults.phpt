--TEST--
Redis Cluster: tags if the cluster is configured as one server, if slots move, and if a node is down
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/tags.inc';

$cluster = RedisCluster::start(options: ['cluster-require-full-coverage' => 'no']);
$single = new RedisStore($cluster, 'PHPREDIS_SESSION:');
$store = new RedisStore($cluster, 'PHPREDIS_CLUSTER_SESSION:');
$ids = array_map(fn ($n) => "s$n", range(1, 20));

/** Runs code in a new process, which knows nothing of the cluster yet. */
$first = fn (string $path, string $code, array $ini = []) => trim(plain(Php::run($code, $ini + ['session.save_path' => $path])));

echo "a node that is named alone\n";
$tag = 'session_id("s1"); session_start(); $_SESSION["n"] = 1; cfsession_tag("alice"); session_write_close();';
foreach ($cluster->nodes as $i => $node) {
	$cluster->flush();
	$said = [];
	/* Of twelve tags, with locks and without, some are on another node than the session. */
	foreach (range(1, 12) as $n) {
		$cluster->flush();
		$said[] = $first($node->savePath(), str_replace('alice', "user$n", $tag)
			. "echo json_encode(array_keys(cfsession_tagged('user$n'))), cfsession_destroy_tagged('user$n');", ['cfsession.lock' => $n % 2]);
	}
	show("  first request, node $i", [array_unique($said), sessions($single)]);
	$cluster->flush();
	$first($cluster->nodes[0]->savePath(), 'foreach (range(1, 20) as $n) {' . str_replace('"s1"', '"s$n"', $tag) . '}');
	show("  first list, node $i", $first($node->savePath(), 'echo count(cfsession_tagged("alice"));'));
	show("  first logout, node $i", [$first($node->savePath(), 'echo cfsession_destroy_tagged("alice");'), sessions($single)]);
}

echo "slots that move\n";
$cluster->flush();
configure($store->savePath());
array_map(fn ($id) => sign_in($id, 'alice'), $ids);
$tagged = count(cfsession_tagged('alice'));
$owner = fn (string $key) => array_search($cluster->owner($key), $cluster->nodes, true);
foreach (['s1', '_TAG:' . hash('sha256', 'alice')] as $what) {
	$key = $store->key($what);
	$from = $owner($key);
	$cluster->move($cluster->slot($key), $cluster->nodes[$from], $cluster->nodes[($from + 1) % 3], function () use ($what): void {
		show($what === 's1' ? '  while a session\'s does' : '  while the tag\'s does', count(tagged('alice')));
		in_session('s2', fn () => cfsession_tag('staff'));
	});
	show('  behind it', [count(tagged('alice')), array_keys(tagged('staff'))]);
}
show('  destroyed', [cfsession_destroy_tagged('alice'), sessions($store)]);

echo "a node that is away\n";
$cluster->flush();
array_map(fn ($id) => sign_in($id, 'alice'), $ids);
$tags = $owner($store->key('_TAG:' . hash('sha256', 'alice')));
$away = $cluster->nodes[($tags + 1) % 3];
$owners = array_combine($ids, array_map(fn ($id) => $cluster->owner($store->key($id)), $ids));
$there = array_filter($ids, fn ($id) => $owners[$id] !== $away);
ini_set('cfsession.timeout', '1');
$away->freeze();
foreach (['list' => fn () => cfsession_tagged('alice'), 'destroy' => fn () => cfsession_destroy_tagged('alice')] as $name => $call) {
	try {
		$call();
		echo "  $name: done\n";
	} catch (RuntimeException $exception) {
		echo "  $name: ", preg_match('/did not answer|cannot (?:list|destroy)/', $exception->getMessage(), $said) ? $said[0] : $exception->getMessage(), "\n";
	}
}
$left = array_filter($there, fn ($id) => $owners[$id]->call('GET', $store->key($id)) !== null);
show('  on the others', [count($there) > 0, count($left)]);
$away->freeze(false);
ini_restore('cfsession.timeout');
wait_until(function (): bool {
	try {
		return cfsession_destroy_tagged('alice') >= 0;
	} catch (RuntimeException) {
		return false;
	}
}, what: 'the node');
show('  and then', [sessions($store), tagged('alice')]);
?>
--EXPECT--
a node that is named alone
  first request, node 0: [["[\"s1\"]1"],[]]
  first list, node 0: 20
  first logout, node 0: ["20",[]]
  first request, node 1: [["[\"s1\"]1"],[]]
  first list, node 1: 20
  first logout, node 1: ["20",[]]
  first request, node 2: [["[\"s1\"]1"],[]]
  first list, node 2: 20
  first logout, node 2: ["20",[]]
slots that move
  while a session's does: 20
  behind it: [20,["s2"]]
  while the tag's does: 20
  behind it: [20,["s2"]]
  destroyed: [20,[]]
a node that is away
  list: cannot list
  destroy: cannot destroy
  on the others: [true,0]
  and then: [[],[]]

--TEST--
Doctor: sentinels and their master, Redis Cluster, several servers
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/memcached.inc';

$good = ['maxmemory' => '100mb', 'appendonly' => 'yes'];
$password = ['requirepass' => PASSWORD, 'masterauth' => PASSWORD];

echo "-- sentinels\n";
$group = RedisSentinels::start(sentinels: 2, options: $password + $good + ['maxmemory-policy' => 'allkeys-lru']);
$path = $group->savePath(['auth' => PASSWORD]);
show_diagnosis('all there', $told = diagnosis(at($path)), 'reachable', 'credentials', 'eviction', 'topology', 'session');
$ports = array_map(fn ($server) => $server->port, [...$group->sentinels, $group->master()]);
$asked = array_filter(array_column($told['checks'], 'server'));
echo 'of them: ', $ports === array_values(array_unique(array_map(fn ($server) => (int) substr(strrchr($server, ':'), 1), $asked)))
	? 'sentinels, and the master' : implode(' ', $asked), "\n";
show_diagnosis('wrong password', diagnosis(at($group->savePath(['auth' => 'wrong']))));
show_diagnosis('one named', diagnosis(at(RedisSentinels::pathOf([$group->sentinels[0]->port], ['auth' => PASSWORD]))), 'topology');
show_diagnosis('an unknown name', diagnosis(at(strtr($path, ['/' . RedisSentinels::NAME => '/other']))));
$plain = RedisServer::start();
show_diagnosis('a Redis as sentinel', diagnosis(at(RedisSentinels::pathOf([$plain->port], []))), 'reachable');
foreach (['tcp://', 'redis+cluster://'] as $scheme) {
	foreach (['1', '0'] as $lock) {
		$told = diagnosis(at("{$scheme}127.0.0.1:{$group->sentinels[0]->port}", ['cfsession.lock' => $lock]));
		show_diagnosis("a sentinel as $scheme, lock=$lock", $told, 'session');
		echo "  state: {$told['cfsession']['state']}\n";
	}
}
$group->sentinels[1]->kill();
show_diagnosis('one away', diagnosis(at($path)), 'reachable', 'session');
$group->master()->kill();
show_diagnosis('the master away', diagnosis(at($path)), 'reachable', 'session');
$group->sentinels[0]->kill();
show_diagnosis('all away', diagnosis(at($path)));

echo "-- cluster\n";
$cluster = RedisCluster::start(options: $good + ['cluster-require-full-coverage' => 'no']);
show_diagnosis('all there', diagnosis(at($cluster->savePath())), 'reachable', 'topology', 'session');
show_diagnosis('one named', diagnosis(at("redis+cluster://127.0.0.1:{$cluster->nodes[0]->port}")), 'topology');
$gone = free_port();
$cluster->nodes[1]->call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
show_diagnosis('one evicts that is not named', diagnosis(at("redis+cluster://127.0.0.1:{$cluster->nodes[0]->port}")), 'eviction');
$cluster->nodes[1]->call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
show_diagnosis('one named wrongly', diagnosis(at("redis+cluster://127.0.0.1:$gone,127.0.0.1:{$cluster->nodes[0]->port}")));
$cluster->nodes[2]->kill();
show_diagnosis('one away', diagnosis(at($cluster->savePath())), 'reachable');

echo "-- several\n";
$servers = [MemcachedServer::start(), MemcachedServer::start()];
$path = "127.0.0.1:{$servers[0]->port},127.0.0.1:{$servers[1]->port}";
show_diagnosis('both there', diagnosis(at($path)), 'reachable', 'topology', 'session');
$servers[0]->kill();
show_diagnosis('one away', diagnosis(at($path), [], ['--no-write']), 'reachable', 'topology');
?>
--EXPECTF--
-- sentinels
all there: warning, 0
  ok reachable: The sentinel answers.
  ok reachable: The sentinel answers.
  ok reachable: The master answers.
  ok credentials: Not refused.
  warning eviction: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
  ok topology: 2 sentinels are named.
  ok session: Written, read and destroyed in N ms.
of them: sentinels, and the master
wrong password: failure, 1
  failure credentials: The server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path.
one named: warning, 0
  note topology: Only one sentinel is named: without it, a new process finds no master. Name all.
an unknown name: failure, 1
  failure reachable: No sentinel says where the master "other" is: the sentinel at HOST:PORT does not know this master; the sentinel at HOST:PORT does not know this master; SENTINEL MASTERS there lists those that it knows.
a Redis as sentinel: failure, 1
  ok reachable: The sentinel answers.
  failure reachable: No sentinel says where the master "mymaster" is: the server at HOST:PORT said "ERR unknown command 'SENTINEL'"; it is no sentinel: name the sentinels, which listen at port 26379 unless told otherwise.
a sentinel as tcp://, lock=1: failure, 1
  failure session: The doctor's own session failed: cannot read the session: the server at HOST:PORT said "ERR unknown command 'EVALSHA'"; write redis+sentinel://host:port/master if it is a sentinel, otherwise set cfsession.lock=Off, which needs no scripts.
  state: fails
a sentinel as tcp://, lock=0: failure, 1
  failure session: The doctor's own session failed: cannot read the session: the server at HOST:PORT said "ERR unknown command 'GET'"; it may be a sentinel: write redis+sentinel://host:port/master.
  state: fails
a sentinel as redis+cluster://, lock=1: failure, 1
  failure session: The doctor's own session failed: cannot read the session: the server at HOST:PORT said "ERR unknown command 'EVALSHA'"; write redis+sentinel://host:port/master if it is a sentinel, otherwise set cfsession.lock=Off, which needs no scripts.
  state: fails
a sentinel as redis+cluster://, lock=0: failure, 1
  failure session: The doctor's own session failed: cannot read the session: the server at HOST:PORT said "ERR unknown command 'GET'"; it may be a sentinel: write redis+sentinel://host:port/master.
  state: fails
one away: warning, 0
  ok reachable: The sentinel answers.
  warning reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  ok reachable: The master answers.
  ok session: Written, read and destroyed in N ms.
the master away: failure, 1
  ok reachable: The sentinel answers.
  warning reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
all away: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
-- cluster
all there: ok, 0
  ok reachable: The node answers.
  ok reachable: The node answers.
  ok reachable: The node answers.
  ok topology: 3 nodes of the cluster are named.
  ok session: Written, read and destroyed in N ms.
one named: ok, 0
  note topology: Only one node of the cluster is named: without it, a new process finds none. Name several.
one evicts that is not named: warning, 0
  ok eviction: noeviction: no session is evicted; when memory is full, writes fail.
  warning eviction: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
  ok eviction: noeviction: no session is evicted; when memory is full, writes fail.
one named wrongly: warning, 0
  warning reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
one away: failure, 1
  ok reachable: The node answers.
  ok reachable: The node answers.
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
-- several
both there: ok, 0
  ok reachable: The server answers.
  ok reachable: The server answers.
  note topology: 2 servers share the sessions: when one is down, its share of them fails.
  ok session: Written, read and destroyed in N ms.
one away: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  ok reachable: The server answers.
  note topology: 2 servers share the sessions: when one is down, its share of them fails.

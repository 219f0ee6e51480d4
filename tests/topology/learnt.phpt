--TEST--
cfsession_status() and phpinfo() show the discovered master and nodes, and what is wrong with them
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/handler.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
function visit(string $id): void
{
	session_id($id);
	session_start();
	$_SESSION['n'] = 1;
	session_write_close();
}

function info(string $name): array
{
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match_all("/^$name => (.*)$/m", ob_get_clean(), $found);
	return $found[1];
}

$group = RedisSentinels::start(replicas: 1);
configure($group->savePath());
$master = fn (bool $probe = false) => cfsession_status($probe)['master'];
$place = fn (?array $server) => $server['port'] === $group->master()->port ? 'the master' : $server;

echo "sentinels\n";
show('at first', $master());
show('in phpinfo()', info('Master'));
visit('s');
show('when a session has asked them', $place($master()));
show('what is known of it', array_diff_key($master(), ['host' => 0, 'port' => 0]));
show('in phpinfo()', info('Master') === ['127.0.0.1:' . $group->master()->port]);
$group->failover();
visit('s');
show('after a failover', $place($master()));
show('nodes', cfsession_status()['nodes']);

$cluster = RedisCluster::start();
configure($cluster->savePath());
$nodes = fn (bool ...$look) => cfsession_status(...$look)['nodes'];
$ports = fn (array $nodes) => array_map(fn ($node) => array_search($node['port'], array_column($cluster->nodes, 'port')), $nodes);

echo "cluster\n";
show('at first', $nodes());
visit('s');
$known = $nodes();
show('when a session has learnt them', $ports($known));
show('what is known of one', array_diff_key($known[0], ['host' => 0, 'port' => 0]));
show('slots', array_sum(array_column($known, 'slots')));
show('in phpinfo()', array_map(fn ($row) => preg_replace('/:\d+/', ':PORT', $row), info('Node')));
show('the master', $master());
/* The probe works even if no session has asked the servers. */
configure($cluster->savePath(['timeout' => '1']));
show('probed', array_column($nodes(true), 'state'));
show('and asked to keep a session', [...array_column($nodes(true, true), 'state'), cfsession_status(true, true)['state']]);
$cluster->nodes[2]->kill();
configure($cluster->savePath(['timeout' => '1', 'retry_interval' => '0']));
$status = cfsession_status(true);
show('without one of them', [...array_column($status['nodes'], 'state'), $status['state']]);
show('which is', $ports(array_values(array_filter($status['nodes'], fn ($node) => !$node['reachable']))));
?>
--EXPECT--
sentinels
at first: null
in phpinfo(): []
when a session has asked them: the master
what is known of it: {"tls":false,"username":null,"password":false,"database":0,"weight":1}
in phpinfo(): true
after a failover: the master
nodes: []
cluster
at first: []
when a session has learnt them: [0,1,2]
what is known of one: {"tls":false,"username":null,"password":false,"database":0,"weight":1,"slots":5461}
slots: 16384
in phpinfo(): ["127.0.0.1:PORT (5461 slots)","127.0.0.1:PORT (5461 slots)","127.0.0.1:PORT (5462 slots)"]
the master: null
probed: ["well","well","well"]
and asked to keep a session: ["well","well","well","well"]
without one of them: ["well","well","unreachable","unreachable"]
which is: [2]

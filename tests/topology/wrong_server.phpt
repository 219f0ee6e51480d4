--TEST--
Redis Cluster and Sentinel: a node or master that is loading its data or was demoted is left for a new connection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

/* Servers that answer by the command's name; the first connections answer differently from the last. */
function script(array $answers, array ...$others): array
{
	$all = [];
	foreach ([...$others, []] as $other) {
		$all[] = [['answers' => $other + $answers + ['CLIENT' => "+OK\r\n", 'GET' => "\$-1\r\n"]]];
	}
	return $all;
}

function use_session(ScriptedServer $server, string $label, string $path): void
{
	configure($path, ['cfsession.retry_interval' => '0']);
	attempt($label, fn () => $_SESSION['n'] = 1);
	echo '  connections: ', $server->connections(), "\n";
}

foreach (['LOADING Redis is loading the dataset in memory', "READONLY You can't write against a read only replica."] as $error) {
	$wrong = ['EVALSHA' => "-$error\r\n"];
	foreach ([1, 2] as $times) {
		$node = ScriptedServer::start(script(['EVALSHA' => ":1\r\n", 'CLUSTER' => "*0\r\n"], ...array_fill(0, $times, $wrong)));
		use_session($node, "cluster, $times times", "redis+cluster://127.0.0.1:{$node->port}");

		$master = ScriptedServer::start(script(['EVALSHA' => ":1\r\n", 'ROLE' => "*1\r\n\$6\r\nmaster\r\n"], ...array_fill(0, $times, $wrong)));
		$sentinel = ScriptedServer::start(script(['SENTINEL' => sprintf("*2\r\n\$9\r\n127.0.0.1\r\n\$%d\r\n%d\r\n", strlen((string) $master->port), $master->port)]));
		use_session($master, "master, $times times", "redis+sentinel://127.0.0.1:{$sentinel->port}/mymaster");
	}
}
?>
--EXPECT--
cluster, 1 times: started
  connections: 2
master, 1 times: started
  connections: 2
cluster, 2 times: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "LOADING Redis is loading the dataset in memory"; it is loading its data after a start: wait until it has finished
  connections: 2
master, 2 times: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "LOADING Redis is loading the dataset in memory"; it is loading its data after a start: wait until it has finished
  connections: 2
cluster, 1 times: started
  connections: 2
master, 1 times: started
  connections: 2
cluster, 2 times: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
  connections: 2
master, 2 times: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT, which the sentinels name as the master "mymaster", says that it is a replica: a failover may be under way
  connections: 2

--TEST--
Sentinel: with cfsession.failover_wait a request waits for a master whose name has no address yet, or any more
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/sentinel.inc';

/** A connection to a sentinel that names this master. */
function names(string $host, int $port): array
{
	$place = '*2' . implode('', array_map(fn ($text) => "\r\n\$" . strlen($text) . "\r\n$text", [$host, (string) $port])) . "\r\n";
	return [['answers' => ['CLIENT' => "+OK\r\n", 'SENTINEL' => $place]]];
}

$server = RedisServer::start();
/* Longer than a name can be, so that no name server is asked. */
$gone = str_repeat('x', 64);
foreach (['0', '10'] as $wait) {
	$sentinel = ScriptedServer::start([...array_fill(0, 3, names($gone, $server->port)), names('127.0.0.1', $server->port)]);
	configure(RedisSentinels::pathOf([$sentinel->port], []), ['cfsession.failover_wait' => $wait, 'cfsession.persistent' => '0']);
	ob_start();
	attempt("cfsession.failover_wait=$wait", fn () => $_SESSION['n'] = 1);
	echo preg_replace("/$gone:\d+/", 'GONE:PORT', ob_get_clean());
}
/* A name in the save path has to be right. */
configure("tcp://$gone", ['cfsession.failover_wait' => '10']);
ob_start();
[$seconds] = attempt('in the save path');
echo preg_replace("/$gone:\d+/", 'GONE:PORT', ob_get_clean());
show_time('failed within', $seconds, 0);
?>
--EXPECT--
cfsession.failover_wait=0: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at GONE:PORT: Name or service not known; check the name, and that this machine can resolve it
cfsession.failover_wait=10: started
in the save path: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at GONE:PORT: Name or service not known; check the name, and that this machine can resolve it
  failed within: 0 s

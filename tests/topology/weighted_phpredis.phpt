--TEST--
Weighted Redis servers: sessions are distributed as with phpredis
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../redis/phpredis.inc';
skip_without_phpredis();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../redis/phpredis.inc';

const COUNT = 300;

/* Each handler adds its name to each session; if both find it on the same server, it has both names. */
$visit = 'foreach (explode(" ", $argv[1] ?? hear()) as $id) {
	session_id($id);
	session_start();
	$_SESSION["by"][] = ini_get("session.save_handler");
	session_write_close();
}';
$ids = [];
for ($i = 0; $i < COUNT; $i++) {
	/* With all valid characters, and as short as phpredis allows. */
	$id = strtr(base64_encode(md5((string) $i, true)), '+/=', '-,0');
	$ids[] = $i % 10 ? $id : substr($id, 0, 3 + $i / 10 % 3);
}
$ids = array_unique($ids);

function visit(string $code, array $ini, array $ids): string
{
	$process = Php::start($code, $ini);
	$process->writeLine(implode(' ', $ids));
	return $process->output();
}

$servers = [RedisServer::start(), RedisServer::start(), RedisServer::start(['requirepass' => 'secret'])];
[$a, $b] = array_map(fn ($server) => $server->savePath(), $servers);
$c = $servers[2]->savePath(['auth' => 'secret']);
$lists = [
	'two servers' => "$a,$b",
	'the other way around' => "$b $a",
	'three servers' => "$a, $b\t$c",
	'weights' => "$a?weight=1,$b?weight=2,$c&weight=5",
	'weights, some by default' => "$a?weight=7,$b,$c&weight=2",
	'each with a database and a prefix of its own' => "$a?database=3,$b?prefix=b:&weight=2,$c&prefix=c:&database=1&timeout=1",
	'a socket' => "$a,unix://{$servers[1]->socket}?weight=3",
];
foreach ($lists as $name => $path) {
	foreach ($servers as $server) {
		$server->call('FLUSHALL');
	}
	$ours = ['session.save_path' => $path];
	$theirs = ['session.save_handler' => 'redis'] + $ours + phpredis();
	echo visit($visit, $theirs, $ids), visit($visit, $ours, $ids), visit($visit, $theirs, $ids);
	$same = $used = 0;
	foreach ($servers as $server) {
		$count = 0;
		for ($database = 0; $database < 4; $database++) {
			$server->call('SELECT', $database);
			foreach ($server->keys() as $key) {
				$count++;
				$same += $server->call('GET', $key) === 'by|' . serialize(['redis', 'cfsession', 'redis']);
			}
		}
		$used += $count > 0;
	}
	echo "$name: ", $same === count($ids) ? 'all' : "$same of " . count($ids), " sessions in the same place, $used servers used\n";
}

/* The lock is on the session's server. */
foreach ($servers as $server) {
	$server->call('FLUSHALL');
}
configure("$a,$b?weight=2,$c", ['session.lazy_write' => '0']);
$apart = 0;
foreach (array_slice($ids, 0, 50) as $id) {
	in_session($id, fn () => $_SESSION = ['n' => 1]);
	in_session($id, function () use ($servers, $id, &$apart) {
		foreach ($servers as $server) {
			$server->call('SELECT', 0);
			$apart += $server->call('EXISTS', "PHPREDIS_SESSION:$id") !== $server->call('EXISTS', "PHPREDIS_SESSION:{$id}_LOCK");
		}
	});
}
echo "locks elsewhere: $apart\n";
echo 'topology: ', cfsession_status()['topology'], "\n";
?>
--EXPECT--
two servers: all sessions in the same place, 2 servers used
the other way around: all sessions in the same place, 2 servers used
three servers: all sessions in the same place, 3 servers used
weights: all sessions in the same place, 3 servers used
weights, some by default: all sessions in the same place, 3 servers used
each with a database and a prefix of its own: all sessions in the same place, 3 servers used
a socket: all sessions in the same place, 2 servers used
locks elsewhere: 0
topology: weighted

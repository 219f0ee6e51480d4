--TEST--
Redis Cluster: cfsession and phpredis' rediscluster read each other's sessions
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
require __DIR__ . '/../support/cluster.inc';

$cluster = RedisCluster::start();
$path = implode('&', array_map(fn ($node) => "seed[]=127.0.0.1:$node->port", $cluster->nodes)) . '&timeout=2&read_timeout=2&failover=error';
$ours = ['session.save_path' => $path];
$theirs = phpredis() + ['session.save_handler' => 'rediscluster'] + $ours;
$visit = 'session_id("' . ID . '"); session_start(); $_SESSION["by"][] = ini_get("session.save_handler");
	echo implode(" ", $_SESSION["by"]), "\n";';

foreach ([$theirs, $ours, $theirs, ['cfsession.lock' => 0] + $ours, $theirs] as $ini) {
	echo Php::run($visit, $ini);
}
echo 'keys: ', str_replace(ID, 'ID', implode(' ', $cluster->keys())), "\n";
echo 'with a prefix: ', Php::run($visit, ['session.save_path' => "$path&prefix=app:"] + $theirs);
echo Php::run($visit, ['session.save_path' => "$path&prefix=app:"] + $ours);
?>
--EXPECT--
rediscluster
rediscluster cfsession
rediscluster cfsession rediscluster
rediscluster cfsession rediscluster cfsession
rediscluster cfsession rediscluster cfsession rediscluster
keys: PHPREDIS_CLUSTER_SESSION:ID
with a prefix: rediscluster
rediscluster cfsession

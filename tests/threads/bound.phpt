--TEST--
Threads: a bound service whose password changes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';
require __DIR__ . '/../bindings/servers.inc';

$server = RedisServer::start();
$file = write_files([]) . '/vcap';
$set = function (string $password) use ($server, $file): void {
	/* Atomically, because half a file is invalid. */
	file_put_contents("$file.new", vcap(credentials($server, ['password' => $password])));
	rename("$file.new", $file);
	$server->call('CONFIG', 'SET', 'requirepass', $password);
	$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
};
$set('s3cr3t 0');
$threads = new Threads(SEPARATE, LEFT_ALONE, ['VCAP_SERVICES_FILE_PATH' => $file] + NOTHING_BOUND);
show_threads('Redis', $threads, fn () => redis_connections($server),
	fn (int $count) => $count % 500 || $set("s3cr3t $count"));
foreach ($server->keys() as $key) {
	echo "  $key: ", $server->call('GET', $key), "\n";
}

$server = MemcachedServer::sasl('user', PASSWORD);
$threads = new Threads(SHARED, LEFT_ALONE, ['VCAP_SERVICES' => vcap(credentials($server, ['username' => 'user', 'password' => PASSWORD]),
	'app-memcached-sessions')] + NOTHING_BOUND);
show_threads('Memcached', $threads, fn () => memcached_connections($server));
echo '  ', $server->get('memc.sess.key.shared'), "\n";
?>
--EXPECT--
Redis
  8000 times: written
  PHPREDIS_SESSION:thread0: n|i:1000;
  PHPREDIS_SESSION:thread1: n|i:1000;
  PHPREDIS_SESSION:thread2: n|i:1000;
  PHPREDIS_SESSION:thread3: n|i:1000;
  PHPREDIS_SESSION:thread4: n|i:1000;
  PHPREDIS_SESSION:thread5: n|i:1000;
  PHPREDIS_SESSION:thread6: n|i:1000;
  PHPREDIS_SESSION:thread7: n|i:1000;
Memcached
  8000 times: written
  connections: 8
  n|i:8000;

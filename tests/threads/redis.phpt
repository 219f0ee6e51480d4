--TEST--
Threads: Redis, shared and separate sessions
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';

$server = RedisServer::start();
foreach (['shared' => SHARED, 'separate' => SEPARATE] as $label => $code) {
	$threads = new Threads($code, ['session.save_path' => $server->savePath()]);
	show_threads($label, $threads, fn () => redis_connections($server));
}
foreach ($server->keys() as $key) {
	echo $key, ': ', $server->call('GET', $key), "\n";
}
?>
--EXPECT--
shared
  8000 times: written
  connections: 8
separate
  8000 times: written
  connections: 8
PHPREDIS_SESSION:shared: n|i:8000;
PHPREDIS_SESSION:thread0: n|i:1000;
PHPREDIS_SESSION:thread1: n|i:1000;
PHPREDIS_SESSION:thread2: n|i:1000;
PHPREDIS_SESSION:thread3: n|i:1000;
PHPREDIS_SESSION:thread4: n|i:1000;
PHPREDIS_SESSION:thread5: n|i:1000;
PHPREDIS_SESSION:thread6: n|i:1000;
PHPREDIS_SESSION:thread7: n|i:1000;

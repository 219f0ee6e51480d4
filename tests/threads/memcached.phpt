--TEST--
Threads: Memcached, shared and separate sessions
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';

$server = MemcachedServer::start();
foreach (['shared' => SHARED, 'separate' => SEPARATE] as $label => $code) {
	$threads = new Threads($code, ['session.save_path' => $server->savePath()]);
	show_threads($label, $threads, fn () => memcached_connections($server));
}
foreach ($server->keys() as $key) {
	echo $key, ': ', $server->get($key), "\n";
}
?>
--EXPECT--
shared
  8000 times: written
  connections: 8
separate
  8000 times: written
  connections: 8
memc.sess.key.shared: n|i:8000;
memc.sess.key.thread0: n|i:1000;
memc.sess.key.thread1: n|i:1000;
memc.sess.key.thread2: n|i:1000;
memc.sess.key.thread3: n|i:1000;
memc.sess.key.thread4: n|i:1000;
memc.sess.key.thread5: n|i:1000;
memc.sess.key.thread6: n|i:1000;
memc.sess.key.thread7: n|i:1000;

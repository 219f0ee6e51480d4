--TEST--
Threads: Memcached, each thread finds its own connection while all connect
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';

$servers = ['TCP' => MemcachedServer::start(), 'unix socket' => MemcachedServer::startOnSocket(MemcachedServer::directory() . '/socket')];
foreach ($servers as $label => $server) {
	/* A new connection for each request, which uses it twice. */
	$threads = new Threads(SEPARATE, ['session.save_path' => $server->savePath(), 'cfsession.persistent' => '0']);
	show_threads($label, $threads, fn () => memcached_connections($server));
	foreach ($server->keys() as $key) {
		echo $key, ': ', $server->get($key), "\n";
	}
}
?>
--EXPECT--
TCP
  8000 times: written
  connections: 0
memc.sess.key.thread0: n|i:1000;
memc.sess.key.thread1: n|i:1000;
memc.sess.key.thread2: n|i:1000;
memc.sess.key.thread3: n|i:1000;
memc.sess.key.thread4: n|i:1000;
memc.sess.key.thread5: n|i:1000;
memc.sess.key.thread6: n|i:1000;
memc.sess.key.thread7: n|i:1000;
unix socket
  8000 times: written
  connections: 0
memc.sess.key.thread0: n|i:1000;
memc.sess.key.thread1: n|i:1000;
memc.sess.key.thread2: n|i:1000;
memc.sess.key.thread3: n|i:1000;
memc.sess.key.thread4: n|i:1000;
memc.sess.key.thread5: n|i:1000;
memc.sess.key.thread6: n|i:1000;
memc.sess.key.thread7: n|i:1000;

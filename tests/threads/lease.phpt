--TEST--
Threads: one thread of cfsession renews the locks of all threads
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';
require __DIR__ . '/../support/proxy.inc';

/* Requests that last until their lock is renewed, and shorter ones in between. */
const HELD = <<<'PHP'
	session_id("thread$argv[1]");
	session_start();
	$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
	usleep(900000);
	echo session_write_close() ? "written\n" : "not written\n";
	for ($i = 0; $i < 10; $i++) {
		visit('shared');
	}
	echo cfsession_status()['counters']['lock_renewals'] > 0 ? "renewed\n" : "not renewed\n";
	PHP;

$redis = RedisServer::start();
$memcached = MemcachedServer::start(['-c', '256']);
foreach (['Redis' => $redis, 'Memcached' => $memcached] as $name => $server) {
	/* A lease long enough for eight threads and a sanitizer on a busy machine. */
	$threads = new Threads(HELD, ['session.save_path' => $server->savePath(), 'cfsession.lock_lease' => '2'], [], 5);
	echo "$name\n";
	foreach ($threads->serve() as $line => $count) {
		echo "  $count times: $line\n";
	}
	$threads->endThreads();
	echo $threads->end();
}
foreach ($redis->keys() as $key) {
	echo $key, ': ', $redis->call('GET', $key), "\n";
}
echo 'memc.sess.key.shared: ', $memcached->get('memc.sess.key.shared'), "\n";

/** Requests that keep their sessions open until $happens has run. */
function hold_until(string $end, array $ini, callable $happens, string $begin = ''): void
{
	$file = temp_dir() . '/happened';
	$code = $begin . sprintf('session_id("thread$argv[1]"); session_start(); echo "open\n"; while (!file_exists(%s)) usleep(10000); %s',
		var_export($file, true), $end);
	$threads = new Threads($code, $ini + ['cfsession.lock_lease' => '2'], [], 1);
	$lines = $threads->serve(function (int $count) use ($happens, $file): void {
		if ($count === THREADS) {
			$happens();
			touch($file);
		}
	});
	echo json_encode($lines), "\n";
	$threads->endThreads();
	echo $threads->end();
}

/* A thread learns that its server does not know the URL's user, while cfsession's thread renews a lock there. */
echo "A user that the server does not know any more\n";
$redis = RedisServer::start(['requirepass' => 's3cr3t']);
$redis->call('ACL', 'SETUSER', 'h', 'on', '>s3cr3t', '~*', '+@all', '&*');
hold_until('$_SESSION["n"] = 1; echo session_write_close() ? "written\n" : "not written\n";',
	['session.save_path' => "redis://h:s3cr3t@127.0.0.1:{$redis->port}"],
	function () use ($redis): void {
		wait_until(fn () => redis_connections($redis) > THREADS, 20, 'a renewal');
		/* This closes the user's connections. */
		$redis->call('ACL', 'DELUSER', 'h');
	});
echo count($redis->keys('PHPREDIS_SESSION:thread?')), " sessions\n";

/* Silent servers: cfsession's thread waits for the second server's answer, after the first's, when all requests have
 * given up and PHP ends. With Memcached it is done by then, because requests wait for a running renewal. */
echo "PHP ends meanwhile\n";
foreach (['redis' => RedisServer::start(), 'memcached' => MemcachedServer::start(['-c', '256'])] as $protocol => $server) {
	$proxies = [Proxy::to($server->port, $protocol), Proxy::to($server->port, $protocol)];
	hold_until('@session_abort();', [
		'session.save_path' => $proxies[0]->savePath(),
		'cfsession.lock_lease' => '12',
		'cfsession.timeout' => '2',
	], function () use ($proxies): void {
		foreach ($proxies as $proxy) {
			$proxy->stall();
			$proxy->reset();
		}
		wait_until(fn () => array_filter($proxies, fn ($proxy) => $proxy->stats()['connections'] > 0), 20, 'a renewal');
	}, 'ini_set("session.save_path", $argv[1] % 2 ? ' . var_export($proxies[1]->savePath(), true) . ' : ini_get("session.save_path"));');
}
?>
--EXPECT--
Redis
  40 times: renewed
  440 times: written
Memcached
  40 times: renewed
  440 times: written
PHPREDIS_SESSION:shared: n|i:400;
PHPREDIS_SESSION:thread0: n|i:5;
PHPREDIS_SESSION:thread1: n|i:5;
PHPREDIS_SESSION:thread2: n|i:5;
PHPREDIS_SESSION:thread3: n|i:5;
PHPREDIS_SESSION:thread4: n|i:5;
PHPREDIS_SESSION:thread5: n|i:5;
PHPREDIS_SESSION:thread6: n|i:5;
PHPREDIS_SESSION:thread7: n|i:5;
memc.sess.key.shared: n|i:400;
A user that the server does not know any more
{"open":8,"written":8}
8 sessions
PHP ends meanwhile
{"open":8}
{"open":8}

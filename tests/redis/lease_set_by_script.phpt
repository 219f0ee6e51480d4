--TEST--
Redis: cfsession.lock_lease, set in one request, does not stay for the next one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/http.inc';

/* With the lock's lifetime, as Redis has it, in seconds. */
$code = <<<'PHP'
	foreach ($_GET as $name => $value) {
		ini_set("cfsession.$name", $value);
	}
	session_id('s');
	session_start();
	$redis = stream_socket_client('tcp://127.0.0.1:PORT');
	fwrite($redis, "PTTL PHPREDIS_SESSION:s_LOCK\r\n");
	echo 'lock_lease=', ini_get('cfsession.lock_lease'), ', lock_ttl=', ini_get('cfsession.lock_ttl'), ', the lock: ',
		ceil((int) substr(fgets($redis), 1) / 1000), "\n";
	PHP;
foreach (['0' => '?lock_lease=60&lock_ttl=4', '3' => '?lock_ttl=60&lock_lease=60'] as $ttl => $first) {
	$server = WebServer::start(str_replace('PORT', (string) $store->server->port, $code),
		['session.save_path' => $store->savePath(), 'cfsession.lock_ttl' => $ttl]);
	foreach ([$first, '', '?lock_lease=1', '', '?lock_ttl=2&lock_lease=2', ''] as $path) {
		[$body] = $server->get([], $path);
		echo $path ?: 'the next one', ': ', plain($body);
	}
}
?>
--EXPECT--
?lock_lease=60&lock_ttl=4: lock_lease=60, lock_ttl=4, the lock: 4
the next one: lock_lease=5.0, lock_ttl=0, the lock: 5
?lock_lease=1: lock_lease=1, lock_ttl=0, the lock: 1
the next one: lock_lease=5.0, lock_ttl=0, the lock: 5
?lock_ttl=2&lock_lease=2: lock_lease=2, lock_ttl=2, the lock: 2
the next one: lock_lease=5.0, lock_ttl=0, the lock: 5
?lock_ttl=60&lock_lease=60: lock_lease=60, lock_ttl=60, the lock: 60
the next one: lock_lease=5.0, lock_ttl=3, the lock: 3
?lock_lease=1: lock_lease=1, lock_ttl=3, the lock: 1
the next one: lock_lease=5.0, lock_ttl=3, the lock: 3
?lock_ttl=2&lock_lease=2: lock_lease=2, lock_ttl=2, the lock: 2
the next one: lock_lease=5.0, lock_ttl=3, the lock: 3

--TEST--
Memcached: a request to a silent server fails in time, and the server is not asked again for a while
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$servers = [
	'text' => [$text = MemcachedServer::start(), fn ($proxy) => $proxy->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), fn ($proxy) => login_path($proxy)],
];
foreach ($servers as $protocol => [$server, $path]) {
	$proxy = Proxy::to($server->port, 'memcached');
	$revive = function () use ($proxy) {
		/* So that the server does not get what was kept. */
		$proxy->cut();
		$proxy->stall(false);
	};
	configure($path($proxy), ['cfsession.timeout' => '0.3', 'cfsession.connect_timeout' => '0.3', 'cfsession.retry_interval' => '1']);
	attempt($protocol, count_up(...));
	await_unlocked($server);

	$proxy->stall();
	[$seconds] = attempt('silent', count_up(...));
	show_time('failed within', $seconds, 0.3);
	/* A silent kept connection may just be dead, so cfsession opens a new one. */
	$proxy->reset();
	[$seconds] = attempt('at once again, on a new connection', count_up(...));
	show_time('failed within', $seconds, 0.3);
	echo '  connections: ', $proxy->stats()['connections'], "\n";
	$proxy->reset();
	[$seconds] = attempt('and again', count_up(...));
	show_time('failed within', $seconds, 0);
	echo '  connections: ', $proxy->stats()['connections'], "\n";
	$revive();
	recover();
	attempt('later', count_up(...));
	await_unlocked($server);
	show_store($server);

	[$seconds] = attempt('silent between read and write', function () use ($proxy) {
		count_up();
		$proxy->stall();
	});
	show_time('failed within', $seconds, 0.3);
	$revive();
	show_store($server);
	$server->delete(LOCK_KEY);

	/* Connecting works at once; only the answer is missing. */
	ini_set('cfsession.retry_interval', '0');
	ini_set('cfsession.connect_timeout', '5');
	recover();
	await_unlocked($server);
	ini_set('cfsession.persistent', '0');
	/* The login counts as part of connecting. */
	$protocol === 'text' || ini_set('cfsession.connect_timeout', '0.3');
	$proxy->stall();
	[$seconds, , $messages] = attempt('silent, a new connection', count_up(...));
	show_time('failed within', $seconds, 0.3);
	preg_match('/within (\d+) ms/', $messages[0], $told);
	echo '  as told: ', json_encode(abs($told[1] / 1000 - $seconds) < 1), "\n";
	$revive();
	attempt('works at once', count_up(...));
	ini_set('cfsession.persistent', '1');
}
?>
--EXPECTF--
text: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
at once again, on a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.%s)
  failed within: 0.3 s
  connections: %d
and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
  connections: 0
later: started
  in the store: n|i:2;
silent between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
  in the store: n|i:2;, locked
silent, a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within %d ms (cfsession.%s)
  failed within: 0.3 s
  as told: true
works at once: started
binary: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
at once again, on a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.%s)
  failed within: 0.3 s
  connections: %d
and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
  connections: 0
later: started
  in the store: n|i:2;
silent between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
  in the store: n|i:2;, locked
silent, a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within %d ms (cfsession.%s)
  failed within: 0.3 s
  as told: true
works at once: started

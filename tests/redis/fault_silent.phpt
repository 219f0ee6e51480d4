--TEST--
Redis: a request to a silent server fails in time, and the server is not asked again for a while
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$proxy = Proxy::to($server->port);
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
$revive = function () use ($proxy) {
	/* So that the server does not get what was kept. */
	$proxy->cut();
	$proxy->stall(false);
};
configure($proxy->savePath(), ['cfsession.timeout' => '0.3', 'cfsession.retry_interval' => '0.4']);

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	$server->call('FLUSHALL');
	attempt("cfsession.lock=$lock", $count);

	$proxy->stall();
	[$seconds] = attempt('silent', $count);
	show_time('failed within', $seconds, 0.3);
	$proxy->reset();
	/* Only a new connection shows that the server is silent; a kept one may just be dead. */
	[$seconds] = attempt('at once again', $count);
	show_time('failed within', $seconds, 0.3);
	[$seconds] = attempt('which was a new connection', $count);
	show_time('failed within', $seconds, 0);
	echo '  connections: ', $proxy->stats()['connections'], "\n";
	$revive();
	recover();
	attempt('later', $count);
	show_store($server);

	[$seconds] = attempt('silent between read and write', function () use ($count, $proxy) {
		$count();
		$proxy->stall();
	});
	show_time('failed within', $seconds, 0.3);
	$revive();
	$server->call('DEL', KEY . '_LOCK');
	show_store($server);

	ini_set('cfsession.retry_interval', '0');
	recover();
	$proxy->stall();
	attempt('silent, with cfsession.retry_interval=0');
	[$seconds] = attempt('asked again');
	show_time('failed within', $seconds, 0.3);
	$revive();
	attempt('works at once', $count);
	ini_set('cfsession.retry_interval', '0.4');

	ini_set('session.save_path', $proxy->savePath(['read_timeout' => '0.1']));
	$proxy->stall();
	[$seconds] = attempt('silent, with read_timeout=0.1');
	show_time('failed within', $seconds, 0.1);
	$revive();
	ini_set('session.save_path', $proxy->savePath());
	recover();
}

/* One that refuses something, and is silent in the middle of the next answer: a refused login is the reason, a refused name
 * is not. */
$wrong = '-WRONGPASS invalid username-password pair';
ini_set('cfsession.lock', '1');
ini_set('cfsession.retry_interval', '0');
foreach (['the login' => ["$wrong\r\n", "+OK\r\n"], 'its name' => ["+OK\r\n", "-ERR no\r\n"]] as $what => $answers) {
	$server = ScriptedServer::start(array_fill(0, 2, [...$answers, ['send' => '-NO', 'then' => 'stall']]));
	ini_set('session.save_path', $server->savePath() . '?auth=' . PASSWORD);
	[$seconds] = attempt("refuses $what, then silent");
	show_time('failed within', $seconds, 0.3);
}
?>
--EXPECT--
cfsession.lock=1: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
which was a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
  connections: 1
later: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
silent between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
  in the store: PHPREDIS_SESSION:ID = n|i:2;
silent, with cfsession.retry_interval=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
asked again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
works at once: started
silent, with read_timeout=0.1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 100 ms (cfsession.timeout)
  failed within: 0.1 s
cfsession.lock=0: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
which was a new connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
  connections: 1
later: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
silent between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
  in the store: PHPREDIS_SESSION:ID = n|i:2;
silent, with cfsession.retry_interval=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
asked again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s
works at once: started
silent, with read_timeout=0.1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 100 ms (cfsession.timeout)
  failed within: 0.1 s
refuses the login, then silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair"; check the credentials in session.save_path
  failed within: 0.3 s
refuses its name, then silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  failed within: 0.3 s

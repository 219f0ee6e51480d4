--TEST--
Redis: requests to a server that is down fail, and work as soon as it is back
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['save' => '3600 1']);
$proxy = Proxy::to($server->port);
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;

foreach (['1', '0'] as $lock) {
	configure($proxy->savePath(), ['cfsession.lock' => $lock]);
	$server->call('FLUSHALL');
	echo "cfsession.lock=$lock\n";
	attempt('running', $count);
	$proxy->refuse();
	[$seconds] = attempt('gone', $count);
	show_time('failed within', $seconds, 0);
	attempt('still gone', $count);
	$proxy->listen();
	attempt('back', $count);
	attempt('gone between read and write', function () use ($count, $proxy) {
		$count();
		$proxy->refuse();
	});
	$proxy->listen();
	show_store($server);
	$server->call('DEL', KEY . '_LOCK');
	attempt('back again', $count);
	show_store($server);
}

echo "a unix socket that is not there\n";
configure('unix:///tmp/there-is-no-such-directory/redis.sock');
attempt('gone');
configure('unix:///etc');
attempt('not a socket');

echo "a host that is not there\n";
configure('tcp://no-such-host.invalid:6379');
attempt('gone');
?>
--EXPECTF--
cfsession.lock=1
running: started
gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  failed within: 0 s
still gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
back: started
gone between read and write: started
  session_write_close(): cfsession: cannot write the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  in the store: PHPREDIS_SESSION:ID = n|i:2;
  in the store: PHPREDIS_SESSION:ID_LOCK = cfsession:%s
back again: started
  in the store: PHPREDIS_SESSION:ID = n|i:3;
cfsession.lock=0
running: started
gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  failed within: 0 s
still gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
back: started
gone between read and write: started
  session_write_close(): cfsession: cannot write the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  in the store: PHPREDIS_SESSION:ID = n|i:2;
back again: started
  in the store: PHPREDIS_SESSION:ID = n|i:3;
a unix socket that is not there
gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at SOCKET: No such file or directory; check the path, and that the server runs
not a socket: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at /etc: Connection refused; check the path, and that the server runs
a host that is not there
gone: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at no-such-host.invalid:6379: %s

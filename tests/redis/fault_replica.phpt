--TEST--
Redis: a replica, and a master that becomes one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$master = RedisServer::start();
$server = RedisServer::start();
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
configure($server->savePath());

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	$server->call('REPLICAOF', 'NO', 'ONE');
	$server->call('FLUSHALL');
	echo "cfsession.lock=$lock\n";
	attempt('a master', $count);
	attempt('demoted between read and write', function () use ($server, $master, $count) {
		$count();
		/* The replica keeps its data until it has copied the master's. */
		$master->call('SET', KEY, 'n|i:7;');
		$server->call('REPLICAOF', '127.0.0.1', $master->port);
	});
	wait_until(fn () => $server->call('GET', KEY) === 'n|i:7;');
	attempt('a replica', $count);
	show_store($server);
}
?>
--EXPECT--
cfsession.lock=1
a master: started
demoted between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
a replica: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
  in the store: PHPREDIS_SESSION:ID = n|i:7;
cfsession.lock=0
a master: started
demoted between read and write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
a replica: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
  in the store: PHPREDIS_SESSION:ID = n|i:7;

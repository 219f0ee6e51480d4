--TEST--
Redis: a full server keeps the old session and no lock
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['maxmemory-policy' => 'noeviction']);
configure($server->savePath());
$fill = fn () => $server->call('CONFIG', 'SET', 'maxmemory', 1);

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	$server->call('FLUSHALL');
	$server->call('CONFIG', 'SET', 'maxmemory', 0);
	echo "cfsession.lock=$lock\n";
	attempt('room', fn () => $_SESSION['n'] = 1);
	attempt('full when it is written', function () use ($fill) {
		$_SESSION['n']++;
		$fill();
	});
	show_store($server);
	attempt('full when it is read', fn () => $_SESSION['n']++);
	show_store($server);

	$server->call('CONFIG', 'SET', 'maxmemory', 0);
	attempt('full at the end, unchanged', $fill);
	$server->call('CONFIG', 'SET', 'maxmemory', 0);
	attempt('full when it is destroyed', function () use ($fill) {
		$fill();
		echo '  destroyed: ', var_export(session_destroy(), true), "\n";
	});
	show_store($server);

	$server->call('CONFIG', 'SET', 'maxmemory', 0);
	/* Another request waits for the lock when the write fails. */
	attempt('full when it is written, with a waiter', function () use ($fill, $server) {
		$_SESSION['n'] = 1;
		$server->call('SET', KEY . '_LOCK_WAITERS', 1, 'EX', 5);
		$fill();
	});
	$server->call('DEL', KEY . '_LOCK_WAITERS', KEY . '_LOCK_WAKE');
	show_store($server);
}
?>
--EXPECT--
cfsession.lock=1
room: started
full when it is written: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis
  in the store: PHPREDIS_SESSION:ID = n|i:1;
full when it is read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis
  in the store: PHPREDIS_SESSION:ID = n|i:1;
full at the end, unchanged: started
  destroyed: true
full when it is destroyed: started
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
full when it is written, with a waiter: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
cfsession.lock=0
room: started
full when it is written: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis
  in the store: PHPREDIS_SESSION:ID = n|i:1;
full when it is read: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis
  in the store: PHPREDIS_SESSION:ID = n|i:1;
full at the end, unchanged: started
  destroyed: true
full when it is destroyed: started
full when it is written, with a waiter: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed when used memory > 'maxmemory'."; it is full: raise its maxmemory, and keep caches in another Redis

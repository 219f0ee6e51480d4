--TEST--
Redis: a key that is not a string is an error, and stays
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
configure($server->savePath());
foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	echo "cfsession.lock=$lock\n";
	$server->call('HSET', KEY, 'field', 'value');
	attempt('read', fn () => $_SESSION['n'] = 1);
	show_store($server);
	ini_set('session.use_strict_mode', '1');
	attempt('read in strict mode', fn () => $_SESSION['n'] = 1);
	ini_set('session.use_strict_mode', '0');
	show_store($server);
	$server->call('DEL', KEY);

	/* Another program uses the lock's key. */
	$server->call('HSET', KEY . '_LOCK', 'field', 'value');
	attempt('the lock', fn () => $_SESSION['n'] = 1);
	show_store($server);
	$server->call('FLUSHALL');
}
?>
--EXPECT--
cfsession.lock=1
read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "WRONGTYPE Operation against a key holding the wrong kind of value"; the key is not a session: choose a cfsession.prefix that no other application uses
  in the store: PHPREDIS_SESSION:ID = not a string
read in strict mode: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "WRONGTYPE Operation against a key holding the wrong kind of value"; the key is not a session: choose a cfsession.prefix that no other application uses
  in the store: PHPREDIS_SESSION:ID = not a string
the lock: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "WRONGTYPE Operation against a key holding the wrong kind of value"; the key is not a session: choose a cfsession.prefix that no other application uses
  in the store: PHPREDIS_SESSION:ID_LOCK = not a string
cfsession.lock=0
read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "WRONGTYPE Operation against a key holding the wrong kind of value"; the key is not a session: choose a cfsession.prefix that no other application uses
  in the store: PHPREDIS_SESSION:ID = not a string
read in strict mode: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "WRONGTYPE Operation against a key holding the wrong kind of value"; the key is not a session: choose a cfsession.prefix that no other application uses
  in the store: PHPREDIS_SESSION:ID = not a string
the lock: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
  in the store: PHPREDIS_SESSION:ID_LOCK = not a string

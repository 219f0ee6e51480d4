--TEST--
Redis: a server without some of the commands
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

function renamed(string $command, array $query = [], array $options = []): void
{
	$server = RedisServer::start(['rename-command' => [$command, '']] + $options);
	configure($server->savePath($query));
	foreach (['1', '0'] as $lock) {
		ini_set('cfsession.lock', $lock);
		attempt("without $command, cfsession.lock=$lock", fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1);
	}
	show_store($server);
}

renamed('EVALSHA');
renamed('EVAL');
renamed('GETEX');
renamed('CLIENT');
renamed('SELECT', ['database' => 1]);
renamed('AUTH', ['auth' => PASSWORD]);
?>
--EXPECTF--
without EVALSHA, cfsession.lock=1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR unknown command 'EVALSHA'%S
without EVALSHA, cfsession.lock=0: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
without EVAL, cfsession.lock=1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR unknown command 'EVAL'%S
without EVAL, cfsession.lock=0: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;
without GETEX, cfsession.lock=1: started
without GETEX, cfsession.lock=0: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
without CLIENT, cfsession.lock=1: started
without CLIENT, cfsession.lock=0: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
without SELECT, cfsession.lock=1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused database 1: "ERR unknown command 'SELECT'%S
without SELECT, cfsession.lock=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused database 1: "ERR unknown command 'SELECT'%S
without AUTH, cfsession.lock=1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR unknown command 'AUTH'%S
without AUTH, cfsession.lock=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR unknown command 'AUTH'%S

--TEST--
Redis: without locking, plain commands suffice if the server or the user has no scripts
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* Runs requests on one connection, and prints the commands sent. */
function use_sessions(string $label, RedisServer $server, array $query = []): void
{
	$proxy = Proxy::to($server->port);
	configure($proxy->savePath($query), ['cfsession.lock' => '0', 'cfsession.persistent' => '1']);
	echo "$label\n";
	foreach ([
		'new' => fn () => $_SESSION['n'] = 1,
		'changed' => fn () => $_SESSION['n']++,
		'a large value' => fn () => $_SESSION['large'] = str_repeat('x', 10000),
		'emptied' => fn () => session_unset(),
		'destroyed by another request' => function () use ($server) {
			$_SESSION['n'] = 1;
			$server->call('DEL', KEY);
		},
	] as $what => $body) {
		$proxy->reset();
		attempt("  $what", $body);
		foreach ($proxy->stats()['bursts'] as $commands) {
			echo '    ', implode(' ', $commands), "\n";
		}
		echo '    stored: ', json_encode(preg_replace('/x{9,}/', 'x...', (string) $server->call('GET', KEY))), "\n";
	}
	$proxy->cut();
}

use_sessions('with scripts', RedisServer::start());
use_sessions('without EVALSHA', RedisServer::start(['rename-command' => ['EVALSHA', '']]));
use_sessions('without EVAL', RedisServer::start(['rename-command' => ['EVAL', '']]));

$server = RedisServer::start();
$server->call('ACL', 'SETUSER', 'app', 'on', '>of-app', '~PHPREDIS_SESSION:*', '-@all', '+getex', '+set', '+del', '+expire');
use_sessions('a user who may not', $server, ['auth[user]' => 'app', 'auth[pass]' => 'of-app']);
?>
--EXPECT--
with scripts
  new: started
    CLIENT GET GETEX
    EVALSHA
    EVAL
    stored: "n|i:1;"
  changed: started
    GET GETEX
    EVALSHA
    stored: "n|i:2;"
  a large value: started
    GET GETEX
    SET EVALSHA
    stored: "n|i:2;large|s:10000:\"x...\";"
  emptied: started
    GET GETEX
    EVALSHA
    stored: ""
  destroyed by another request: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    GET GETEX
    EVALSHA
    stored: ""
without EVALSHA
  new: started
    CLIENT GET GETEX
    EVALSHA
    SET
    stored: "n|i:1;"
  changed: started
    GET GETEX
    SET
    stored: "n|i:2;"
  a large value: started
    GET GETEX
    SET
    stored: "n|i:2;large|s:10000:\"x...\";"
  emptied: started
    GET GETEX
    SET
    stored: ""
  destroyed by another request: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    GET GETEX
    SET
    stored: ""
without EVAL
  new: started
    CLIENT GET GETEX
    EVALSHA
    EVAL
    SET
    stored: "n|i:1;"
  changed: started
    GET GETEX
    SET
    stored: "n|i:2;"
  a large value: started
    GET GETEX
    SET
    stored: "n|i:2;large|s:10000:\"x...\";"
  emptied: started
    GET GETEX
    SET
    stored: ""
  destroyed by another request: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    GET GETEX
    SET
    stored: ""
a user who may not
  new: started
    AUTH CLIENT GET GETEX
    EVALSHA
    SET
    stored: "n|i:1;"
  changed: started
    GET GETEX
    SET
    stored: "n|i:2;"
  a large value: started
    GET GETEX
    SET
    stored: "n|i:2;large|s:10000:\"x...\";"
  emptied: started
    GET GETEX
    SET
    stored: ""
  destroyed by another request: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    GET GETEX
    SET
    stored: ""

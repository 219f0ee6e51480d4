--TEST--
Redis: the lock is released if the server closes the connection at a write or a read
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* How the connection ends, and whether the server has sent anything before, is random. */
ob_start(fn (string $output) => preg_replace(
	['/ \((Connection reset by peer|Server closed the connection|Broken pipe)\)/', '~; if it requires TLS, write tls://~'], '', $output));

/* A large write that makes the server close the connection. */
function write_too_much(string $label, array $options, array $ini = []): void
{
	$server = RedisServer::start($options);
	configure($server->savePath(), ['cfsession.lock_wait' => '0', 'cfsession.lock' => '1', ...$ini]);
	attempt("$label: a session", fn () => $_SESSION['n'] = 1);
	attempt('  too large', fn () => $_SESSION['large'] = str_repeat('x', 1100000));
	show_store($server);
	attempt('  the next request', fn () => $_SESSION['n']++);
	show_store($server);
	/* The release wakes waiters. */
	session_id(ID);
	session_start();
	$waiter = Php::start('session_id("' . ID . '"); session_start(); say("n: $_SESSION[n]");', ['session.save_path' => $server->savePath()]);
	wait_until(fn () => $server->blockedClients() === 1);
	$_SESSION['large'] = str_repeat('x', 1100000);
	/* A waiter that is not woken polls once a second. */
	$late = deadline(0.8);
	warnings(fn () => session_write_close());
	echo '  one that waits: ', $waiter->readLine(), now() < $late ? '' : ', late', "\n";
	$waiter->output();
	show_store($server);
}

/* A session that is too large for the server's output buffer. */
function read_too_much(): void
{
	$server = RedisServer::start(['client-output-buffer-limit' => ['normal', '1mb', '1mb', '0']]);
	configure($server->savePath(), ['cfsession.lock_wait' => '0', 'cfsession.lock' => '1']);
	/* Loads the scripts. */
	in_session('other', fn () => null);
	$server->call('DEL', 'PHPREDIS_SESSION:other');
	$server->call('SET', KEY, 'n|s:5000000:"' . str_repeat('x', 5000000) . '";');
	attempt('client-output-buffer-limit');
	echo '  left: ', str_replace(ID, 'ID', implode(' ', $server->keys())), "\n";
	$server->call('SET', KEY, 'n|i:1;');
	attempt('  the next request', fn () => $_SESSION['n']++);
	show_store($server);
}

write_too_much('proto-max-bulk-len', ['proto-max-bulk-len' => '1mb']);
write_too_much('client-query-buffer-limit', ['client-query-buffer-limit' => '1mb']);
write_too_much('without persistent connections', ['proto-max-bulk-len' => '1mb'], ['cfsession.persistent' => '0']);

read_too_much();

/* A proxy that cuts each connection from the write on, and later works again. */
const CLOSE = ['close'];
$scripted = ScriptedServer::start([
	["+OK\r\n", ":1\r\n", "\$6\r\nn|i:1;\r\n", CLOSE],
	["+OK\r\n", CLOSE],
	["+OK\r\n", ":1\r\n"],
]);
configure($scripted->savePath(), ['cfsession.lock' => '1', 'cfsession.retry_interval' => '0']);
attempt('twice', fn () => $_SESSION['n'] = 2);
foreach ($scripted->commands() as [$connection, $command]) {
	echo "  $connection: $command[0]", str_starts_with($command[0], 'EVAL') ? ' of ' . (count($command) - 3 - $command[2]) . ' arguments' : '', "\n";
}
?>
--EXPECT--
proto-max-bulk-len: a session: started
  too large: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT closed the connection before it had answered
  in the store: PHPREDIS_SESSION:ID = n|i:1;
  the next request: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
  one that waits: n: 2
  in the store: PHPREDIS_SESSION:ID = n|i:2;
client-query-buffer-limit: a session: started
  too large: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT closed the connection before it had answered
  in the store: PHPREDIS_SESSION:ID = n|i:1;
  the next request: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
  one that waits: n: 2
  in the store: PHPREDIS_SESSION:ID = n|i:2;
without persistent connections: a session: started
  too large: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT closed the connection before it had answered
  in the store: PHPREDIS_SESSION:ID = n|i:1;
  the next request: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
  one that waits: n: 2
  in the store: PHPREDIS_SESSION:ID = n|i:2;
client-output-buffer-limit: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered
  left: PHPREDIS_SESSION:ID
  the next request: started
  in the store: PHPREDIS_SESSION:ID = n|i:2;
twice: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT closed the connection before it had answered
  0: CLIENT
  0: EVALSHA of 5 arguments
  0: GET
  0: EVALSHA of 5 arguments
  1: CLIENT
  1: EVALSHA of 5 arguments
  2: CLIENT
  2: EVALSHA of 1 arguments

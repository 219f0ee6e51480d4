--TEST--
Memcached: a server or proxy that closes the connection at a write, or at a read, does not keep the lock
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

const CLOSE = ['close'];

/** What was sent on each connection. */
function show_commands(ScriptedServer $server): void
{
	$sent = [];
	foreach ($server->commands() as [$connection, $command]) {
		str_starts_with($command[0], 'SASL') || $sent[$connection][] = $command[0];
	}
	foreach ($sent as $connection => $names) {
		echo "  $connection: ", implode(' ', $names), "\n";
	}
}

configure('', ['cfsession.retry_interval' => '0', 'cfsession.lock_wait' => '0', 'cfsession.timeout' => '0.3']);
foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	echo $replies::class, "\n";
	$lock = $replies->items([LOCK_KEY => TOKEN]);
	$good = $replies->items([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);

	$server = serve($replies, [$good, CLOSE], [$lock, CLOSE], [$lock]);
	attempt('closed at each write', count_up(...));
	show_commands($server);

	$server = serve($replies, [$good, CLOSE], [CLOSE], [$replies->items([LOCK_KEY => "somebody else's"])]);
	attempt('another one has the lock', fn () => null);
	show_commands($server);

	$server = serve($replies, [CLOSE], [$lock]);
	attempt('closed at the read');
	show_commands($server);

	$server = serve($replies, [$good, ['stall']], [$lock]);
	[$seconds] = attempt('silent', count_up(...));
	show_commands($server);
	show_time('waited', $seconds, 0.3);
}

/* Real ones, behind a proxy that is gone for the write. */
$servers = ['text' => MemcachedServer::start(), 'binary' => MemcachedServer::sasl(USER, PASSWORD)];
foreach ($servers as $protocol => $server) {
	$proxy = Proxy::to($server->port, 'memcached');
	configure($protocol === 'text' ? $proxy->savePath() : login_path($proxy), ['cfsession.lock_wait' => '0']);
	attempt("$protocol: a session", fn () => $_SESSION['n'] = 1);
	attempt('  too large for the server', fn () => $_SESSION['large'] = str_repeat('x', 1100000));
	show_store($server);
	attempt('  broken while it is open', function () use ($proxy) {
		$proxy->cut();
	});
	show_store($server);
	session_id(ID);
	session_start();
	$proxy->cut();
	session_abort();
	await_unlocked($server);
	show_store($server);
}
?>
--EXPECT--
TextReplies
closed at each write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it wants a login (SASL), give a user name and a password
  0: GETS CAS
  1: GETS CAS
  2: VERSION
  3: GETS
another one has the lock: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it wants a login (SASL), give a user name and a password
  0: GETS TOUCH
  1: TOUCH
  2: VERSION
  3: GETS
closed at the read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it wants a login (SASL), give a user name and a password
  0: GETS
  1: VERSION
  2: GETS
silent: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  0: GETS CAS
  waited: 0.3 s
BinaryReplies
closed at each write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  0: NOOP REPLACE
  1: NOOP REPLACE
  2: VERSION
  3: NOOP
another one has the lock: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  0: NOOP TOUCH
  1: TOUCH
  2: VERSION
  3: NOOP
closed at the read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  0: NOOP
  1: VERSION
  2: NOOP
silent: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  0: NOOP REPLACE
  waited: 0.3 s
text: a session: started
  too large for the server: started
  session_write_close(): cfsession: cannot write the session: the session has 1100025 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
  broken while it is open: started
  in the store: n|i:1;
  in the store: n|i:1;
binary: a session: started
  too large for the server: started
  session_write_close(): cfsession: cannot write the session: the session has 1100025 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
  broken while it is open: started
  in the store: n|i:1;
  in the store: n|i:1;

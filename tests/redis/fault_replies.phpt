--TEST--
Redis: no malformed reply counts as a session, or as a successful write
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n"; /* to CLIENT SETNAME */
const LOCKED = ":1\r\n";
const NOTHING = "\$-1\r\n";

/* Whether a command releases a lock: a script with four keys, and only the token as argument. */
function is_release(array $command): bool
{
	return count($command) === 8 && in_array($command[0], ['EVAL', 'EVALSHA'], true) && $command[2] === '4';
}

/*
 * After each of these replies the connection may only be used once more, to send the release of the lock; after a
 * release alone it may be kept.
 */
function broken(string $label, array $connection): void
{
	$server = ScriptedServer::start([$connection]);
	ini_set('session.save_path', $server->savePath());
	attempt($label, fn () => $_SESSION['n'] = 1);
	$before = $server->commands();
	session_id(ID);
	@session_start();
	@session_abort();
	$broken = array_column(array_filter($before, fn ($sent) => $sent[1][0] !== 'CLIENT' && !is_release($sent[1])), 0);
	$broken = $broken ?: array_column($before, 0);
	$used = array_filter(array_slice($server->commands(), count($before)), fn ($sent) => !is_release($sent[1]));
	$used = array_column($used, 0);
	$used && !array_intersect($used, $broken) || print("  and the connection is used again\n");
}

configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '0.3']);

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	/* Before the session: the lock, or the absence of a tombstone. */
	$hello = [OK, $lock ? LOCKED : NOTHING];
	if ($lock) {
		echo "the lock\n";
		foreach ([
			'a status' => OK,
			'a session' => "\$6\r\nn|i:1;\r\n",
			'no session, which was not asked for' => NOTHING,
			'another number' => ":7\r\n",
			'a list that is too short' => "*1\r\n:1\r\n",
			'a list of something else' => "*2\r\n:1\r\n\$1\r\n1\r\n",
		] as $label => $reply) {
			broken($label, [OK, $reply, "\$6\r\nn|i:1;\r\n"]);
		}
	}

	if (!$lock) {
		echo "the tombstone\n";
		foreach ([
			'a status' => OK,
			'a session' => "\$6\r\nn|i:1;\r\n",
			'a number' => ":1\r\n",
			'a list' => "*1\r\n:1\r\n",
		] as $label => $reply) {
			broken($label, [OK, $reply, "\$6\r\nn|i:1;\r\n"]);
		}
	}

	echo "cfsession.lock=$lock, read\n";
	foreach ([
		'not the protocol' => "HTTP/1.1 400 Bad Request\r\n\r\n",
		'another type: a status' => OK,
		'another type: a number' => ":1\r\n",
		'another type: a list' => "*1\r\n\$6\r\nn|i:1;\r\n",
		'an impossible length' => "\$-5\r\n",
		'one too many' => NOTHING . NOTHING,
		'half of one too many' => NOTHING . '$',
		'the end in the middle' => ['send' => "\$6\r\nn|i", 'then' => 'close'],
		'the end between value and line end' => ['send' => "\$6\r\nn|i:1;\r", 'then' => 'close'],
		'nothing more in the middle' => ['send' => "\$6\r\nn|i", 'then' => 'stall'],
		'the end' => ['close'],
	] as $label => $reply) {
		broken($label, [...$hello, $reply]);
	}
	broken('the end in the handshake', [['close']]);
	broken('half a handshake', [['send' => '+O', 'then' => 'close']]);
	broken('not the protocol in the handshake', ["HTTP/1.1 400 Bad Request\r\n\r\n"]);

	echo "cfsession.lock=$lock, write\n";
	$written = ":1\r\n";
	foreach ([
		'not the protocol' => "HTTP/1.1 400 Bad Request\r\n\r\n",
		'another type: a status' => '+OK or not' . "\r\n",
		'another type: a string' => "\$2\r\nOK\r\n",
		'another number' => ":7\r\n",
		'a negative number' => ":-1\r\n",
		'one too many' => $written . $written,
		'nothing more in the middle' => ['send' => rtrim($written), 'then' => 'stall'],
	] as $label => $reply) {
		broken($label, [...$hello, NOTHING, $reply]);
	}
}
?>
--EXPECT--
the lock
a status: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a session: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
no session, which was not asked for: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
another number: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a list that is too short: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a list of something else: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
cfsession.lock=1, read
not the protocol: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "H" as reply type byte)
another type: a status: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
another type: a number: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
another type: a list: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
an impossible length: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Bulk string length out of range)
one too many: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that nobody asked for
half of one too many: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that nobody asked for
the end in the middle: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
the end between value and line end: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
nothing more in the middle: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
the end: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
the end in the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection); if it requires TLS, write tls://
half a handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
not the protocol in the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Redis: check the port
cfsession.lock=1, write
not the protocol: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "H" as reply type byte)
another type: a status: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
another type: a string: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
another number: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
a negative number: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
one too many: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that nobody asked for
nothing more in the middle: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
the tombstone
a status: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a session: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a number: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a list: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
cfsession.lock=0, read
not the protocol: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "H" as reply type byte)
another type: a status: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
another type: a number: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
another type: a list: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that does not match the request
an impossible length: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Bulk string length out of range)
one too many: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that nobody asked for
half of one too many: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that nobody asked for
the end in the middle: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
the end between value and line end: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
nothing more in the middle: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
the end: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
the end in the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection); if it requires TLS, write tls://
half a handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection)
not the protocol in the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Redis: check the port
cfsession.lock=0, write
not the protocol: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "H" as reply type byte)
another type: a status: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
another type: a string: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
another number: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
a negative number: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
one too many: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that nobody asked for
nothing more in the middle: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)

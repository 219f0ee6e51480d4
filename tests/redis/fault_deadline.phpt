--TEST--
Redis: cfsession.timeout bounds a whole request, however slowly the reply comes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";

configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '0.4']);
$slowly = fn (string $bytes) => ['trickle' => $bytes, 'pause' => 0.1];
$locked = ":1\r\n";
$value = "\$12\r\nvalue|i:123;\r\n";
$written = ":1\r\n";

$cases = [
	'the handshake' => [$slowly(OK . $locked . $value)],
	'the reply' => [OK, $locked, $slowly($value)],
	'a long one in a row of replies' => [OK, $slowly("*2\r\n:100\r\n:1\r\n")],
	'the reply to a write' => [OK, $locked, $value, $slowly('+' . str_repeat('O', 20) . "\r\n")],
	'the reply on a connection used before' => [OK, $locked, $value, $written, $locked, $slowly($value)],
	'the reply to a write on it' => [OK, $locked, $value, $written, $locked, $value, $slowly('+' . str_repeat('O', 20) . "\r\n")],
];
foreach ($cases as $label => $connection) {
	$server = ScriptedServer::start([$connection]);
	ini_set('session.save_path', $server->savePath());
	count($connection) > 4 && in_session(ID, fn () => $_SESSION['n'] = 1);
	[$seconds] = attempt($label, fn () => $_SESSION['n'] = 1);
	show_time('took', $seconds, 0.4);
}

/* With a database the handshake takes its own round trip. */
ini_set('cfsession.connect_timeout', '0.2');
$server = ScriptedServer::start([[$slowly(OK), OK]]);
ini_set('session.save_path', $server->savePath(['database' => 1]));
[$seconds] = attempt('the handshake with a database');
show_time('took', $seconds, 0.2);

/* Slow, but in time. */
$server = ScriptedServer::start([[OK, $locked, ['trickle' => $value, 'pause' => 0.01], $written]]);
ini_set('session.save_path', $server->savePath());
attempt('slow, and in time');
?>
--EXPECT--
the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
the reply: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
a long one in a row of replies: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
the reply to a write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
the reply on a connection used before: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
the reply to a write on it: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
  took: 0.4 s
the handshake with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 200 ms (cfsession.connect_timeout)
  took: 0.2 s
slow, and in time: started

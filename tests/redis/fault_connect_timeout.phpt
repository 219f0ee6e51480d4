--TEST--
Redis: connecting and the handshake have a time limit
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
if (PHP_OS_FAMILY !== 'Linux') die('skip other systems treat a full backlog differently');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* A server with a full backlog makes further connections wait. */
$context = stream_context_create(['socket' => ['backlog' => 1]]);
$server = stream_socket_server('tcp://127.0.0.1:0', $errno, $error, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
$port = port_of($server);
$waiting = [];
for ($i = 0; $i < 8; $i++) {
	$waiting[] = stream_socket_client("tcp://127.0.0.1:$port", $errno, $error, 1, STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT);
}

configure(save_path($port), ['cfsession.connect_timeout' => '0.2', 'cfsession.retry_interval' => '5']);
[$seconds] = attempt('no connection');
show_time('failed within', $seconds, 0.2);
[$seconds] = attempt('at once again');
show_time('failed within', $seconds, 0);

ini_set('cfsession.retry_interval', '0');
/* cfsession remembers this failure for its whole interval. */
[$seconds] = attempt('retry_interval was 5 then');
show_time('failed within', $seconds, 0);

/* The process selects the database before it sends anything else. */
$silent = ScriptedServer::start(['never']);
configure($silent->savePath(['database' => 2]), ['cfsession.timeout' => '5']);
[$seconds] = attempt('no answer to the handshake');
show_time('failed within', $seconds, 0.2);
ini_set('session.save_path', $silent->savePath(['database' => 2, 'timeout' => '0.1']));
[$seconds] = attempt('timeout=0.1 in session.save_path');
show_time('failed within', $seconds, 0.1);
?>
--EXPECT--
no connection: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 200 ms (cfsession.connect_timeout)
  failed within: 0.2 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
retry_interval was 5 then: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
no answer to the handshake: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 200 ms (cfsession.connect_timeout)
  failed within: 0.2 s
timeout=0.1 in session.save_path: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 100 ms (cfsession.connect_timeout)
  failed within: 0.1 s

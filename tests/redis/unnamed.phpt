--TEST--
Redis: a proxy may close the connection at CLIENT SETNAME, or refuse the command
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";

/* A proxy that reacts to CLIENT SETNAME in a special way. */
function proxy(string|array $client, array $answers = []): ScriptedServer
{
	return ScriptedServer::start([[['answers' => ['CLIENT' => $client] + $answers + [
		'AUTH' => OK,
		'SELECT' => OK,
		'EVALSHA' => ":1\r\n",
		'GET' => "\$-1\r\n",
	]]]]);
}

function use_sessions(string $label, ScriptedServer $proxy, array $query = []): void
{
	configure($proxy->savePath($query), ['cfsession.persistent' => '0', 'cfsession.retry_interval' => '0']);
	echo "$label\n";
	foreach (['first', 'second'] as $visit) {
		$before = counter('round_trips');
		attempt("  $visit", fn () => $_SESSION['n'] = 1);
		echo '    round trips: ', counter('round_trips') - $before, ', connections so far: ', $proxy->connections(), "\n";
	}
	$sent = array_map(fn ($sent) => $sent[0] . ' ' . strtoupper($sent[1][0]), $proxy->commands());
	echo '  sent: ', implode(', ', $sent), "\n";
}

foreach ([[], ['database' => 1], ['auth' => PASSWORD]] as $query) {
	echo json_encode(array_keys($query)), "\n";
	use_sessions('known', proxy(OK), $query);
	use_sessions('refused', proxy("-ERR unknown command\r\n"), $query);
	use_sessions('closed', proxy(['close']), $query);
}
/* The name is not the reason for the close, so the next connection sends one again. */
use_sessions('closed, whatever it is asked', proxy(['close'], ['EVALSHA' => ['close']]));
?>
--EXPECT--
[]
known
  first: started
    round trips: 2, connections so far: 1
  second: started
    round trips: 2, connections so far: 2
  sent: 0 CLIENT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 CLIENT, 1 EVALSHA, 1 GET, 1 EVALSHA
refused
  first: started
    round trips: 2, connections so far: 1
  second: started
    round trips: 2, connections so far: 2
  sent: 0 CLIENT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 CLIENT, 1 EVALSHA, 1 GET, 1 EVALSHA
closed
  first: started
    round trips: 3, connections so far: 2
  second: started
    round trips: 2, connections so far: 3
  sent: 0 CLIENT, 1 EVALSHA, 1 GET, 1 EVALSHA, 2 EVALSHA, 2 GET, 2 EVALSHA
["database"]
known
  first: started
    round trips: 3, connections so far: 1
  second: started
    round trips: 3, connections so far: 2
  sent: 0 CLIENT, 0 SELECT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 CLIENT, 1 SELECT, 1 EVALSHA, 1 GET, 1 EVALSHA
refused
  first: started
    round trips: 3, connections so far: 1
  second: started
    round trips: 3, connections so far: 2
  sent: 0 CLIENT, 0 SELECT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 CLIENT, 1 SELECT, 1 EVALSHA, 1 GET, 1 EVALSHA
closed
  first: started
    round trips: 4, connections so far: 2
  second: started
    round trips: 3, connections so far: 3
  sent: 0 CLIENT, 1 SELECT, 1 EVALSHA, 1 GET, 1 EVALSHA, 2 SELECT, 2 EVALSHA, 2 GET, 2 EVALSHA
["auth"]
known
  first: started
    round trips: 2, connections so far: 1
  second: started
    round trips: 2, connections so far: 2
  sent: 0 AUTH, 0 CLIENT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 AUTH, 1 CLIENT, 1 EVALSHA, 1 GET, 1 EVALSHA
refused
  first: started
    round trips: 2, connections so far: 1
  second: started
    round trips: 2, connections so far: 2
  sent: 0 AUTH, 0 CLIENT, 0 EVALSHA, 0 GET, 0 EVALSHA, 1 AUTH, 1 CLIENT, 1 EVALSHA, 1 GET, 1 EVALSHA
closed
  first: started
    round trips: 3, connections so far: 2
  second: started
    round trips: 2, connections so far: 3
  sent: 0 AUTH, 0 CLIENT, 1 AUTH, 1 EVALSHA, 1 GET, 1 EVALSHA, 2 AUTH, 2 EVALSHA, 2 GET, 2 EVALSHA
closed, whatever it is asked
  first: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection); if it requires TLS, write tls://
    round trips: 4, connections so far: 4
  second: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (Server closed the connection); if it requires TLS, write tls://
    round trips: 4, connections so far: 8
  sent: 0 CLIENT, 1 EVALSHA, 2 CLIENT, 3 EVALSHA, 4 CLIENT, 5 EVALSHA, 6 CLIENT, 7 EVALSHA

--TEST--
TLS: the handshake has a time limit, and so has connecting as a whole
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

/** Relays the first connection to a port, and passes on only so many bytes of the answer, each after a pause. */
const RELAY = '
	$listener = stream_socket_server("tcp://127.0.0.1:0");
	say(stream_socket_get_name($listener, false));
	[$port, $bytes, $pause] = explode(" ", hear());
	while ($client = stream_socket_accept($listener, 60)) {
		$server = stream_socket_client("tcp://127.0.0.1:$port");
		fwrite($server, fread($client, 65536));
		foreach (str_split(substr(fread($server, 65536), 0, (int) $bytes)) as $byte) {
			@fwrite($client, $byte);
			usleep((int) ($pause * 1e6));
		}
		$kept[] = [$client, $server];
	}';

function relay(int $port, int $bytes, float $pause = 0): int
{
	$process = Php::start(RELAY);
	$name = $process->readLine();
	$process->writeLine("$port $bytes $pause");
	return (int) substr($name, strrpos($name, ':') + 1);
}

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca));
$silent = ScriptedServer::start(['never']);
$known = ['cafile' => $ca->file];

attempt_at('a server that answers', tls_path($server->port, $known));
ini_set('cfsession.persistent', '1');
foreach ([
	'silent' => $silent->port,
	'stops within the first message' => relay($server->port, 100),
	'stops within the first five bytes' => relay($server->port, 3),
	'trickles' => relay($server->port, 10000, 0.02),
] as $label => $port) {
	configure(tls_path($port, $known), ['cfsession.connect_timeout' => '0.3', 'cfsession.timeout' => '5', 'cfsession.retry_interval' => '5']);
	[$seconds] = attempt($label);
	show_time('failed within', $seconds, 0.3);
	[$seconds] = attempt('at once again');
	show_time('failed within', $seconds, 0);
}

/* A server without TLS treats the handshake as a command: it answers, or waits for the rest. */
const PLAIN = '
	$listener = stream_socket_server("tcp://127.0.0.1:0");
	say(stream_socket_get_name($listener, false));
	while ($client = stream_socket_accept($listener, 60)) {
		fread($client, 65536);
		fwrite($client, "-ERR unknown command\r\n");
		$kept[] = $client;
	}';
$process = Php::start(PLAIN);
$name = $process->readLine();
$ini = ['cfsession.connect_timeout' => '0.3', 'cfsession.retry_interval' => '0'];
configure(tls_path((int) substr($name, strrpos($name, ':') + 1), $known), $ini);
[$seconds] = attempt('a server without TLS');
show_time('failed within', $seconds, 0);

$plain = RedisServer::start();
configure(tls_path($plain->port, $known), $ini);
for ($i = 0; $i < 5; $i++) {
	$warnings = warnings(function () {
		session_id(ID);
		session_start();
	});
	$own = preg_grep('/cfsession: .*(does not speak|may not use) TLS at this port/', $warnings);
	count($own) === 1 || print_r($warnings);
}
echo "Redis without TLS: one warning says so\n";
?>
--EXPECT--
a server that answers: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); it may not use TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
stops within the first message: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); it may not use TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
stops within the first five bytes: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); it may not use TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
trickles: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); it may not use TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
a server without TLS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak TLS at this port
  failed within: 0 s
Redis without TLS: one warning says so

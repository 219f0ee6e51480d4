--TEST--
TLS: the handshake has an end, and so has connecting as a whole
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

/** Relays the first connection to a port, and passes on so many bytes of the answer: each after a pause, the last ones never. */
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

/* A server that has no TLS waits for the rest of what is no command to it, or says that it is none. */
$plain = RedisServer::start();
configure(tls_path($plain->port, $known), ['cfsession.connect_timeout' => '0.3']);
for ($i = 0; $i < 20; $i++) {
	$began = now();
	foreach (warnings(function () {
		session_id(ID);
		session_start();
	}) as $warning) {
		str_contains($warning, 'cfsession: ') && $said[$warning] = true;
	}
	now() - $began < 1 || print("It took long\n");
}
$said = array_filter($said, fn ($warning) => !str_contains($warning, 'did not answer the TLS handshake'), ARRAY_FILTER_USE_KEY);
echo "no TLS there\n  ", implode("\n  ", array_keys($said)), "\n";
?>
--EXPECT--
a server that answers: started
silent: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); perhaps it has no TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
stops within the first message: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); perhaps it has no TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
stops within the first five bytes: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); perhaps it has no TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
trickles: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer the TLS handshake within 300 ms (cfsession.connect_timeout); perhaps it has no TLS at this port
  failed within: 0.3 s
at once again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  failed within: 0 s
no TLS there
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak TLS at this port

--TEST--
TLS: cfsession.failover_wait: requests wait for a server that closes connections, like a proxy before one that restarts
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

/** Closes the first connections, and relays the next one to a port. */
const RELAY = '
	$listener = stream_socket_server("tcp://127.0.0.1:0");
	say(stream_socket_get_name($listener, false));
	[$port, $closes] = explode(" ", hear());
	for (; $closes > 0; $closes--) {
		fclose(stream_socket_accept($listener, 60));
	}
	$client = stream_socket_accept($listener, 60);
	$server = stream_socket_client("tcp://127.0.0.1:$port");
	for ($to = [(int) $client => $server, (int) $server => $client]; ; ) {
		$ready = [$client, $server];
		$write = $except = [];
		stream_select($ready, $write, $except, 60);
		foreach ($ready as $from) {
			$bytes = fread($from, 65536);
			if ($bytes === "" || $bytes === false) {
				exit;
			}
			fwrite($to[(int) $from], $bytes);
		}
	}';

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca));
foreach (['0', '10'] as $wait) {
	$relay = Php::start(RELAY);
	$name = $relay->readLine();
	$relay->writeLine("{$server->port} 4");
	configure(tls_path((int) substr($name, strrpos($name, ':') + 1), ['cafile' => $ca->file]), ['cfsession.failover_wait' => $wait]);
	attempt("cfsession.failover_wait=$wait", fn () => $_SESSION['n'] = 1);
}
show_store($server);
?>
--EXPECT--
cfsession.failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection during the TLS handshake
cfsession.failover_wait=10: started
  in the store: PHPREDIS_SESSION:ID = n|i:1;

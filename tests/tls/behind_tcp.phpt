--TEST--
TLS: a server that requires it, with tcp:// in the save path
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost', $ca);
$server = tls_redis($certificate);
$alert = ScriptedServer::start([["\x15\x03\x01\x00\x02\x02\x46"]]);

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	foreach (['Redis' => $server, 'a server that says why' => $alert] as $label => $which) {
		foreach ([[], ['database' => 1], ['auth' => PASSWORD]] as $query) {
			configure($which->savePath($query), ['cfsession.retry_interval' => '0', 'cfsession.persistent' => '0']);
			[$seconds] = attempt($label . ' ' . key($query));
			$seconds < 0.8 || print("  it took long\n");
		}
	}
}
?>
--EXPECTF--
Redis : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
Redis database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
Redis auth: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
a server that says why : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
a server that says why database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
a server that says why auth: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
Redis : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
Redis database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
Redis auth: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
a server that says why : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
a server that says why database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
a server that says why auth: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://

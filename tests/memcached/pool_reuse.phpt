--TEST--
Memcached: connections are kept between requests, or not, and shared by equal targets only
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = MemcachedServer::start(['-c', '100']);
$sasl = MemcachedServer::sasl(USER, PASSWORD);
$socket = MemcachedServer::startOnSocket(MemcachedServer::directory() . '/memcached.sock');

function sessions(string $label, MemcachedServer $server, string $path, array $ini = []): void
{
	/* The listening socket and this connection count as well. */
	$open = fn () => (int) $server->stat('curr_connections');
	$openBefore = $open();
	configure($path, $ini + ['cfsession.persistent' => '1']);
	$before = counter('connects');
	for ($i = 0; $i < 10; $i++) {
		in_session("session$i", fn () => $_SESSION['n'] = $i);
	}
	session_id(ID);
	session_start();
	session_regenerate_id(true);
	session_destroy();
	$expected = str_contains($label, 'not kept') || str_contains($label, 'shared') ? 0 : 1;
	wait_until(fn () => $open() - $openBefore === $expected, what: "the number of connections of: $label");
	echo "$label: +", counter('connects') - $before, " connects, +$expected open\n";
}

$path = $server->savePath();
sessions('default', $server, $path);
sessions('shared, without locks', $server, $path, ['cfsession.lock' => '0']);
ini_set('cfsession.lock', '1');
sessions('not kept: cfsession.persistent=0', $server, $path, ['cfsession.persistent' => '0']);
sessions('not kept: persistent=0', $server, "$path?persistent=0");
sessions('shared: persistent=1', $server, "$path?persistent=1", ['cfsession.persistent' => '0']);
sessions('shared: times and prefix do not matter', $server, "$path?prefix=a:&timeout=0.7&read_timeout=0.7");
sessions('named pool', $server, "PERSISTENT=app_sessions $path");
sessions('another named pool', $server, "$path?persistent_id=another");
sessions('unix socket', $socket, $socket->savePath());
sessions('SASL', $sasl, login_path($sasl));
sessions('shared: SASL, with the credentials as settings', $sasl, $sasl->savePath(), ['cfsession.sasl_username' => USER, 'cfsession.sasl_password' => PASSWORD]);

/* A request with a wrong password does not get a connection opened with the right one. */
ini_set('cfsession.sasl_username', '');
ini_set('cfsession.sasl_password', '');
configure(login_path($sasl, USER, 'another'));
attempt('another password');
?>
--EXPECT--
default: +1 connects, +1 open
shared, without locks: +0 connects, +0 open
not kept: cfsession.persistent=0: +12 connects, +0 open
not kept: persistent=0: +12 connects, +0 open
shared: persistent=1: +0 connects, +0 open
shared: times and prefix do not matter: +0 connects, +0 open
named pool: +1 connects, +1 open
another named pool: +1 connects, +1 open
unix socket: +1 connects, +1 open
SASL: +1 connects, +1 open
shared: SASL, with the credentials as settings: +0 connects, +0 open
another password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials

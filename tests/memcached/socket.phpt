--TEST--
Memcached: unix sockets, IPv6, host names and named pools
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$socket = MemcachedServer::directory() . '/memcached.sock';
$unix = MemcachedServer::startOnSocket($socket);
$v6 = @stream_socket_server('tcp://[::1]:0');
$server = MemcachedServer::start($v6 ? ['-l', '[::1]'] : []);
$v6 && fclose($v6);
$port = $server->port;
/* A build machine may not even resolve this name. */
$host = gethostbyname('localhost') === '127.0.0.1' ? 'localhost' : '127.0.0.1';

/* name => [session.save_path, its server] */
$forms = [
	'path' => [$socket, $unix],
	'path with weight' => ["$socket:0:3", $unix],
	'path, named pool' => ["PERSISTENT=app_sessions $socket", $unix],
	'IPv6' => [$v6 ? "[::1]:$port" : "127.0.0.1:$port", $server],
	'IPv6 URL' => [$v6 ? "memcached://[::1]:$port" : "127.0.0.1:$port", $server],
	'name' => ["$host:$port", $server],
	'weight' => ["127.0.0.1:$port:7", $server],
	'URL' => ["memcached://127.0.0.1:$port", $server],
	'named pool' => ["PERSISTENT=app_sessions 127.0.0.1:$port", $server],
];
foreach ($forms as $name => [$path, $itsServer]) {
	configure($path);
	[, $warnings] = attempt($name, fn () => $_SESSION['form'] = $name);
	$itsServer->get(KEY) === 'form|' . serialize($name) or show_store($itsServer);
	$connects = counter('connects');
	in_session(ID, fn () => $_SESSION['form'] = 'again');
	counter('connects') === $connects or print("  does not keep its connection\n");
}
?>
--EXPECT--
path: started
path with weight: started
path, named pool: started
IPv6: started
IPv6 URL: started
name: started
weight: started
URL: started
named pool: started

--TEST--
Memcached: warnings tell what a refusing server is, and what to do
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/redis.inc';
find_program('redis-server') === null and exit('skip redis-server is not installed');
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/redis.inc';

function refuse(string $label, string $address, float $seconds = 1): void
{
	foreach (['' => '', ', with a login' => 'memcached://' . rawurlencode(USER) . ':' . PASSWORD . '@'] as $how => $login) {
		configure($login . $address, ['cfsession.timeout' => '1', 'cfsession.connect_timeout' => '1', 'cfsession.retry_interval' => '0', 'cfsession.persistent' => '0']);
		[$took] = attempt("$label$how", count_up(...));
		$took > $seconds + 0.5 and print("  took $took s\n");
	}
}

/** A server that answers the first bytes with $words, and closes. */
function others(string $words): string
{
	$file = temp_dir() . '/other.php';
	file_put_contents($file, '<?php $listener = stream_socket_server("tcp://127.0.0.1:0");
		echo stream_socket_get_name($listener, false), "\n";
		while ($stream = stream_socket_accept($listener, -1)) { fread($stream, 65536); fwrite($stream, ' . var_export($words, true) . '); fclose($stream); }');
	$GLOBALS['processes'][] = $process = new Process([PHP_BINARY, '-n', $file]);
	return $process->readLine();
}

$redis = RedisServer::start();
refuse('Redis', "127.0.0.1:{$redis->port}");
$locked = RedisServer::start(['requirepass' => 'secret']);
refuse('Redis with a password', "127.0.0.1:{$locked->port}");
refuse('a web server', others("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
refuse('nginx, to what is no HTTP', others("<html>\r\n<head><title>400 Bad Request</title></head>\r\n"));
refuse('TLS', others("\x15\x03\x03\0\2\2\x32"));
refuse('SSH', others("SSH-2.0-OpenSSH_9.2p1\r\n"));
refuse('another', others("220 mail.example ESMTP\r\n"));
refuse('one that closes', others(''));

$accounts = MemcachedServer::directory() . '/accounts';
file_put_contents($accounts, "user:password\n");
$port = free_port();
$ascii = new Process([find_program('memcached'), '-l', '127.0.0.1', '-p', (string) $port, '-U', '0', '-Y', $accounts, ...(fileowner('/proc/self') === 0 ? ['-u', 'nobody'] : [])]);
wait_until(fn () => ($probe = @stream_socket_client("tcp://127.0.0.1:$port")) && fclose($probe));
refuse('memcached -Y', "127.0.0.1:$port");

$few = MemcachedServer::start(['-c', '30', '-o', 'maxconns_fast']);
/* Until it refuses ten in a row, because the connection that checked for its start may close late. */
$clients = [];
for ($refused = 0; $refused < 10; $refused = $line === false ? 0 : $refused + 1) {
	$clients[] = $client = stream_socket_client("tcp://127.0.0.1:{$few->port}");
	stream_set_timeout($client, 0, 50000);
	$line = fgets($client);
}
refuse('memcached -c', $few->savePath());
$sasl = MemcachedServer::sasl(USER, 'another');
refuse('memcached -S', $sasl->savePath());
$old = MemcachedServer::start(['-B', 'ascii']);
refuse('memcached without the binary protocol', $old->savePath());
?>
--EXPECT--
Redis: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a Redis, not a Memcached: for sessions there, write the save path as tcp://HOST:PORT
Redis, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a Redis, not a Memcached: for sessions there, write the save path as tcp://HOST:PORT
Redis with a password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a Redis, not a Memcached: for sessions there, write the save path as tcp://HOST:PORT
Redis with a password, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a Redis, not a Memcached: for sessions there, write the save path as tcp://HOST:PORT
a web server: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Memcached: check the port
a web server, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Memcached: check the port
nginx, to what is no HTTP: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Memcached: check the port
nginx, to what is no HTTP, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Memcached: check the port
TLS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT speaks TLS, which libmemcached does not: use a port without TLS, or a tunnel (stunnel)
TLS, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT speaks TLS, which libmemcached does not: use a port without TLS, or a tunnel (stunnel)
SSH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is an SSH server, not a Memcached: check the port
SSH, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is an SSH server, not a Memcached: check the port
another: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak Memcached's protocol, but says "220": check the host and the port
another, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak Memcached's protocol, but says "220": check the host and the port
one that closes: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it requires a login (SASL), give a user name and a password
one that closes, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
memcached -Y: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT requires a login in the text protocol (memcached -Y), which libmemcached does not support: start it with SASL (-S), and give a user name and a password
memcached -Y, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT requires a login in the text protocol (memcached -Y), which libmemcached does not support: start it with SASL (-S), and give a user name and a password
memcached -c: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT has reached its limit of connections: raise memcached's -c above the number of PHP's workers on all machines
memcached -c, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT has reached its limit of connections: raise memcached's -c above the number of PHP's workers on all machines
memcached -S: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it requires a login (SASL), give a user name and a password
memcached -S, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
memcached without the binary protocol: started
memcached without the binary protocol, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out

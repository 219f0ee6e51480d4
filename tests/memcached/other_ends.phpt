--TEST--
Memcached: what a server that refuses is, and what to do about it
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/redis.inc';
skip_without_sasl();
find_program('redis-server') === null and exit('skip redis-server is not installed');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/redis.inc';

function refuse(string $label, string $path): void
{
	configure($path, ['cfsession.timeout' => '1', 'cfsession.retry_interval' => '0']);
	[$seconds, $count] = attempt($label);
	$count === 1 or print("  $count warnings\n");
	$seconds < 1.5 or print("  after $seconds s\n");
}

/* A server's words as soon as something comes, after which it closes. */
function others(string $words): string
{
	return ScriptedServer::start([[['send' => $words, 'then' => 'close']]], 'memcached')->savePath();
}

$login = 'memcached://' . rawurlencode(USER) . ':' . rawurlencode(PASSWORD) . '@';
$redis = RedisServer::start();
refuse('Redis', "127.0.0.1:{$redis->port}");
refuse('Redis, with a login', "{$login}127.0.0.1:{$redis->port}");
$redis = RedisServer::start(['requirepass' => PASSWORD]);
refuse('Redis with a password', "127.0.0.1:{$redis->port}");
refuse('Redis with a password, with a login', "{$login}127.0.0.1:{$redis->port}");

refuse('a web server', others("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
refuse('nginx, to what is no HTTP', others("<html>\r\n<head><title>400 Bad Request</title></head>\r\n"));
refuse('SSH', others("SSH-2.0-OpenSSH_9.2p1\r\n"));
refuse('TLS', others("\x15\x03\x03\0\2\2\x32"));
refuse('mail', others("220 mail.example ESMTP\r\n"));
refuse('one that hangs up', ScriptedServer::start(['close'], 'memcached')->savePath());

/* It closes connections beyond -c with a word, where it does not only stop to accept. */
$full = MemcachedServer::start(['-c', '40', '-o', 'maxconns_fast']);
$clients = [];
while (($client = stream_socket_client("tcp://127.0.0.1:{$full->port}")) && count($clients) < 60) {
	$clients[] = $client;
}
refuse('too many connections', $full->savePath());
refuse('too many connections, with a login', $login . $full->savePath());

$accounts = MemcachedServer::directory() . '/accounts';
file_put_contents($accounts, 'user:secret');
chmod($accounts, 0644);
$program = find_program('memcached');
$user = fileowner('/proc/self') === 0 ? ['-u', 'nobody'] : [];
[$process, $port] = start_server(
	fn (int $port) => [$program, '-l', '127.0.0.1', '-p', (string) $port, '-U', '0', '-Y', $accounts, ...$user],
	fn (int $port) => @stream_socket_client("tcp://127.0.0.1:$port"),
);
refuse('logins in text', "127.0.0.1:$port");
refuse('logins in text, with one', "{$login}127.0.0.1:$port");

$plain = MemcachedServer::start();
refuse('a login that is not needed', $login . $plain->savePath());
$sasl = MemcachedServer::sasl(USER, PASSWORD);
refuse('without the login', $sasl->savePath());
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
nginx, to what is no HTTP: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Memcached: check the port
SSH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is an SSH server, not a Memcached: check the port
TLS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT speaks TLS, which libmemcached does not: use a port without TLS, or a tunnel (stunnel)
mail: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
one that hangs up: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it wants a login (SASL), give a user name and a password
too many connections: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT has as many open connections as it takes: raise memcached's -c above the number of PHP's workers on all machines
too many connections, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT has as many open connections as it takes: raise memcached's -c above the number of PHP's workers on all machines
logins in text: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT wants a login in the text protocol (memcached -Y), which libmemcached does not have: start it with SASL (-S), and give a user name and a password
logins in text, with one: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT wants a login in the text protocol (memcached -Y), which libmemcached does not have: start it with SASL (-S), and give a user name and a password
a login that is not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not let us log in; it may not know SASL (memcached -S), and needs no credentials then
without the login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it wants a login (SASL), give a user name and a password

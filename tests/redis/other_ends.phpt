--TEST--
Redis: warnings tell what a refusing server is, and what to do
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/memcached.inc';
find_program('memcached') === null and exit('skip memcached is not installed');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/memcached.inc';

function refuse(string $label, string $path): void
{
	configure($path, ['cfsession.timeout' => '1', 'cfsession.retry_interval' => '0']);
	attempt($label);
}

/* A server that answers the first bytes with $words, and closes. */
function others(string $words): string
{
	return ScriptedServer::start([[['send' => $words, 'then' => 'close']]])->savePath();
}

refuse('Memcached', 'tcp://127.0.0.1:' . MemcachedServer::start()->port);
refuse('a web server', others("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
refuse('nginx, to what is no HTTP', others("<html>\r\n<head><title>400 Bad Request</title></head>\r\n"));
refuse('SSH', others("SSH-2.0-OpenSSH_9.2p1\r\n"));
refuse('TLS', others("\x15\x03\x03\0\2\2\x32"));
refuse('another', others("220 mail.example ESMTP\r\n"));

/* From networking.c of Redis 7. */
$protected = '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. '
	. 'In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you '
	. 'may adopt one of the following solutions: 1) Just disable protected mode sending the command \'CONFIG SET protected-mode no\' '
	. "from the loopback interface by connecting to Redis from the same host the server is running.\r\n";
refuse('protected mode', others($protected));
refuse('protected mode, with a login', others($protected) . '?auth=' . PASSWORD);
refuse('protected mode, with a database', others($protected) . '?database=1');
?>
--EXPECT--
Memcached: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a Memcached, not a Redis: for sessions there, write the save path without tcp://, as HOST:PORT
a web server: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Redis: check the port
nginx, to what is no HTTP: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is a web server, not a Redis: check the port
SSH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is an SSH server, not a Redis: check the port
TLS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol, but TLS: write tls://
another: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "2" as reply type byte)
protected mode: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user."; it accepts connections from its own machine only: set a password (requirepass) and write it in session.save_path, or, in a private network, set protected-mode no
protected mode, with a login: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user."; it accepts connections from its own machine only: set a password (requirepass) and write it in session.save_path, or, in a private network, set protected-mode no
protected mode, with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user."; it accepts connections from its own machine only: set a password (requirepass) and write it in session.save_path, or, in a private network, set protected-mode no

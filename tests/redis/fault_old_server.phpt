--TEST--
Redis: a server older than 6.2, without GETEX
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['rename-command' => ['GETEX', '']]);
$proxy = Proxy::to($server->port);
configure($proxy->savePath(), ['cfsession.lock' => '0', 'session.gc_maxlifetime' => '500']);

function request(string $label, ?callable $body = null): void
{
	global $proxy, $server;

	$proxy->reset();
	attempt($label, $body);
	foreach ($proxy->stats()['bursts'] as $commands) {
		echo '  ', implode(' ', $commands), "\n";
	}
	echo '  lifetime: ', $server->call('TTL', KEY) > 490 ? 'full' : 'less', "\n";
}

request('new', fn () => $_SESSION['n'] = 1);
$server->call('EXPIRE', KEY, 100);
request('unchanged');
$server->call('EXPIRE', KEY, 100);
request('changed', fn () => $_SESSION['n']++);
$proxy->cut();
request('a new connection', fn () => $_SESSION['n']++);
show_store($server);
?>
--EXPECT--
new: started
  CLIENT GET GETEX
  GET GET EXPIRE
  EVALSHA
  EVAL
  lifetime: full
unchanged: started
  GET GET EXPIRE
  lifetime: full
changed: started
  GET GET EXPIRE
  EVALSHA
  lifetime: full
a new connection: started
  CLIENT GET GET EXPIRE
  EVALSHA
  lifetime: full
  in the store: PHPREDIS_SESSION:ID = n|i:3;

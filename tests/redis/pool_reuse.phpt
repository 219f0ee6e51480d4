--TEST--
Redis: connections are kept between requests, or not
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

function sessions(string $label, string $path, array $ini = []): void
{
	global $server;

	configure($path, $ini + ['cfsession.persistent' => '1']);
	$before = counter('connects');
	for ($i = 0; $i < 10; $i++) {
		in_session("session$i", fn () => $_SESSION['n'] = $i);
	}
	session_id(ID);
	session_start();
	session_regenerate_id(true);
	session_destroy();
	$clients = preg_match_all('/ name=cfsession /', $server->call('CLIENT', 'LIST'));
	echo "$label: +", counter('connects') - $before, " connects, $clients open\n";
	$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
}

sessions('default', $server->savePath());
sessions('without locks', $server->savePath(), ['cfsession.lock' => '0']);
ini_set('cfsession.lock', '1');
/* session_regenerate_id() opens the last connection. */
sessions('cfsession.persistent=0', $server->savePath(), ['cfsession.persistent' => '0']);
sessions('persistent=0', $server->savePath(['persistent' => 0]));
sessions('persistent=1, cfsession.persistent=0', $server->savePath(['persistent' => 1]), ['cfsession.persistent' => '0']);
sessions('unix socket', "unix://{$server->socket}");
sessions('times and prefix do not matter', $server->savePath());
$before = counter('connects');
foreach ([['prefix' => 'a:'], ['timeout' => '0.7'], ['read_timeout' => '0.7'], ['persistent' => 1]] as $query) {
	configure($server->savePath($query));
	in_session(ID, fn () => null);
}
echo 'others: +', counter('connects') - $before, " connects\n";
?>
--EXPECT--
default: +1 connects, 1 open
without locks: +1 connects, 1 open
cfsession.persistent=0: +12 connects, 0 open
persistent=0: +12 connects, 0 open
persistent=1, cfsession.persistent=0: +1 connects, 1 open
unix socket: +1 connects, 1 open
times and prefix do not matter: +1 connects, 1 open
others: +1 connects

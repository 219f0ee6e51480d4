--TEST--
Weighted Redis servers: a session that was destroyed and recreated is another one, on each server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

$servers = [RedisServer::start(), RedisServer::start()];
$path = implode(',', array_map(fn ($server) => $server->savePath(), $servers));
configure($path, ['cfsession.lock' => '0']);

function other(string $id, string $code): void
{
	global $path;

	echo Php::run("session_id('$id'); session_start(); $code", ['session.save_path' => $path, 'cfsession.lock' => 0]);
}

/* The lowest bit of an id's first byte selects the server, in reverse order. */
foreach (['a1', 'b1'] as $id) {
	in_session($id, fn () => $_SESSION['of'] = 'the first');
	session_id($id);
	session_start();
	$_SESSION['more'] = 'of the first';
	other($id, 'session_destroy();');
	other($id, '$_SESSION["of"] = "the next one";');
	show_warnings(warnings(fn () => session_write_close()));
}
foreach ($servers as $server) {
	foreach ($server->keys() as $key) {
		$value = preg_replace('/^cfsession:[0-9a-f]{32}$/D', 'a tombstone', $server->call('GET', $key));
		echo substr($key, 17), " = $value\n";
	}
	echo "\n";
}
?>
--EXPECT--
session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
a1 = of|s:12:"the next one";
a1_GONE = a tombstone

b1 = of|s:12:"the next one";
b1_GONE = a tombstone

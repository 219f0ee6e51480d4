--TEST--
Redis: programs that PHP starts do not inherit its connections
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
if (PHP_OS_FAMILY !== 'Linux') die('skip needs /proc');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$clients = fn () => preg_match_all('/ name=cfsession /', $server->call('CLIENT', 'LIST'));

foreach ([$server->savePath(), "unix://{$server->socket}"] as $path) {
	/* The program outlives PHP. */
	$php = Php::start('
		session_id("one");
		session_start();
		session_write_close();
		$none = ["file", "/dev/null", "r+"];
		$program = proc_open(["sleep", "60"], [$none, $none, $none], $pipes);
		say((string) proc_get_status($program)["pid"]);
		hear();', ['session.save_path' => $path]);
	$program = $php->readLine();
	echo 'connections: ', $clients();
	$php->kill();
	wait_until(fn () => $clients() === 0, what: 'the end of the connection');
	echo ', then: ', $clients(), ', while the program ', file_exists("/proc/$program") ? 'runs' : 'has ended', "\n";
	exec("kill $program");
}
?>
--EXPECT--
connections: 1, then: 0, while the program runs
connections: 1, then: 0, while the program runs

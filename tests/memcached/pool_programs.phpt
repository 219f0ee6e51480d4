--TEST--
Memcached: programs that PHP starts do not inherit its connections
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
if (PHP_OS_FAMILY !== 'Linux') die('skip needs /proc');
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$servers = [
	[$text = MemcachedServer::start(), $text->savePath()],
	[$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)],
	[$unix = MemcachedServer::startOnSocket(MemcachedServer::directory() . '/memcached.sock'), $unix->savePath()],
];
foreach ($servers as [$server, $path]) {
	$connections = fn () => (int) $server->stat('curr_connections');
	$before = $connections();
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
	echo 'connections: ', $connections() - $before;
	$php->kill();
	wait_until(fn () => $connections() === $before, what: 'the end of the connection');
	echo ', then: ', $connections() - $before, ', while the program ', file_exists("/proc/$program") ? 'runs' : 'has ended', "\n";
	exec("kill $program");
}
?>
--EXPECT--
connections: 1, then: 0, while the program runs
connections: 1, then: 0, while the program runs
connections: 1, then: 0, while the program runs

--TEST--
Redis: cfsession.timeout bounds a large write over a Unix socket with a slow reader
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
PHP_OS_FAMILY === 'Windows' and exit('skip no unix sockets');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* Answers two visits as Redis does, then reads a little three times a second. */
const SERVER = <<<'PHP'
	/* It has its name once it listens. */
	$listener = stream_socket_server("unix://$argv[1].new");
	rename("$argv[1].new", $argv[1]);
	$stream = stream_socket_accept($listener, 30);
	$received = '';
	foreach (["GET" => "+OK\r\n:1\r\n\$-1\r\n", "EVALSHA" => ":1\r\n", "GET " => ":1\r\n\$-1\r\n"] as $awaited => $answer) {
		while (!str_contains($received, rtrim($awaited))) {
			$received .= fread($stream, 65536);
		}
		$received = '';
		fwrite($stream, $answer);
	}
	while (($bytes = fread($stream, 8192)) !== '' && $bytes !== false) {
		usleep(60000);
	}
	PHP;

$dir = temp_dir();
file_put_contents("$dir/server.php", '<?php ' . SERVER);
foreach (['1.5', '0.5'] as $timeout) {
	$server = new Process([PHP_BINARY, '-n', "$dir/server.php", "$dir/$timeout"]);
	wait_until(fn () => file_exists("$dir/$timeout"));
	configure("unix://$dir/$timeout", ['cfsession.timeout' => $timeout, 'cfsession.retry_interval' => '0']);
	attempt('small', fn () => $_SESSION['n'] = 1);
	/* On the kept connection, where the write blocks in the socket itself. */
	[$seconds] = attempt('6 MB', fn () => $_SESSION['n'] = str_repeat('x', 6000000));
	show_time('took', $seconds, (float) $timeout);
	$server->kill();
}
?>
--EXPECTF--
small: started
6 MB: started
  session_write_close(): cfsession: cannot write the session: the server at %s did not answer within 1.5 s (cfsession.timeout)
  took: 1.5 s
small: started
6 MB: started
  session_write_close(): cfsession: cannot write the session: the server at %s did not answer within 500 ms (cfsession.timeout)
  took: 0.5 s

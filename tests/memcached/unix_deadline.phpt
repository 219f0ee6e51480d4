--TEST--
Memcached: cfsession.timeout bounds a large write over a Unix socket with a slow reader
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
PHP_OS_FAMILY === 'Windows' and exit('skip no unix sockets');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* Answers two visits as Memcached does, then reads a little three times a second. */
const SERVER = <<<'PHP'
	$listener = stream_socket_server("unix://$argv[1]");
	echo "listens\n";
	$stream = stream_socket_accept($listener, 30);
	$received = '';
	foreach (['gats ' => "EN\r\nEND\r\n", 'get ' => "STORED\r\nEND\r\n", ' gats ' => "EN\r\nEND\r\n"] as $awaited => $answer) {
		while (!str_contains($received, trim($awaited) . ' ')) {
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
	$server->readLine();
	configure("$dir/$timeout", ['cfsession.timeout' => $timeout, 'cfsession.lock' => '0', 'cfsession.retry_interval' => '0']);
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

--TEST--
Doctor: why PHP-FPM cannot be asked, and what to do
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/fpm.inc';

$tmp = temp_dir();

/** Prints the doctor's answer when it asks at this socket. */
function show_refusal(string $label, string $socket, array $arguments = [], array $env = []): void
{
	global $tmp, $messages;

	[$exit, $output] = doctor(['--fpm', $socket, ...$arguments], ['extension' => null, 'session.save_handler' => null], $env + ['TMPDIR' => $tmp]);
	preg_match('/^failure  fpm +(.*)/m', $output, $message);
	$messages[] = $message[1] ?? '';
	$said = preg_replace('/doctor-\w{16}/', 'doctor-N', str_replace([$socket, $tmp], ['SOCKET', 'TMP'], without_paths($output)));
	echo "$label\n$said", "exit $exit\n", str_contains($output, PASSWORD) ? "THE PASSWORD IS SHOWN\n" : '';
}

echo "-- nothing listens\n";
show_refusal('no such socket', "$tmp/no.sock");
show_refusal('no such port', '127.0.0.1:' . free_port());
show_refusal('no port', 'localhost');
[$exit, $output] = doctor(['--json', '--fpm', "$tmp/no.sock"], []);
$told = json_decode($output, true);
echo "as JSON: exit $exit, ", implode(' ', array_keys($told)), ", $told[status], ", implode(',', array_keys($told['php'])), ', ', json_encode($told['cfsession']), "\n";
echo implode(' ', array_keys($told['checks'][0])), ": {$told['checks'][0]['server']}\n" === ": $tmp/no.sock\n" ? ": the socket\n" : ": another\n";

echo "-- something else listens\n";
const LISTENER = '$listening = stream_socket_server("tcp://127.0.0.1:0");
	echo substr(strrchr(stream_socket_get_name($listening, false), ":"), 1), "\n";
	$stream = stream_socket_accept($listening, 20);
	fread($stream, 4096);
	fwrite($stream, hex2bin($argv[1]));
	stream_socket_shutdown($stream, STREAM_SHUT_WR);
	fread($stream, 4096);';
$records = ['a web server' => "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", 'a memcached' => "ERROR\r\n", 'who closes' => '',
	'who breaks off' => "\1\6\0\1\xff\xff\0\0Status: 200 OK", 'who has nothing to say' => "\1\3\0\1\0\x08\0\0" . str_repeat("\0", 8),
	'a terminal\'s enemy' => "\e[31m\u{202e}\xff"];
foreach ($records as $label => $says) {
	$other = new Process([PHP_BINARY, '-n', '-r', LISTENER, '--', bin2hex($says)]);
	show_refusal($label, '127.0.0.1:' . $other->readLine());
}

/* Endless records do not extend the time limit. */
$endless = new Process([PHP_BINARY, '-n', '-r', str_replace('fwrite(', 'while (@fwrite(', str_replace('$argv[1]));', '$argv[1])));', LISTENER)), '--',
	bin2hex("\1\6\0\1\0\1\0\0x")]);
show_refusal('who has no end', '127.0.0.1:' . $endless->readLine(), ['--timeout', '0.5']);

echo "-- PHP-FPM that does not run it\n";
$start = fn (array $pool, array $ini = [], string $code = '') => FpmServer::start($code, $ini, NOTHING_BOUND, $pool);
show_refusal('open_basedir', $start(['php_admin_value[open_basedir]' => '/srv'])->socket);
show_refusal('another ending', $start(['security.limit_extensions' => '.php5'])->socket);
$secret = var_export(PASSWORD, true);
$files = write_files(['ends.php' => "<?php header('Location: /login', true, 302); echo $secret; exit;", 'dies.php' => "<?php trigger_error($secret, E_USER_ERROR);"]);
foreach (['ends', 'dies'] as $name) {
	show_refusal("auto_prepend_file that $name", $start([], ['auto_prepend_file' => "$files/$name.php", 'log_errors' => '1'])->socket);
}
$server = wait_until(function () use ($start): ?FpmServer {
	try {
		return $start(['listen' => '127.0.0.1:' . free_port(), 'listen.allowed_clients' => '127.0.0.2']);
	} catch (RuntimeException) {
		return null;
	}
}, 60);
show_refusal('listen.allowed_clients', $server->socket);

echo "-- PHP-FPM that is busy\n";
$busy = $start([], [], 'touch($_GET["file"]); sleep(60);');
$exchange = $busy->ask([], ['file' => "$files/begun"]);
wait_until(fn () => file_exists("$files/begun"));
show_refusal('its only worker', $busy->socket, ['--timeout', '0.5']);

echo "-- the copy\n";
$idle = $start([], ['session.save_handler' => 'files']);
show_refusal('no folder for it', $idle->socket, [], ['TMPDIR' => "$tmp/none"]);
foreach (['cfsession-doctor-00.php' => 7200, 'cfsession-doctor-01.php' => 60, 'another.php' => 7200] as $name => $age) {
	touch("$tmp/$name", time() - $age);
}
doctor(['--fpm', $idle->socket], [], ['TMPDIR' => $tmp]);
echo 'left: ', implode(' ', array_diff(scandir($tmp), ['.', '..'])), "\n";
/* The file that packages install besides the command on the PATH. */
$installed = write_files(['doctor.php' => preg_replace('/^#!.*\n/', '', file_get_contents(__DIR__ . '/../../scripts/doctor'))]) . '/doctor.php';
$process = new Process([PHP_BINARY, '-n', $installed, '--fpm', $start(['php_admin_value[open_basedir]' => dirname($installed)])->socket],
	['TMPDIR' => "$tmp/none"], Process::MERGED);
echo 'without one: ', preg_replace('/^PHP \S+ (\S+),[^|]*\n(?=S)/', '$1 ', $process->output());

echo "-- docs/troubleshooting.md\n";
$section = strstr(file_get_contents(__DIR__ . '/../../docs/troubleshooting.md'), '## PHP-FPM and the doctor');
preg_match_all('/^\| (\w.*?) \| .+ \| .+ \|$/m', strstr($section, '|---'), $rows);
$known = array_map(fn ($row) => str_replace('…', '.*', preg_quote($row, '/')), $rows[1]);
foreach ($messages as $message) {
	preg_match('/' . implode('|', $known) . '/', $message) || print("not there: $message\n");
}
foreach ($known as $pattern) {
	preg_grep("/$pattern/", $messages) || print("not in the doctor: $pattern\n");
}
echo count($known) > 5 ? "compared\n" : "nothing found\n";
?>
--EXPECT--
-- nothing listens
no such socket
failure  fpm           DIR/no.sock: Cannot connect to PHP-FPM: No such file or directory. Check that it runs, and "listen" in the configuration of the pool.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
no such port
failure  fpm           SOCKET: Cannot connect to PHP-FPM: Connection refused. Check that it runs, and "listen" in the configuration of the pool.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
no port
failure  fpm           Cannot connect to PHP-FPM: Failed to parse address "SOCKET". Check that it runs, and "listen" in the configuration of the pool.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
as JSON: exit 1, status checks php cfsession, failure, version,sapi,ini_file,ini_files_beside,environment, null
name level server message: the socket
-- something else listens
a web server
failure  fpm           SOCKET: What answers does not speak FastCGI: it sent "HTTP/1.1 400 Bad Request". Name the socket of PHP-FPM, not that of the web server.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
a memcached
failure  fpm           SOCKET: What answers does not speak FastCGI: it sent "ERROR". Name the socket of PHP-FPM, not that of the web server.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
who closes
failure  fpm           SOCKET: It closed the connection without an answer. It may not allow this address (listen.allowed_clients), or its worker has died: see its log.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
who breaks off
failure  fpm           SOCKET: It closed the connection without an answer. It may not allow this address (listen.allowed_clients), or its worker has died: see its log.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
who has nothing to say
failure  fpm           SOCKET: PHP-FPM did not run the doctor to its end (status 200 OK). See the pool's error log, and whether its auto_prepend_file ends requests.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
a terminal's enemy
failure  fpm           SOCKET: What answers does not speak FastCGI: it sent "?[31m??". Name the socket of PHP-FPM, not that of the web server.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
who has no end
failure  fpm           SOCKET: No answer within 0.5 s. Its workers may all be busy (pm.max_children), servers of sessions may be silent, or that is not PHP-FPM. See the pool's log, or give it more time with --timeout.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
-- PHP-FPM that does not run it
open_basedir
failure  fpm           DIR/fpm.sock: PHP-FPM cannot run DIR/cfsession-doctor-N.php ("Unable to open primary script: DIR/cfsession-doctor-N.php (Operation not permitted)"). Its pool's user must be able to read that file, and a chroot, another container, PrivateTmp of systemd or open_basedir must not hide it: with the variable TMPDIR, name a folder for it that the pool can read.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
another ending
failure  fpm           DIR/fpm.sock: The pool's security.limit_extensions does not allow DIR/cfsession-doctor-N.php. Let it allow .php, as by default.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
auto_prepend_file that ends
failure  fpm           DIR/fpm.sock: PHP-FPM did not run the doctor to its end (status 302 Found). See the pool's error log, and whether its auto_prepend_file ends requests.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
auto_prepend_file that dies
failure  fpm           DIR/fpm.sock: PHP-FPM did not run the doctor to its end (status 200 OK). See the pool's error log, and whether its auto_prepend_file ends requests.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
listen.allowed_clients
failure  fpm           SOCKET: It closed the connection without an answer. It may not allow this address (listen.allowed_clients), or its worker has died: see its log.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
-- PHP-FPM that is busy
its only worker
failure  fpm           DIR/fpm.sock: No answer within 0.5 s. Its workers may all be busy (pm.max_children), servers of sessions may be silent, or that is not PHP-FPM. See the pool's log, or give it more time with --timeout.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
-- the copy
no folder for it
failure  fpm           DIR/fpm.sock: Cannot write the copy of the doctor that PHP-FPM would run into DIR/none. Name another folder, which the pool can read, with the variable TMPDIR.

PHP-FPM COULD NOT BE ASKED (failures: 1, warnings: 0, notes: 0).
exit 1
left: another.php cfsession-doctor-01.php
without one: (fpm-fcgi) SESSIONS DO NOT WORK (failures: 1, warnings: 0, notes: 0).
-- docs/troubleshooting.md
compared

--TEST--
Memcached: replies that are larger than any session or line are refused in time, and cost little memory
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_readable('/proc/self/status') or exit('skip memory is measured as Linux tells it');
getenv('USE_ZEND_ALLOC') !== '0' or exit('skip memory and time are not measured with tools around');
?>
--FILE--
<?php
require __DIR__ . '/../support/client.inc';
require __DIR__ . '/../support/output.inc';
require __DIR__ . '/../support/memcached_protocol.inc';

/* Sends each client a beginning, and then the same again and again, until it is closed. */
const SERVER = <<<'PHP'
	[$beginning, $again] = unserialize(file_get_contents($argv[1]));
	$listener = stream_socket_server('tcp://127.0.0.1:0');
	echo stream_socket_get_name($listener, false), "\n";
	$again = $again === '' ? '' : str_repeat($again, intdiv(1 << 16, strlen($again)) + 1);
	while ($stream = stream_socket_accept($listener, -1)) {
		fread($stream, 65536);
		$sent = @fwrite($stream, $beginning) !== false;
		while ($sent && $again !== '') {
			$sent = @fwrite($stream, $again) !== false;
		}
	}
	PHP;

const CODE = <<<'PHP'
	session_id('s');
	$began = hrtime(true);
	$ok = session_start();
	$seconds = (hrtime(true) - $began) / 1e9;
	preg_match('/^VmHWM:\s+(\d+)/m', file_get_contents('/proc/self/status'), $peak);
	echo "\n", json_encode([$ok, $seconds, $peak[1] / 1024]);
	PHP;

/** A session is started with such a server; the time that it may take, in seconds, and the memory, in MB. */
function use_session(string $label, string $beginning, string $again, float $seconds, int $memory, string $login = ''): void
{
	$file = temp_dir() . '/server.php';
	file_put_contents($file, '<?php ' . SERVER);
	file_put_contents("$file.said", serialize([$beginning, $again]));
	$server = new Process([PHP_BINARY, '-n', '-d', 'memory_limit=1G', $file, "$file.said"]);
	$output = Php::run(CODE, [
		'session.save_path' => $login . $server->readLine(),
		'cfsession.timeout' => '1',
		'memory_limit' => '64M',
	]);
	$server->kill();
	$lines = explode("\n", trim($output));
	[$started, $took, $peak] = json_decode(array_pop($lines));
	echo "$label: ", $started ? 'started' : 'refused', "\n";
	foreach (preg_grep('/cfsession: /', $lines) as $line) {
		echo '  ', preg_replace(['/^.*cfsession: /', '/127\.0\.0\.1:\d+/', '/ in \S+ on line \d+$/'], ['', 'HOST:PORT', ''], $line), "\n";
	}
	$took > $seconds and print("  took $took s\n");
	$peak > $memory and print("  took $peak MB\n");
}

const KEY = 'memc.sess.key.s';
const LOCK = 'memc.sess.key.lock.s';
const LOGIN = 'memcached://user:secret@';

/* At once where the first line tells, else within cfsession.timeout and 100 ms. */
use_session('a long value', 'VALUE ' . KEY . " 0 100000000000\r\n", 'x', 0.5, 64);
use_session('a value longer than memory_limit', 'VALUE ' . KEY . " 0 67500000 1\r\n", 'x', 0.5, 64);
use_session('a value longer than any number', 'VALUE ' . KEY . ' 0 ' . str_repeat('9', 40) . " 1\r\n", 'x', 1.1, 64);
use_session('a long lock', 'VALUE ' . LOCK . " 0 100000000000 1\r\n", 'x', 0.5, 64);
use_session('a line without an end', '', 'x', 1.1, 64);
use_session('a key without an end', 'VALUE ', 'x', 1.1, 64);
use_session('nothing but ends', '', "\r\n", 1.1, 64);
use_session('the same item again and again', '', 'VALUE ' . KEY . " 0 1 1\r\nx\r\n", 1.1, 64);
use_session('items that nobody asked for', '', "VALUE other 0 1 1\r\nx\r\n", 1.1, 64);
use_session('three of the largest values', '', 'VALUE ' . KEY . " 0 60000000 1\r\n" . str_repeat('x', 60000000) . "\r\n", 1.6, 160);

$login = MemcachedBinary::response('SASL_LIST', value: 'PLAIN') . MemcachedBinary::response('SASL_AUTH', value: 'Authenticated');
/* Header of a reply to GETKQ with a length of its own. */
$header = fn (int $length, int $key = 0) => "\x81\x0d" . pack('nCCnNNJ', $key, 4, 0, 0, $length, 0, 1);
use_session('binary, a long value', $login . $header(0xffffffff) . "\0\0\0\0", 'x', 1.1, 64, LOGIN);
use_session('binary, a value longer than memory_limit', $login . $header(67500000, strlen(KEY)) . "\0\0\0\0" . KEY, 'x', 1.1, 64, LOGIN);
use_session('binary, a value shorter than its key', $login . $header(4, strlen(KEY)) . "\0\0\0\0" . KEY, 'x', 1.1, 64, LOGIN);
use_session('binary, garbage without an end', $login, "\x81", 1.1, 64, LOGIN);
?>
--EXPECT--
a long value: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
a value longer than memory_limit: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
a value longer than any number: refused
  cannot read the session: the connection to the server at HOST:PORT failed: what came is not Memcached's protocol; see its log
a long lock: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
a line without an end: refused
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
a key without an end: refused
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
nothing but ends: refused
  cannot read the session: the connection to the server at HOST:PORT failed: what came is not Memcached's protocol; see its log
the same item again and again: refused
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
items that nobody asked for: refused
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
three of the largest values: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary, a long value: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary, a value longer than memory_limit: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary, a value shorter than its key: refused
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary, garbage without an end: refused
  cannot read the session: the server at HOST:PORT did not answer within 1 s (cfsession.timeout)

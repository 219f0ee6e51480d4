--TEST--
Memcached: oversized answers are refused in time, and cost little memory
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_readable('/proc/self/status') or exit('skip memory is measured as Linux tells it');
getenv('USE_ZEND_ALLOC') !== '0' or exit('skip memory and time are not measured with tools around');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/client.inc';
require __DIR__ . '/../support/output.inc';
require __DIR__ . '/../support/memcached_protocol.inc';

/*
 * Answers each client's first commands, then sends a beginning, and then the same bytes again and again until the
 * connection is closed. It recognizes a command by a part of it.
 */
const SERVER = <<<'PHP'
	[$answers, $flooded, $beginning, $again] = unserialize(file_get_contents($argv[1]));
	$listener = stream_socket_server('tcp://127.0.0.1:0');
	echo stream_socket_get_name($listener, false), "\n";
	$again = $again === '' ? '' : str_repeat($again, intdiv(1 << 16, strlen($again)) + 1);
	while ($stream = stream_socket_accept($listener, -1)) {
		$received = '';
		foreach ([...$answers, [$flooded, '']] as [$asked, $answer]) {
			while (!str_contains($received, $asked) && ($bytes = fread($stream, 65536)) !== '' && $bytes !== false) {
				$received .= $bytes;
			}
			$received = '';
			@fwrite($stream, $answer);
		}
		/* That it is tried again does not help. */
		$answers = $answers && $answers[0][0] === '' ? $answers : [];
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
	if ($ok) {
		$_SESSION['n'] = 1;
		$ok = session_write_close();
	}
	$seconds = (hrtime(true) - $began) / 1e9;
	preg_match('/^VmHWM:\s+(\d+)/m', file_get_contents('/proc/self/status'), $peak);
	echo "\n", json_encode([$ok, $seconds, $peak[1] / 1024]);
	PHP;

/** Uses a session with such a server, which may take so many seconds and MB of memory. */
function use_session(string $label, array $answers, string $flooded, string $beginning, string $again, float $seconds, int $memory, string $lock = '1'): void
{
	$file = temp_dir() . '/server.php';
	file_put_contents($file, '<?php ' . SERVER);
	file_put_contents("$file.said", serialize([$answers, $flooded, $beginning, $again]));
	$server = new Process([PHP_BINARY, '-n', '-d', 'memory_limit=1G', $file, "$file.said"]);
	$output = Php::run(CODE, [
		'session.save_path' => 'memcached://' . ($answers && $answers[0][0] === '' ? 'user:password@' : '') . $server->readLine(),
		'cfsession.lock' => $lock,
		'cfsession.timeout' => '1',
		'memory_limit' => '64M',
	]);
	$server->kill();
	$lines = explode("\n", trim($output));
	[$worked, $took, $peak] = json_decode(array_pop($lines));
	echo "$label: ", $worked ? 'worked' : 'failed', "\n";
	foreach (preg_grep('/cfsession: /', $lines) as $line) {
		echo '  ', preg_replace(['/^.*cfsession: /', '/127\.0\.0\.1:\d+/', '/ in \S+ on line \d+$/'], ['', 'HOST:PORT', ''], $line), "\n";
	}
	$took > $seconds and print("  took $took s\n");
	$peak > $memory and print("  took $peak MB\n");
}

const LOCK = 'memc.sess.key.lock.s';
const SESSION = 'memc.sess.key.s';

$read = [['gats ', "EN\r\nEND\r\n"]];

/* At once if the first line shows it, otherwise within cfsession.timeout and 100 ms; plus the time of a probe. */
use_session('a long lock', [], 'gats ', 'VA 100000000000 k' . LOCK . " c1\r\n", 'x', 1.1, 64);
use_session('a long tombstone', [], 'gats ', "VA 40000000 kmemc.sess.key.gone.s\r\n", 'x', 0.5, 64, '0');
use_session('a value longer than memory_limit', [], 'gats ', "EN\r\nVALUE " . SESSION . " 0 67250000 1\r\n", 'x', 0.5, 64, '0');
use_session('a value as long as memory_limit', [], 'gats ', "EN\r\nVALUE " . SESSION . " 0 67108864 1\r\n", 'x', 1.6, 100, '0');
use_session('a line without an end', [], 'gats ', '', 'x', 1.1, 64);
use_session('lines without an end', [], 'gats ', '', "STORED\r\n", 1.1, 64);
use_session('empty lines', [], 'gats ', '', "\r\n", 1.1, 64);
use_session('items without an end', [], 'gats ', "EN\r\n", 'VALUE ' . SESSION . " 0 1 1\r\nx\r\n", 1.1, 64, '0');
use_session('an answer to a write without an end', $read, 'add ', '', 'STORED', 1.1, 64, '0');
use_session('answers to a write', $read, 'add ', '', "STORED\r\n", 1.1, 64, '0');
use_session('a tombstone without an end', $read, 'add ', "STORED\r\nVALUE memc.sess.key.gone.s 0 1000000000\r\n", 'x', 1.1, 64, '0');

use_session('a tombstone, and more', $read, 'add ', "STORED\r\nVALUE memc.sess.key.gone.s 0 1\r\nx\r\nEND\r\nmore", '', 1.1, 64, '0');

$login = [['', MemcachedBinary::response('SASL_LIST', value: 'PLAIN')], ["\x80\x21", MemcachedBinary::response('SASL_AUTH', value: 'Authenticated')]];
$noop = "\x80\x0a";
/* A header alone, which announces so many bytes, including flags and key. */
$header = fn (string $name, int $length, string $key = '') => substr_replace(substr(MemcachedBinary::response($name, 0, $key, "\0\0\0\0"), 0, 24), pack('N', $length), 8, 4) . "\0\0\0\0$key";
use_session('binary: a long value', $login, $noop, $header('GETKQ', 0xfffffff0, LOCK), 'x', 1.1, 64);
use_session('binary: a value longer than memory_limit', $login, $noop, $header('GETKQ', 67250000, SESSION), 'x', 1.1, 64, '0');
use_session('binary: items without an end', $login, $noop, '', MemcachedBinary::response('GETKQ', 0, SESSION, "\0\0\0\0", 'x'), 1.1, 64, '0');
use_session('binary: a long list of mechanisms', [['', '']], "\x80\x20", substr_replace(MemcachedBinary::response('SASL_LIST', value: 'x'), pack('N', 0xfffffff0), 8, 4), 'x', 1.5, 64);
?>
--EXPECT--
a long lock: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a long tombstone: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a value longer than memory_limit: failed
  cannot read the session: the server at HOST:PORT sent more than the 67108864 bytes that a session may have (memory_limit)
a value as long as memory_limit: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
a line without an end: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
lines without an end: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
empty lines: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
items without an end: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
an answer to a write without an end: worked
  cannot write the session: the server at HOST:PORT sent a reply that does not match the request
answers to a write: worked
  cannot write the session: the server at HOST:PORT sent a reply that does not match the request
a tombstone without an end: worked
  cannot write the session: the server at HOST:PORT sent a reply that does not match the request
a tombstone, and more: worked
  cannot write the session: the server at HOST:PORT sent a reply that does not match the request
binary: a long value: failed
  cannot read the session: the server at HOST:PORT sent more than the 67108864 bytes that a session may have (memory_limit)
binary: a value longer than memory_limit: failed
  cannot read the session: the server at HOST:PORT sent more than the 67108864 bytes that a session may have (memory_limit)
binary: items without an end: failed
  cannot read the session: the server at HOST:PORT sent a reply that does not match the request
binary: a long list of mechanisms: failed
  cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out

--TEST--
Memcached: answers that are larger than any session or line are refused in time, and cost little memory
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
is_readable('/proc/self/status') or exit('skip memory is measured as Linux tells it');
getenv('USE_ZEND_ALLOC') !== '0' or exit('skip memory and time are not measured with tools around');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers have to do. */
require __DIR__ . '/../support/client.inc';
require __DIR__ . '/../support/output.inc';
require __DIR__ . '/../support/memcached_protocol.inc';

/*
 * Answers what each client asks first, then sends a beginning, and then the same again and again, until it is closed.
 * What is asked is known by a part of it.
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

/** A session is used with such a server; the time that it may take, in seconds, and the memory, in MB. */
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

/* At once where the first line tells, else within cfsession.timeout and 100 ms; and what a look at the other end takes. */
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
/* The header alone: so many bytes follow, of which flags and key are some. */
$header = fn (string $name, int $length, string $key = '') => substr_replace(substr(MemcachedBinary::response($name, 0, $key, "\0\0\0\0"), 0, 24), pack('N', $length), 8, 4) . "\0\0\0\0$key";
use_session('binary: a long value', $login, $noop, $header('GETKQ', 0xfffffff0, LOCK), 'x', 1.1, 64);
use_session('binary: a value longer than memory_limit', $login, $noop, $header('GETKQ', 67250000, SESSION), 'x', 1.1, 64, '0');
use_session('binary: items without an end', $login, $noop, '', MemcachedBinary::response('GETKQ', 0, SESSION, "\0\0\0\0", 'x'), 1.1, 64, '0');
use_session('binary: a long list of mechanisms', [['', '']], "\x80\x20", substr_replace(MemcachedBinary::response('SASL_LIST', value: 'x'), pack('N', 0xfffffff0), 8, 4), 'x', 1.5, 64);
?>
--EXPECT--
a long lock: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
a long tombstone: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
a value longer than memory_limit: failed
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
a value as long as memory_limit: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
a line without an end: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
lines without an end: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
empty lines: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
items without an end: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
an answer to a write without an end: worked
  cannot write the session: the server at HOST:PORT gave an answer that does not belong to the request
answers to a write: worked
  cannot write the session: the server at HOST:PORT gave an answer that does not belong to the request
a tombstone without an end: worked
  cannot write the session: the server at HOST:PORT gave an answer that does not belong to the request
a tombstone, and more: worked
  cannot write the session: the server at HOST:PORT gave an answer that does not belong to the request
binary: a long value: failed
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary: a value longer than memory_limit: failed
  cannot read the session: the server at HOST:PORT cannot be believed: it sent more than the 67108864 bytes that a session may have (memory_limit)
binary: items without an end: failed
  cannot read the session: the server at HOST:PORT gave an answer that does not belong to the request
binary: a long list of mechanisms: failed
  cannot read the session: the server at HOST:PORT did not let us log in; it may not know SASL (memcached -S), and needs no credentials then

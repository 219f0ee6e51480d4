--TEST--
Redis: oversized replies are refused in time, and cost little memory
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

/* Sends each client a beginning, and then the same bytes again and again until the connection is closed. */
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
	/* To a node that is not there. */
	$ok && @session_write_close();
	preg_match('/^VmHWM:\s+(\d+)/m', file_get_contents('/proc/self/status'), $peak);
	echo "\n", json_encode([$ok, $seconds, $peak[1] / 1024]);
	PHP;

/** Starts a session with such a server, which may take so many seconds and MB of memory. */
function use_session(string $label, string $beginning, string $again, float $seconds, int $memory, string $scheme = 'tcp'): void
{
	$file = temp_dir() . '/server.php';
	file_put_contents($file, '<?php ' . SERVER);
	file_put_contents("$file.said", serialize([$beginning, $again]));
	$server = new Process([PHP_BINARY, '-n', '-d', 'memory_limit=1G', $file, "$file.said"]);
	$output = Php::run(CODE, [
		'session.save_path' => "$scheme://" . $server->readLine(),
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

const OK = "+OK\r\n";

/* At once if the first line shows it, otherwise within cfsession.timeout and 100 ms. */
use_session('a long list', OK . "*2147483647\r\n", ":1\r\n", 0.5, 64);
use_session('long lists in long lists', OK . str_repeat("*2147483647\r\n", 7), "*2147483647\r\n", 0.5, 64);
use_session('lists in lists', OK, "*1\r\n", 0.5, 64);
use_session('lists of eight in lists of eight', OK, "*8\r\n", 0.5, 64);
use_session('a list that is too long', OK . "*2000000\r\n", ":1\r\n", 0.5, 64);
use_session('a list of long texts', OK . "*5\r\n", '$10000000' . "\r\n" . str_repeat('x', 10000000) . "\r\n", 1.1, 220);
use_session('a long text', OK . "\$100000000000\r\n", 'x', 0.5, 64);
use_session('a text longer than memory_limit', OK . "\$67200000\r\n", 'x', 0.5, 64);
use_session('a text longer than any number', OK . "\$" . str_repeat('9', 40) . "\r\n", 'x', 0.5, 64);
use_session('a line without an end', OK . '+', 'x', 0.5, 64);
use_session('an error without an end', OK . '-ERR ', 'x', 0.5, 64);
use_session('a number without an end', OK . ':', '1', 0.5, 64);
use_session('a size without an end', OK . '$', '1', 0.5, 64);
use_session('nothing but ends', OK, "\r\n", 0.5, 64);

$answers = OK . ":1\r\n\$-1\r\n";
/* Nothing listens at these addresses. */
$node = function (int $i): string {
	$host = sprintf('127.%d.%d.%d', 1 + ($i >> 16), $i >> 8 & 255, $i & 255);
	return sprintf("*2\r\n\$%d\r\n%s\r\n:1\r\n", strlen($host), $host);
};
$ranges = implode('', array_map(fn ($i) => "*3\r\n:0\r\n:16383\r\n" . $node($i), range(1, 16384)));
use_session('40 MB of CLUSTER SLOTS', $answers . "*800000\r\n", "*3\r\n:0\r\n:16383\r\n*2\r\n\$9\r\n127.0.0.1\r\n:1\r\n", 1.1, 96, 'redis+cluster');
use_session('ranges that all have all slots', "$answers*16384\r\n$ranges", '', 0.5, 64, 'redis+cluster');
$nodes = implode('', array_map($node, range(1, 60000)));
use_session('more nodes than there can be', "$answers*1\r\n*60002\r\n:0\r\n:16383\r\n$nodes", '', 0.5, 96, 'redis+cluster');
?>
--EXPECTF--
a long list: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a list that is too long
long lists in long lists: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a list that is too long
lists in lists: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: lists in lists in lists
lists of eight in lists of eight: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: lists in lists in lists
a list that is too long: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a list that is too long
a list of long texts: refused
  cannot read the session: the server at HOST:PORT %s
a long text: refused
  cannot read the session: the server at HOST:PORT sent more than the 67108864 bytes that a session may have (memory_limit)
a text longer than memory_limit: refused
  cannot read the session: the server at HOST:PORT sent more than the 67108864 bytes that a session may have (memory_limit)
a text longer than any number: refused
  cannot read the session: the server at HOST:PORT does not speak the Redis protocol (%s)
a line without an end: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a line without an end
an error without an end: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a line without an end
a number without an end: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a line without an end
a size without an end: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a line without an end
nothing but ends: refused
  cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Protocol error, got "\r" as reply type byte)
40 MB of CLUSTER SLOTS: refused
  cannot read the session: the server at HOST:PORT sent a reply that cannot be right: a list that is too long
ranges that all have all slots: started
more nodes than there can be: started

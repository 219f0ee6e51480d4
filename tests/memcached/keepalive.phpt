--TEST--
Memcached: an idle connection is probed after 15 s
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
is_readable('/proc/net/tcp') or exit('skip the timers of sockets are seen as Linux tells them');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/** Seconds until the next keepalive probe of the only connection to the port; null: none is due. */
function keepalive(int $port): ?float
{
	$place = sprintf('0100007F:%04X', $port);
	/* Other programs may connect to a port that was theirs: only the sockets of this process count. */
	$own = array_map(fn (string $fd) => (string) @readlink("/proc/self/fd/$fd"), scandir('/proc/self/fd'));
	/* number, local address, remote address, state, queues, timer and hundredths of a second, ..., inode */
	$lines = array_map(fn (string $line) => preg_split('/\s+/', trim($line)), file('/proc/net/tcp'));
	$lines = array_filter($lines, fn (array $fields) => $fields[2] === $place && $fields[3] === '01' && in_array("socket:[$fields[9]]", $own));
	count($lines) === 1 or throw new RuntimeException(count($lines) . ' connections');
	$timer = current($lines)[5];
	return str_starts_with($timer, '02:') ? hexdec(substr($timer, 3)) / 100 : null;
}

foreach (['text' => MemcachedServer::start(), 'binary' => MemcachedServer::sasl(USER, PASSWORD)] as $protocol => $server) {
	configure($protocol === 'text' ? $server->savePath() : login_path($server));
	$connects = counter('connects');
	in_session(ID, count_up(...));
	/* Until the last bytes have been acknowledged, another timer runs. */
	wait_until(fn () => keepalive($server->port) !== null);
	/* The same until the release, which the request does not wait for, has been acknowledged. */
	$seconds = null;
	wait_until(function () use ($server, &$seconds) {
		return ($seconds = keepalive($server->port)) !== null;
	}, 5, 'the timer of the keepalive');
	echo "$protocol: ", $seconds > 0 && $seconds <= 15 ? 'within 15 s' : json_encode($seconds), "\n";
	/* cfsession still checks the socket, and notices a closed connection before it uses it. */
	in_session(ID, count_up(...));
	$server->restart();
	attempt('after a restart', count_up(...));
	echo '  connects: ', counter('connects') - $connects, ', retries: ', counter('retries'), "\n";
}
?>
--EXPECT--
text: within 15 s
after a restart: started
  connects: 2, retries: 0
binary: within 15 s
after a restart: started
  connects: 2, retries: 0

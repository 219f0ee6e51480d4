--TEST--
Memcached: a connection that is kept is probed every 15 s, and used again
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
is_readable('/proc/net/tcp') or exit('skip timers of connections are shown by Linux');
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/** Seconds until the kernel asks the other end of our connection to the port whether it is there; null: it will not. */
function probed_in(int $port): ?float
{
	$remote = sprintf('0100007F:%04X', $port);
	foreach (file('/proc/net/tcp') as $line) {
		/* Number, local and remote address, state (1: established), queues, timer (2: keepalive) and its jiffies. */
		if (preg_match('/^\s*\d+: \S+ (\S+) 01 \S+ 02:(\S+) /', $line, $found) && $found[1] === $remote) {
			return hexdec($found[2]) / 100;
		}
	}
	return null;
}

$servers = [
	'text' => [$text = MemcachedServer::start(), $text->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)],
];
foreach ($servers as $protocol => [$server, $path]) {
	configure($path, ['cfsession.timeout' => '0.3', 'cfsession.retry_interval' => '0']);
	attempt("$protocol: a request", count_up(...));
	/* Until what was sent last has been acknowledged, there is another timer. */
	$seconds = null;
	wait_until(function () use ($server, &$seconds) {
		return ($seconds = probed_in($server->port)) !== null;
	}, 5, 'the keepalive timer');
	echo '  probed in ', $seconds > 10 && $seconds <= 15 ? '15 s' : "$seconds s", "\n";
	$connects = counter('connects');
	attempt('  the next request', count_up(...));
	echo '  connections: ', counter('connects') - $connects, "\n";
}
?>
--EXPECT--
text: a request: started
  probed in 15 s
  the next request: started
  connections: 0
binary: a request: started
  probed in 15 s
  the next request: started
  connections: 0

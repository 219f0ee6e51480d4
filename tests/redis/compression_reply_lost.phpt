--TEST--
Redis: a compressed session whose write is repeated is written once, and recognized
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
skip_without_compression();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/compression.inc';

const WAS = 'text|s:5000:"';

/* The connection breaks after the server has written, before its answer arrives. */
function lose_reply(string $label, array $ini, string $text, ?string $other = null): void
{
	$server = RedisServer::start();
	$server->call('SET', KEY, zstd(WAS . str_repeat('a', 5000) . '";'));
	$before = $server->call('GET', KEY);
	$proxy = Proxy::to($server->port);
	$process = Php::start('session_id(' . var_export(ID, true) . '); session_start(); session_write_close();
		session_start(); $_SESSION["text"] = ' . $text . '; say("now"); hear(); session_write_close();
		$counters = cfsession_status()["counters"];
		echo "retries: $counters[retries], errors: $counters[errors], compressions: $counters[compressions]\n";',
		['session.save_path' => $proxy->savePath(), 'cfsession.timeout' => 10] + $ini);
	$process->readLine();
	$proxy->delay(0.6);
	$process->writeLine('');
	wait_until(fn () => $server->call('GET', KEY) !== $before);
	$other === null || $server->call('SET', KEY, $other);
	$proxy->cut();
	$proxy->delay(0);
	echo "$label: ", preg_replace(['/^Warning: .*Failed to write session data.*\n/m', '/ in \S+ on line \d+$/m', '/^\n/m'], '', $process->output());
	echo '  stored: ', kind($server->call('GET', KEY)), ', locks: ', count($server->keys('*_LOCK*')), "\n";
}

foreach (['On', 'Off', 'merge'] as $lock) {
	foreach (['zstd', 'lz4'] as $compression) {
		$ini = ['cfsession.lock' => $lock, 'cfsession.compression' => $compression];
		lose_reply("lock=$lock, $compression", $ini, 'str_repeat("b", 6000)');
		lose_reply("lock=$lock, $compression, of more than 2 kB", $ini, 'implode(",", range(1, 20000))');
	}
	lose_reply("lock=$lock, and another request has written", ['cfsession.lock' => $lock, 'cfsession.compression' => 'zstd'],
		'str_repeat("b", 6000)', zstd('n|i:9;' . WAS . str_repeat('a', 5000) . '";'));
}
?>
--EXPECT--
lock=On, zstd: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=On, zstd, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=On, lz4: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 6015, locks: 0
lock=On, lz4, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 108910, locks: 0
lock=On, and another request has written: Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
retries: 1, errors: 1, compressions: 1
  stored: zstd, locks: 0
lock=Off, zstd: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=Off, zstd, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=Off, lz4: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 6015, locks: 0
lock=Off, lz4, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 108910, locks: 0
lock=Off, and another request has written: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=merge, zstd: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=merge, zstd, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: zstd, locks: 0
lock=merge, lz4: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 6015, locks: 0
lock=merge, lz4, of more than 2 kB: retries: 1, errors: 0, compressions: 1
  stored: lz4 of 108910, locks: 0
lock=merge, and another request has written: retries: 1, errors: 0, compressions: 2
  stored: zstd, locks: 0

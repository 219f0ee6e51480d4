--TEST--
Redis: phpredis and cfsession read each other's compressed sessions, and increment a counter in one at once
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
require __DIR__ . '/phpredis.inc';
skip_without_compression();
skip_without_compressing_phpredis();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/phpredis.inc';
require __DIR__ . '/../support/rolling.inc';
require __DIR__ . '/../support/compression.inc';

$server = RedisServer::start();
$theirs = fn (string $compression, int $level = 3) => compressing_phpredis() + [
	'session.save_handler' => 'redis',
	'session.save_path' => $server->savePath(),
	'redis.session.locking_enabled' => 1,
	'redis.session.lock_expire' => 60,
	'redis.session.lock_wait_time' => 2000,
	'redis.session.lock_retries' => 30000,
	'redis.session.compression' => $compression,
	'redis.session.compression_level' => $level,
];
$ours = fn (string $compression, int $level = 0, string $lock = 'On') => [
	'session.save_path' => $server->savePath(),
	'cfsession.compression' => $compression,
	'cfsession.compression_level' => $level,
	'cfsession.lock' => $lock,
	'cfsession.lock_wait' => 60,
	'cfsession.connect_timeout' => 20,
	'cfsession.timeout' => 20,
];
$stored = fn () => kind($server->call('GET', KEY));

/* Each visit reads what the previous one has stored, and changes its length on command. */
$visit = 'session_id("' . ID . '"); session_start();
	$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;
	$was = strlen($_SESSION["text"] ?? "");
	$_SESSION["text"] = substr(str_repeat("text $_SESSION[n] ", 100000), 0, LENGTH);
	session_write_close();
	echo "$_SESSION[n], $was\n";';

$count = 0;
$length = 0;
$go = function (array $ini, int $next) use ($visit, &$count, &$length): void {
	$count++;
	$said = Php::run(str_replace('LENGTH', (string) $next, $visit), $ini);
	$said === "$count, $length\n" || print("expected $count, $length: $said");
	$length = $next;
};
foreach (['zstd', 'lz4'] as $compression) {
	echo "-- $compression\n";
	$server->call('FLUSHALL');
	$count = $length = 0;
	$kinds = [];
	foreach ([0, 10, 2000, 3000, 100000, 500000] as $next) {
		foreach (['On', 'Off', 'merge'] as $lock) {
			$go($theirs($compression, $next < 10000 ? 22 : 3), $next);
			$kinds['phpredis'][] = substr($stored(), 0, 4);
			$go($ours($compression, 0, $lock), $next);
			$kinds['cfsession'][] = substr($stored(), 0, 4);
		}
		/* Without compression, cfsession still reads compressed data. */
		$go($ours('none'), $next);
		$go($theirs($compression), $next);
		$go($ours($compression === 'zstd' ? 'lz4' : 'zstd'), $next);
		/* Back to text, because phpredis only reads the algorithm that it is configured for. */
		$go($ours('none'), $next);
	}
	foreach ($kinds as $handler => $all) {
		echo "$handler stored ", implode(' ', array_map(fn ($three) => implode('/', array_unique($three)), array_chunk($all, 3))), "\n";
	}
}

echo "-- a text that phpredis would take for lz4\n";
for ($name = 'aaaa'; $name[0] !== crc8(substr($name, 1) . '|') || strlen($name) > 4; $name++);
$server->call('FLUSHALL');
foreach ([$ours('lz4'), $theirs('lz4'), $ours('lz4'), $theirs('lz4'), $ours('none')] as $ini) {
	echo Php::run('session_id("' . ID . '"); session_start(); echo $_SESSION["' . $name . '"] = ($_SESSION["' . $name . '"] ?? 0) + 1, " ";', $ini + ['memory_limit' => '128M']);
}
echo "\n-- byte by byte\n";
$text = file_get_contents(__DIR__ . '/../../backends/redis_tags.c', false, null, 0, 30000);
foreach (['zstd' => [1, 3, 19], 'lz4' => [0, 3, 12]] as $compression => $levels) {
	foreach ($levels as $level) {
		$bytes = [];
		foreach ([$theirs($compression, $level), $ours($compression, $level)] as $ini) {
			$server->call('FLUSHALL');
			echo Php::run('session_id("' . ID . '"); session_start(); $_SESSION["text"] = base64_decode(' . var_export(base64_encode($text), true) . ');', $ini);
			$bytes[] = $server->call('GET', KEY);
		}
		echo "$compression, level $level: ", $bytes[0] === $bytes[1] ? 'the same' : 'not the same', ', ', substr(kind($bytes[0]), 0, 4), "\n";
	}
}

echo "-- a fleet\n";
configure($server->savePath());
$read = function (): array {
	session_id(ID);
	session_start(['read_and_close' => true]);
	return $_SESSION;
};
foreach (['zstd', 'lz4'] as $compression) {
	$server->call('FLUSHALL');
	echo Php::run('session_id("' . ID . '"); session_start(); $_SESSION["text"] = str_repeat("text", 1000);', $theirs($compression));
	count_together([$theirs($compression), $ours($compression), $ours('none')]);
	echo "$compression: {$read()['n']}, ", strlen($read()['text']), ', beside it: ', implode(' ', $server->keys('*_LOCK*')), "\n";
}
$plain = fn () => json_encode($read());
outlive('a lock of phpredis that expired', $theirs('zstd'), $ours('zstd'), $plain, fn () => $server->call('DEL', KEY . '_LOCK'));
outlive('a lock of cfsession that expired', $ours('lz4'), $theirs('lz4'), $plain, fn () => $server->call('DEL', KEY . '_LOCK'));
?>
--EXPECT--
-- zstd
phpredis stored zstd zstd zstd zstd zstd zstd
cfsession stored text text text zstd zstd zstd
-- lz4
phpredis stored lz4  lz4  lz4  lz4  lz4  lz4 
cfsession stored text text text lz4  lz4  lz4 
-- a text that phpredis would take for lz4
1 2 3 4 5 
-- byte by byte
zstd, level 1: the same, zstd
zstd, level 3: the same, zstd
zstd, level 19: the same, zstd
lz4, level 0: the same, lz4 
lz4, level 3: the same, lz4 
lz4, level 12: the same, lz4 
-- a fleet
9 processes counted to 40 each
zstd: 360, 4000, beside it: 
9 processes counted to 40 each
lz4: 360, 4000, beside it: 
a lock of phpredis that expired
  a warning of the other handler
  stored: what the second one wrote
a lock of cfsession that expired
  cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  stored: what the second one wrote

--TEST--
Redis: a compressed session that is broken, or would be too large, fails the read and stays
--SKIPIF--
<?php
getenv('USE_ZEND_ALLOC') !== '0' or die('skip memory_limit needs the allocator of PHP');
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
skip_without_compression();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/compression.inc';
require __DIR__ . '/../support/merging.inc';

const MB = 1 << 20;

/** Many MB of one repeated byte, compressed to a few hundred bytes. */
function bomb(int $megabytes, ?int $claimed = null): string
{
	return zstd_head($claimed ?? $megabytes * MB) . str_repeat(zstd_block('a', MB / 8, false), $megabytes * 8) . zstd_block('');
}

/** 255 bytes for each byte: the highest ratio of lz4. */
function lz4_bomb(int $megabytes): string
{
	$length = $megabytes * MB;
	$match = $length - 1 - 5;
	return crc8(pack('l', $length)) . pack('l', $length) . "\x1fa\1\0" . str_repeat("\xff", intdiv($match - 19, 255)) . chr(($match - 19) % 255) . "\x50aaaaa";
}

$zstd = zstd('n|i:1;s|s:10:"0123456789";');
$lz4 = lz4('n|i:1;s|s:10:"0123456789";');
$values = [
	'zstd cut off' => substr($zstd, 0, -1),
	'zstd with a tail' => "{$zstd}x",
	'zstd of another length' => substr_replace($zstd, pack('P', 25), 5, 8),
	'zstd without a length' => "\x28\xb5\x2f\xfd\x00\x58" . zstd_block('n|i:1;'),
	'zstd, the magic number alone' => "\x28\xb5\x2f\xfd",
	'zstd of more than memory_limit' => bomb(65),
	'zstd that says 1 TB' => bomb(1, 1 << 40),
	'zstd that becomes more than it says' => bomb(65, 1000),
	'lz4 cut off' => substr($lz4, 0, -1),
	'lz4 with a tail' => "{$lz4}x",
	'lz4 of more than memory_limit' => lz4_bomb(65),
	'zstd of what PHP does not make' => zstd('{"user":"alice"}'),
];
ini_set('memory_limit', '64M');
foreach (['0', '1'] as $strict) {
	configure($store->savePath(), ['session.use_strict_mode' => $strict]);
	foreach ($values as $name => $value) {
		$store->put('s', $value);
		session_id('s');
		$started = null;
		memory_get_peak_usage() < 40 * MB || print("memory was spent before $name\n");
		$warnings = warnings(function () use (&$started): void {
			$started = session_start();
			$_SESSION['n'] = 1;
			session_write_close();
		});
		$strict || show($name, substr(strstr($warnings[0] ?? '', 'session: '), 9, 130));
		if ($started || count($warnings) !== 2 || $store->value('s') !== $value || $store->leftovers()) {
			show("$name, strict mode $strict", [$started, $warnings, kind($store->value('s')), $store->leftovers()]);
		}
	}
}

echo "-- as much as there may be\n";
ini_set('session.use_strict_mode', '0');
$read = 'set_error_handler(fn ($level, $message) => print(substr(strstr("$message\n", ": "), 2)));
	session_id("s"); session_start(["read_and_close" => true]) && say(strlen($_SESSION["s"]));';
foreach (['zstd', 'lz4'] as $compression) {
	$store->remove('s');
	request($store, 'session_id("s"); session_start(); $_SESSION["s"] = str_repeat("a", 30 << 20);', ['cfsession.compression' => $compression, 'memory_limit' => '256M']);
	foreach (['96M', '31M', '20M'] as $limit) {
		echo "$compression, memory_limit=$limit: ", request($store, $read, ['memory_limit' => $limit]);
	}
}

echo "-- meanwhile, with a class that does not give up\n";
final class Stubborn extends SessionHandler
{
	public function write($id, $data): bool
	{
		return parent::write($id, $data) || parent::write($id, $data);
	}
}
configure($store->savePath(), ['cfsession.lock' => 'merge', 'cfsession.compression' => 'zstd']);
session_set_save_handler(new Stubborn());
$store->put('s', 'n|i:1;');
session_id('s');
session_start();
$_SESSION['ours'] = 1;
$store->put('s', $values['zstd cut off']);
close_merging('broken');
show('stored', $store->value('s') === $values['zstd cut off']);
?>
--EXPECT--
zstd cut off: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
zstd with a tail: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
zstd of another length: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
zstd without a length: cannot read the session: it is compressed with zstd and cannot be decompressed: its length is missing; it is kept as it is, until 
zstd, the magic number alone: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
zstd of more than memory_limit: cannot read the session: it is compressed with zstd and would have 68157440 bytes, more than the 67108864 that a session may have 
zstd that says 1 TB: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
zstd that becomes more than it says: cannot read the session: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until 
lz4 cut off: cannot read the session: it is compressed with lz4 and cannot be decompressed: its bytes are corrupt; it is kept as it is, until i
lz4 with a tail: cannot read the session: it is compressed with lz4 and cannot be decompressed: its bytes are corrupt; it is kept as it is, until i
lz4 of more than memory_limit: cannot read the session: it is compressed with lz4 and would have 68157440 bytes, more than the 67108864 that a session may have (
zstd of what PHP does not make: cannot read the session: its 16 bytes are not in the format of session.serialize_handler "php"; it is kept as it is (another appli
-- as much as there may be
zstd, memory_limit=96M: 31457280
zstd, memory_limit=31M: cfsession: cannot read the session: its 31457296 bytes do not fit into memory_limit
Failed to read session data: cfsession (path: tcp://HOST:PORT)
zstd, memory_limit=20M: cfsession: cannot read the session: it is compressed with zstd and would have 31457296 bytes, more than the 20971520 that a session may have (memory_limit); it is kept as it is
Failed to read session data: cfsession (path: tcp://HOST:PORT)
lz4, memory_limit=96M: 31457280
lz4, memory_limit=31M: cfsession: cannot read the session: its 31457296 bytes do not fit into memory_limit
Failed to read session data: cfsession (path: tcp://HOST:PORT)
lz4, memory_limit=20M: cfsession: cannot read the session: it is compressed with lz4 and would have 31457296 bytes, more than the 20971520 that a session may have (memory_limit); it is kept as it is
Failed to read session data: cfsession (path: tcp://HOST:PORT)
-- meanwhile, with a class that does not give up
broken: refused: it is compressed with zstd and cannot be decompressed: its bytes are corrupt; it is kept as it is, until it expires or you delete its key
    refused: this request has not read it completely, and would overwrite what is stored; nothing was written
stored: true

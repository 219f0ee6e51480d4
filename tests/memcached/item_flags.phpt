--TEST--
Memcached: an item that is no session fails the read, and stays as it is
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

/** Stores an item with flags, which the client of the tests has no need for. */
function store_with_flags(MemcachedServer $server, int $flags, string $value): void
{
	$line = 'set ' . KEY . " $flags 0 " . strlen($value) . "\r\n$value";
	$server->client()->line($line) === 'STORED' or throw new RuntimeException('It is not stored');
}

$server = MemcachedServer::start();
$packed = 'n|i:1;';
$items = [
	'an integer' => [1, '5'],
	'serialized' => [4, 'a:0:{}'],
	'igbinary' => [5, "\0\0\0\2\x14\0"],
	'JSON' => [6, '[]'],
	'msgpack' => [7, "\x90"],
	'zlib' => [0x30 | 4, pack('V', strlen($packed)) . gzcompress($packed)],
	'fastlz' => [0x50, pack('V', 6) . "\5$packed"],
	'zstd' => [0x90 | 5, pack('V', 6) . "\x28\xb5\x2f\xfd"],
	'compressed somehow' => [0x10, 'x'],
	'flags of the application' => [1 << 16, $packed],
	'unknown' => [15, 'x'],
];
foreach ($items as $name => [$flags, $bytes]) {
	foreach (['1', '0'] as $lock) {
		configure($server->savePath(), ['cfsession.lock' => $lock]);
		store_with_flags($server, $flags, $bytes);
		if ($lock === '1') {
			attempt($name, count_up(...));
		} else {
			session_id(ID);
			@session_start() && print("  started without a lock\n");
		}
		$server->get(KEY) === $bytes || print("  it was changed\n");
		$server->get(LOCK_KEY) === null || print("  locked\n");
	}
}

/* An id that the browser has sent is not taken for an unknown one either. */
session_id(ID);
echo 'in strict mode: ', @session_start(['use_strict_mode' => true]) ? 'started' : 'refused', "\n";
$server->get(KEY) === 'x' || print("  it was changed\n");

/* In the binary protocol, they are elsewhere. */
$replies = new BinaryReplies();
$flagged = MemcachedBinary::response('GETKQ', 0, LOCK_KEY, "\0\0\0\0", TOKEN)
	. MemcachedBinary::response('GETKQ', 0, KEY, pack('N', 0x34), 'x') . MemcachedBinary::response('NOOP');
serve($replies, [$flagged]);
ini_set('cfsession.lock', '1');
attempt('binary');
?>
--EXPECT--
an integer: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x1, an integer, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
serialized: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x4, serialized by PHP, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
igbinary: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x5, serialized by igbinary, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
JSON: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x6, JSON, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
msgpack: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x7, serialized by msgpack, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
zlib: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x34, compressed with zlib, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
fastlz: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x50, compressed with fastlz, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
zstd: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x95, compressed with zstd, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
compressed somehow: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x10, compressed, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
flags of the application: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x10000, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
unknown: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0xf, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
in strict mode: refused
binary: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 0x34, compressed with zlib, as an application stores data with php-memcached or another client. It was left as it is; let that use another key prefix (cfsession.prefix), or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)

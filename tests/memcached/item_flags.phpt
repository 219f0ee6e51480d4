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
  session_start(): cfsession: cannot read the session: its 1 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
serialized: refused
  session_start(): cfsession: cannot read the session: its 6 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
igbinary: refused
  session_start(): cfsession: cannot read the session: its 6 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
JSON: refused
  session_start(): cfsession: cannot read the session: its 2 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
msgpack: refused
  session_start(): cfsession: cannot read the session: its 1 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
zlib: refused
  session_start(): cfsession: cannot read the session: its 18 bytes are not what session.serialize_handler "php" makes; it is kept as it is (another application may use the same keys: choose a cfsession.prefix; or the sessions were written with another serialize_handler, or compressed with lzf)
fastlz: started
  it was changed
  started without a lock

Warning: ini_set(): Session ini settings cannot be changed when a session is active in /tmp/wt/mc2/tests/support/session.inc on line 21

Fatal error: Uncaught RuntimeException: Cannot set session.save_handler in /tmp/wt/mc2/tests/support/session.inc:22
Stack trace:
#0 /tmp/wt/mc2/tests/memcached/item_flags.php(28): configure('127.0.0.1:38687', Array)
#1 {main}
  thrown in /tmp/wt/mc2/tests/support/session.inc on line 22

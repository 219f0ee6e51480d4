--TEST--
Redis: a class reads what it has written, compressed or not, even if it looks compressed
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
skip_without_compression();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/compression.inc';

$visit = <<<'PHP'
	session_set_save_handler(new Own());
	session_id('s');
	session_start();
	$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
	$_SESSION['text'] = str_repeat('text ', 1000);
	session_write_close();
	say($_SESSION['count'] . ', written with ' . ini_get('cfsession.compression'));
	PHP;
$include = 'require ' . var_export(realpath(__DIR__ . '/../support/compression.inc'), true) . '; ';
$class = fn (string $read, string $write) => <<<PHP
	final class Own extends SessionHandler
	{
		public function read(\$id): string|false
		{
			\$data = parent::read(\$id);
			return \$data === false || \$data === '' ? \$data : $read;
		}

		public function write(\$id, \$data): bool
		{
			return parent::write(\$id, $write);
		}
	}
	PHP;
$classes = [
	'one that passes on' => $class('$data', '$data'),
	'one that changes' => $class('str_rot13($data)', 'str_rot13($data)'),
	'one that encrypts' => $class('openssl_decrypt($data, "aes-128-ctr", "key", OPENSSL_RAW_DATA, "0123456789abcdef")', 'openssl_encrypt($data, "aes-128-ctr", "key", OPENSSL_RAW_DATA, "0123456789abcdef")'),
	'one that compresses with zstd' => $class('substr($data, 13 + 3)', 'zstd($data)'),
	'one that compresses with lz4' => $class('substr(strstr($data, "count|"), 0)', 'lz4($data)'),
	'one that writes twice' => $class('$data', '$data) && parent::write($id, $data'),
];
if (!extension_loaded('openssl')) {
	$classes['one that encrypts'] = $class('$data ^ str_repeat(hash("sha512", "key", true), 100)', '$data ^ str_repeat(hash("sha512", "key", true), 100)');
}
foreach (['On', 'Off', 'merge'] as $lock) {
	foreach ($classes as $what => $code) {
		$lock === 'On' && print("-- $what\n");
		foreach (['none', 'zstd', 'lz4', 'none', 'none'] as $i => $compression) {
			$said = request($store, $include . $code . $visit, ['cfsession.compression' => $compression, 'cfsession.lock' => $lock]);
			$lock === 'On' && print($said . '  ' . kind($store->value('s')) . "\n");
			$said === $i + 1 . ", written with $compression\n" || print("$what, lock $lock, $compression: $said");
		}
		$store->remove('s');
	}
}

echo "-- one that writes an id that it has not read\n";
$other = $class('$data', '$data') . 'session_set_save_handler($own = new Own()); session_id("s"); session_start();
	foreach (["something else" => "n|i:1;", "as it is stored" => "n|s:3000:\"" . str_repeat("a", 3000) . "\";"] as $what => $value) {
		say("$what: " . json_encode(@$own->write("t", $value)));
	}
	session_abort();';
foreach (['zstd', 'lz4', 'none'] as $compression) {
	$store->put('t', $value = zstd('n|s:3000:"' . str_repeat('a', 3000) . '";'));
	echo request($store, $other, ['cfsession.compression' => $compression]), '  ', kind($store->value('t')), "\n";
}

echo "-- a broken one\n";
foreach (['zstd' => zstd('n|i:1;'), 'lz4' => lz4('n|i:1;')] as $compression => $value) {
	$store->put('s', $value = substr($value, 0, -1));
	show($compression, [str_contains(request($store, $classes['one that passes on'] . $visit), 'cannot be decompressed'), $store->value('s') === $value]);
}
show('left behind', $store->leftovers());
?>
--EXPECT--
-- one that passes on
1, written with none
  text
2, written with zstd
  zstd
3, written with lz4
  lz4 of 5025
4, written with none
  text
5, written with none
  text
-- one that changes
1, written with none
  text
2, written with zstd
  zstd
3, written with lz4
  lz4 of 5025
4, written with none
  text
5, written with none
  text
-- one that encrypts
1, written with none
  text
2, written with zstd
  text
3, written with lz4
  text
4, written with none
  text
5, written with none
  text
-- one that compresses with zstd
1, written with none
  zstd
2, written with zstd
  zstd
3, written with lz4
  lz4 of 5041
4, written with none
  zstd
5, written with none
  zstd
-- one that compresses with lz4
1, written with none
  lz4 of 5051
2, written with zstd
  zstd
3, written with lz4
  lz4 of 5051
4, written with none
  lz4 of 5051
5, written with none
  lz4 of 5051
-- one that writes twice
1, written with none
  text
2, written with zstd
  zstd
3, written with lz4
  lz4 of 5025
4, written with none
  text
5, written with none
  text
-- one that writes an id that it has not read
something else: false
as it is stored: true
  zstd
something else: false
as it is stored: true
  lz4 of 3012
something else: false
as it is stored: true
  text
-- a broken one
zstd: [true,true]
lz4: [true,true]
left behind: []

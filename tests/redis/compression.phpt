--TEST--
Redis: sessions are compressed as the settings say, and read in whatever form they are stored
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
skip_without_compression();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/compression.inc';

$cart = str_repeat('a cart with 3 items; ', 200);
$set = function (string $compression, array $ini = []) use ($store): void {
	foreach ($ini + ['level' => '0', 'threshold' => '2048'] as $name => $value) {
		ini_set("cfsession.compression_$name", $value);
	}
	ini_set('cfsession.compression', $compression);
};
$stored = fn (string $id = 's') => kind($store->value($id)) . ', ' . (strlen($store->value($id) ?? '') < 1000 ? 'small' : 'as long as it is');

foreach (['On', 'Off', 'merge'] as $lock) {
	configure($store->savePath(), ['cfsession.lock' => $lock]);
	show('-- lock', $lock);
	foreach (['none', 'zstd', 'lz4', 'none'] as $compression) {
		$set($compression);
		$read = in_session('s', function () use ($cart, $compression) {
			$read = ($_SESSION['cart'] ?? $cart) === $cart ? $_SESSION['set'] ?? 'nothing' : 'another cart';
			$_SESSION = ['cart' => $cart, 'set' => $compression];
			return $read;
		});
		show("$compression, after $read", $stored());
	}
	$store->remove('s');
}

configure($store->savePath(), ['cfsession.lock' => 'On']);
echo "-- what is too short, or gets no shorter\n";
foreach (['zstd', 'lz4'] as $compression) {
	foreach ([[2047, 2048], [2048, 2048], [120, 0], [9, 0], [0, 0]] as [$length, $threshold]) {
		$set($compression, ['threshold' => (string) $threshold]);
		in_session('s', fn () => $_SESSION = $length ? ['a' => str_repeat('x', $length - strlen('a|s:0:"";') - strlen((string) $length) + 1)] : []);
		show("$compression, threshold $threshold, $length bytes", kind($store->value('s')));
	}
	$set($compression);
	in_session('s', fn () => $_SESSION = ['a' => random_bytes(5000)]);
	show("$compression, random bytes", kind($store->value('s')));
}

echo "-- levels\n";
$text = file_get_contents(__DIR__ . '/../../backends/redis_tags.c', false, null, 0, 20000);
foreach (['zstd' => [0, 1, 3, 19, 22], 'lz4' => [0, 1, 9, 12, 22]] as $compression => $levels) {
	$lengths = [];
	foreach ($levels as $level) {
		$set($compression, ['level' => (string) $level]);
		in_session('s', fn () => $_SESSION = ['a' => $text, 'level' => $level]);
		$lengths[$level] = strlen($store->value('s'));
		in_session('s', fn () => $_SESSION['a'] === $text) || print("$compression, level $level: not read back\n");
	}
	show("$compression, the higher the smaller", $lengths[$levels[1]] > $lengths[$levels[3]] && abs($lengths[$levels[3]] - $lengths[$levels[4]]) < 100);
	show("$compression, without a level", $compression === 'zstd' ? abs($lengths[0] - $lengths[3]) < 10 : $lengths[0] >= $lengths[1]);
}

echo "-- nothing has changed\n";
$set('zstd');
in_session('s', fn () => $_SESSION = ['cart' => $cart]);
$was = $store->value('s');
foreach (['zstd' => [], 'lz4' => ['threshold' => '0'], 'none' => []] as $compression => $ini) {
	$set($compression, $ini);
	$store->setLifetime('s', 100);
	$before = cfsession_status()['counters'];
	in_session('s', fn () => null);
	$after = cfsession_status()['counters'];
	show("$compression: writes, touches, compressions, decompressions", array_map(fn ($name) => $after[$name] - $before[$name], ['writes', 'touches', 'compressions', 'decompressions']));
	show('  stored', [$store->value('s') === $was, tens($store->lifetime('s'))]);
}
session_id('s');
session_start(['read_and_close' => true]);
show('read_and_close', $_SESSION === ['cart' => $cart]);
ini_set('session.lazy_write', '0');
$set('lz4');
in_session('s', fn () => null);
show('lazy_write=0', kind($store->value('s')));
ini_restore('session.lazy_write');

echo "-- another id\n";
$set('zstd');
in_session('s', function () use ($store) {
	$_SESSION['n'] = 1;
	session_regenerate_id();
	$_SESSION['n'] = 2;
});
$new = session_id();
show('the old one', [kind($store->value('s')), in_session('s', fn () => $_SESSION['n'])]);
show('the new one', [kind($store->value($new)), in_session($new, fn () => $_SESSION['n'] . strlen($_SESSION['cart']))]);
ini_set('session.use_strict_mode', '1');
show('strict mode', in_session($new, fn () => session_id() === $new && $_SESSION['n'] === 2));
session_id($new);
session_start();
session_destroy();
show('destroyed', kind($store->value($new)));
show('left behind', $store->leftovers());
show('warned of', counter('errors'));
?>
--EXPECT--
-- lock: On
none, after nothing: text, as long as it is
zstd, after none: zstd, small
lz4, after zstd: lz4 of 4229, small
none, after lz4: text, as long as it is
-- lock: Off
none, after nothing: text, as long as it is
zstd, after none: zstd, small
lz4, after zstd: lz4 of 4229, small
none, after lz4: text, as long as it is
-- lock: merge
none, after nothing: text, as long as it is
zstd, after none: zstd, small
lz4, after zstd: lz4 of 4229, small
none, after lz4: text, as long as it is
-- what is too short, or gets no shorter
zstd, threshold 2048, 2047 bytes: text
zstd, threshold 2048, 2048 bytes: zstd
zstd, threshold 0, 120 bytes: zstd
zstd, threshold 0, 9 bytes: text
zstd, threshold 0, 0 bytes: text
zstd, random bytes: text
lz4, threshold 2048, 2047 bytes: text
lz4, threshold 2048, 2048 bytes: lz4 of 2048
lz4, threshold 0, 120 bytes: lz4 of 120
lz4, threshold 0, 9 bytes: text
lz4, threshold 0, 0 bytes: text
lz4, random bytes: text
-- levels
zstd, the higher the smaller: true
zstd, without a level: true
lz4, the higher the smaller: true
lz4, without a level: true
-- nothing has changed
zstd: writes, touches, compressions, decompressions: [0,1,0,1]
  stored: [true,1440]
lz4: writes, touches, compressions, decompressions: [0,1,0,1]
  stored: [true,1440]
none: writes, touches, compressions, decompressions: [0,1,0,1]
  stored: [true,1440]
read_and_close: true
lazy_write=0: lz4 of 4215
-- another id
the old one: ["zstd",1]
the new one: ["zstd","24200"]
strict mode: true
destroyed: not there
left behind: []
warned of: 0

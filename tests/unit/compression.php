<?php
/*
 * Tests compression.c with a table of examples and with random sessions: php -n -d extension=unit-compression.so
 * compression.php [SECONDS [SEED]]
 *
 * Prints a line that begins with PASS or FAIL for each part.
 */

declare(strict_types=1);

const MAX = 1 << 20;
const BROKEN = 'its bytes are corrupt';

$seconds = (float) ($argv[1] ?? 2);
$seed = (int) ($argv[2] ?? random_int(0, PHP_INT_MAX >> 1));

function part(string $name, array $failures): void
{
	echo $failures ? "FAIL compression: $name: " . implode('; ', array_slice($failures, 0, 5)) . "\n" : "PASS compression: $name\n";
}

function crc8(string $bytes): string
{
	$crc = 0xff;
	foreach (str_split($bytes) as $byte) {
		$crc ^= ord($byte);
		for ($bit = 0; $bit < 8; $bit++) {
			$crc = ($crc & 0x80 ? $crc << 1 ^ 0x31 : $crc << 1) & 0xff;
		}
	}
	return chr($crc);
}

/** A block of LZ4 as phpredis stores it, which claims to decompress to $length bytes. */
function lz4(int $length, string $block): string
{
	return crc8(pack('l', $length)) . pack('l', $length) . $block;
}

/** The header of a single-segment frame that claims $length bytes of content, in eight bytes. */
function zstd(int $length): string
{
	return "\x28\xb5\x2f\xfd\xe0" . pack('P', $length);
}

/** A block of zstd: raw, or (1) one byte repeated. */
function block(int $type, int $size, string $content, bool $last = true): string
{
	return substr(pack('V', $size << 3 | $type << 1 | (int) $last), 0, 3) . $content;
}

/* {{{ Sessions compressed by phpredis 6.2: Redis::_compress() */

$alice = 'user|s:300:"' . str_repeat('alice ', 50) . '";';
$peers = [
	['zstd', 3, 'n|i:1;', '28b52ffd20063100006e7c693a313b'],
	['zstd', 3, $alice, '28b52ffd603a00dd0000a0757365727c733a3330303a22616c69636520223b010046a29630'],
	['zstd', 0, '', '28b52ffd2000010000'],
	['lz4', 3, 'n|i:1;', 'de06000000606e7c693a313b'],
	['lz4', 0, $alice, 'c23a010000ff03757365727c733a3330303a22616c696365200600ff1150636520223b'],
];
$failures = [];
foreach ($peers as [$name, $level, $text, $hex]) {
	if (compression_of(hex2bin($hex)) !== $name || decompress(hex2bin($hex), MAX)[0] !== $text) {
		$failures[] = "$hex is not read";
	}
	/* Another version of the library may compress better. */
	if (strlen(compress($name, $level, $text, 2048)) > strlen($hex) / 2) {
		$failures[] = bin2hex(compress($name, $level, $text, 2048)) . " is not $hex";
	}
}
part('what phpredis stores', $failures);

/* }}} */

/* {{{ Invalid data: [bytes, the algorithm recognized, a part of the error, the length allowed] */

$one = hex2bin($peers[1][3]);
$claim = fn (string $bytes, int $length) => substr_replace($bytes, crc8(pack('l', $length)) . pack('l', $length), 0, 5);
$huge = str_repeat(block(1, 1 << 17, 'a', false), 15) . block(1, 1 << 17, 'a');
$hostile = [
	'zstd cut off' => [substr($one, 0, -1), 'zstd', BROKEN, 314],
	'zstd with a tail' => ["{$one}x", 'zstd', BROKEN, 314],
	'zstd twice' => [$one . $one, 'zstd', BROKEN, 314],
	'zstd of which only the magic number is there' => [substr($one, 0, 4), 'zstd', BROKEN, 0],
	'zstd that says nothing' => ["\x28\xb5\x2f\xfd\x00\x58" . block(0, 1, 'a'), 'zstd', 'its length is missing', 0],
	'zstd that says 1 TB' => [zstd(1 << 40) . $huge, 'zstd', BROKEN, 0],
	'zstd that says all there is' => ["\x28\xb5\x2f\xfd\xe0" . str_repeat("\xff", 8) . $huge, 'zstd', 'its length is missing', 0],
	'zstd that says more than may be' => [zstd(2 << 20) . $huge, 'zstd', 'would have 2097152 bytes, more than the 1048576', 0],
	'zstd that becomes more than it says' => [zstd(1000) . $huge, 'zstd', BROKEN, 1000],
	'zstd that becomes less than it says' => [zstd(1000) . block(1, 999, 'a'), 'zstd', BROKEN, 1000],
	'zstd that says more than so few bytes can be' => [zstd(1 << 20) . block(0, 3, 'abc'), 'zstd', BROKEN, 0],
	'lz4 cut off' => [substr(hex2bin($peers[4][3]), 0, -1), 'lz4', BROKEN, 314],
	'lz4 with a tail' => [hex2bin($peers[4][3]) . 'x', 'lz4', BROKEN, 314],
	'lz4 that becomes more than it says' => [$claim(hex2bin($peers[4][3]), 313), 'lz4', BROKEN, 313],
	'lz4 that becomes less than it says' => [$claim(hex2bin($peers[4][3]), 315), 'lz4', BROKEN, 315],
	'lz4 that says more than may be' => [lz4(2 << 20, "\x1fa\1\0" . str_repeat("\xff", 8224) . "\0\x50aaaaa"), 'lz4', 'would have 2097152 bytes', 0],
	'lz4 that refers to what is in front of it' => [lz4(20, "\x10a\xff\xff\x50aaaaa"), 'lz4', BROKEN, 20],
	'lz4 of nothing' => [lz4(0, "\0"), 'none', BROKEN, 0],
	'lz4 that says more than so few bytes can be' => [lz4(1000, "\x1fa"), 'none', BROKEN, 0],
	'lz4 that says less than nothing' => [lz4(-1, "\x50aaaaa"), 'none', BROKEN, 0],
	'lz4 with another checksum' => ["\0" . substr(hex2bin($peers[4][3]), 1), 'none', BROKEN, 0],
	'the head of lz4 alone' => [lz4(5, ''), 'none', BROKEN, 0],
	'nothing' => ['', 'none', BROKEN, 0],
	"PHP's text with a byte that could be a checksum" => [crc8('|i:1') . '|i:1;', 'none', BROKEN, 0],
];
$failures = [];
foreach ($hostile as $what => [$bytes, $looks, $error, $asked]) {
	[$text, $told, $length] = decompress($bytes, MAX);
	if (compression_of($bytes) !== $looks || $text !== null || !str_contains($told, $error) || $length !== $asked) {
		$failures[] = "$what: " . json_encode([compression_of($bytes), $text, $told, $length], JSON_PARTIAL_OUTPUT_ON_ERROR);
	}
}
part('broken and hostile bytes', $failures);

/* }}} */

/* {{{ Round trips */

mt_srand($seed);

/** Something like a session: repeated words, or incompressible bytes. */
function random_session(): string
{
	$length = [0, 1, 6, 100, 2047, 2048, 5000, 70000, 300000][mt_rand(0, 8)] + mt_rand(0, 50);
	if (mt_rand(0, 4) === 0) {
		$bytes = '';
		while (strlen($bytes) < $length) {
			$bytes .= pack('V', mt_rand());
		}
		return substr($bytes, 0, $length);
	}
	$text = '';
	while (strlen($text) < $length) {
		$text .= ['user|', 's:5:"alice";', 'i:' . mt_rand() . ';', 'a:2:{', '}', "\0"][mt_rand(0, 5)];
	}
	return substr($text, 0, $length);
}

$failures = [];
$count = 0;
for ($end = microtime(true) + $seconds; microtime(true) < $end && !$failures; $count++) {
	$text = random_session();
	$level = mt_rand(0, 3) ? mt_rand(0, 4) : mt_rand(5, 22);
	/* The highest levels take a second for each. */
	$level = strlen($text) > 10000 ? min($level, 6) : $level;
	foreach (['zstd', 'lz4'] as $name) {
		$size = strlen($text) + intdiv(strlen($text), 128) + 1024;
		$stored = compress($name, $level, $text, $size);
		if ($text === '' && $name === 'lz4') {
			$stored === '' || $failures[] = 'lz4 made something of nothing';
			continue;
		}
		if ($stored === '' || compression_of($stored) !== $name || decompress($stored, MAX)[0] !== $text) {
			$failures[] = "$name, level $level: " . strlen($text) . ' bytes are not read back';
		}
		/* One byte less than needed is an error, and nothing is written beyond the buffer. */
		if (strlen(compress($name, $level, $text, strlen($stored))) > strlen($stored) || compress($name, $level, $text, strlen($stored) - 1) !== '') {
			$failures[] = "$name, level $level: " . strlen($text) . ' bytes go where there is no room';
		}
		if ($text !== '' && decompress($stored, strlen($text) - 1)[0] !== null) {
			$failures[] = "$name: " . strlen($text) . ' bytes are more than was asked for';
		}
	}
}
part("there and back, $count random sessions (seed $seed)", $count < 20 ? ['too few'] : $failures);

/* A large session, after which the libraries' memory is freed. */
$large = implode(array_map(random_session(...), range(1, 9)));
$large = substr(str_repeat("{$large}x", intdiv(3 << 20, strlen($large)) + 1), 0, 3 << 20);
$failures = [];
foreach (['zstd', 'lz4'] as $name) {
	for ($i = 0; $i < 2; $i++) {
		decompress(compress($name, 0, $large, strlen($large) * 2), 4 << 20)[0] === $large || $failures[] = $name;
	}
}
part('3 MB', $failures);

/* }}} */

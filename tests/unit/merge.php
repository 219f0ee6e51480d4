<?php
/*
 * Tests merge.c with a table of examples and against a model: php -n -d extension=unit.so merge.php [SECONDS [SEED]]
 *
 * The model merges PHP arrays as merge.h describes. The test changes random sessions at random on two sides; merge()'s
 * result for their texts must decode to the model's result for their arrays. Prints a line that begins with PASS or
 * FAIL for each part.
 */

declare(strict_types=1);

const MAX = 1 << 20;
const REFUSED = null;

enum Colour
{
	case Red;
	case Blue;
}

final class Point
{
	public function __construct(public mixed $x = null, private array $y = [])
	{
	}
}

/* {{{ Examples */

/** handler, base, stored, ours, the expected result or REFUSED, and the conflicts or a part of the error */
function examples(): array
{
	$php = fn (string $base, string $stored, string $ours, ?string $expected, int|string $rest = 0)
		=> ['php', $base, $stored, $ours, $expected, $rest];
	$one = fn (string $base, string $stored, string $ours, ?string $expected, int|string $rest = 0)
		=> ['php_serialize', $base, $stored, $ours, $expected, $rest];
	/* The same in a variable of either handler. */
	$values = fn (mixed $base, mixed $stored, mixed $ours, mixed $expected, int $conflicts = 0)
		=> $one(serialize(['v' => $base]), serialize(['v' => $stored]), serialize(['v' => $ours]), serialize(['v' => $expected]), $conflicts);
	$deep = fn (int $depth, string $value) => 'a|' . str_repeat('a:1:{i:0;', $depth) . $value . str_repeat('}', $depth);
	$reference = 'reference between two';
	$custom = 'Serializable class';
	$invalid = 'what another request has stored is not in the format of session.serialize_handler';
	return [
		'nothing was there' => $php('', 'a|i:1;', 'b|i:2;', 'b|i:2;a|i:1;'),
		'nothing was there, for php_serialize' => $one('', 'a:1:{s:1:"a";i:1;}', 'a:1:{s:1:"b";i:2;}', 'a:2:{s:1:"b";i:2;s:1:"a";i:1;}'),
		'both changed another variable' => $php('a|i:1;b|i:1;', 'a|i:2;b|i:1;', 'a|i:1;b|i:2;', 'a|i:2;b|i:2;'),
		'both changed the same' => $php('a|i:1;', 'a|i:2;', 'a|i:3;', 'a|i:3;', 1),
		'both made the same change' => $php('a|i:1;b|i:1;', 'a|i:2;b|i:2;', 'a|i:2;b|i:1;', 'a|i:2;b|i:2;'),
		'both added the same' => $php('a|i:1;', 'a|i:1;b|i:1;c|i:1;', 'a|i:2;b|i:1;', 'a|i:2;b|i:1;c|i:1;'),
		'both added something else' => $php('', 'b|i:1;', 'b|i:2;', 'b|i:2;', 1),
		'stored deleted' => $php('a|i:1;b|i:1;', 'b|i:1;', 'a|i:1;b|i:2;', 'b|i:2;'),
		'ours deleted' => $php('a|i:1;b|i:1;', 'a|i:1;b|i:2;', 'b|i:1;', 'b|i:2;'),
		'both deleted' => $php('a|i:1;b|i:1;', 'c|i:3;b|i:1;', 'b|i:2;', 'b|i:2;c|i:3;'),
		'stored deleted what ours changed' => $php('a|i:1;b|i:1;', 'b|i:1;', 'a|i:2;b|i:1;', 'a|i:2;b|i:1;', 1),
		'ours deleted what stored changed' => $php('a|i:1;b|i:1;', 'a|i:2;b|i:1;', 'b|i:1;', 'b|i:1;', 1),
		'ours deleted everything' => $php('a|i:1;', 'a|i:1;b|i:1;', '', 'b|i:1;'),
		'nothing is left' => $php('a|i:1;b|i:1;', 'a|i:1;', 'b|i:1;', ''),
		'nothing is left, for php_serialize' => $one('a:2:{s:1:"a";N;s:1:"b";N;}', 'a:1:{s:1:"a";N;}', 'a:1:{s:1:"b";N;}', 'a:0:{}'),
		'in the order of ours' => $php('a|i:1;b|i:1;', 'b|i:1;x|i:1;a|i:1;y|i:1;', 'z|i:1;b|i:1;a|i:1;', 'z|i:1;b|i:1;a|i:1;x|i:1;y|i:1;'),
		'names of any bytes' => $php("|i:1;!a|i:1;\0;\"{|i:1;", "|i:1;!a|i:2;\0;\"{|i:1;", "|i:2;!a|i:1;\0;\"{|i:1;", "|i:2;!a|i:2;\0;\"{|i:1;"),
		'a name that is a number' => $php('5|i:1;', '5|i:1;6|i:1;', '5|i:2;', '5|i:2;6|i:1;'),
		'every kind of value' => $php('a|i:1;b|i:1;c|N;', 'a|i:1;b|d:-1.5E+25;c|b:1;d|d:NAN;e|E:10:"Colour:Red";f|S:2:"\61|";g|O:5:"Point":1:{s:1:"x";a:1:{i:0;S:1:"\62";}}h|i:-5;i|d:-INF;j|s:3:"|";";',
			'a|i:2;b|i:1;c|N;', 'a|i:2;b|d:-1.5E+25;c|b:1;d|d:NAN;e|E:10:"Colour:Red";f|S:2:"\61|";g|O:5:"Point":1:{s:1:"x";a:1:{i:0;S:1:"\62";}}h|i:-5;i|d:-INF;j|s:3:"|";";'),
		'numbers are compared as text' => $php('a|d:1;', 'a|d:1.0;', 'a|d:1.00;', 'a|d:1.00;', 1),

		'key by key' => $values(['a' => ['b' => ['c' => 1, 'd' => 1]]], ['a' => ['b' => ['c' => 2, 'd' => 1]]], ['a' => ['b' => ['c' => 1, 'd' => 2]]], ['a' => ['b' => ['c' => 2, 'd' => 2]]]),
		'arrays that both added' => $values(['x' => 1], ['x' => 1, 'a' => ['b' => 1]], ['x' => 1, 'a' => ['c' => 1]], ['x' => 1, 'a' => ['c' => 1, 'b' => 1]]),
		'an array in place of something else' => $values(null, ['a' => 1], ['b' => 1], ['b' => 1], 1),
		'something else in place of an array' => $values(['a' => 1], ['a' => 2], 1, 1, 1),
		'text and number are two keys' => $values(['a' => 1], [5 => 1, 'a' => 1], ['a' => 1, '05' => 1, '-0' => 1, '9223372036854775808' => 1], ['a' => 1, '05' => 1, '-0' => 1, '9223372036854775808' => 1, 5 => 1]),
		'negative and large numbers as keys' => $values([-1 => 1, PHP_INT_MIN => 1, PHP_INT_MAX => 1], [-1 => 2, PHP_INT_MIN => 1, PHP_INT_MAX => 1], [-1 => 1, PHP_INT_MIN => 2, PHP_INT_MAX => 1], [-1 => 2, PHP_INT_MIN => 2, PHP_INT_MAX => 1]),
		'order alone is no conflict' => $values(['a' => 1, 'b' => ['x' => 1, 'y' => 1]], ['b' => ['x' => 1, 'y' => 1], 'a' => 1], ['a' => 1, 'b' => ['y' => 1, 'x' => 1]], ['a' => 1, 'b' => ['y' => 1, 'x' => 1]]),
		'what stored alone put in order' => $values(['z' => 1, 'o' => ['b' => 1, 'a' => 1]], ['z' => 1, 'o' => ['a' => 1, 'b' => 1]], ['z' => 2, 'o' => ['b' => 1, 'a' => 1]], ['z' => 2, 'o' => ['a' => 1, 'b' => 1]]),

		'both appended' => $values(['a'], ['a', 'b'], ['a', 'c', 'd'], ['a', 'b', 'c', 'd']),
		'both appended to an empty list' => $values([], ['a'], ['b'], ['a', 'b']),
		'both appended to no list' => $values(['x' => 1], ['x' => 1, 'l' => ['a']], ['x' => 1, 'l' => ['b', 'c']], ['x' => 1, 'l' => ['a', 'b', 'c']]),
		'both appended the same' => $values([], ['a'], ['a', 'b'], ['a', 'a', 'b']),
		'both appended ten' => $values(range(1, 9), range(1, 19), [...range(1, 9), ...range(30, 39)], [...range(1, 19), ...range(30, 39)]),
		'one appended, one changed' => $values(['a', 'b'], ['a', 'b', 'c'], ['x', 'b'], ['x', 'b', 'c']),
		'both appended, and changed another' => $values(['a', 'b'], ['y', 'b', 'c'], ['a', 'x', 'd'], ['y', 'x', 'c', 'd']),
		'both appended, and changed the same' => $values(['a', 'b'], ['y', 'b', 'c'], ['x', 'b', 'd'], ['x', 'b', 'c', 'd'], 1),
		'both changed within an element' => $values([['id' => 1, 'n' => 1, 'm' => 1]], [['id' => 1, 'n' => 2, 'm' => 1]], [['id' => 1, 'n' => 1, 'm' => 2]], [['id' => 1, 'n' => 2, 'm' => 2]]),
		'flags' => $values([0, 0, 0, 1], [1, 0, 0, 1], [0, 1, 0, 1], [1, 1, 0, 1]),
		'ours took the last away' => $values(['a', 'b'], ['a', 'b', 'c'], ['a'], ['a'], 1),
		'stored took the last away' => $values(['a', 'b'], ['a'], ['a', 'b', 'c'], ['a', 'b', 'c'], 1),
		'ours emptied it' => $values(['a', 'b'], ['a', 'b', 'c'], [], [], 1),
		'ours swapped' => $values(['a', 'b'], ['a', 'b', 'c'], ['b', 'a'], ['b', 'a'], 1),
		'stored shifted and appended' => $values(['a', 'b'], ['b', 'c'], ['a', 'x'], ['a', 'x'], 1),
		'ours put one in front' => $values(['a'], ['a', 'b'], ['x', 'a'], ['x', 'a'], 1),
		'stored put one in front' => $values(['a'], ['x', 'a'], ['a', 'b'], ['a', 'b'], 1),
		'only ours changed the order' => $one(serialize([1, ['a', 'b']]), serialize([2, ['a', 'b']]), serialize([1, ['b', 'a']]), serialize([2, ['b', 'a']])),
		'unset() leaves a gap' => $values(['a', 'b', 'c'], ['a', 'b', 'c', 'd'], [1 => 'b', 2 => 'c'], [1 => 'b', 2 => 'c', 3 => 'd']),
		'its last key alone makes no list' => $values(['a', 'b'], ['a', 'b', 'c'], [5 => 'x', 1 => 'b'], [5 => 'x', 1 => 'b', 2 => 'c']),
		'a list that became a map' => $values([], ['a'], ['k' => 1], ['k' => 1, 0 => 'a']),
		'the session as a list' => $one(serialize(['a']), serialize(['a', 'b']), serialize(['a', 'c']), serialize(['a', 'b', 'c'])),
		'the session as a list, emptied' => $one(serialize(['a']), serialize(['a', 'b']), '', '', 1),
		'lists in lists' => $values([['a'], ['b']], [['a', 'x'], ['b']], [['a', 'y'], ['b'], ['c']], [['a', 'x', 'y'], ['b'], ['c']]),

		'stored changed an object' => $values(['o' => new Point(1), 'a' => 1], ['o' => new Point(2), 'a' => 1], ['o' => new Point(1), 'a' => 2], ['o' => new Point(2), 'a' => 2]),
		'both changed an object' => $values(new Point(1, [1]), new Point(2, [1]), new Point(1, [2]), new Point(1, [2]), 1),
		'an enum' => $values(['e' => Colour::Red, 'a' => 1], ['e' => Colour::Blue, 'a' => 1], ['e' => Colour::Red, 'a' => 2], ['e' => Colour::Blue, 'a' => 2]),
		'an object with a number for a property' => $php('a|i:1;', 'a|i:1;b|O:8:"stdClass":2:{s:1:"5";i:1;i:7;N;}', 'a|i:2;', 'a|i:2;b|O:8:"stdClass":2:{s:1:"5";i:1;i:7;N;}'),

		'a reference in ours' => $php('a|i:1;', 'a|i:2;', 'a|i:1;b|a:1:{i:0;R:1;}', REFUSED, $reference),
		'a reference in stored' => $php('a|i:1;', 'a|O:8:"stdClass":0:{}b|r:1;', 'a|i:3;', REFUSED, $reference),
		'a reference in base' => $php('a|i:1;b|R:1;', 'a|i:1;', 'b|i:1;', REFUSED, $reference),
		'a reference in an object' => $php('', 'a|i:1;', 'a|O:8:"stdClass":1:{s:1:"a";r:1;}', REFUSED, $reference),
		'a case of an enum that is there twice' => $one('', serialize(['a' => Colour::Red, 'b' => Colour::Red]), serialize(['c' => 1]), REFUSED, $reference),
		'what looks like a reference' => $php('', 'a|s:4:"R:1;";', 'r|s:6:";r:1;}";', 'r|s:6:";r:1;}";a|s:4:"R:1;";'),
		'an object of the old kind' => $php('', 'a|i:1;', 'a|C:1:"A":4:{R:1;}', REFUSED, $custom),
		'references, but nothing to merge' => $php('a|i:1;', 'a|i:1;', 'a|i:1;b|R:1;', 'a|i:1;b|R:1;'),
		'objects of the old kind, but nothing to merge' => $php('a|i:1;', 'a|C:1:"A":4:{R:1;}', 'a|i:1;', 'a|C:1:"A":4:{R:1;}'),

		'the same name twice' => $php('', 'a|i:1;', 'b|i:1;b|i:2;', REFUSED, 'a key twice'),
		'the same key twice' => $one('', 'a:1:{s:1:"k";a:2:{i:5;N;i:5;N;}}', 'a:1:{s:1:"k";a:1:{i:6;N;}}', REFUSED, 'a key twice'),
		'a number as a text' => $one('', 'a:1:{s:1:"5";N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'the smallest number as a text' => $one('', 'a:1:{s:20:"-9223372036854775808";N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'a number with a sign as a key' => $one('', 'a:1:{i:+5;N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'a number with a zero in front as a key' => $one('', 'a:1:{i:05;N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'a length with a zero in front in a key' => $one('', 'a:1:{s:01:"a";N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'no length with a zero in front in a key' => $one('', 'a:1:{s:00:"";N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'a key that is too large' => $one('', 'a:1:{i:9223372036854775808;N;}', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'an undefined variable of PHP 5' => $php('', '!a|b|i:1;', 'c|i:1;', REFUSED, 'what another request has stored is not in the format of session.serialize_handler "php" from byte 4 on'),
		'bytes behind the end' => $one('', 'a:0:{}x', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'no array' => $one('', 'i:5;', 'a:1:{i:6;N;}', REFUSED, $invalid),
		'no variable' => $php('', 'i:5;', 'a|N;', REFUSED, $invalid),
		'half a value' => $php('', 'a|i:5', 'a|N;', REFUSED, 'what another request has stored is not in the format of session.serialize_handler "php" from byte 5 on'),
		'more elements than there are' => $php('', 'a|a:2:{i:0;N;}', 'a|N;', REFUSED, $invalid),
		'fewer elements than there are' => $php('', 'a|a:1:{i:0;N;i:1;N;}', 'a|N;', REFUSED, $invalid),
		'more bytes than there are' => $php('', 'a|s:18446744073709551619:"abc";', 'a|N;', REFUSED, $invalid),
		'an enum without a case' => $php('', 'a|E:3:"Foo";', 'a|N;', REFUSED, $invalid),
		'a class without a name' => $php('', 'a|O:0:"":0:{}', 'a|N;', REFUSED, $invalid),
		'an unknown type' => $php('', 'a|x:1;', 'a|N;', REFUSED, $invalid),
		'base that cannot be read' => $php('a', 'a|i:1;', 'a|N;', REFUSED, 'what this request has read'),
		'ours that cannot be read' => $php('', 'a|i:1;', 'a', REFUSED, 'what this request leaves'),
		'anything, but nothing to merge' => $php('x', 'x', "\0y", "\0y"),
		'256 arrays in each other' => $php($deep(255, 'i:1;'), $deep(255, 'i:1;') . 'b|N;', $deep(255, 'i:2;'), $deep(255, 'i:2;') . 'b|N;'),
		'257 arrays in each other' => $php($deep(256, 'i:1;'), $deep(256, 'i:1;') . 'b|N;', $deep(256, 'i:2;'), REFUSED, 'nested more deeply'),
		'another handler' => ['php_binary', '', "\1aN;", "\1bN;", REFUSED, 'session.serialize_handler "php_binary"'],
		'another handler, but nothing to merge' => ['igbinary', "\1", "\1", "\2", "\2", 0],
	];
}

function check_examples(): bool
{
	$failures = 0;
	foreach (examples() as $name => [$handler, $base, $stored, $ours, $expected, $rest]) {
		[$merged, $conflicts, $error] = merge($handler, $base, $stored, $ours, MAX);
		$agrees = is_string($rest) ? str_contains($error, $rest) : $conflicts === $rest && $error === '';
		if ($merged !== $expected || !$agrees) {
			$failures++;
			printf("FAIL merge: %s: %s, %d conflicts, %s\n     expected: %s, %s\n", $name, var_export($merged, true), $conflicts, $error, var_export($expected, true), $rest);
		}
	}
	return $failures === 0;
}

/* }}} */

/* {{{ The size of a result */

function check_sizes(): bool
{
	$base = 'a|i:1;';
	$stored = 'a|i:1;b|s:5:"12345";l|a:1:{i:0;i:1;}';
	$ours = 'a|i:2;c|s:5:"12345";l|a:1:{i:0;i:2;}';
	[$merged] = merge('php', $base, $stored, $ours, MAX);
	$most = strlen($merged);
	for ($max = 0; $max < $most; $max++) {
		[$less, , $error] = merge('php', $base, $stored, $ours, $max);
		if ($less !== null || !str_contains($error, $max < strlen($ours) ? "no more than $max can" : "would have more than $max bytes")) {
			echo "FAIL merge: in $max bytes: ", var_export($less, true), " $error\n";
			return false;
		}
	}
	return merge('php', $base, $stored, $ours, $most)[0] === $merged;
}

/** A merge of 200,000 keys in any order takes linear time. */
function check_time(): bool
{
	$base = $stored = [];
	for ($i = 0; $i < 200000; $i++) {
		$base["key $i"] = $i;
	}
	foreach (array_reverse(array_keys($base)) as $key) {
		$stored[$key] = $base[$key] + $base[$key] % 2;
	}
	$ours = $base;
	unset($ours['key 10']);
	$began = hrtime(true);
	[$merged, $conflicts, $error] = merge('php_serialize', serialize($base), serialize($stored), serialize($ours), 100 * MAX);
	$took = (hrtime(true) - $began) / 1e9;
	unset($stored['key 10']);
	/* With ==, which ignores the order. */
	if ($merged === null || unserialize($merged) != $stored || $conflicts !== 0 || $took > 5) {
		echo "FAIL merge: 200,000 keys: $conflicts conflicts, $took seconds, $error\n";
		return false;
	}
	return true;
}

/* }}} */

/* {{{ The model */

/** serialize() with each object and enum in full, never as a reference to an earlier one. */
function text(mixed $value): string
{
	if (!is_array($value)) {
		return serialize($value);
	}
	$elements = array_map(fn (int|string $key, mixed $element) => serialize($key) . text($element), array_keys($value), $value);
	return 'a:' . count($value) . ':{' . implode('', $elements) . '}';
}

function encode(array $session, bool $has_names): string
{
	if (!$has_names) {
		return text($session);
	}
	return implode('', array_map(fn (string $name, mixed $value) => "$name|" . text($value), array_keys($session), $session));
}

/** A missing value. */
enum Nothing
{
	case There;
}

final class Model
{
	public int $conflicts = 0;

	public function array(?array $base, array $stored, array $ours, bool $may_be_list = true): array
	{
		if ($may_be_list && array_is_list($base ?? []) && array_is_list($stored) && array_is_list($ours)) {
			return $this->list($base ?? [], $stored, $ours);
		}
		$merged = [];
		foreach ([...array_keys($ours), ...array_keys(array_diff_key($stored, $ours))] as $key) {
			$value = $this->value(self::at($base ?? [], $key), self::at($stored, $key), self::at($ours, $key));
			if ($value !== Nothing::There) {
				$merged[$key] = $value;
			}
		}
		return $merged;
	}

	private static function at(array $array, int|string $key): mixed
	{
		return array_key_exists($key, $array) ? $array[$key] : Nothing::There;
	}

	private function list(array $base, array $stored, array $ours): array
	{
		if (!self::has_grown($base, $stored) || !self::has_grown($base, $ours)) {
			$this->conflicts++;
			return $ours;
		}
		$count = count($base);
		$merged = $count ? array_map($this->value(...), $base, array_slice($stored, 0, $count), array_slice($ours, 0, $count)) : [];
		return [...$merged, ...array_slice($stored, $count), ...array_slice($ours, $count)];
	}

	private static function has_grown(array $base, array $list): bool
	{
		$base = array_map(text(...), $base);
		$list = array_map(text(...), $list);
		return count($list) >= count($base) && !array_intersect(array_diff_assoc($base, $list), array_diff_assoc($list, $base));
	}

	private function value(mixed $base, mixed $stored, mixed $ours): mixed
	{
		[$was, $theirs, $mine] = array_map(text(...), [$base, $stored, $ours]);
		if ($theirs === $mine || $was === $theirs) {
			return $ours;
		}
		if ($was === $mine) {
			return $stored;
		}
		if (is_array($stored) && is_array($ours) && (is_array($base) || $base === Nothing::There)) {
			return $this->array(is_array($base) ? $base : null, $stored, $ours);
		}
		$this->conflicts++;
		return $ours;
	}
}

/* }}} */

/* {{{ Random sessions */

/** One of a few values, so that they are often equal. */
function random_scalar(): mixed
{
	return match (mt_rand(0, 11)) {
		0 => null,
		1 => true,
		2 => mt_rand(0, 9) / 4,
		3 => 'text|"; with }' . mt_rand(0, 3),
		4 => new Point(mt_rand(0, 2), mt_rand(0, 1) ? [1, 'a' => new Point()] : []),
		5 => mt_rand(0, 1) ? Colour::Red : Colour::Blue,
		6 => [],
		7 => NAN,
		default => mt_rand(-1, 9),
	};
}

function random_key(): int|string
{
	return match (mt_rand(0, 4)) {
		0 => mt_rand(-1, 4),
		1 => '0' . mt_rand(0, 3),
		default => chr(mt_rand(97, 104)),
	};
}

function random_value(int $depth): mixed
{
	if ($depth === 0 || mt_rand(0, 2) === 0) {
		return random_scalar();
	}
	$array = [];
	for ($count = mt_rand(0, 5), $is_list = mt_rand(0, 1); $count; $count--) {
		if ($is_list) {
			$array[] = random_value($depth - 1);
		} else {
			$array[random_key()] = random_value($depth - 1);
		}
	}
	return $array;
}

/** A changed value. */
function edited(mixed $value): mixed
{
	if (!is_array($value) || mt_rand(0, 7) === 0) {
		return random_value(2);
	}
	$keys = array_keys($value);
	$key = $keys ? $keys[array_rand($keys)] : random_key();
	switch (mt_rand(0, 9)) {
		case 0:
		case 1:
		case 2:
			$value[] = random_value(1);
			break;
		case 3:
			unset($value[$key]);
			break;
		case 4:
			$value[random_key()] = random_value(2);
			break;
		case 5:
			mt_rand(0, 1) ? array_pop($value) : array_shift($value);
			break;
		case 6:
			mt_rand(0, 1) ? $value = array_reverse($value, !array_is_list($value)) : array_unshift($value, random_value(1));
			break;
		default:
			$value[$key] = edited($value[$key] ?? null);
	}
	return $value;
}

/** A session whose variables have names, as handler "php" requires, or any keys. */
function random_session(bool $has_names): array
{
	$session = [];
	for ($count = mt_rand(0, 6); $count; $count--) {
		$session[$has_names ? 'n' . mt_rand(0, 9) : random_key()] = random_value(4);
	}
	return $session;
}

function edited_session(array $session, bool $has_names): array
{
	for ($count = mt_rand(0, 5); $count; $count--) {
		$key = array_rand($session + ['n' . mt_rand(0, 9) => 0]);
		$session[$key] = edited($session[$key] ?? random_value(3));
		if (mt_rand(0, 9) === 0) {
			unset($session[$key]);
		}
	}
	if ($has_names) {
		$session = array_filter($session, is_string(...), ARRAY_FILTER_USE_KEY);
	}
	return $session;
}

/* }}} */

/** The decoded text; null: PHP cannot decode it. */
function decode(string $text, bool $has_names): ?array
{
	ini_set('session.serialize_handler', $has_names ? 'php' : 'php_serialize');
	session_start();
	$_SESSION = [];
	$decoded = session_decode($text) ? $_SESSION : null;
	session_abort();
	return $decoded;
}

/** The error in a merge of random sessions, or ''. */
function check_random(bool $has_names): string
{
	$base = random_session($has_names);
	$sides = [edited_session($base, $has_names), edited_session($base, $has_names)];
	$model = new Model();
	[$base_text, $stored_text, $ours_text] = array_map(fn (array $session) => encode($session, $has_names), [$base, ...$sides]);
	$texts = "$base_text\n$stored_text\n$ours_text\n";
	$handler = $has_names ? 'php' : 'php_serialize';
	[$merged, $conflicts, $error] = merge($handler, $base_text, $stored_text, $ours_text, MAX);
	if ($merged === null) {
		return "{$texts}refused: $error";
	}
	if (in_array($base_text, [$stored_text, $ours_text], true) || $stored_text === $ours_text) {
		return $merged === ($base_text === $ours_text ? $stored_text : $ours_text) ? '' : "{$texts}not taken as a whole: $merged";
	}
	$expected = $model->array($base, $sides[0], $sides[1], !$has_names);
	$decoded = decode($merged, $has_names);
	if ($merged !== encode($expected, $has_names) || $decoded === null || encode($decoded, $has_names) !== $merged) {
		return "{$texts}merged:   $merged\nexpected: " . encode($expected, $has_names);
	}
	return $conflicts === $model->conflicts ? '' : "{$texts}conflicts: $conflicts, expected: $model->conflicts";
}

function check_model(int $seconds, int $seed): bool
{
	mt_srand($seed);
	$end = hrtime(true) + $seconds * 1e9;
	for ($count = 0; hrtime(true) < $end; $count++) {
		$problem = check_random($count % 2 === 0);
		if ($problem !== '') {
			echo "FAIL merge: seed $seed, session $count:\n$problem\n";
			return false;
		}
	}
	echo "PASS merge: $count random sessions, seed $seed\n";
	return true;
}

/** A handler that stores nothing. */
final class Nowhere implements SessionHandlerInterface
{
	public function open(string $path, string $name): bool
	{
		return true;
	}

	public function close(): bool
	{
		return true;
	}

	public function read(string $id): string
	{
		return '';
	}

	public function write(string $id, string $data): bool
	{
		return true;
	}

	public function destroy(string $id): bool
	{
		return true;
	}

	public function gc(int $max_lifetime): int
	{
		return 0;
	}
}

foreach (['use_cookies' => '0', 'cache_limiter' => '', 'use_strict_mode' => '0'] as $name => $value) {
	ini_set("session.$name", $value);
}
session_set_save_handler(new Nowhere(), false);
ob_start();

$passed = true;
foreach (['check_examples' => count(examples()) . ' examples', 'check_sizes' => 'sizes', 'check_time' => 'many keys'] as $check => $what) {
	if ($check()) {
		echo "PASS merge: $what\n";
	} else {
		$passed = false;
	}
}
$passed = check_model((int) ($argv[1] ?? 10), (int) ($argv[2] ?? random_int(0, 1 << 30))) && $passed;
exit($passed ? 0 : 1);

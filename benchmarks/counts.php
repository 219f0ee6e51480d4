<?php
/*
 * counts.php [--update] FILE: counts what a request of cfsession costs, prints it, and compares it with what FILE
 * says; --update writes it to FILE.
 *
 * Round trips and bytes must be the same everywhere, the other numbers only with the versions that FILE was
 * made with. System calls are rounded, because some serve many requests, like a thread that looks at the clock.
 */

declare(strict_types=1);

require_once __DIR__ . '/counts.inc';
require_once __DIR__ . '/../tests/support/redis.inc';
require_once __DIR__ . '/../tests/support/memcached.inc';

/* How far a number may be from the expected one, as a fraction of it; and whether it counts with any versions. */
const QUANTITIES = [
	'round trips' => [0.0, true],
	'connections' => [0.0, true],
	'packets' => [0.0, true],
	'bytes sent' => [0.01, true],
	'bytes received' => [0.01, true],
	'system calls' => [0.0, false],
	'instructions' => [0.05, false],
	'allocations' => [0.05, false],
	'PHP allocations' => [0.05, false],
];

/* Sizes of a session that is read and changed, to see what each byte costs: mostly, how often it is copied. */
const SMALL = 1000;
const LARGE = 1000000;

function versions(): string
{
	$gcc = preg_replace('/^(\d+).*/s', '$1', (string) shell_exec('gcc -dumpversion'));
	$libc = trim(preg_replace('/.* /', '', explode("\n", (string) shell_exec('ldd --version'))[0]));
	return sprintf('%s, PHP %d.%d, gcc %s, libc %s, hiredis %s, libmemcached %s', php_uname('m'), PHP_MAJOR_VERSION,
		PHP_MINOR_VERSION, $gcc, $libc, library('hiredis'), library('libmemcached'));
}

/** @return array<string, float> */
function count_each_byte(Place $place): array
{
	$counter = new InstructionCounter('cfsession', $place);
	$instructions = fn (int $size) => $counter->count('changed', $size)['instructions'];
	return ['instructions' => ($instructions(LARGE) - $instructions(SMALL)) / (LARGE - SMALL)];
}

/** @return iterable<string, array<string, float>> by the kind of request */
function count_all(): iterable
{
	$servers = ['redis' => RedisServer::start(), 'memcached' => MemcachedServer::start()];
	foreach ($servers as $store => $server) {
		foreach ([true, false] as $lock) {
			$place = new Place($store, "127.0.0.1:{$server->port}", $lock);
			$counter = new Counter('cfsession', $place);
			foreach (['read', 'unchanged', 'changed', 'new', 'regenerate', 'destroy'] as $case) {
				yield implode(', ', [$store, $lock ? 'locked' : 'not locked', $case]) => $counter->count($case, SMALL);
			}
			if ($lock) {
				yield "$store, locked, changed, each byte" => count_each_byte($place);
			}
		}
	}
}

function line(string $subject, array $values): string
{
	return implode("\t", [$subject, ...$values]) . "\n";
}

function rounded(string $name, float $value): string
{
	return (string) round($value, in_array($name, ['packets', 'system calls'], true) || $value >= 1000 ? 0 : 2);
}

/** @return array{string, array<string, array<string, float>>} the versions, and what is expected */
function read_expected(string $file): array
{
	$lines = file($file, FILE_IGNORE_NEW_LINES);
	$versions = substr(array_shift($lines), 2);
	$names = array_slice(explode("\t", array_shift($lines)), 1);
	$expected = [];
	foreach ($lines as $line) {
		$values = explode("\t", $line);
		$expected[array_shift($values)] = array_map('floatval', array_filter(array_combine($names, $values), 'strlen'));
	}
	return [$versions, $expected];
}

/** Prints each number that is not as expected, and returns how many there are. */
function compare(string $subject, array $counts, array $expected, bool $same_versions): int
{
	$wrong = 0;
	foreach ($expected as $name => $of) {
		[$tolerance, $everywhere] = QUANTITIES[$name];
		$difference = abs((float) rounded($name, $counts[$name]) - $of);
		if (($everywhere || $same_versions) && $difference > $tolerance * $of + 1e-9) {
			$detail = $name === 'system calls' ? ': ' . json_encode($counts['calls']) : '';
			echo "WRONG: $subject: $name: $counts[$name], expected $of$detail\n";
			$wrong++;
		}
	}
	return $wrong;
}

$update = $argv[1] === '--update';
$file = $argv[$argc - 1];
[$versions, $expected] = $update ? [versions(), []] : read_expected($file);
$same_versions = $versions === versions();
$lines = ["# $versions\n", line('request', array_keys(QUANTITIES))];
$same_versions || print("The expected numbers are from other versions: $versions\n");
echo '# ', versions(), "\n", $lines[1];
$wrong = 0;
foreach (count_all() as $subject => $counts) {
	$lines[] = line($subject, array_map(
		fn (string $name) => isset($counts[$name]) ? rounded($name, $counts[$name]) : '',
		array_keys(QUANTITIES),
	));
	echo end($lines);
	$update || $wrong += compare($subject, $counts, $expected[$subject], $same_versions);
}
$update && file_put_contents($file, implode('', $lines));
exit((int) ($wrong > 0));

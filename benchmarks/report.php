<?php
/* report.php RAW [DOCS]: prints what was measured as Markdown; or writes it, with charts, to the folder DOCS. */

declare(strict_types=1);

require_once __DIR__ . '/results.inc';

const CASES = ['read', 'unchanged', 'changed', 'new', 'regenerate', 'destroy'];
const SIZES = [100 => '100 B', 1000 => '1 kB', 10000 => '10 kB', 100000 => '100 kB', 1000000 => '1 MB'];

function number(float $value): string
{
	return $value >= 100 ? sprintf('%.0f', $value) : sprintf($value >= 10 ? '%.1f' : '%.2f', $value);
}

/** Median and quartiles. */
function spread(array $times): string
{
	return number(median($times)) . ' (' . number(quantile($times, 0.25)) . '–' . number(quantile($times, 0.75)) . ')';
}

/** @param list<list<string>> $rows the first is the head */
function table(array $rows): string
{
	$head = array_shift($rows);
	$lines = [$head, array_map(fn (int $column) => $column ? '---:' : '---', array_keys($head)), ...$rows];
	return implode('', array_map(fn (array $cells) => '| ' . implode(' | ', $cells) . " |\n", $lines));
}

function warm_table(Results $results, string $store, bool $lock): string
{
	$rows = [];
	foreach (CASES as $case) {
		foreach (SIZES as $size => $label) {
			$subject = new Subject('warm', $store, $case, $size, $lock);
			$names = $results->contestants($subject);
			if (!$names) {
				continue;
			}
			[$bare, $ours, $peer] = $names;
			$rows = $rows ?: [['', ...$names, "cfsession : $bare", "$peer : cfsession"]];
			$rows[] = ["$case, $label", ...array_map(fn ($name) => spread($results->times($subject, $name)), $names),
				number($results->ratio($subject, $ours, $bare)), number($results->ratio($subject, $peer, $ours))];
		}
	}
	return $rows ? table($rows) : '';
}

$results = new Results($argv[1]);
foreach (['redis', 'memcached'] as $store) {
	foreach ([true, false] as $lock) {
		echo "\n", ucfirst($store), $lock ? ", locked\n\n" : ", not locked\n\n", warm_table($results, $store, $lock);
	}
}

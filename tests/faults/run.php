<?php
/*
 * Breaks every conversation of cfsession with its servers at each byte, and looks whether what it promises still
 * holds. For scripts/test, which tells the rest.
 *
 * Arguments: a seed; "all", or the part of it to be tried where it would be too much; one attempt, as it is named
 * when it fails.
 */

declare(strict_types=1);

require __DIR__ . '/conversations.inc';

/* Kinds of faults in what the client is sent; some are done behind a byte as well, where nothing follows. */
const OF_REPLIES = ['pause', 'stall', 'late', 'cut', 'reset', 'gone', 'repeat', 'stutter', 'reorder', 'insert', 'garbage', 'replace'];
const BEHIND_REPLIES = ['cut', 'reset', 'gone', 'insert', 'garbage'];
/* In what the server is sent. "last": it arrives after the next request has come and gone. */
const OF_REQUESTS = ['pause', 'stall', 'late', 'last', 'cut', 'reset', 'gone'];
/* Many wait most of the time. */
const WORKERS = 16;

function jobs(int $seed): array
{
	$jobs = [];
	foreach (MODES as $mode => ['lock' => $lock]) {
		foreach (array_keys(conversations($mode)) as $name) {
			foreach ([['reply', false, OF_REPLIES], ['reply', true, BEHIND_REPLIES], ['request', false, OF_REQUESTS]] as [$direction, $after, $kinds]) {
				foreach ($kinds as $kind) {
					/* Without a lock, what comes last is what counts. */
					if ($kind !== 'last' || $lock === '1') {
						$jobs[] = ['what' => [$mode, $name, $direction, $kind, $after], 'part' => 1, 'only' => null, 'seed' => $seed];
					}
				}
			}
		}
	}
	return $jobs;
}

$jobs = jobs((int) ($argv[1] ?? 1));
if ($filter = $argv[2] ?? '') {
	$jobs = array_values(array_filter($jobs, fn ($job) => preg_match($filter, implode(' / ', array_map(strval(...), $job['what'])))));
}
mt_srand(5);
shuffle($jobs);
$dir = temp_dir();
file_put_contents("$dir/jobs", serialize($jobs));
file_put_contents("$dir/next", '0');
$began = now();
$workers = [];
for ($i = 0; $i < min(WORKERS, count($jobs)); $i++) {
	$workers[] = new Process([PHP_BINARY, '-n', '-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=cfsession', '-d', 'display_errors=stderr',
		__DIR__ . '/worker.php', "$dir/jobs", "$dir/next", "$dir/attempt$i"]);
}
$results = [];
foreach ($workers as $i => $worker) {
	$output = $worker->output(1000);
	if (($code = $worker->wait()) !== 0) {
		echo $worker->describe('failed'), "\n", @file_get_contents("$dir/attempt$i"), "\n";
	}
	foreach (array_filter(explode("\n", $output)) as $line) {
		$results[] = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
	}
}
$sum = [];
foreach ($results as $r) {
	[$mode, $name, $direction, $kind, $after] = $r['what'];
	$s = &$sum["$mode / $direction $kind " . ($after ? 'after' : '')];
	$s['tried'] = ($s['tried'] ?? 0) + $r['tried'];
	$s['missed'] = ($s['missed'] ?? 0) + $r['missed'];
	$s['seconds'] = ($s['seconds'] ?? 0) + $r['seconds'];
	if ($r['missed'] > 5) { echo implode(' / ', $r['what']), " missed $r[missed] of $r[tried] $r[bytes]
"; }
	$s['bad'] = ($s['bad'] ?? 0) + count($r['complaints']);
	foreach (array_slice($r['complaints'], 0, (int) ($argv[3] ?? 3)) as $c) {
		echo "$c\n";
	}
}
unset($s);
foreach ($sum as $k => $s) {
	printf("%-50s %6d tried %5d missed %6.1f s %5.2f ms each, %d bad\n", $k, $s['tried'], $s['missed'], $s['seconds'], 1000*$s['seconds']/max(1,$s['tried']), $s['bad']);
}
printf("%d tried in %.1f s\n", array_sum(array_column($sum, 'tried')), now() - $began);

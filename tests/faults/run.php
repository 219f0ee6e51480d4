<?php
/*
 * Breaks each conversation with a server at each byte, and checks that cfsession keeps its promises. Prints a line for
 * each way to talk to a server. `scripts/test --help` lists the environment variables.
 */

declare(strict_types=1);

require __DIR__ . '/jobs.inc';

/* More than there are cores, because workers mostly wait. */
const WORKERS = 16;

$all = getenv('FAULTS') === 'all';
$seed = (int) (getenv('FAULTS_SEED') ?: random_int(1, 999999));
$only = (string) getenv('FAULTS_ONLY');
[$jobs, $position] = $only === '' ? [jobs($all), null] : jobs_named($only);
mt_srand($seed);
shuffle($jobs);

$began = now();
$dir = temp_dir();
file_put_contents("$dir/jobs", serialize($jobs));
file_put_contents("$dir/next", '0');
$workers = [];
for ($i = 0; $i < min(WORKERS, count($jobs)); $i++) {
	$workers[] = new Process([PHP_BINARY, '-n', '-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=cfsession',
		'-d', 'display_errors=stderr', __DIR__ . '/worker.php', $dir, (string) $i, (string) $seed, $all ? 'all' : 'default', (string) $position]);
}

$results = $complaints = array_fill_keys(array_column($jobs, 'mode'), []);
foreach ($workers as $i => $worker) {
	foreach (array_filter(explode("\n", $worker->output(7200))) as $line) {
		$result = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
		$results[$result['mode']][] = $result;
		array_push($complaints[$result['mode']], ...$result['complaints']);
	}
	if ($worker->wait() !== 0) {
		$attempt = (string) file_get_contents("$dir/attempt$i");
		$complaints[strtok($attempt, '/') === false ? '' : rtrim(strtok($attempt, '/'))][] = "$attempt: " . $worker->describe('failed');
	}
}

/** The number of positions, each counted once. */
function positions(array $results, string $direction): int
{
	$bytes = [];
	foreach ($results as $result) {
		$result['direction'] === $direction and $bytes[$result['conversation']] = max($result['bytes'], $bytes[$result['conversation']] ?? 0);
	}
	return array_sum($bytes);
}

ksort($results);
foreach ($results as $mode => $of) {
	printf("%s faults %s: %d faults in %d conversations of %d bytes of replies and %d of requests, %d s, seed %d\n",
		$complaints[$mode] ? 'FAIL' : 'PASS', $mode, array_sum(array_column($of, 'tried')), count(array_unique(array_column($of, 'conversation'))),
		positions($of, 'reply'), positions($of, 'request'), now() - $began, $seed);
	foreach (getenv('FAULTS_DETAILS') ? $of : [] as $result) {
		printf("  %s %s %s%s: %d tried, %d not reached, %.1f s\n", $result['conversation'], $result['direction'], $result['kind'],
			$result['behind'] ? ' behind' : '', $result['tried'], $result['missed'], $result['seconds']);
	}
	foreach (array_slice($complaints[$mode], 0, 20) as $complaint) {
		echo "  $complaint\n";
	}
	if ($complaints[$mode]) {
		printf("  %d complaints. To see one again: FAULTS_ONLY='what stands before the colon' FAULTS_SEED=%d scripts/test faults\n", count($complaints[$mode]), $seed);
	}
}
exit((int) (array_filter($complaints) !== []));

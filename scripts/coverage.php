<?php
/*
 * How many lines of the C files the tests have reached: php coverage.php BUILD PERCENT. BUILD was made with --coverage, and
 * its tests have run. Prints the lines that were not reached, and the share of each file that was. Fails below PERCENT of
 * all lines.
 */

declare(strict_types=1);

/** What gcov says about one compiled file: path => line => how often it ran. */
function lines_of(string $notes): array
{
	$json = shell_exec('gcov --json-format --stdout ' . escapeshellarg($notes) . ' 2>/dev/null');
	$lines = [];
	foreach (json_decode((string) $json, true, flags: JSON_THROW_ON_ERROR)['files'] as $file) {
		/* Only other projects' headers have absolute paths. */
		if ($file['file'][0] !== '/' || str_starts_with($file['file'], getcwd() . '/')) {
			foreach ($file['lines'] as $line) {
				$path = str_replace(getcwd() . '/', '', $file['file']);
				$lines[$path][$line['line_number']] = max($line['count'], $lines[$path][$line['line_number']] ?? 0);
			}
		}
	}
	return $lines;
}

[, $build, $percent] = $argv;
chdir($build);
$reached = $all = 0;
$table = '';
foreach (glob('{.libs,*/.libs}/*.gcno', GLOB_BRACE) as $notes) {
	foreach (lines_of($notes) as $path => $lines) {
		$source = file($path);
		$missed = array_keys($lines, 0, true);
		foreach ($missed as $number) {
			echo "$path:$number: ", $source[$number - 1];
		}
		$table .= sprintf("%6.2f %%  %4d of %4d  %s\n", 100 - 100 * count($missed) / count($lines),
			count($lines) - count($missed), count($lines), $path);
		$reached += count($lines) - count($missed);
		$all += count($lines);
	}
}
printf("%s%6.2f %%  %4d of %4d  all\n", $table, 100 * $reached / max($all, 1), $reached, $all);
exit((int) ($reached * 100 < $all * (float) $percent || $all === 0));

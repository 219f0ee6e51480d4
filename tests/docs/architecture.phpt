--TEST--
ARCHITECTURE.md: files include each other only in the directions that it gives, and each file is in it
--SKIPIF--
<?php require __DIR__ . '/../settings/skipif.inc'; ?>
--FILE--
<?php
chdir(__DIR__ . '/../..');
$text = file_get_contents('ARCHITECTURE.md');
preg_match_all('/^(?:Files include only|The same within) [^\n]*\n\n```text\n(.*?)```/ms', $text, $blocks);

/** The number of the line that has the file or its folder; null: none has. */
function line(string $file, string $block): ?int
{
	$name = basename(preg_replace('/\.h$/', '.c', $file));
	foreach (explode("\n", $block) as $number => $line) {
		$words = preg_split('/\s+/', $line);
		if (array_intersect([$name, basename($file), dirname($file) . '/'], $words)) {
			return $number;
		}
	}
	return null;
}

$compared = 0;
$files = glob('{,session/,bindings/,backends/,target/}*.[ch]', GLOB_BRACE);
$paths = array_combine(array_map('realpath', $files), $files);
/* Generated ones. */
$others = ['config.h', 'cfsession_arginfo.h'];
foreach (array_diff($files, $others) as $file) {
	str_contains($text, preg_replace('/\.[ch]$/', '', basename($file))) or print("$file is not in it\n");
	preg_match_all('/^#\s*include "([^"]+)"/m', file_get_contents($file), $included);
	foreach ($included[1] as $name) {
		$other = $paths[(string) realpath(dirname($file) . "/$name")] ?? null;
		if ($other === null || in_array($other, $others, true)) {
			continue;
		}
		$inside = dirname($file) === 'backends' && dirname($other) === 'backends';
		[$from, $to] = [line($file, $blocks[1][(int) $inside]), line($other, $blocks[1][(int) $inside])];
		$from !== null && $to !== null && $from <= $to or print("$file includes $other\n");
		str_starts_with(basename($file), 'redis') && str_starts_with(basename($other), 'memcached') && print("$file includes $other\n");
		str_starts_with(basename($file), 'memcached') && str_starts_with(basename($other), 'redis') && print("$file includes $other\n");
		$compared++;
	}
}
echo $compared > 100 ? "compared\n" : "$compared compared\n";
?>
--EXPECT--
compared

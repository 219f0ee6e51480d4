--TEST--
docs/configuration.md has every setting, with its default and where it may be changed, and every form and parameter of save paths
--SKIPIF--
<?php require __DIR__ . '/../settings/skipif.inc'; ?>
--FILE--
<?php
const ROOT = __DIR__ . '/../..';

/** @return array<string, list<string>> the rows of the tables that begin with code, by each of its pieces => what follows */
function rows(string $file): array
{
	preg_match_all('/^\| (`.*?) \| (.*) \|$/m', file_get_contents($file), $found, PREG_SET_ORDER);
	$rows = [];
	foreach ($found as [, $first, $others]) {
		preg_match_all('/`(.+?)`/', $first, $names);
		$rows += array_fill_keys($names[1], explode(' | ', $others));
	}
	return $rows;
}

/** A default as it is written in the documentation. */
function written(string $default, array $row): string
{
	return match (true) {
		$default === '' => 'empty',
		$row[0] === 'On or Off' => $default ? 'On' : 'Off',
		default => $default,
	};
}

$rows = rows(ROOT . '/docs/configuration.md');
$settings = ini_get_all('cfsession');
foreach ($settings as $name => ['global_value' => $default]) {
	$row = $rows[$name] ?? exit("$name is missing\n");
	$expected = written($default, $row);
	preg_match('/^' . preg_quote($expected) . '(:.*)?$/', $row[1]) or print("$name: the default is $expected, not $row[1]\n");
	count($row) === 3 && $row[2] !== '' or print("$name: what it means is missing\n");
}
$named = array_filter(array_keys($rows), fn ($name) => str_starts_with($name, 'cfsession.'));
echo 'more than there are: ', implode(' ', array_diff($named, array_keys($settings))), "\n";
/* "All but the last five can be set anywhere". */
echo 'php.ini only: ', implode(' ', array_filter($named, fn ($name) => $settings[$name]['access'] === INI_SYSTEM)), "\n";
echo 'the last five: ', implode(' ', array_slice($named, -5)), "\n";

foreach (rows(ROOT . '/README.md') as $name => $row) {
	if (isset($settings[$name])) {
		$written = written($settings[$name]['global_value'], $rows[$name]);
		$row[0] === $written or print("README.md, $name: the default is $written, not $row[0]\n");
	}
}

/* Parameters and forms are tables in the sources. */
preg_match_all('/^\t\{"([^"]+)", set_\w+,/m', file_get_contents(ROOT . '/save_path_query.c'), $parameters);
$known = preg_replace('/^auth\[[01]\]$/', 'auth[]', $parameters[1]);
$text = file_get_contents(ROOT . '/docs/configuration.md');
foreach (array_unique($known) as $parameter) {
	isset($rows[$parameter]) || str_contains($text, "`$parameter`") or print("the parameter $parameter is missing\n");
}
preg_match_all('/^\t\{"([a-z+]+)", (?:parse_|cfs_|NULL)/m', file_get_contents(ROOT . '/save_path.c'), $schemes);
foreach ([...$schemes[1], 'memcached', 'binding', 'PERSISTENT'] as $scheme) {
	preg_match('~`' . preg_quote($scheme) . '(://|:|=)~', $text) or print("the form $scheme is missing\n");
}
echo count($known) > 25 && count($schemes[1]) > 10 ? "compared\n" : "not compared\n";
?>
--EXPECT--
more than there are: 
php.ini only: cfsession.auto_configure cfsession.service cfsession.redis_service cfsession.memcached_service cfsession.options_file
the last five: cfsession.auto_configure cfsession.service cfsession.redis_service cfsession.memcached_service cfsession.options_file
compared

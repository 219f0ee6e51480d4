--TEST--
docs/configuration.md has each setting with default, version, examples, errors and access, and all of save paths
--SKIPIF--
<?php require __DIR__ . '/../settings/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

const ROOT = __DIR__ . '/../..';

/** @return array<string, list<string>> the table rows that begin with code: each piece of code => the other cells */
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

/** A default as the documentation writes it. */
function written(string $default, array $row): string
{
	return match (true) {
		$default === '' => 'empty',
		str_starts_with($row[0], 'On') => $default ? 'On' : 'Off',
		default => $default,
	};
}

$rows = rows(ROOT . '/docs/configuration.md');
$settings = ini_get_all('cfsession');
foreach ($settings as $name => ['global_value' => $default]) {
	$row = $rows[$name] ?? exit("$name is missing\n");
	$expected = written($default, $row);
	preg_match('/^' . preg_quote($expected) . '(:.*)?$/', $row[1]) or print("$name: the default is $expected, not $row[1]\n");
	count($row) === 4 && $row[3] !== '' or print("$name: what it means is missing\n");
	preg_match('/^0\.[12]$/', $row[2]) or print("$name: the version that has it is missing\n");
}
$named = array_filter(array_keys($rows), fn ($name) => str_starts_with($name, 'cfsession.'));
echo 'more than there are: ', implode(' ', array_diff($named, array_keys($settings))), "\n";
/* "All but the last five can be set anywhere". */
echo 'php.ini only: ', implode(' ', array_filter($named, fn ($name) => $settings[$name]['access'] === INI_SYSTEM)), "\n";
echo 'the last five: ', implode(' ', array_slice($named, -5)), "\n";

/* PHP accepts all examples at once, and refuses each bad value with the table's words. */
preg_match_all('/^\| `(cfsession\.\w+)` \| `(.+?)` \| (.+?) \| `(has to be .+?)` \|$/m', file_get_contents(ROOT . '/docs/configuration.md'), $values, PREG_SET_ORDER);
echo 'without an example: ', implode(' ', array_diff(array_keys($settings), array_column($values, 1))), "\n";
$examples = '';
$bad = '';
foreach ($values as [, $name, $example, $wrong]) {
	$wrong = $wrong === 'a control character' ? "a\x01" : trim($wrong, '`');
	$examples .= "$name = \"$example\"\n";
	$bad .= "$name = \"$wrong\"\n";
}
echo 'what is wrong with the examples: ', complaint_of_ini($examples), "\n";
$warnings = (string) complaint_of_ini($bad);
foreach ($values as [, $name, , , $expected]) {
	str_contains($warnings, "$name $expected; the previous value stays") or print("$name: a bad value is not answered by: $expected\n");
}

foreach (rows(ROOT . '/README.md') as $name => $row) {
	if (isset($settings[$name])) {
		$written = written($settings[$name]['global_value'], $rows[$name]);
		$row[0] === $written or print("README.md, $name: the default is $written, not $row[0]\n");
	}
}

/* README.md's Redis user may run the commands for locking and for the status. */
preg_match_all('/^\| (?:with locking|for `cfsession_status\(true\)`) \| (.*)/m', file_get_contents(ROOT . '/docs/configuration.md'), $rights);
preg_match_all('/[A-Z|]{3,}/', str_replace('\|', '|', implode(' ', $rights[1])), $needed);
preg_match_all('/ \+(\S+)/', implode(preg_grep('/^ *ACL SETUSER /', file(ROOT . '/README.md'))), $granted);
$needed = array_map('strtolower', $needed[0]);
$differing = [...array_diff($needed, $granted[1]), ...array_diff($granted[1], $needed)];
$differing && print('README.md, ACL SETUSER lacks, or has needlessly: ' . implode(' ', $differing) . "\n");

/* The sources have tables of parameters and forms. */
preg_match_all('/^\t\{"([^"]+)", set_\w+,/m', file_get_contents(ROOT . '/target/save_path_query.c'), $parameters);
$known = preg_replace('/^auth\[[01]\]$/', 'auth[]', $parameters[1]);
$text = file_get_contents(ROOT . '/docs/configuration.md');
foreach (array_unique($known) as $parameter) {
	isset($rows[$parameter]) || str_contains($text, "`$parameter`") or print("the parameter $parameter is missing\n");
}
preg_match_all('/^\t\{"([a-z+]+)", (?:parse_|cfs_|NULL)/m', file_get_contents(ROOT . '/target/save_path.c'), $schemes);
foreach ([...$schemes[1], 'memcached', 'binding', 'PERSISTENT'] as $scheme) {
	preg_match('~`' . preg_quote($scheme) . '(://|:|=)~', $text) or print("the form $scheme is missing\n");
}
echo count($known) > 25 && count($schemes[1]) > 10 ? "compared\n" : "not compared\n";
?>
--EXPECT--
more than there are: 
php.ini only: cfsession.auto_configure cfsession.service cfsession.redis_service cfsession.memcached_service cfsession.options_file
the last five: cfsession.auto_configure cfsession.service cfsession.redis_service cfsession.memcached_service cfsession.options_file
without an example: 
what is wrong with the examples: 
compared

--TEST--
Doctor: with a web server's settings instead of the command line's, as the README says
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start();
$extension = 'extension_dir = "' . ini_get('extension_dir') . "\"\nextension = cfsession\n";
$root = write_files([
	'cli/php.ini' => '', 'cli/conf.d/20-cfsession.ini' => $extension,
	'fpm/php.ini' => "session.gc_maxlifetime = 7200\n", 'fpm/conf.d/20-cfsession.ini' => $extension,
	'fpm/conf.d/30-sessions.ini' => "session.save_handler = cfsession\nsession.save_path = \"" . $server->savePath(['database' => 1]) . "\"\n",
]);
/* Both variables of the README's command name the settings. */
foreach (['cli' => 'cli', 'half of it' => 'fpm', 'all of it' => 'fpm'] as $label => $sapi) {
	$scanned = $label === 'all of it' ? 'fpm' : 'cli';
	$process = new Process([PHP_BINARY, '-c', "$root/$sapi/php.ini", __DIR__ . '/../../scripts/doctor', '--verbose'],
		['PHP_INI_SCAN_DIR' => "$root/$scanned/conf.d"] + NOTHING_BOUND, Process::MERGED);
	$output = str_replace($root, 'ROOT', $process->output());
	preg_match('/^PHP \S+ (.*)/m', $output, $first);
	$verdict = preg_match('/^Sessions (work|are well)/m', $output) ? 'sessions work' : 'they do not';
	preg_match('/Sessions end \d+ s/', $output, $lifetime);
	echo "$label: ", implode(' | ', [$first[1] ?? $output, $verdict, ...$lifetime]), "\n";
}
?>
--EXPECT--
cli: (cli), ROOT/cli/php.ini, 1 file in ROOT/cli/conf.d | they do not
half of it: (cli), ROOT/fpm/php.ini, 1 file in ROOT/cli/conf.d | they do not
all of it: (cli), ROOT/fpm/php.ini, 2 files in ROOT/fpm/conf.d | sessions work | Sessions end 7200 s

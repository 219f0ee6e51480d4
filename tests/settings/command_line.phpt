--TEST--
Settings: a bad value in php.ini or on the command line leaves the default
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/client.inc';

$show = 'foreach (["lock", "lock_wait", "timeout", "prefix", "compression"] as $name) {
	echo $name, "=", ini_get("cfsession.$name"), " ";
}
echo cfsession_status()["prefix"] ?? "no prefix", "\n";';

echo Php::run($show, ['cfsession.lock' => 'maybe', 'cfsession.lock_wait' => 'long', 'cfsession.timeout' => '0',
	'cfsession.prefix' => str_repeat('p', 129), 'cfsession.compression' => 'lzf', 'session.save_path' => 'tcp://host']);
echo Php::run($show, ['cfsession.lock' => 'off', 'cfsession.lock_wait' => '0', 'cfsession.timeout' => '0.5',
	'cfsession.prefix' => 'app:', 'session.save_path' => 'tcp://host']);
/* As PHP reads it without quotes: as an empty text. */
$process = new Process([PHP_BINARY, '-n', '-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=cfsession',
	'-d', 'cfsession.compression=none', '-r', 'var_dump(ini_get("cfsession.compression"));'], [], Process::MERGED);
echo $process->output();
?>
--EXPECTF--
Warning: cfsession.prefix has to be at most 128 bytes without control characters; the previous value stays in Unknown on line 0

Warning: cfsession.lock has to be On, Off or merge; the previous value stays in Unknown on line 0

Warning: cfsession.lock_wait has to be a number of seconds from 0 to 86400; the previous value stays in Unknown on line 0

Warning: cfsession.compression has to be none, zstd or lz4; the previous value stays in Unknown on line 0

Warning: cfsession.timeout has to be a number of seconds above 0 and up to 86400; the previous value stays in Unknown on line 0
lock=1 lock_wait=10.0 timeout=2.0 prefix= compression=none PHPREDIS_SESSION:
lock=off lock_wait=0 timeout=0.5 prefix=app: compression=none app:
string(0) ""

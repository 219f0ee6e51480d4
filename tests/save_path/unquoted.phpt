--TEST--
session.save_path: unquoted in php.ini or in -d, as PHP truncates it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/client.inc';

const SHOW = 'echo "  ", ini_get("session.save_path"), "\n  ", cfsession_status()["error"] ?? cfsession_status()["backend"], "\n";';

/** Runs PHP with a php.ini that has the save path unquoted. */
function in_php_ini(string $path): string
{
	$dir = temp_dir();
	file_put_contents("$dir/php.ini", 'extension_dir = "' . ini_get('extension_dir') . "\"\nextension = cfsession\n"
		. "session.save_handler = cfsession\nlog_errors = 0\ndisplay_startup_errors = 0\nsession.save_path = $path\n");
	$process = new Process([PHP_BINARY, '-c', $dir, '-r', SHOW], ['PHP_INI_SCAN_DIR' => '', 'REDIS_URL' => null]);
	$process->closeInput();
	return $process->output();
}

function on_command_line(string $path): string
{
	$process = new Process([PHP_BINARY, '-n', '-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=cfsession',
		'-d', 'session.save_handler=cfsession', '-d', "session.save_path=$path", '-r', SHOW]);
	$process->closeInput();
	return $process->output();
}

echo "-- php.ini\n";
foreach ([
	'tcp://host:6379?prefix=app:',
	'tcp://host:6379?auth=pass;word',
	'tcp://host:6379?timeout=2&prefix=app:',
	'tcp://host:6379?auth[]=user&auth[]=password',
	'tls://host?stream[cafile]=/ca.pem',
	'redis://:pass;word@host',
	'redis://user:pass!word@host',
	'redis://user:pass~word@host',
	'redis://user:pass(word@host',
	'redis://user:pass&word@host',
	'redis://user:pass|word@host',
	'redis://user:pass^word@host',
	'redis+sentinel://user:pass;word@host/mymaster',
	'redis+cluster://user:pass!word@host',
	'memcached://user:pass;word@host',
	'seed[]=a:7000&seed[]=b:7000',
	'timeout=2&seed[]=a:7000',
	'auth[]=user&seed[]=a:7000',
	'PERSISTENT=app_sessions host:11211',
	'"tcp://host:6379?auth=pass;word!&prefix=app:"',
	'tcp://host:6379',
] as $path) {
	echo "$path\n", in_php_ini($path);
}
echo "-- -d\n";
foreach (['tcp://host?prefix=app:', '"tcp://host?prefix=app:"'] as $path) {
	echo "$path\n", on_command_line($path);
}
?>
--EXPECT--
-- php.ini
tcp://host:6379?prefix=app:
  tcp://host:6379?prefix
  the parameter "prefix" has no value (prefix=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
tcp://host:6379?auth=pass;word
  tcp://host:6379?auth
  the parameter "auth" has no value (auth=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
tcp://host:6379?timeout=2&prefix=app:
  tcp://host:6379?timeout
  the parameter "timeout" has no value (timeout=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
tcp://host:6379?auth[]=user&auth[]=password
  tcp://host:6379?auth[]
  the parameter "auth[]" has no value (auth[]=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
tls://host?stream[cafile]=/ca.pem
  tls://host?stream[cafile]
  the parameter "stream[cafile]" has no value (stream[cafile]=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
redis://:pass;word@host
  redis://:pass
  the host is missing; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis://user:pass!word@host
  redis://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis://user:pass~word@host
  redis://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis://user:pass(word@host
  redis://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis://user:pass&word@host
  0
  it is a number, because PHP calculates with a value in php.ini that is not in quotes; put the save path in quotes
redis://user:pass|word@host
  0
  it is a number, because PHP calculates with a value in php.ini that is not in quotes; put the save path in quotes
redis://user:pass^word@host
  0
  it is a number, because PHP calculates with a value in php.ini that is not in quotes; put the save path in quotes
redis+sentinel://user:pass;word@host/mymaster
  redis+sentinel://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis+cluster://user:pass!word@host
  redis+cluster://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
memcached://user:pass;word@host
  memcached://user:pass
  the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
seed[]=a:7000&seed[]=b:7000
  seed[]
  "=" has to follow "PERSISTENT" and "seed[]"; put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
timeout=2&seed[]=a:7000
  timeout
  the parameter "timeout" has no value (timeout=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
auth[]=user&seed[]=a:7000
  auth[]
  the parameter "auth[]" has no value (auth[]=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
PERSISTENT=app_sessions host:11211
  PERSISTENT
  "=" has to follow "PERSISTENT" and "seed[]"; put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
"tcp://host:6379?auth=pass;word!&prefix=app:"
  tcp://host:6379?auth=pass;word!&prefix=app:
  redis
tcp://host:6379
  tcp://host:6379
  redis
-- -d
tcp://host?prefix=app:
  tcp://host?prefix
  the parameter "prefix" has no value (prefix=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
"tcp://host?prefix=app:"
  tcp://host?prefix=app:
  redis

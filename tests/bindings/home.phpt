--TEST--
Bound services: an unreadable home directory has no options.json
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
PHP_OS_FAMILY === 'Linux' or die('skip setpriv is of Linux');
getenv('USE_ZEND_ALLOC') !== '0' or die('skip tools that watch memory are not for every user');
?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

$dir = temp_dir();
copy(ini_get('extension_dir') . '/cfsession.so', "$dir/cfsession.so");
mkdir("$dir/home");
chmod(dirname($dir), 0755);
chmod($dir, 0755);
chmod("$dir/home", 0);
$command = [PHP_BINARY, '-n', '-d', "extension=$dir/cfsession.so", '-r', 'echo cfsession_status()["service"], "\n";'];
/* root may read it, so it runs PHP as another user. */
if (@scandir("$dir/home") !== false) {
	$command = ['setpriv', '--reuid=65534', '--clear-groups', ...$command];
}
$process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, [
	'PATH' => getenv('PATH'),
	'HOME' => "$dir/home",
	'VCAP_SERVICES' => vcap(['host' => 'h', 'port' => 6379]),
]);
echo stream_get_contents($pipes[1]);
chmod("$dir/home", 0755);
?>
--EXPECT--
app-redis-sessions

--TEST--
Bound services: unlikely input, found by fuzzers and reviewers
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const CHOSEN = ['session.save_handler' => 'cfsession'];

function show_vcap(string $label, mixed $credentials, string $name = 'app-redis-sessions', array $ini = NOT_CHOSEN, array $more = []): void
{
	show_found($label, ['VCAP_SERVICES' => vcap($credentials, $name, $more)], $ini);
}

$redis = ['host' => '10.0.0.1', 'password' => 'secret'];

echo "Servers\n";
show_vcap('commas alone', ['uri' => 'memcached://,'], 'memcached-sessions');
show_vcap('commas and blanks', ['servers' => ' , ;'], 'memcached-sessions');
show_vcap('too many', ['servers' => str_repeat('h,', 1001)], 'memcached-sessions');
show_vcap('many', ['servers' => str_repeat('h,', 1000) . '?'], 'memcached-sessions');
show_vcap('a server with a NUL', ['servers' => ["a\0b"]], 'memcached-sessions');
show_vcap('a server that is a number', ['sentinels' => [1], 'master_name' => 'm']);
show_vcap('a cluster without a host', ['cluster_mode' => true]);
show_vcap('a long host', ['host' => str_repeat('h', 256)]);
show_vcap('no address', ['uri' => 'redis://[h%26]:6379']);
show_vcap('a name for two masters', ['hosts' => 'a,b', 'master_name' => 'one/two?three']);
show_vcap('the same in a URI', ['uri' => 'redis://h/1#one%2Ftwo', 'sentinels' => ['a', 'b']]);

echo "\nNames\n";
show_vcap('a line break', $redis, "redis-sessions\n");
show_vcap('an empty name', $redis, '', CHOSEN, ['tags' => ['redis']]);
show_vcap('neither name nor label', $redis, '', CHOSEN, ['tags' => ['redis'], 'label' => '']);
show_found('a relationship without a name', ['PLATFORM_RELATIONSHIPS' => base64_encode('{"": [{"scheme": "redis", "host": "h"}]}')], CHOSEN);
show_vcap('a line break in a name that nobody asks for', $redis, "other\n");
show_found('a relationship with a NUL', ['PLATFORM_RELATIONSHIPS' => base64_encode('{"a\u0000b": [{"scheme": "redis", "host": "h"}]}')], CHOSEN);

echo "\nFiles\n";
$files = ['host' => '10.0.0.1', 'password' => 'secret'];
$dir = write_files(array_combine(
	array_map(fn (string $key) => "untyped-redis-sessions/$key", array_keys($files)), $files));
make_pipe("$dir/untyped-redis-sessions/pipe");
show_found('a directory without a type, with a pipe', ['SERVICE_BINDING_ROOT' => $dir]);
$typed = $files + ['type' => 'redis'];
$dir = write_files(array_combine(
	array_map(fn (string $key) => "redis-sessions\n/$key", array_keys($typed)), $typed));
show_found('a directory with a line break', ['SERVICE_BINDING_ROOT' => $dir]);
$dir = write_files(array_combine(
	array_map(fn (string $key) => "redis-sessions/$key", array_keys($typed)), $typed));
make_pipe("$dir/redis-sessions/pipe");
show_without($dir, 'a pipe');
unlink("$dir/redis-sessions/pipe");
symlink('loop', "$dir/redis-sessions/loop");
show_without($dir, 'a link to itself');
unlink("$dir/redis-sessions/loop");
file_put_contents("$dir/redis-sessions/large", str_repeat('x', 1 << 20));
show_without($dir, 'a large file');
file_put_contents("$dir/redis-sessions/large", 'x', FILE_APPEND);
show_without($dir, 'a larger one');
unlink("$dir/redis-sessions/large");
for ($i = 0; $i < 3000; $i++) {
	mkdir("$dir/other-$i");
	file_put_contents("$dir/redis-sessions/key-$i", '');
}
show_without($dir, 'thousands of files');

/* PHP's own function is in an extension that may be missing. */
function make_pipe(string $path): void
{
	exec('mkfifo ' . escapeshellarg($path));
}

/* Without the directory's name, which differs from run to run. */
function show_without(string $dir, string $label): void
{
	ob_start();
	show_found($label, ['SERVICE_BINDING_ROOT' => $dir]);
	echo str_replace($dir, 'DIR', ob_get_clean());
}
?>
--EXPECT--
Servers
commas alone
  error: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "uri" has to be a list of servers, at most 1000
  by VCAP_SERVICES, service memcached-sessions, binding:memcached-sessions, PHPSESSIONID
  > Warning: cfsession: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "uri" has to be a list of servers, at most 1000; no session can be started
commas and blanks
  error: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000
  by VCAP_SERVICES, service memcached-sessions, binding:memcached-sessions, PHPSESSIONID
  > Warning: cfsession: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000; no session can be started
too many
  error: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000
  by VCAP_SERVICES, service memcached-sessions, binding:memcached-sessions, PHPSESSIONID
  > Warning: cfsession: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000; no session can be started
many
  error: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000
  by VCAP_SERVICES, service memcached-sessions, binding:memcached-sessions, PHPSESSIONID
  > Warning: cfsession: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000; no session can be started
a server with a NUL
  error: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: a server in its list is neither a string nor an object
  by VCAP_SERVICES, service memcached-sessions, binding:memcached-sessions, PHPSESSIONID
  > Warning: cfsession: the service "memcached-sessions" (VCAP_SERVICES) cannot be used: a server in its list is neither a string nor an object; no session can be started
a server that is a number
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: a server in its list is neither a string nor an object
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: a server in its list is neither a string nor an object; no session can be started
a cluster without a host
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is missing
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is missing; no session can be started
a long host
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host has more than 255 bytes
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host has more than 255 bytes; no session can be started
no address
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: what is between "[" and "]" has to be an IPv6 address
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: what is between "[" and "]" has to be an IPv6 address; no session can be started
a name for two masters
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the name of the Sentinel master has a character that is not a letter, a digit, ".", "-" or "_"
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the name of the Sentinel master has a character that is not a letter, a digit, ".", "-" or "_"; no session can be started
the same in a URI
  error: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the name of the Sentinel master has a character that is not a letter, a digit, ".", "-" or "_"
  by VCAP_SERVICES, service app-redis-sessions, binding:app-redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the name of the Sentinel master has a character that is not a letter, a digit, ".", "-" or "_"; no session can be started

Names
a line break
  error: the service "redis-sessions?" (VCAP_SERVICES) cannot be used: it has no name, or one with a control character
  by VCAP_SERVICES, binding:sessions, PHPSESSIONID
  > Warning: cfsession: the service "redis-sessions?" (VCAP_SERVICES) cannot be used: it has no name, or one with a control character; no session can be started
an empty name
  redis single: 10.0.0.1:6379 password
  by VCAP_SERVICES, service user-provided, tcp://10.0.0.1:6379?binding=user-provided, PHPSESSIONID
neither name nor label
  error: the service "" (VCAP_SERVICES) cannot be used: it has no name, or one with a control character
  by VCAP_SERVICES, binding:sessions, PHPSESSIONID
  > Warning: cfsession: the service "" (VCAP_SERVICES) cannot be used: it has no name, or one with a control character; no session can be started
a relationship without a name
  error: the service "" (PLATFORM_RELATIONSHIPS) cannot be used: it has no name, or one with a control character
  by PLATFORM_RELATIONSHIPS, binding:sessions, PHPSESSIONID
  > Warning: cfsession: the service "" (PLATFORM_RELATIONSHIPS) cannot be used: it has no name, or one with a control character; no session can be started
a line break in a name that nobody asks for
  by nothing, handler files
a relationship with a NUL
  redis single: h:6379
  by PLATFORM_RELATIONSHIPS, service a, tcp://h:6379?binding=a, PHPSESSIONID

Files
a directory without a type, with a pipe
  by nothing, handler files
a directory with a line break
  error: the service "redis-sessions?" (SERVICE_BINDING_ROOT) cannot be used: it has no name, or one with a control character
  by SERVICE_BINDING_ROOT, binding:sessions, PHPSESSIONID
  > Warning: cfsession: the service "redis-sessions?" (SERVICE_BINDING_ROOT) cannot be used: it has no name, or one with a control character; no session can be started
a pipe
  error: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/pipe: it is not a regular file
  by SERVICE_BINDING_ROOT, service redis-sessions, binding:redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/pipe: it is not a regular file; no session can be started
a link to itself
  error: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/loop: Too many levels of symbolic links
  by SERVICE_BINDING_ROOT, service redis-sessions, binding:redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/loop: Too many levels of symbolic links; no session can be started
a large file
  redis single: 10.0.0.1:6379 password
  by SERVICE_BINDING_ROOT, service redis-sessions, tcp://10.0.0.1:6379?binding=redis-sessions, PHPSESSIONID
a larger one
  error: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: DIR/redis-sessions/large has more than 1048576 bytes
  by SERVICE_BINDING_ROOT, service redis-sessions, binding:redis-sessions, PHPSESSIONID
  > Warning: cfsession: the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: DIR/redis-sessions/large has more than 1048576 bytes; no session can be started
thousands of files
  redis single: 10.0.0.1:6379 password
  by SERVICE_BINDING_ROOT, service redis-sessions, tcp://10.0.0.1:6379?binding=redis-sessions, PHPSESSIONID

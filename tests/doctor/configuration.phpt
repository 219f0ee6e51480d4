--TEST--
Doctor: the configured servers, their source, and what cannot be used
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '100mb', 'appendonly' => 'yes']);
$credentials = ['host' => '127.0.0.1', 'port' => $server->port, 'password' => PASSWORD];
$bound = ['session.save_handler' => null];
/* PHP also prints it at startup. */
$quiet = ['display_startup_errors' => '0'];

echo "-- well\n";
show_diagnosis('bound', $told = diagnosis($bound, ['VCAP_SERVICES' => vcap($credentials)]), 'configuration', 'session');
echo '  ', implode(', ', $told['php']['environment']), "\n";
$file = write_files(['services' => vcap($credentials)]) . '/services';
show_diagnosis('bound in a file', diagnosis($bound, ['VCAP_SERVICES_FILE_PATH' => $file]), 'configuration', 'session');
$url = 'redis://:' . PASSWORD . "@127.0.0.1:$server->port";
show_diagnosis('a variable', diagnosis([], ['REDIS_URL' => $url]), 'configuration', 'session');
$names = [...array_keys(NOTHING_BOUND)];
$env = array_fill_keys($names, 'x');
$seen = diagnosis(['session.save_handler' => 'files', 'cfsession.auto_configure' => '0'], $env)['php']['environment'];
echo 'variables that are not told of: ', implode(' ', array_diff($names, $seen)), "\n";

echo "-- not\n";
show_diagnosis('nothing', diagnosis($bound));
show_diagnosis('no path', diagnosis(['session.save_path' => '']));
show_diagnosis('another handler', diagnosis(['session.save_handler' => 'files'] + at('/tmp')));
show_diagnosis('not JSON', diagnosis($bound + $quiet, ['VCAP_SERVICES' => '{"a": "' . PASSWORD . '"']));
show_diagnosis('no port', diagnosis($bound + $quiet, ['VCAP_SERVICES' => vcap(['port' => 0] + $credentials)]));
show_diagnosis('gone', diagnosis($bound + $quiet, ['VCAP_SERVICES' => vcap(['port' => free_port()] + $credentials)]));
show_diagnosis('unknown parameter', diagnosis(at("tcp://127.0.0.1:$server->port?auth=" . PASSWORD . '&colour=red')));
show_diagnosis('another service', diagnosis(at('binding:nobody')));

echo "-- what was seen\n";
/** Prints the lines of the doctor's report about services. */
function show_seen(string $label, array $ini, array $env): void
{
	[, $output] = doctor(['--verbose'], $ini, $env);
	preg_match_all('/^(Seen: .*|failure  configuration .*)\n/m', $output, $lines);
	echo "$label\n", preg_replace('/(?<=is close to )("[^"]+").*/', '$1 …', implode($lines[0]));
	preg_match('/tr0ub4dor|S3cr3t|Passw0rd/', $output) && print("THE PASSWORD IS SHOWN\n");
}
$service = fn (string $name, array $more = []) => $more + ['name' => $name, 'credentials' => $credentials];
$postgres = ['label' => 'postgres', 'credentials' => ['uri' => 'postgres://app:' . PASSWORD . '@host/db']];
show_seen('a near miss', $bound, ['VCAP_SERVICES' => json_encode(['redis' => [$service('app-redis-session')], 'postgres' => [$service('db', $postgres)]])]);
show_seen('taken', $bound, ['VCAP_SERVICES' => json_encode(['redis' => [$service('app-redis-sessions')], 'postgres' => [$service('db', $postgres)]])]);
show_seen('no directory', $bound, ['SERVICE_BINDING_ROOT' => '/nowhere']);
$root = write_files(['cache/type' => 'php-redis-sessions', 'cache/password' => PASSWORD, 'other/host' => 'x']);
show_seen('directories', $bound, ['SERVICE_BINDING_ROOT' => $root]);
show_seen('hostile names', $bound, ['VCAP_SERVICES' => json_encode(['x' => [$service("a\u{202e}b\u{9b}31m")]])]);

echo "-- without the extension\n";
$without = ['extension' => null, 'session.save_handler' => null];
[$exit, $output] = doctor(['--json'], $without);
$told = json_decode($output, true);
show_diagnosis('as JSON', ['exit' => $exit] + $told);
echo json_encode($told['cfsession']), "\n";
[$exit, $output] = doctor([], $without);
echo preg_replace('/^PHP \S+/m', 'PHP N', $output), "exit $exit\n";

echo "-- not called so\n";
foreach (['--jsonn', '--json=1', '-v', 'x', '--fpm', '--timeout=0', '--timeout=soon', '--timeout=1e999'] as $argument) {
	[$exit, $output] = doctor([$argument], []);
	echo strtok($output, "\n"), " (exit $exit)\n";
}

echo "-- by the name that it is called by\n";
$dir = temp_dir();
$script = (string) realpath(__DIR__ . '/../../scripts/doctor');
symlink($script, "$dir/cfsession-doctor");
$php = dirname(PHP_BINARY);
/** The first line of the usage message, without the options. */
$name = function (array $command, string $path) use ($dir): string {
	$process = new Process($command, ['PATH' => $path]);
	return str_replace($dir, 'DIR', strtok($process->output(), '['));
};
echo $name(["$dir/cfsession-doctor", '--help'], "$dir:$php:/usr/bin"), "\n";
echo $name(["$dir/cfsession-doctor", '-h'], "$php:/usr/bin"), "\n";
chdir(dirname($script, 2));
echo $name([PHP_BINARY, '-n', 'scripts/doctor', '--help'], "$dir:$php:/usr/bin"), "\n";
[$exit, $output] = doctor(['--help'], []);
preg_match_all('/^  (--[\w-]+)/m', $output, $told);
echo implode(' ', $told[1]), " (exit $exit)\n";
preg_match_all('/^(?:\.B |\\\\fB)(\\\\-\\\\-\S+?)(?:\\\\fR.*)?$/m', strstr(strstr(file_get_contents('docs/cfsession-doctor.1'), '.SH OPTIONS'), '.SH EXIT', true), $documented);
echo 'in the manual: ', implode(' ', str_replace('\\-', '-', $documented[1])), "\n";
?>
--EXPECT--
-- well
bound: ok, 0
  ok configuration: By VCAP_SERVICES, service app-redis-sessions.
  ok session: Written, read and destroyed in N ms.
  VCAP_SERVICES
bound in a file: ok, 0
  ok configuration: By VCAP_SERVICES_FILE_PATH, service app-redis-sessions.
  ok session: Written, read and destroyed in N ms.
a variable: ok, 0
  ok configuration: By REDIS_URL, service REDIS_URL.
  ok session: Written, read and destroyed in N ms.
variables that are not told of: HOME MEMCACHED_PASSWORD MEMCACHED_PORT MEMCACHED_USERNAME MEMCACHED_SERVERS MEMCACHED_SERVICE_HOST MEMCACHED_URL OPENREDIS_URL REDISGREEN_URL REDISTOGO_URL REDIS_SERVICE_HOST REDIS_URI VALKEY_URL REDIS_PASSWORD REDIS_PORT REDIS_SCHEME REDIS_USERNAME
-- not
nothing: failure, 1
  failure configuration: session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.
no path: failure, 1
  failure configuration: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service).
another handler: failure, 1
  failure configuration: session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.
not JSON: failure, 1
  failure configuration: session.save_handler is "files": sessions are not cfsession's. What is bound cannot be read: VCAP_SERVICES is not JSON.
no port: failure, 1
  failure configuration: VCAP_SERVICES: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the port is 0, and there is no other.
gone: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
unknown parameter: failure, 1
  failure configuration: session.save_path: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F).
another service: failure, 1
  failure configuration: session.save_path: the service "nobody" is not bound; bound services: none.
-- what was seen
a near miss
Seen: app-redis-session (redis, VCAP_SERVICES): its name is close to "redis-sessions" …
Seen: db (other, VCAP_SERVICES): neither its tags, its label, its type nor a URI says that it is Redis or Memcached
failure  configuration session.save_handler is "files": sessions are not cfsession's. The bound service "app-redis-session" (VCAP_SERVICES) is not used: its name is close to "redis-sessions" …
taken
Seen: app-redis-sessions (redis, VCAP_SERVICES): taken
Seen: db (other, VCAP_SERVICES): "app-redis-sessions" was taken
no directory
Seen: SERVICE_BINDING_ROOT names /nowhere, which is not there
failure  configuration session.save_handler is "files": sessions are not cfsession's. SERVICE_BINDING_ROOT names /nowhere, which is not there.
directories
Seen: cache (redis, SERVICE_BINDING_ROOT): its type is close to "php-redis-session" …
Seen: other (other, SERVICE_BINDING_ROOT): its directory has no file "type", so that it is no binding
failure  configuration session.save_handler is "files": sessions are not cfsession's. The bound service "cache" (SERVICE_BINDING_ROOT) is not used: its type is close to "php-redis-session" …
hostile names
Seen: a?b?31m (other, VCAP_SERVICES): neither its tags, its label, its type nor a URI says that it is Redis or Memcached
failure  configuration session.save_handler is "files": sessions are not cfsession's. The bound service "a?b?31m" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached.
-- without the extension
as JSON: failure, 1
  failure extension: cfsession is not loaded. Write extension=cfsession.so into one of the files of php --ini.
null
PHP N (cli), no php.ini
(--verbose shows notes and passed checks; --fpm SOCKET asks PHP-FPM instead.)

failure  extension     cfsession is not loaded. Write extension=cfsession.so into one of the files of php --ini.

SESSIONS DO NOT WORK (failures: 1, warnings: 0, notes: 0).
exit 1
-- not called so
doctor: unknown option: --jsonn (exit 2)
doctor: unknown option: --json=1 (exit 2)
doctor: unknown option: -v (exit 2)
doctor: unknown option: x (exit 2)
doctor: --fpm needs a value (exit 2)
doctor: --timeout needs seconds, not 0 (exit 2)
doctor: --timeout needs seconds, not soon (exit 2)
doctor: --timeout needs seconds, not 1e999 (exit 2)
-- by the name that it is called by
Usage: cfsession-doctor 
Usage: DIR/cfsession-doctor 
Usage: scripts/doctor 
--fpm --timeout --verbose --json --strict --no-write --help (exit 0)
in the manual: --fpm --timeout --verbose --json --strict --no-write --help

--TEST--
Bound services: an invalid binding is an error that names the part, and sessions fail
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const NEST = 70;

/** Prints the error, and the outcome of a session. */
function show_refusal(string $label, array|string $env, array $ini = NOT_CHOSEN): void
{
	[$status, $output, $settings] = found(is_string($env) ? ['VCAP_SERVICES' => $env] : $env, $ini);
	$first = strtok($output, "\n");
	$warned = $status['error'] !== null && str_contains((string) $first, $status['error']);
	$path = $settings['save_handler'] === 'files' ? '' : ", $settings[save_path]";
	echo "$label\n  ", without_paths($status['error']), "\n  handler $settings[save_handler]$path",
		$warned && substr_count($output, "\n") === 0 ? '' : ", printed: $output", "\n";
}

$named = fn (mixed $credentials) => vcap($credentials);

echo "-- VCAP_SERVICES\n";
show_refusal('not JSON', '{"p.redis": [{');
show_refusal('not an object', '[]');
show_refusal('a number', '17');
show_refusal('a label that is no list', '{"p.redis": "x"}');
show_refusal('a service that is no object', '{"p.redis": ["x"]}');
show_refusal('a name that is no text', '{"p.redis": [{"name": 17}]}');
show_refusal('not UTF-8', "{\"p.redis\": [{\"name\": \"\xff\"}]}");
show_refusal('nested too deeply', str_repeat('{"a":', NEST) . '1' . str_repeat('}', NEST));
show_refusal('JSON that is too long', ['VCAP_SERVICES_FILE_PATH' => write_files(['vcap' => '{"a": "' . str_repeat('x', 1 << 20) . '"}']) . '/vcap']);
show_refusal('no such file', ['VCAP_SERVICES_FILE_PATH' => '/nonexistent/vcap']);
show_refusal('a directory', ['VCAP_SERVICES_FILE_PATH' => '/']);
show_refusal('no JSON where cfsession is chosen', '{"p.redis": [{', []);

echo "-- credentials\n";
show_refusal('none', '{"x": [{"name": "redis-sessions"}]}');
show_refusal('text', $named('secret'));
show_refusal('empty', $named([]));
show_refusal('list', $named(['a', 'b']));
show_refusal('CredHub', $named(['credhub-ref' => '/c/secret']));
show_refusal('port', $named(['host' => 'h', 'port' => 'secret']));
show_refusal('port with a fraction', $named(['host' => 'h', 'port' => 6379.5]));
show_refusal('port 0', $named(['host' => 'h', 'port' => 0]));
show_refusal('port out of range', $named(['host' => 'h', 'port' => 65536]));
show_refusal('negative port', $named(['host' => 'h', 'port' => -1]));
show_refusal('huge port', '{"x": [{"name": "redis-sessions", "credentials": {"host": "h", "port": 99999999999999999999999}}]}');
show_refusal('host with a blank', $named(['host' => 'a b']));
show_refusal('host with a slash', $named(['host' => 'secret/x']));
show_refusal('host with a NUL', $named(['host' => "a\0b"]));
show_refusal('host with a port', $named(['host' => 'h:6379']));
show_refusal('host that is a URL', $named(['host' => 'tls://:secret@h:6379']));
show_refusal('host that is a number', $named(['host' => '10']));
show_refusal('host that is a list', $named(['host' => ['h']]));
show_refusal('password with a line break', $named(['host' => 'h', 'password' => "secret\r\nFLUSHALL"]));
show_refusal('password that is true', $named(['host' => 'h', 'password' => true]));
show_refusal('password that is an object', $named(['host' => 'h', 'password' => ['secret' => 1]]));
show_refusal('tls that is neither', $named(['host' => 'h', 'tls' => 'secret']));
show_refusal('database', $named(['host' => 'h', 'database' => 'secret']));
show_refusal('negative database', $named(['host' => 'h', 'db' => -1]));
show_refusal('CA that is none', $named(['host' => 'h', 'ca' => 'secret']));
show_refusal('key without certificate', $named(['host' => 'h', 'tls_private_key' => '-----BEGIN PRIVATE KEY-----']));
show_refusal('scheme', $named(['uri' => 'http://secret@h:6379']));
show_refusal('scheme alone', $named(['host' => 'h', 'scheme' => 'secret']));
show_refusal('no scheme', $named(['uri' => 'h:6379']));
show_refusal('port of the URI', $named(['uri' => 'redis://:secret@h:99999']));
show_refusal('database of the URI', $named(['uri' => 'redis://:secret@h:6379/abc']));
show_refusal('host of the URI', $named(['uri' => 'redis://:secret@:6379']));
show_refusal('escape in the URI', $named(['uri' => 'redis://:secr%zzet@h']));
show_refusal('line break in the URI', $named(['uri' => "redis://:secret\n@h"]));
show_refusal('escaped line break', $named(['uri' => 'redis://:secret%0d%0a@h']));
show_refusal('several hosts', $named(['hostname' => '10.0.0.1 10.0.0.2']));
show_refusal('servers that are a number', vcap(['servers' => 17], 'memcached-sessions'));
show_refusal('no servers', vcap(['servers' => []], 'memcached-sessions'));
show_refusal('servers without a host', vcap(['servers' => [['port' => 1]]], 'memcached-sessions'));
show_refusal('a server with a bad port', vcap(['servers' => 'a:secret'], 'memcached-sessions'));
show_refusal('a long name', vcap([], str_repeat('redis-sessions', 40)));
show_refusal('a name with a line break', vcap([], "redis-sessions\nx"));

echo "-- directories\n";
$root = fn (array $files) => ['SERVICE_BINDING_ROOT' => write_files($files)];
show_refusal('a file', ['SERVICE_BINDING_ROOT' => __FILE__]);
show_refusal('two of a type', $root(['a/type' => 'php-redis-session', 'b/type' => 'php-redis-session']));
show_refusal('NUL', $root(['redis-sessions/type' => 'redis', 'redis-sessions/host' => "a\0b"]));
show_refusal('large', $root(['redis-sessions/type' => 'redis', 'redis-sessions/host' => str_repeat('x', (1 << 20) + 1)]));
$dir = write_files(['redis-sessions/type' => 'redis', 'redis-sessions/host' => 'h']);
symlink('/nonexistent', "$dir/redis-sessions/password");
show_refusal('a link to nothing', ['SERVICE_BINDING_ROOT' => $dir]);
unlink("$dir/redis-sessions/password");
exec('mkfifo ' . escapeshellarg("$dir/redis-sessions/port"));
show_refusal('a pipe', ['SERVICE_BINDING_ROOT' => $dir]);
show_found('no such directory is nothing bound', ['SERVICE_BINDING_ROOT' => '/nonexistent']);
show_found('a directory without a type is no binding', $root(['redis-sessions/host' => 'h']));
show_found('hidden files are not read', $root(['redis-sessions/type' => 'redis', 'redis-sessions/host' => 'h', 'redis-sessions/..data/x' => '']));

echo "-- others\n";
show_refusal('relationships that are not base64', ['PLATFORM_RELATIONSHIPS' => '{}'], []);
show_refusal('or not JSON', ['PLATFORM_RELATIONSHIPS' => base64_encode('{')], []);
show_refusal('or of a wrong type', ['PLATFORM_RELATIONSHIPS' => base64_encode('{"a": 1}')], []);
?>
--EXPECT--
-- VCAP_SERVICES
not JSON
  VCAP_SERVICES is not JSON
  handler files
not an object
  VCAP_SERVICES is not a JSON object
  handler files
a number
  VCAP_SERVICES is not a JSON object
  handler files
a label that is no list
  VCAP_SERVICES: the value of a label is not a list
  handler cfsession, binding:sessions
a service that is no object
  VCAP_SERVICES: a service is not a JSON object
  handler cfsession, binding:sessions
a name that is no text
  VCAP_SERVICES: the name of a service is not a string
  handler cfsession, binding:sessions
not UTF-8
  VCAP_SERVICES has bytes that are not UTF-8
  handler cfsession, binding:sessions
nested too deeply
  VCAP_SERVICES is nested too deeply
  handler cfsession, binding:sessions
JSON that is too long
  VCAP_SERVICES_FILE_PATH: DIR/vcap has more than 1048576 bytes
  handler cfsession, binding:sessions
no such file
  VCAP_SERVICES_FILE_PATH: cannot read /nonexistent/vcap: No such file or directory
  handler cfsession, binding:sessions
a directory
  VCAP_SERVICES_FILE_PATH: cannot read /: it is not a regular file
  handler cfsession, binding:sessions
no JSON where cfsession is chosen
  VCAP_SERVICES is not JSON
  handler cfsession, binding:sessions
-- credentials
none
  the service "redis-sessions" (VCAP_SERVICES) cannot be used: its credentials are not an object
  handler cfsession, binding:redis-sessions
text
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: its credentials are not an object
  handler cfsession, binding:app-redis-sessions
empty
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it has neither a host nor a URI
  handler cfsession, binding:app-redis-sessions
list
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it has neither a host nor a URI
  handler cfsession, binding:app-redis-sessions
CredHub
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: its credentials are a reference to CredHub that the platform has not resolved
  handler cfsession, binding:app-redis-sessions
port
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a whole number from 1 to 65535
  handler cfsession, binding:app-redis-sessions
port with a fraction
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a string or a whole number
  handler cfsession, binding:app-redis-sessions
port 0
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the port is 0, and there is no other
  handler cfsession, binding:app-redis-sessions
port out of range
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a whole number from 1 to 65535
  handler cfsession, binding:app-redis-sessions
negative port
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a whole number from 1 to 65535
  handler cfsession, binding:app-redis-sessions
huge port
  the service "redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a whole number from 1 to 65535
  handler cfsession, binding:redis-sessions
host with a blank
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it names several hosts, and no field names the Sentinel master among them ("master_name")
  handler cfsession, binding:app-redis-sessions
host with a slash
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host has a character that is not allowed in a host name
  handler cfsession, binding:app-redis-sessions
host with a NUL
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "host" has to be without control characters
  handler cfsession, binding:app-redis-sessions
host with a port
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host has a character that is not allowed in a host name
  handler cfsession, binding:app-redis-sessions
host that is a URL
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is a URL: write the host alone, or all of it in the field "uri" or REDIS_URL
  handler cfsession, binding:app-redis-sessions
host that is a number
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is a number: write its name or its address
  handler cfsession, binding:app-redis-sessions
host that is a list
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "host" has to be a string or a whole number
  handler cfsession, binding:app-redis-sessions
password with a line break
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "password" has to be without control characters
  handler cfsession, binding:app-redis-sessions
password that is true
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "password" has to be a string or a whole number
  handler cfsession, binding:app-redis-sessions
password that is an object
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "password" has to be a string or a whole number
  handler cfsession, binding:app-redis-sessions
tls that is neither
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "tls" has to be true or false
  handler cfsession, binding:app-redis-sessions
database
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "database" has to be the number of a database
  handler cfsession, binding:app-redis-sessions
negative database
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "database" has to be the number of a database
  handler cfsession, binding:app-redis-sessions
CA that is none
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "ca" has to be a certificate or a key in PEM, or the base64 of one
  handler cfsession, binding:app-redis-sessions
key without certificate
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: a client certificate and its key belong together
  handler cfsession, binding:app-redis-sessions
scheme
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  handler cfsession, binding:app-redis-sessions
scheme alone
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "scheme" has to be redis, rediss, valkey, valkeys, tcp, tls or memcached
  handler cfsession, binding:app-redis-sessions
no scheme
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  handler cfsession, binding:app-redis-sessions
port of the URI
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the port has to be a number from 1 to 65535
  handler cfsession, binding:app-redis-sessions
database of the URI
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the database after the host has to be a number (in a password, write "/" as %2F)
  handler cfsession, binding:app-redis-sessions
host of the URI
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is missing
  handler cfsession, binding:app-redis-sessions
escape in the URI
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the password in the URI has a "%" without two hexadecimal digits after it (write it as %25)
  handler cfsession, binding:app-redis-sessions
line break in the URI
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "uri" has to be without control characters
  handler cfsession, binding:app-redis-sessions
escaped line break
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the password in the URI has a control character
  handler cfsession, binding:app-redis-sessions
several hosts
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it names several hosts, and no field names the Sentinel master among them ("master_name")
  handler cfsession, binding:app-redis-sessions
servers that are a number
  the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000
  handler cfsession, binding:memcached-sessions
no servers
  the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "servers" has to be a list of servers, at most 1000
  handler cfsession, binding:memcached-sessions
servers without a host
  the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the field "host" has to be there for each server of a list
  handler cfsession, binding:memcached-sessions
a server with a bad port
  the service "memcached-sessions" (VCAP_SERVICES) cannot be used: the port has to be a number from 1 to 65535
  handler cfsession, binding:memcached-sessions
a long name
  the service "redis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sess" (VCAP_SERVICES) cannot be used: it has neither a host nor a URI
  handler cfsession, binding:redis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessionsredis-sessions
a name with a line break
  the service "redis-sessions?x" (VCAP_SERVICES) cannot be used: it has no name, or one with a control character
  handler cfsession, binding:sessions
-- directories
a file
  cannot read HERE/refused.php (SERVICE_BINDING_ROOT): Not a directory
  handler cfsession, binding:sessions
two of a type
  SERVICE_BINDING_ROOT: several bound services match: a, b; name the one to use in cfsession.service or CFSESSION_SERVICE
  handler cfsession, binding:sessions
NUL
  the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: the field "host" has to be without control characters
  handler cfsession, binding:redis-sessions
large
  the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: DIR/redis-sessions/host has more than 1048576 bytes
  handler cfsession, binding:redis-sessions
a link to nothing
  the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/password: No such file or directory
  handler cfsession, binding:redis-sessions
a pipe
  the service "redis-sessions" (SERVICE_BINDING_ROOT) cannot be used: cannot read DIR/redis-sessions/port: it is not a regular file
  handler cfsession, binding:redis-sessions
no such directory is nothing bound
  by nothing, handler files
a directory without a type is no binding
  by nothing, handler files
hidden files are not read
  redis single: h:6379
  by SERVICE_BINDING_ROOT, service redis-sessions, tcp://h:6379?binding=redis-sessions, PHPSESSIONID
-- others
relationships that are not base64
  PLATFORM_RELATIONSHIPS is not base64
  handler cfsession, binding:sessions
or not JSON
  PLATFORM_RELATIONSHIPS is not JSON
  handler cfsession, binding:sessions
or of a wrong type
  PLATFORM_RELATIONSHIPS: a relationship is not a list
  handler cfsession, binding:sessions

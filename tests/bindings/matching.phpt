--TEST--
Bound services: which one is for sessions
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const REDIS = ['host' => 'h', 'port' => 6379];
const MEMCACHED = ['servers' => 'm:11211'];

/** Makes VCAP_SERVICES from name => [credentials, other attributes]. */
function services(array $services): array
{
	$list = [];
	foreach ($services as $name => [$credentials, $more]) {
		$list[] = $more + ['name' => $name, 'label' => 'user-provided', 'tags' => [], 'credentials' => $credentials];
	}
	return ['VCAP_SERVICES' => json_encode(['user-provided' => $list])];
}

/** @param array<string, array> $services name => credentials */
function show_match(string $label, array $services, array $env = [], array $ini = NOT_CHOSEN): void
{
	[$status] = found($env + services(array_map(fn ($credentials) => [$credentials, []], $services)), $ini);
	echo "$label: ", $status['service'] ?? 'none', $status['backend'] === null ? '' : " ($status[backend])", "\n";
	$status['error'] === null || print("  $status[error]\n");
}

function options(array|string $options): string
{
	return write_files(['.bp-config/options.json' => is_string($options) ? $options : json_encode($options)]);
}

echo "-- names\n";
show_match('contains', ['x-redis-sessions-y' => REDIS]);
show_match('equal goes before contains', ['a-redis-sessions' => REDIS, 'redis-sessions' => REDIS]);
show_match('two that contain', ['a-redis-sessions' => REDIS, 'b-redis-sessions' => REDIS]);
show_match('Redis before Memcached, however named', ['memcached-sessions' => MEMCACHED, 'a-redis-sessions' => REDIS]);
show_match('Memcached alone', ['a-memcached-sessions' => MEMCACHED, 'db' => REDIS]);
show_match('capitals are other names', ['Redis-Sessions' => REDIS]);
show_match('not for sessions', ['redis' => REDIS]);
[$status] = found(services(['' => [REDIS, ['name' => null, 'instance_name' => 'my-redis-sessions']]]));
echo 'no name, but one of the instance: ', $status['service'], "\n";
[$status] = found(services(['other' => [REDIS, ['instance_name' => 'my-redis-sessions']]]));
echo 'either name counts, that of the instance too: ', $status['service'] ?? 'none', "\n";

echo "-- search keys\n";
$keys = ['REDIS_SESSION_STORE_SERVICE_NAME' => 'store', 'MEMCACHED_SESSION_STORE_SERVICE_NAME' => 'cache'];
$both = ['my-store' => REDIS, 'my-cache' => MEMCACHED, 'redis-sessions' => REDIS];
show_match('default', $both);
show_match('environment', $both, $keys);
show_match('options.json', $both, ['HOME' => options($keys)]);
show_match('environment before options.json', $both,
	['HOME' => options($keys), 'REDIS_SESSION_STORE_SERVICE_NAME' => 'redis-sessions']);
show_match('setting before environment', $both, $keys, NOT_CHOSEN + ['cfsession.redis_service' => 'redis-sessions']);
show_match('setting, for Memcached', ['my-cache' => MEMCACHED], [], NOT_CHOSEN + ['cfsession.memcached_service' => 'my-ca']);
show_match('a file of another name', $both, [],
	NOT_CHOSEN + ['cfsession.options_file' => options($keys) . '/.bp-config/options.json']);
show_match('empty ones do not count', $both, ['HOME' => options(['REDIS_SESSION_STORE_SERVICE_NAME' => '']),
	'REDIS_SESSION_STORE_SERVICE_NAME' => '']);
show_match('a home that is none', $both, ['HOME' => '/dev/null']);
show_match('options.json is none', $both, ['HOME' => options('{"a": ')]);
show_match('options.json, wrong type', $both, ['HOME' => options(['REDIS_SESSION_STORE_SERVICE_NAME' => 1])]);
show_match('options.json that is not there', $both, [], NOT_CHOSEN + ['cfsession.options_file' => '/nonexistent/options.json']);
show_match('too long a key', $both, ['REDIS_SESSION_STORE_SERVICE_NAME' => str_repeat('k', 200)]);

echo "-- by its exact name\n";
show_match('environment', $both, ['CFSESSION_SERVICE' => 'my-cache']);
show_match('setting before environment', $both, ['CFSESSION_SERVICE' => 'my-cache'], NOT_CHOSEN + ['cfsession.service' => 'my-store']);
show_match('a part of a name', $both, ['CFSESSION_SERVICE' => 'my']);
show_match('nothing is bound', [], ['CFSESSION_SERVICE' => 'my']);
[$status] = found(['CFSESSION_SERVICE' => 'i'] + services(['other' => [REDIS, ['instance_name' => 'i']]]));
echo 'instance_name: ', $status['service'], "\n";
[$status] = found(['CFSESSION_SERVICE' => 'b'] + services(['other' => [REDIS, ['binding_name' => 'b']]]));
echo 'binding_name: ', $status['service'], "\n";
[$status] = found(['CFSESSION_SERVICE' => 'i'] + services(['a' => [REDIS, ['instance_name' => 'i']], 'b' => [REDIS, ['instance_name' => 'i']]]));
echo "two: $status[error]\n";
show_match('neither Redis nor Memcached', ['x' => ['host' => 'h', 'port' => 1]], ['CFSESSION_SERVICE' => 'x']);

echo "-- where cfsession is chosen\n";
show_match('the only Redis', ['db' => REDIS + ['uri' => 'redis://h:6379'], 'mail' => ['host' => 'h']], [], []);
show_match('its port alone does not tell', ['db' => REDIS], [], []);
show_match('Redis before Memcached', ['db' => ['uri' => 'redis://h'], 'cache' => ['uri' => 'memcached://m']], [], []);
show_match('the only Memcached', ['cache' => ['uri' => 'memcached://m'], 'mail' => ['host' => 'h']], [], []);
show_match('two', ['a' => ['uri' => 'redis://h'], 'b' => ['uri' => 'redis://h']], [], []);
show_match('a named one goes before', ['a' => ['uri' => 'redis://h'], 'b-redis-sessions' => REDIS], [], []);
[$status] = found(services(['x' => [REDIS, ['tags' => ['ReDis']]]]), []);
echo 'by its tag: ', $status['service'], "\n";
[$status] = found(services(['x' => [REDIS, ['label' => 'p.redis']]]), []);
echo 'by its label: ', $status['service'], "\n";
show_match('nothing', ['mail' => ['host' => 'h']], [], []);
show_match('a save path turns it off', ['redis-sessions' => REDIS], [], ['session.save_path' => 'tcp://other:1']);
show_match('cfsession.auto_configure=0', ['redis-sessions' => REDIS], [], NOT_CHOSEN + ['cfsession.auto_configure' => '0']);

echo "-- sources\n";
$root = write_files(['my-redis-sessions/type' => 'x', 'my-redis-sessions/host' => 'root']);
show_found('VCAP_SERVICES before directories', ['VCAP_SERVICES' => vcap(REDIS), 'SERVICE_BINDING_ROOT' => $root]);
show_found('directories where it has no session service', ['VCAP_SERVICES' => vcap(REDIS, 'other'), 'SERVICE_BINDING_ROOT' => $root]);
show_found('the file before the variable', ['VCAP_SERVICES' => vcap(REDIS),
	'VCAP_SERVICES_FILE_PATH' => write_files(['vcap' => vcap(['host' => 'file'])]) . '/vcap']);
show_found('variables only where cfsession is chosen', ['REDIS_URL' => 'redis://h']);
show_found('now it is', ['REDIS_URL' => 'redis://u:secret@h'], []);
show_found('relationships before variables', ['REDIS_URL' => 'redis://h',
	'PLATFORM_RELATIONSHIPS' => base64_encode(json_encode(['cache' => [['scheme' => 'redis', 'host' => 'r', 'port' => 1]]]))], []);
show_found('a relationship by its name', ['CFSESSION_SERVICE' => 'cache',
	'PLATFORM_RELATIONSHIPS' => base64_encode(json_encode(['cache' => [['scheme' => 'redis', 'host' => 'r', 'port' => 1]]]))]);
show_found('a variable by its name', ['CFSESSION_SERVICE' => 'REDISCLOUD_URL', 'REDIS_URL' => 'redis://a', 'REDISCLOUD_URL' => 'redis://c:1']);
show_found('Kubernetes\' links alone', ['REDIS_PORT' => 'tcp://10.0.0.1:6379'], []);
show_found('REDIS_HOST', ['REDIS_HOST' => 'r', 'REDIS_PORT' => '7', 'REDIS_PASSWORD' => 'secret', 'REDIS_SCHEME' => 'redis'], []);
show_found('REDIS_HOST with a blank behind it', ['REDIS_HOST' => 'r '], []);
show_found('MEMCACHED_HOST', ['MEMCACHED_HOST' => 'm'], []);
show_found('MEMCACHE_URL as a URL', ['MEMCACHE_URL' => 'memcached://u:p@m:1,n'], []);
show_found('one that means nothing is passed over', ['REDIS_URL' => '$OTHER_URL', 'REDISCLOUD_URL' => 'redis://c:1'], []);
show_found('but not one with TLS', ['REDIS_TLS_URL' => '$OTHER_URL', 'REDIS_URL' => 'redis://c:1'], []);
show_found('all mean nothing', ['REDIS_URL' => '$OTHER_URL', 'REDISCLOUD_URL' => 'redis://'], []);
?>
--EXPECT--
-- names
contains: x-redis-sessions-y (redis)
equal goes before contains: redis-sessions (redis)
two that contain: none
  VCAP_SERVICES: several bound services match: a-redis-sessions, b-redis-sessions; name the one to use in cfsession.service or CFSESSION_SERVICE
Redis before Memcached, however named: a-redis-sessions (redis)
Memcached alone: a-memcached-sessions (memcached)
capitals are other names: none
not for sessions: none
no name, but one of the instance: my-redis-sessions
either name counts, that of the instance too: other
-- search keys
default: redis-sessions (redis)
environment: my-store (redis)
options.json: my-store (redis)
environment before options.json: redis-sessions (redis)
setting before environment: redis-sessions (redis)
setting, for Memcached: my-cache (memcached)
a file of another name: my-store (redis)
empty ones do not count: redis-sessions (redis)
a home that is none: redis-sessions (redis)
options.json is none: none
  options.json is not JSON
options.json, wrong type: none
  options.json: REDIS_SESSION_STORE_SERVICE_NAME is not a string
options.json that is not there: none
  cannot read /nonexistent/options.json: No such file or directory
too long a key: none
  REDIS_SESSION_STORE_SERVICE_NAME: the search key is longer than 127 bytes
-- by its exact name
environment: my-cache (memcached)
setting before environment: my-store (redis)
a part of a name: none
  the service "my" is not bound; bound services: my-store, my-cache, redis-sessions
nothing is bound: none
  the service "my" is not bound; bound services: none
instance_name: other
binding_name: other
two: VCAP_SERVICES: 2 services are called "i"
neither Redis nor Memcached: x
  the service "x" (VCAP_SERVICES) cannot be used: it does not say whether it is Redis or Memcached: give it the tag "redis" or "memcached", or a URI
-- where cfsession is chosen
the only Redis: db (redis)
its port alone does not tell: none
  session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (the bound service "db" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached)
Redis before Memcached: db (redis)
the only Memcached: cache (memcached)
two: none
  VCAP_SERVICES: several bound services match: a, b; name the one to use in cfsession.service or CFSESSION_SERVICE
a named one goes before: b-redis-sessions (redis)
by its tag: x
by its label: x
nothing: none
  session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (the bound service "mail" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached)
a save path turns it off: none (redis)
cfsession.auto_configure=0: none
-- sources
VCAP_SERVICES before directories
  redis single: h:6379
  by VCAP_SERVICES, service app-redis-sessions, tcp://h:6379?binding=app-redis-sessions, PHPSESSIONID
directories where it has no session service
  redis single: root:6379
  by SERVICE_BINDING_ROOT, service my-redis-sessions, tcp://root:6379?binding=my-redis-sessions, PHPSESSIONID
the file before the variable
  redis single: file:6379
  by VCAP_SERVICES_FILE_PATH, service app-redis-sessions, tcp://file:6379?binding=app-redis-sessions, PHPSESSIONID
variables only where cfsession is chosen
  by nothing, handler files
now it is
  redis single: h:6379 user u password
  by REDIS_URL, service REDIS_URL, tcp://h:6379?binding=REDIS_URL, PHPSESSIONID
relationships before variables
  redis single: r:1
  by PLATFORM_RELATIONSHIPS, service cache, tcp://r:1?binding=cache, PHPSESSIONID
a relationship by its name
  redis single: r:1
  by PLATFORM_RELATIONSHIPS, service cache, tcp://r:1?binding=cache, PHPSESSIONID
a variable by its name
  redis single: c:1
  by REDISCLOUD_URL, service REDISCLOUD_URL, tcp://c:1?binding=REDISCLOUD_URL, PHPSESSIONID
Kubernetes' links alone
  error: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, DEFAULT, PHPSESSID
REDIS_HOST
  redis single: r:7 password
  by REDIS_HOST, service REDIS_HOST, tcp://r:7?binding=REDIS_HOST, PHPSESSIONID
REDIS_HOST with a blank behind it
  redis single: r:6379
  by REDIS_HOST, service REDIS_HOST, tcp://r:6379?binding=REDIS_HOST, PHPSESSIONID
MEMCACHED_HOST
  memcached single: m:11211
  by MEMCACHED_HOST, service MEMCACHED_HOST, PERSISTENT=app_sessions m:11211?binding=MEMCACHED_HOST, PHPSESSIONID
MEMCACHE_URL as a URL
  memcached ketama: m:1 user u password, n:11211 user u password
  by MEMCACHE_URL, service MEMCACHE_URL, PERSISTENT=app_sessions m:1,n:11211?binding=MEMCACHE_URL, PHPSESSIONID
one that means nothing is passed over
  redis single: c:1
  by REDISCLOUD_URL, service REDISCLOUD_URL, tcp://c:1?binding=REDISCLOUD_URL, PHPSESSIONID
  > Warning: cfsession: passed over: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
but not one with TLS
  error: the service "REDIS_TLS_URL" (REDIS_TLS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  by REDIS_TLS_URL, service REDIS_TLS_URL, binding:REDIS_TLS_URL, PHPSESSIONID
  > Warning: cfsession: the service "REDIS_TLS_URL" (REDIS_TLS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://; no session can be started
all mean nothing
  error: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  by REDIS_URL, service REDIS_URL, binding:REDIS_URL, PHPSESSIONID
  > Warning: cfsession: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://; no session can be started

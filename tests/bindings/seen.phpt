--TEST--
Bound services: the services found, and why each is not the session service
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const REDIS = ['uri' => 'redis://:s3cr3t@h:6379'];

/** @param array<string, array> $more name => other attributes of the service */
function services(array $more): array
{
	$list = [];
	foreach ($more as $name => $attributes) {
		$list[] = $attributes + ['name' => $name, 'label' => 'user-provided', 'tags' => [], 'credentials' => REDIS];
	}
	return ['VCAP_SERVICES' => json_encode(['user-provided' => $list])];
}

function show_seen(string $label, array $env, array $ini = NOT_CHOSEN): void
{
	[$status, $output] = found($env, $ini);
	echo "$label\n";
	foreach ($status['services_seen'] as ['name' => $name, 'type' => $type, 'source' => $source, 'reason' => $reason]) {
		echo '  ', $name === null ? '' : json_encode($name, JSON_UNESCAPED_SLASHES) . " ($type) ", "$source: ", without_paths($reason ?? 'taken'), "\n";
	}
	$status['service'] === null || print("  service $status[service]\n");
	$status['not_configured_because'] === null || print('  not configured: ' . without_paths($status['not_configured_because']) . "\n");
	str_contains(json_encode($status) . $output, 's3cr3t') && print("  THE PASSWORD IS SHOWN\n");
}

echo "-- names that are almost right\n";
foreach (['my-redis-session', 'my_redis_sessions', 'Redis-Sessions', 'redissessions', 'reids-sessions', 'memcached-session',
	'sessions', 'session-store', 'SESSION_REDIS', 'redis', 'mail'] as $name) {
	show_seen($name, services([$name => $name === 'mail' ? ['credentials' => ['host' => 'h']] : []]));
}
show_seen('the nearest is named', services(['redis' => [], 'mail' => ['credentials' => []], 'app-redis-session' => [], 'cache' => []]));
show_seen('another key', services(['my-shop' => []]) + ['REDIS_SESSION_STORE_SERVICE_NAME' => 'my-shops']);
show_seen('a short key has no neighbours', services(['abc' => []]) + ['REDIS_SESSION_STORE_SERVICE_NAME' => 'abd']);
show_seen('the name of the instance', services(['cache' => ['instance_name' => 'app-redis-session']]));
show_seen('another is the session service', services(['app-redis-sessions' => [], 'app-redis-session' => []]));
show_seen('several are', services(['a-redis-sessions' => [], 'b-redis-sessions' => [], 'c' => []]));
show_seen('an exact name', services(['a' => [], 'b' => []]) + ['CFSESSION_SERVICE' => 'c']);
show_seen('what it turned out to be', services(['my-memcached-sessions' => ['credentials' => ['servers' => 'm:1']], 'cache' => ['credentials' => ['uri' => 'memcached://m']]]));
show_seen('it cannot be used', services(['app-redis-sessions' => ['credentials' => ['port' => 's3cr3t']]]));
show_seen('a name with a line break', services(["redis-session\n\e[31m" => []]));

echo "-- where cfsession is chosen\n";
show_seen('neither Redis nor Memcached', services(['mail' => ['credentials' => ['host' => 'h']]]), []);
show_seen('two', services(['a' => [], 'b' => []]), []);
show_seen('no service', ['VCAP_SERVICES' => '{}'], []);
show_seen('nothing', [], []);
show_seen('a save path', services(['a' => []]), ['session.save_path' => 'tcp://h']);

echo "-- directories\n";
$binding = fn (array $files) => ['SERVICE_BINDING_ROOT' => write_files($files)];
show_seen('a type that is almost right', $binding(['cache/type' => 'php-redis-sessions', 'cache/host' => 'h']));
show_seen('and for Memcached', $binding(['cache/type' => 'php-memcache-session', 'cache/host' => 'h']));
show_seen('another that has to do with sessions', $binding(['cache/type' => 'redis-session-store', 'cache/host' => 'h']));
show_seen('no type', $binding(['redis-sessions/host' => 'h', 'redis-sessions/password' => 's3cr3t']));
show_seen('another type', $binding(['cache/type' => 'redis', 'cache/host' => 'h', 'db/type' => 'mysql']));
show_seen('none in it', $binding(['file' => 'x', '..data/type' => 'redis']));
show_seen('empty', ['SERVICE_BINDING_ROOT' => temp_dir()]);
show_seen('not there', ['SERVICE_BINDING_ROOT' => '/nonexistent/bindings']);
show_seen('not there, and chosen', ['SERVICE_BINDING_ROOT' => '/nonexistent/bindings'], []);
show_seen('not there, but a variable is', ['SERVICE_BINDING_ROOT' => '/nonexistent/bindings', 'REDIS_URL' => REDIS['uri']], []);
show_seen('a URL in its place', ['SERVICE_BINDING_ROOT' => REDIS['uri']]);
show_seen('JSON in place of a path', ['VCAP_SERVICES_FILE_PATH' => services(['a' => []])['VCAP_SERVICES']]);

echo "-- variables\n";
show_seen('not chosen', ['REDIS_URL' => REDIS['uri'], 'MEMCACHED_HOST' => 'h']);
show_seen('chosen', ['REDIS_URL' => REDIS['uri'], 'MEMCACHED_HOST' => 'h'], []);
show_seen('one is passed over', ['REDIS_URL' => '$s3cr3t', 'REDISCLOUD_URL' => REDIS['uri']], []);
show_seen('relationships', ['PLATFORM_RELATIONSHIPS' => base64_encode(json_encode(['cache' => [['scheme' => 'redis', 'host' => 'h']]]))]);
show_seen('what cannot be read harms nobody', ['PLATFORM_RELATIONSHIPS' => '{s3cr3t']);
show_seen('cfsession.auto_configure=0', ['REDIS_URL' => REDIS['uri']], NOT_CHOSEN + ['cfsession.auto_configure' => '0']);

show_seen('variables that are not read', ['REDIS_URI' => REDIS['uri'], 'REDIS_SERVICE_HOST' => 'h'], []);
show_seen('a URL for a name', services(['app-redis-sessions' => []]) + ['CFSESSION_SERVICE' => REDIS['uri']]);
show_seen('a URL for a search key', services(['a' => [], 'my-sessions' => []]) + ['REDIS_SESSION_STORE_SERVICE_NAME' => REDIS['uri']]);

echo "-- phpinfo()\n";
preg_match_all('/^(?:Not configured because|Seen) => .*$/m', run_bound('phpinfo(INFO_MODULES);', services(['app-redis-session' => [], 'mail' => ['credentials' => []]])
	+ ['SERVICE_BINDING_ROOT' => '/nonexistent']), $rows);
echo implode("\n", $rows[0]), "\n";
?>
--EXPECT--
-- names that are almost right
my-redis-session
  "my-redis-session" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "my-redis-session" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
my_redis_sessions
  "my_redis_sessions" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "my_redis_sessions" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
Redis-Sessions
  "Redis-Sessions" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "Redis-Sessions" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
redissessions
  "redissessions" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "redissessions" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
reids-sessions
  "reids-sessions" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "reids-sessions" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
memcached-session
  "memcached-session" (redis) VCAP_SERVICES: its name is close to "memcached-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "memcached-session" (VCAP_SERVICES) is not used: its name is close to "memcached-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
sessions
  "sessions" (redis) VCAP_SERVICES: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "sessions" (VCAP_SERVICES) is not used: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
session-store
  "session-store" (redis) VCAP_SERVICES: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "session-store" (VCAP_SERVICES) is not used: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
SESSION_REDIS
  "SESSION_REDIS" (redis) VCAP_SERVICES: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "SESSION_REDIS" (VCAP_SERVICES) is not used: its name contains neither "redis-sessions" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
redis
  "redis" (redis) VCAP_SERVICES: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  not configured: the bound service "redis" (VCAP_SERVICES) is not used: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
mail
  "mail" (other) VCAP_SERVICES: neither its tags, its label, its type nor a URI says that it is Redis or Memcached
  not configured: the bound service "mail" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached
the nearest is named
  "redis" (redis) VCAP_SERVICES: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  "mail" (other) VCAP_SERVICES: neither its tags, its label, its type nor a URI says that it is Redis or Memcached
  "app-redis-session" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  "cache" (redis) VCAP_SERVICES: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  not configured: the bound service "app-redis-session" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
another key
  "my-shop" (redis) VCAP_SERVICES: its name is close to "my-shops", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "my-shop" (VCAP_SERVICES) is not used: its name is close to "my-shops", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
a short key has no neighbours
  "abc" (redis) VCAP_SERVICES: its name does not contain "abd": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  not configured: the bound service "abc" (VCAP_SERVICES) is not used: its name does not contain "abd": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
the name of the instance
  "cache" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "cache" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
another is the session service
  "app-redis-sessions" (redis) VCAP_SERVICES: taken
  "app-redis-session" (redis) VCAP_SERVICES: "app-redis-sessions" was taken
  service app-redis-sessions
several are
  "a-redis-sessions" (redis) VCAP_SERVICES: others match as well
  "b-redis-sessions" (redis) VCAP_SERVICES: others match as well
  "c" (redis) VCAP_SERVICES: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
an exact name
  "a" (redis) VCAP_SERVICES: cfsession.service or CFSESSION_SERVICE names another: "c"
  "b" (redis) VCAP_SERVICES: cfsession.service or CFSESSION_SERVICE names another: "c"
what it turned out to be
  "my-memcached-sessions" (memcached) VCAP_SERVICES: taken
  "cache" (memcached) VCAP_SERVICES: "my-memcached-sessions" was taken
  service my-memcached-sessions
it cannot be used
  "app-redis-sessions" (other) VCAP_SERVICES: the field "port" has to be a whole number from 1 to 65535
  service app-redis-sessions
a name with a line break
  "redis-session??[31m" (redis) VCAP_SERVICES: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "redis-session??[31m" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
-- where cfsession is chosen
neither Redis nor Memcached
  "mail" (other) VCAP_SERVICES: neither its tags, its label, its type nor a URI says that it is Redis or Memcached
  not configured: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (the bound service "mail" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached)
two
  "a" (redis) VCAP_SERVICES: others match as well
  "b" (redis) VCAP_SERVICES: others match as well
no service
  VCAP_SERVICES: has no service in it
  not configured: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (VCAP_SERVICES has no service in it)
nothing
  not configured: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (nothing in the environment names a bound service)
a save path
-- directories
a type that is almost right
  "cache" (redis) SERVICE_BINDING_ROOT: its type is close to "php-redis-session", but is not that: correct it
  not configured: the bound service "cache" (SERVICE_BINDING_ROOT) is not used: its type is close to "php-redis-session", but is not that: correct it
and for Memcached
  "cache" (memcached) SERVICE_BINDING_ROOT: its type is close to "php-memcached-session", but is not that: correct it
  not configured: the bound service "cache" (SERVICE_BINDING_ROOT) is not used: its type is close to "php-memcached-session", but is not that: correct it
another that has to do with sessions
  "cache" (redis) SERVICE_BINDING_ROOT: its type is neither "php-redis-session" nor "php-memcached-session": correct it
  not configured: the bound service "cache" (SERVICE_BINDING_ROOT) is not used: its type is neither "php-redis-session" nor "php-memcached-session": correct it
no type
  "redis-sessions" (other) SERVICE_BINDING_ROOT: its directory has no file "type", so that it is no binding
  not configured: the bound service "redis-sessions" (SERVICE_BINDING_ROOT) is not used: its directory has no file "type", so that it is no binding
another type
  "cache" (redis) SERVICE_BINDING_ROOT: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  "db" (other) SERVICE_BINDING_ROOT: neither its tags, its label, its type nor a URI says that it is Redis or Memcached
  not configured: the bound service "cache" (SERVICE_BINDING_ROOT) is not used: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
none in it
  SERVICE_BINDING_ROOT: names DIR, in which there is no directory
  not configured: SERVICE_BINDING_ROOT names DIR, in which there is no directory
empty
  SERVICE_BINDING_ROOT: names DIR, in which there is no directory
  not configured: SERVICE_BINDING_ROOT names DIR, in which there is no directory
not there
  SERVICE_BINDING_ROOT: names /nonexistent/bindings, which is not there
  not configured: SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there
not there, and chosen
  SERVICE_BINDING_ROOT: names /nonexistent/bindings, which is not there
  not configured: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there)
not there, but a variable is
  SERVICE_BINDING_ROOT: names /nonexistent/bindings, which is not there
  "REDIS_URL" (redis) REDIS_URL: taken
  service REDIS_URL
a URL in its place
  SERVICE_BINDING_ROOT: names something that is not an absolute path, which is not there
  not configured: SERVICE_BINDING_ROOT names something that is not an absolute path, which is not there
JSON in place of a path
-- variables
not chosen
  "REDIS_URL" (redis) REDIS_URL: variables are used only where session.save_handler = cfsession is set, and no session.save_path
  "MEMCACHED_HOST" (memcached) MEMCACHED_HOST: variables are used only where session.save_handler = cfsession is set, and no session.save_path
  not configured: the bound service "REDIS_URL" (REDIS_URL) is not used: variables are used only where session.save_handler = cfsession is set, and no session.save_path
chosen
  "REDIS_URL" (redis) REDIS_URL: taken
  "MEMCACHED_HOST" (memcached) MEMCACHED_HOST: "REDIS_URL" was taken
  service REDIS_URL
one is passed over
  "REDIS_URL" (redis) REDIS_URL: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  "REDISCLOUD_URL" (redis) REDISCLOUD_URL: taken
  service REDISCLOUD_URL
relationships
  "cache" (redis) PLATFORM_RELATIONSHIPS: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  not configured: the bound service "cache" (PLATFORM_RELATIONSHIPS) is not used: its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
what cannot be read harms nobody
  PLATFORM_RELATIONSHIPS: is not base64
  not configured: PLATFORM_RELATIONSHIPS is not base64
cfsession.auto_configure=0
  not configured: cfsession.auto_configure is Off, and session.save_handler is "files"
variables that are not read
  REDIS_SERVICE_HOST: is not read: set REDIS_HOST to its value if it is for sessions
  REDIS_URI: is not read: set REDIS_URL to its value if it is for sessions
  not configured: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (REDIS_SERVICE_HOST is not read: set REDIS_HOST to its value if it is for sessions)
a URL for a name
  "app-redis-sessions" (redis) VCAP_SERVICES: cfsession.service or CFSESSION_SERVICE names another: "***"
a URL for a search key
  "a" (redis) VCAP_SERVICES: its name does not contain "***": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
  "my-sessions" (redis) VCAP_SERVICES: its name contains neither "***" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
  not configured: the bound service "my-sessions" (VCAP_SERVICES) is not used: its name contains neither "***" nor "memcached-sessions": rename it, or name it in cfsession.service or CFSESSION_SERVICE
-- phpinfo()
Not configured because => the bound service "app-redis-session" (VCAP_SERVICES) is not used: its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
Seen => app-redis-session (redis, VCAP_SERVICES): its name is close to "redis-sessions", but does not contain it: rename it, or name it in cfsession.service or CFSESSION_SERVICE
Seen => mail (other, VCAP_SERVICES): neither its tags, its label, its type nor a URI says that it is Redis or Memcached
Seen => SERVICE_BINDING_ROOT names /nonexistent, which is not there

--TEST--
Bound services: CNB_BINDINGS, and its older layout of directories
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/servers.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$keys = ['host' => '127.0.0.1', 'port' => "$server->port\n", 'password' => PASSWORD . "\n"];
/** The keys as files in a directory. */
$in = fn (string $directory, array $keys): array => array_combine(array_map(fn ($key) => "$directory/$key", array_keys($keys)), $keys);
$older = write_files(['x/metadata/kind' => "php-redis-session\n", 'x/metadata/provider' => 'somebody'] + $in('x/secret', $keys));
$newer = write_files($in('x', ['type' => 'php-redis-session'] + $keys));

visit_twice('the older layout', ['CNB_BINDINGS' => $older]);
$server->call('FLUSHALL');
visit_twice('the newer layout', ['CNB_BINDINGS' => $newer]);
$server->call('FLUSHALL');
visit_twice('the older layout elsewhere', ['SERVICE_BINDING_ROOT' => $older]);

echo "-- which of them\n";
$h = ['host' => 'h'];
$root = fn (array $files): string => write_files($files);
show_found('by its name', ['CNB_BINDINGS' => $root($in('my-redis-sessions/secret', $h) + ['my-redis-sessions/metadata/kind' => 'redis'])]);
show_found('by its kind', ['CNB_BINDINGS' => $root($in('x/secret', $h) + ['x/metadata/kind' => 'php-redis-session', 'y/metadata/kind' => 'postgres'])]);
show_found('whatever the secret says', ['CNB_BINDINGS' => $root($in('x/secret', $h + ['type' => 'redis', 'kind' => 'redis']) + ['x/metadata/kind' => 'php-redis-session'])]);
show_found('the newer counts', ['CNB_BINDINGS' => $root($in('x', $h + ['type' => 'php-redis-session']) + $in('x/secret', ['host' => 'other']) + ['x/metadata/kind' => 'postgres'])]);
show_found('of another kind', ['CNB_BINDINGS' => $root($in('x/secret', $h) + ['x/metadata/kind' => 'postgres'])]);
show_found('without a kind', ['CNB_BINDINGS' => $root($in('redis-sessions/secret', $h) + ['redis-sessions/metadata/provider' => 'x'])]);
show_found('without a secret', ['CNB_BINDINGS' => $root(['x/metadata/kind' => 'php-redis-session'])]);
show_found('behind VCAP_SERVICES', ['CNB_BINDINGS' => $newer, 'VCAP_SERVICES' => vcap($h)]);
show_found('not beside SERVICE_BINDING_ROOT', ['CNB_BINDINGS' => $newer, 'SERVICE_BINDING_ROOT' => $root($in('x', $h + ['type' => 'php-redis-session']))]);
show_found('nor beside one without any', ['CNB_BINDINGS' => $newer, 'SERVICE_BINDING_ROOT' => '/nonexistent']);
show_found('no such directory', ['CNB_BINDINGS' => '/nonexistent']);
echo 'a file: ', preg_replace('/^cannot read \S+/', 'cannot read FILE', found(['CNB_BINDINGS' => __FILE__])[0]['error']), "\n";
?>
--EXPECT--
the older layout
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
the newer layout
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
the older layout elsewhere
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
-- which of them
by its name
  redis single: h:6379
  by CNB_BINDINGS, service my-redis-sessions, tcp://h:6379?binding=my-redis-sessions, PHPSESSIONID
by its kind
  redis single: h:6379
  by CNB_BINDINGS, service x, tcp://h:6379?binding=x, PHPSESSIONID
whatever the secret says
  redis single: h:6379
  by CNB_BINDINGS, service x, tcp://h:6379?binding=x, PHPSESSIONID
the newer counts
  redis single: h:6379
  by CNB_BINDINGS, service x, tcp://h:6379?binding=x, PHPSESSIONID
of another kind
  by nothing, handler files
without a kind
  by nothing, handler files
without a secret
  redis single: 127.0.0.1:6379
  by CNB_BINDINGS, service x, tcp://127.0.0.1:6379?binding=x, PHPSESSIONID
behind VCAP_SERVICES
  redis single: h:6379
  by VCAP_SERVICES, service app-redis-sessions, tcp://h:6379?binding=app-redis-sessions, PHPSESSIONID
not beside SERVICE_BINDING_ROOT
  redis single: h:6379
  by SERVICE_BINDING_ROOT, service x, tcp://h:6379?binding=x, PHPSESSIONID
nor beside one without any
  by nothing, handler files
no such directory
  by nothing, handler files
a file: cannot read FILE (CNB_BINDINGS): Not a directory

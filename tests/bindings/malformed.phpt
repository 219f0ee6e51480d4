--TEST--
Bound services: a malformed binding is an error if it may be the session service, and is shown otherwise
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const CREDENTIALS = ['host' => 'h', 'port' => 6379, 'password' => 's3cr3t'];

/** Shows the result of VCAP_SERVICES in a line or two; a valid service of another kind may be added. */
function show_malformed(string $label, array $vcap, array $env = [], array $ini = NOT_CHOSEN): void
{
	foreach ([$vcap, $vcap + ['p.mysql' => [['name' => 'db', 'label' => 'p.mysql', 'credentials' => ['host' => 'm']]]]] as $i => $services) {
		[$status, $output, $settings] = found(($services ? ['VCAP_SERVICES' => json_encode($services)] : []) + $env, $ini);
		$lines[$i] = "  $settings[save_handler]: " . ($status['error'] ?? $status['service'] ?? 'no service')
			. ($output === '' ? '' : ', warned') . "\n";
		str_contains(json_encode($status) . $output, 's3cr3t') && $lines[$i] .= "  THE PASSWORD IS SHOWN\n";
	}
	echo "$label\n$lines[0]", $lines[1] === $lines[0] ? '' : "  but beside another: $lines[1]";
	foreach ($status['services_seen'] as ['name' => $name, 'reason' => $reason]) {
		$name === 'db' || print("  seen: $name, " . ($reason ?? 'taken') . "\n");
	}
}

$service = fn (array $more = []) => $more + ['name' => 'app-redis-sessions', 'label' => 'p.redis', 'credentials' => CREDENTIALS];
$other = fn (array $more) => $more + ['name' => 'cache', 'label' => 'p.redis', 'credentials' => CREDENTIALS];

echo "-- labels that are no list\n";
show_malformed('a session service without the list', ['p.redis' => $service()]);
show_malformed('session services by their names', ['p.redis' => ['a' => $service()]]);
show_malformed('the name of one', ['user-provided' => 'app-redis-sessions']);
show_malformed('a label for sessions', ['redis-sessions' => 17]);
show_malformed('a Redis that may be one', ['p.redis' => 's3cr3t']);
show_malformed('a Redis without a name', ['p.redis' => ['x' => ['y' => 's3cr3t']]]);
show_malformed('a Redis of another name', ['p.redis' => $other([])]);
show_malformed('anything', ['mail' => 's3cr3t']);
show_malformed('nothing', ['mail' => null]);
show_malformed('an empty object', ['mail' => new stdClass]);
show_malformed('beside a session service', ['mail' => 17, 'p.redis' => [$service()]]);
show_malformed('a Redis beside a session service', ['redis' => 17, 'p.redis' => [$service()]]);

echo "-- services that are no object\n";
show_malformed('the name of one', ['user-provided' => ['app-redis-sessions']]);
show_malformed('a Redis that may be one', ['p.redis' => [['s3cr3t']]]);
show_malformed('a text', ['p.redis' => ['redis://:s3cr3t@h']]);
show_malformed('an empty list', ['mail' => [[]]]);
show_malformed('anything', ['mail' => [17, null, true]]);

echo "-- fields\n";
show_malformed('credentials that are a text', ['p.redis' => [$service(['credentials' => 's3cr3t'])]]);
show_malformed('credentials of another', ['p.redis' => [$other(['credentials' => 's3cr3t'])]]);
show_malformed('a name that is a number', ['p.redis' => [$service(['name' => 17])]]);
show_malformed('and that of the instance is for sessions', ['mail' => [$service(['name' => 17, 'instance_name' => 'redis-sessions', 'label' => 'mail'])]]);
show_malformed('a name that is a list', ['mail' => [$service(['name' => ['redis-sessions'], 'label' => 'mail', 'credentials' => ['host' => 'h']])]]);
show_malformed('a label that is a number', ['p.redis' => [$service(['label' => 17])]]);
show_malformed('a label that is a number, of another', ['p.redis' => [$other(['label' => 17])]]);
show_malformed('tags that are a text', ['p.redis' => [$service(['tags' => 'redis'])]]);

echo "-- by its exact name\n";
show_malformed('what is malformed', ['p.redis' => [$other(['label' => 17])]], ['CFSESSION_SERVICE' => 'cache']);
show_malformed('another is malformed', ['mail' => 17, 'p.redis' => [$other([])]], ['CFSESSION_SERVICE' => 'cache']);
show_malformed('it is not there', ['p.redis' => 17], ['CFSESSION_SERVICE' => 'cache']);

echo "-- where cfsession is chosen\n";
show_malformed('nothing else is there', ['mail' => 17], [], []);
show_malformed('a variable is there', ['mail' => 17], ['REDIS_URL' => 'redis://:s3cr3t@h'], []);
show_malformed('a Redis that may be one', ['p.redis' => 17], ['REDIS_URL' => 'redis://:s3cr3t@h'], []);

echo "-- relationships\n";
$relationships = fn (mixed $cache) => ['PLATFORM_RELATIONSHIPS' => base64_encode(json_encode(['cache' => $cache, 'redis' => [['scheme' => 'redis', 'host' => 'r']]]))];
show_malformed('one is no list', [], $relationships(null), []);
show_malformed('one is an object', [], $relationships(['scheme' => 'redis', 'host' => 'r']), []);
show_malformed('an endpoint is no object', [], $relationships(['s3cr3t']), []);
show_malformed('by its name', [], ['CFSESSION_SERVICE' => 'cache'] + $relationships(17));
?>
--EXPECT--
-- labels that are no list
a session service without the list
  cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the value of a label is not a list, warned
  seen: app-redis-sessions, the value of a label is not a list
session services by their names
  cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the value of a label is not a list, warned
  seen: app-redis-sessions, the value of a label is not a list
the name of one
  cfsession: the service "user-provided" (VCAP_SERVICES) cannot be used: the value of a label is not a list, warned
  seen: user-provided, the value of a label is not a list
a label for sessions
  cfsession: the service "redis-sessions" (VCAP_SERVICES) cannot be used: the value of a label is not a list, warned
  seen: redis-sessions, the value of a label is not a list
a Redis that may be one
  cfsession: VCAP_SERVICES: the value of a label is not a list, warned
  seen: p.redis, the value of a label is not a list
a Redis without a name
  cfsession: VCAP_SERVICES: the value of a label is not a list, warned
  seen: p.redis, the value of a label is not a list
a Redis of another name
  files: no service
  seen: cache, the value of a label is not a list
anything
  files: no service
  seen: mail, the value of a label is not a list
nothing
  files: no service
  seen: mail, the value of a label is not a list
an empty object
  files: no service
beside a session service
  cfsession: app-redis-sessions
  seen: mail, the value of a label is not a list
  seen: app-redis-sessions, taken
a Redis beside a session service
  cfsession: app-redis-sessions
  seen: redis, the value of a label is not a list
  seen: app-redis-sessions, taken
-- services that are no object
the name of one
  cfsession: the service "user-provided" (VCAP_SERVICES) cannot be used: a service is not a JSON object, warned
  seen: user-provided, a service is not a JSON object
a Redis that may be one
  cfsession: VCAP_SERVICES: a service is not a JSON object, warned
  seen: p.redis, a service is not a JSON object
a text
  cfsession: VCAP_SERVICES: a service is not a JSON object, warned
  seen: p.redis, a service is not a JSON object
an empty list
  files: no service
  seen: mail, neither its tags, its label, its type nor a URI says that it is Redis or Memcached
anything
  files: no service
  seen: mail, a service is not a JSON object
  seen: mail, a service is not a JSON object
  seen: mail, a service is not a JSON object
-- fields
credentials that are a text
  cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: its credentials are not an object, warned
  seen: app-redis-sessions, its credentials are not an object
credentials of another
  files: no service
  seen: cache, its name does not contain "redis-sessions": without that, it counts only where php.ini has session.save_handler = cfsession and no session.save_path
a name that is a number
  cfsession: VCAP_SERVICES: the name of a service is not a string, warned
  seen: p.redis, the name of a service is not a string
and that of the instance is for sessions
  cfsession: the service "redis-sessions" (VCAP_SERVICES) cannot be used: the name of a service is not a string, warned
  seen: redis-sessions, the name of a service is not a string
a name that is a list
  files: no service
  seen: mail, the name of a service is not a string
a label that is a number
  cfsession: the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the label of a service is not a string, warned
  seen: app-redis-sessions, the label of a service is not a string
a label that is a number, of another
  files: no service
  seen: cache, the label of a service is not a string
tags that are a text
  cfsession: app-redis-sessions
  seen: app-redis-sessions, taken
-- by its exact name
what is malformed
  cfsession: the service "cache" (VCAP_SERVICES) cannot be used: the label of a service is not a string, warned
  seen: cache, the label of a service is not a string
another is malformed
  cfsession: cache
  seen: mail, the value of a label is not a list
  seen: cache, taken
it is not there
  cfsession: the service "cache" is not bound; bound services: p.redis, warned
  but beside another:   cfsession: the service "cache" is not bound; bound services: p.redis, db, warned
  seen: p.redis, the value of a label is not a list
-- where cfsession is chosen
nothing else is there
  cfsession: VCAP_SERVICES: the value of a label is not a list, warned
  seen: mail, the value of a label is not a list
a variable is there
  cfsession: REDIS_URL
  seen: mail, the value of a label is not a list
  seen: REDIS_URL, taken
a Redis that may be one
  cfsession: the service "p.redis" (VCAP_SERVICES) cannot be used: the value of a label is not a list, warned
  seen: p.redis, the value of a label is not a list
-- relationships
one is no list
  cfsession: redis
  seen: cache, a relationship is not a list
  seen: redis, taken
one is an object
  cfsession: redis
  seen: cache, a relationship is not a list
  seen: redis, taken
an endpoint is no object
  cfsession: redis
  seen: cache, "redis" was taken
  seen: redis, taken
by its name
  cfsession: the service "cache" (PLATFORM_RELATIONSHIPS) cannot be used: a relationship is not a list, warned
  seen: cache, a relationship is not a list
  seen: redis, "cache" was taken

--TEST--
session.save_path: a parameter without "=" is an error in each form, and an empty value is valid
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

$common = ['timeout', 'read_timeout', 'prefix', 'persistent', 'persistent_id', 'binding'];
$redis = [...$common, 'auth', 'auth[]', 'auth[0]', 'auth[1]', 'auth[user]', 'auth[pass]', 'stream[cafile]', 'stream[capath]',
	'stream[local_cert]', 'stream[local_pk]', 'stream[peer_name]', 'stream[verify_peer]', 'stream[verify_peer_name]',
	'wait_replicas', 'wait_timeout'];
$single = [...$redis, 'database', 'weight'];
$forms = [
	'tcp://host?%s' => $single,
	'tls://host:6380?%s' => $single,
	'redis://user:pw@host/1?%s' => array_diff($single, ['database']),
	'unix:///run/redis.sock?%s' => $single,
	'tcp://a,tcp://b?%s' => $single,
	'tcp://a?%s,tcp://b' => $single,
	'redis+sentinel://a,b/mymaster?%s' => [...$redis, 'database', 'tls', 'sentinel_tls', 'sentinel_username', 'sentinel_password'],
	'redis+cluster://a,b?%s' => [...$redis, 'tls'],
	'seed[]=a:1&%s' => [...$redis, 'failover', 'seed[]', 'seed[0]'],
	'memcached://host?%s' => $common,
	'host:11211?%s' => $common,
	'/run/memcached.sock?%s' => $common,
	'PERSISTENT=pool host?%s' => $common,
	'binding:name?%s' => $single,
];

$tried = 0;
foreach ($forms as $form => $names) {
	foreach ($names as $name) {
		$shown = $name === 'seed[0]' ? 'seed[]' : $name;
		foreach ([$name, "timeout=1&$name", "$name&timeout=1", rawurlencode($name)] as $query) {
			if (str_contains($query, '&') && in_array($name, ['timeout', 'binding'], true)) {
				continue;
			}
			$meaning = meaning(sprintf($form, $query));
			$tried++;
			str_starts_with($meaning, "error: the parameter \"$shown\" has no value ($shown=value); put the save path in quotes")
				|| print(sprintf($form, $query) . "\n  $meaning\n");
		}
	}
}
echo $tried > 500 ? "many tried\n" : "$tried tried\n";

echo "-- empty ones\n";
show_meanings([
	'tcp://host?prefix=',
	'tcp://host?auth=',
	'tcp://host?auth[]=',
	'tcp://host?auth[]=&auth[]=secret',
	'tcp://host?auth[0]=&auth[1]=secret',
	'tcp://host?auth[user]=&auth[pass]=secret',
	'redis+sentinel://a/m?sentinel_username=&sentinel_password=',
	'redis+cluster://a?auth[]=&auth[]=',
	'tcp://host?timeout=',
	'tcp://host?weight=',
	'tcp://host?database=',
	'tcp://host?binding=',
	'tcp://host?',
	'tcp://host?&&',
]);

echo "-- others\n";
show_meanings([
	'tcp://host?prefx',
	'tcp://host?secret',
	'tcp://host?auth=x&prefix',
	'tcp://host?auth=x&secret',
	'tcp://host?auth&prefix=x',
]);
?>
--EXPECT--
many tried
-- empty ones
tcp://host?prefix=
  host port 6379, prefix 
tcp://host?auth=
  host port 6379
tcp://host?auth[]=
  host port 6379
tcp://host?auth[]=&auth[]=secret
  host port 6379, password
tcp://host?auth[0]=&auth[1]=secret
  host port 6379, password
tcp://host?auth[user]=&auth[pass]=secret
  host port 6379, password
redis+sentinel://a/m?sentinel_username=&sentinel_password=
  a port 26379
redis+cluster://a?auth[]=&auth[]=
  a port 6379, prefix PHPREDIS_CLUSTER_SESSION:
tcp://host?timeout=
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?weight=
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://host?database=
  error: the parameter "database" has to be a number from 0
tcp://host?binding=
  error: the parameter "binding" has to be the name of a bound service
tcp://host?
  host port 6379
tcp://host?&&
  host port 6379
-- others
tcp://host?prefx
  error: unknown parameter "prefx": did you mean "prefix"?
tcp://host?secret
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout
tcp://host?auth=x&prefix
  error: the parameter "prefix" has no value (prefix=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="
tcp://host?auth=x&secret
  error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F)
tcp://host?auth&prefix=x
  error: the parameter "auth" has no value (auth=value); put the save path in quotes in php.ini: PHP cuts an unquoted one at "="

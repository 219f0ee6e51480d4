--TEST--
session.save_path: a bound service by its name
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$login = credentials($server, ['password' => PASSWORD]);
$env = ['VCAP_SERVICES' => json_encode(['p.redis' => [
	['name' => 'my cache/1', 'label' => 'p.redis', 'credentials' => $login],
	['name' => 'other', 'label' => 'p.redis', 'credentials' => ['host' => 'h']],
	['name' => 'group', 'label' => 'p.redis', 'credentials' => ['sentinels' => ['s1', 's2'], 'master_name' => 'm']],
	['name' => 'mc', 'label' => 'memcached', 'credentials' => ['servers' => 'h1,h2', 'username' => 'u', 'password' => PASSWORD]],
	['name' => 'farm', 'label' => 'memcached', 'credentials' => ['servers' => implode(',', array_map(fn (int $i) => "server$i", range(1, 100)))]],
]])];
$place = "127.0.0.1:{$server->port}";

function show_reference(string $path, array $env): void
{
	[$status] = found($env, ['session.save_path' => $path]);
	global $server;
	echo str_replace((string) $server->port, 'PORT', "$path\n  " . ($status['error'] ?? "$status[backend]: "
		. implode(', ', array_map(fn ($at) => "$at[host]:$at[port] database $at[database]", $status['servers']))
		. ", prefix $status[prefix], by $status[configured_by], service $status[service]")), "\n";
}

show_reference('binding:my%20cache%2F1', $env);
show_reference('binding:my cache/1', $env);
show_reference('binding:other?prefix=app:&timeout=0.5', $env);
show_reference("tcp://$place?binding=my%20cache/1&database=3", $env);
show_reference('tcp://elsewhere?binding=other', $env);
show_reference('tcp://h?binding=other&auth=secret', $env);
show_reference('tls://h?binding=other', $env);
show_reference('binding:', $env);
show_reference('binding:nope', $env);
show_reference('binding:%zz', $env);
show_reference('binding:other?databse=2', $env);
show_reference('binding:other?stream[cafile]=/etc/ca.pem', $env);
show_reference('binding:other?binding=other', $env);
foreach (['h1', 'h1,h3', 'h1,h2', 'h1?timeout=1'] as $hosts) {
	show_reference($hosts . (str_contains($hosts, '?') ? '&' : '?') . 'binding=mc', $env);
}
show_reference('server1?binding=farm', $env);
foreach (['database=1', 'database=0', 'weight=2', 'wait_replicas=1', 'wait_timeout=5', 'prefix=app:', 'stream[cafile]=/etc/ca.pem'] as $parameter) {
	show_reference("binding:mc?$parameter", $env);
}
foreach (['sentinel_password=x', 'sentinel_tls=1', 'tls=1', 'database=2'] as $parameter) {
	show_reference("binding:group?$parameter", $env);
}
show_reference('binding:REDIS_URL', ['REDIS_URL' => "redis://$place"]);
visit_twice('used', $env, ['session.save_path' => 'binding:my cache/1']);
visit_twice('set in a request, where cfsession.auto_configure is off', $env, NOT_CHOSEN + ['cfsession.auto_configure' => '0',
	'auto_prepend_file' => write_files(['prepend.php' => '<?php ini_set("session.save_handler", "cfsession");
		ini_set("session.save_path", "binding:my cache/1");']) . '/prepend.php']);
?>
--EXPECT--
binding:my%20cache%2F1
  redis: 127.0.0.1:PORT database 0, prefix PHPREDIS_SESSION:, by session.save_path, service my cache/1
binding:my cache/1
  redis: 127.0.0.1:PORT database 0, prefix PHPREDIS_SESSION:, by session.save_path, service my cache/1
binding:other?prefix=app:&timeout=0.5
  redis: h:6379 database 0, prefix app:, by session.save_path, service other
tcp://127.0.0.1:PORT?binding=my%20cache/1&database=3
  redis: 127.0.0.1:PORT database 3, prefix PHPREDIS_SESSION:, by session.save_path, service my cache/1
tcp://elsewhere?binding=other
  it names elsewhere:6379, but the bound service "other" is at h:6379
tcp://h?binding=other&auth=secret
  it has credentials, but those of the bound service "other" are used: remove them
tls://h?binding=other
  it requires TLS, which the bound service "other" does not offer
binding:
  the name of a bound service has to follow "binding:"
binding:nope
  the service "nope" is not bound; bound services: my cache/1, other, group, mc, farm
binding:%zz
  the name of the service has a "%" without two hexadecimal digits after it (write it as %25)
binding:other?databse=2
  unknown parameter "databse": did you mean "database"?
binding:other?stream[cafile]=/etc/ca.pem
  "stream[...]" configures TLS, which needs tls:// or rediss://
binding:other?binding=other
  the parameter "binding" is given twice
h1?binding=mc
  it names h1:11211, but the bound service "mc" is at h1:11211, h2:11211
h1,h3?binding=mc
  it names h1:11211, h3:11211, but the bound service "mc" is at h1:11211, h2:11211
h1,h2?binding=mc
  memcached: h1:11211 database 0, h2:11211 database 0, prefix memc.sess.key., by session.save_path, service mc
h1?timeout=1&binding=mc
  it names h1:11211, but the bound service "mc" is at h1:11211, h2:11211
server1?binding=farm
  it names server1:11211, but the bound service "farm" is at server1:11211, server2:11211, server3:11211, server4:11211, server5:11211, server6:11211, server7:11211, server8:11211 and 92 more
binding:mc?database=1
  there is no parameter "database" for Memcached, which the bound service "mc" is
binding:mc?database=0
  memcached: h1:11211 database 0, h2:11211 database 0, prefix memc.sess.key., by session.save_path, service mc
binding:mc?weight=2
  there is no parameter "weight" for Memcached, which the bound service "mc" is
binding:mc?wait_replicas=1
  there is no parameter "wait_replicas" for Memcached, which the bound service "mc" is
binding:mc?wait_timeout=5
  there is no parameter "wait_timeout" for Memcached, which the bound service "mc" is
binding:mc?prefix=app:
  memcached: h1:11211 database 0, h2:11211 database 0, prefix app:, by session.save_path, service mc
binding:mc?stream[cafile]=/etc/ca.pem
  "stream[...]" configures TLS, which needs tls:// or rediss://
binding:group?sentinel_password=x
  there is no parameter "sentinel_password" for a bound service
binding:group?sentinel_tls=1
  there is no parameter "sentinel_tls" for a bound service
binding:group?tls=1
  there is no parameter "tls" for a bound service
binding:group?database=2
  redis: s1:26379 database 0, s2:26379 database 0, prefix PHPREDIS_SESSION:, by session.save_path, service group
binding:REDIS_URL
  redis: 127.0.0.1:PORT database 0, prefix PHPREDIS_SESSION:, by session.save_path, service REDIS_URL
used
  PHPSESSID cfsession 1
  PHPSESSID cfsession 2
set in a request, where cfsession.auto_configure is off
  PHPSESSID cfsession 3
  PHPSESSID cfsession 4

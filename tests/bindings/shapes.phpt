--TEST--
Bound services: credentials of every shape
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

function show_shape(string $label, mixed $credentials, array $more = [], string $name = 'app-redis-sessions'): void
{
	[$status] = found(['VCAP_SERVICES' => vcap($credentials, $name, $more)]);
	$servers = array_map(fn (array $server) => ($server['tls'] ? 'tls ' : '') . "$server[host] $server[port]"
		. ($server['username'] === null ? '' : " user $server[username]") . ($server['password'] ? ' password' : '')
		. ($server['database'] ? " database $server[database]" : ''), $status['servers']);
	echo "$label\n  ", $servers ? "$status[backend] $status[topology]: " . implode(', ', $servers) : 'nothing',
		$status['master_name'] === null ? '' : " master $status[master_name]", "\n";
	if ($status['error'] !== null && !str_starts_with($status['error'], 'it needs')) {
		echo "  $status[error]\n";
	}
}

echo "-- host, port\n";
show_shape('port 0 and tls_port', ['host' => 'h', 'port' => 0, 'tls_port' => 16379]);
show_shape('tls_port 0', ['host' => 'h', 'port' => 1, 'tls_port' => 0]);
show_shape('text ports, tls as text', ['host' => 'h', 'port' => '1', 'ssl_port' => '2', 'ssl' => 'true']);
show_shape('tls false and tls_port', ['host' => 'h', 'port' => 1, 'tls_port' => 2, 'tls' => false, 'uri' => 'redis://h:1']);
show_shape('no port', ['hostname' => 'h']);
show_shape('address in brackets', ['host' => '[fd00::1]', 'port' => 1]);
show_shape('address without', ['host' => 'fd00::1', 'port' => 1]);
show_shape('blanks around it', ['host' => " h\u{20}", 'port' => 1]);
show_shape('not a reader', ['reader_endpoint' => 'r', 'load_balanced_host' => 'l', 'vip' => 'v', 'ip' => 'i']);
show_shape('empty and null are absent', ['host' => '', 'hostname' => 'h', 'port' => null, 'username' => '', 'password' => '']);
show_shape('a CA means TLS', ['host' => 'h', 'ca_cert' => PEM]);
show_shape('its base64 too', ['host' => 'h', 'tls_ca' => base64_encode(PEM)]);
show_shape('a CA for redis:// does not', ['uri' => 'redis://h', 'ca' => PEM]);
show_shape('client certificate', ['host' => 'h', 'tls' => true, 'tls_certificate' => PEM, 'tls_private_key' => PEM]);

echo "-- login\n";
show_shape('user without password', ['host' => 'h', 'username' => 'u']);
show_shape('not an administrator', ['host' => 'h', 'password' => 'p', 'admin_user' => 'a', 'admin_password' => 'b', 'name' => 'n']);
show_shape('nested', ['host' => 'h', 'redis' => ['username' => 'u', 'password' => 'p', 'port' => 7]]);
show_shape('authentication', ['connection' => ['redis' => ['scheme' => 'redis', 'hosts' => [['hostname' => 'h', 'port' => 7]],
	'authentication' => ['username' => 'u', 'password' => 'p'], 'composed' => ['redis://u:$PASSWORD@other:8/0'], 'path' => '/3']]]);

echo "-- URI\n";
show_shape('alone', ['uri' => 'valkey://u:p@h:7/3']);
show_shape('password alone', ['url' => 'redis://p@h']);
show_shape('empty user', ['redisUrl' => 'rediss://:p@h:7']);
show_shape('fields before the URI', ['uri' => 'rediss://u:p@other:7/2', 'host' => 'h', 'port' => 8, 'username' => 'v', 'password' => 'q']);
show_shape('"/" in its password', ['uri' => 'rediss://:a/b@h:7/2']);
show_shape('"?" in its password', ['uri' => 'rediss://:a?b@h:7/2']);
show_shape('all of these, but told beside it', ['uri' => 'rediss://:a/b?c#d@e%@h:7/2', 'password' => 'a/b?c#d@e%']);
show_shape('"@" in its password', ['uri' => 'redis://:a@b@h:7']);
show_shape('bad escape that nobody needs', ['uri' => 'rediss://u:%zz@h:7', 'host' => 'h', 'port' => 7, 'username' => 'u', 'password' => '%zz']);
show_shape('"@" behind the path', ['uri' => 'redis://h:7/2?client=a@b']);

echo "-- behind the \"?\" of the URI\n";
show_shape('a database', ['uri' => 'redis://:pw@h:7?db=3']);
show_shape('by its other name, among others', ['uri' => 'redis://:pw@h:7?timeout=5&db=&database=3&dbx=4#name']);
show_shape('more exact than the path', ['uri' => 'redis://:pw@h:7/2?db=3']);
show_shape('less than a field', ['uri' => 'redis://:pw@h:7/2?db=3', 'database' => 4]);
show_shape('no number', ['uri' => 'redis://:pw@h:7/2?db=S3cr3t']);
show_shape('TLS', ['uri' => 'redis://:pw@h:7?ssl=true']);
show_shape('TLS by its other names', ['uri' => 'redis://:pw@h:7?sslx=1&tls=1']);
show_shape('not without it', ['uri' => 'rediss://:pw@h:7?ssl=false&ssl_cert_reqs=none']);
show_shape('neither true nor false', ['uri' => 'redis://:pw@h:7?tls=required']);
show_shape('what is for others', ['uri' => 'redis://:pw@h:7?client_name=x&&=&protocol=3&retry=%zz&auth=S3cr3t&cluster']);
show_shape('database', ['host' => 'h', 'db' => '4']);
show_shape('path', ['host' => 'h', 'path' => '/5', 'scheme' => 'rediss']);
show_shape('memcached by its scheme', ['uri' => 'memcached://u:p@h:1,h2']);

echo "-- Sentinel\n";
show_shape('objects', ['sentinels' => [['host' => 'a', 'port' => 1, 'tls_port' => 2], ['hostname' => 'b']], 'master_name' => 'm',
	'password' => 'p', 'sentinel_password' => 's']);
show_shape('with TLS', ['sentinels' => [['host' => 'a', 'port' => 1, 'tls_port' => 2]], 'master_name' => 'm', 'tls_port' => 7, 'port' => 6]);
show_shape('fragment', ['sentinel_nodes' => [['hostname' => 'a', 'port' => 1]], 'uri' => 'redis://:p@h:7#mymaster']);
show_shape('hosts and a port', ['hosts' => ['a', 'b'], 'sentinel' => ['master_name' => 'm', 'port' => 5, 'username' => 'u', 'password' => 's']]);
show_shape('a list in hostname', ['hostname' => '10.0.0.1 10.0.0.2', 'port' => '6379', 'ha_master_name' => 'm', 'ha_port' => '5', 'ha_password' => 's']);
show_shape('Spring', ['sentinel.master' => 'm', 'sentinel.nodes' => 'a:1,b:2']);
show_shape('a host goes before', ['host' => 'h', 'sentinels' => [['host' => 'a']], 'master_name' => 'm']);
show_shape('no master', ['sentinels' => [['host' => 'a']]]);

echo "-- Cluster\n";
show_shape('cluster_mode', ['hostname' => 'h', 'port' => 7, 'cluster_mode' => true]);
show_shape('nodes', ['cluster.nodes' => 'a:1,b:2', 'password' => 'p']);

echo "-- Memcached\n";
$memcached = fn (string $label, mixed $credentials) => show_shape($label, $credentials, [], 'my-memcached-sessions');
$memcached('text', ['servers' => 'a:1, b;c:3']);
$memcached('objects', ['servers' => [['host' => 'a', 'port' => 1], ['hostname' => 'b']]]);
$memcached('host and port', ['host' => 'h', 'port' => '7']);
$memcached('vip', ['vip' => 'h:7']);
$memcached('URI', ['uri' => 'memcached://u%20x:p%2Fq@a:1,b']);
$memcached('user alone', ['servers' => 'a', 'username' => 'u']);
$memcached('password alone', ['servers' => 'a', 'password' => 'p']);
$memcached('TLS', ['servers' => 'a', 'tls' => true]);

echo "-- what it is\n";
show_shape('tag', ['host' => 'h'], ['tags' => ['x', 'MemCached']], 'x-redis-sessions');
?>
--EXPECT--
-- host, port
port 0 and tls_port
  redis single: tls h 16379
tls_port 0
  redis single: h 1
text ports, tls as text
  redis single: tls h 2
tls false and tls_port
  redis single: h 1
no port
  redis single: h 6379
address in brackets
  redis single: fd00::1 1
address without
  redis single: fd00::1 1
blanks around it
  redis single: h 1
not a reader
  nothing
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it has neither a host nor a URI
empty and null are absent
  redis single: h 6379
a CA means TLS
  redis single: tls h 6379
its base64 too
  redis single: tls h 6379
a CA for redis:// does not
  redis single: h 6379
client certificate
  redis single: tls h 6379
-- login
user without password
  redis single: h 6379
not an administrator
  redis single: h 6379 password
nested
  redis single: h 7 user u password
authentication
  redis single: h 7 user u password database 3
-- URI
alone
  redis single: h 7 user u password database 3
password alone
  redis single: h 6379 password
empty user
  redis single: tls h 7 password
fields before the URI
  redis single: tls h 7 user v password database 2
"/" in its password
  redis single: tls h 7 password database 2
"?" in its password
  nothing
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the host is missing
all of these, but told beside it
  redis single: tls h 7 password database 2
"@" in its password
  redis single: h 7 password
bad escape that nobody needs
  redis single: tls h 7 user u password
"@" behind the path
  redis single: h 7 database 2
-- behind the "?" of the URI
a database
  redis single: h 7 password database 3
by its other name, among others
  redis single: h 7 password database 3
more exact than the path
  redis single: h 7 password database 3
less than a field
  redis single: h 7 password database 4
no number
  nothing
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "database" has to be the number of a database
TLS
  redis single: tls h 7 password
TLS by its other names
  redis single: tls h 7 password
not without it
  redis single: tls h 7 password
neither true nor false
  nothing
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "tls" has to be true or false
what is for others
  redis single: h 7 password
database
  redis single: h 6379 database 4
path
  redis single: tls h 6379 database 5
memcached by its scheme
  memcached ketama: h 1 user u password, h2 11211 user u password
-- Sentinel
objects
  redis sentinel: a 1 password, b 26379 password master m
with TLS
  redis sentinel: tls a 2 master m
fragment
  redis sentinel: a 1 master mymaster
hosts and a port
  redis sentinel: a 5 user u password, b 5 user u password master m
a list in hostname
  redis sentinel: 10.0.0.1 5 password, 10.0.0.2 5 password master m
Spring
  redis sentinel: a 1, b 2 master m
a host goes before
  redis single: h 6379
no master
  nothing
  the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: it names several hosts, and no field names the Sentinel master among them ("master_name")
-- Cluster
cluster_mode
  redis cluster: h 7
nodes
  redis cluster: a 1 password, b 2 password
-- Memcached
text
  memcached ketama: a 1, b 11211, c 3
objects
  memcached ketama: a 1, b 11211
host and port
  memcached single: h 7
vip
  memcached single: h 7
URI
  memcached ketama: a 1 user u x password, b 11211 user u x password
user alone
  nothing
  the service "my-memcached-sessions" (VCAP_SERVICES) cannot be used: SASL needs a user name and a password, and it has only one of them
password alone
  nothing
  the service "my-memcached-sessions" (VCAP_SERVICES) cannot be used: SASL needs a user name and a password, and it has only one of them
TLS
  memcached single: tls a 11211
  it requires TLS, which libmemcached does not support
-- what it is
tag
  redis single: h 6379

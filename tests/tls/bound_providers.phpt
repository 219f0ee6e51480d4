--TEST--
TLS: bound services of providers that are not in the collection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bound.inc';

/* Too many processes for valgrind: bound.phpt covers this there. */

const SECRET = 'a!b&c#d$e^f<g>-h/i?j@k+l';

$ca = Certificate::authority();
$pem = file_get_contents($ca->file);
$client = Certificate::client($ca);
$other = Certificate::authority('other CA');
$certificate = Certificate::server('DNS:localhost,IP:127.0.0.1', $ca);
$files = ['tls-cert-file' => $certificate->file, 'tls-key-file' => $certificate->key, 'tls-ca-cert-file' => $ca->file];
$server = tls_redis($certificate, ['requirepass' => SECRET]);
$strict = tls_redis($certificate, ['requirepass' => SECRET, 'tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $ca->file]);
[$master, $sentinelPort, $sentinel] = master_and_sentinel($files, 'mymaster', SECRET, 's3ntinel');
$server->call('ACL', 'SETUSER', 'ibm_cloud_user', 'on', '>' . SECRET, '~*', '+@all');
$encoded = rawurlencode(SECRET);
$platform = ['CF_SYSTEM_CERT_PATH' => write_files(['ca.crt' => $pem])];
$place = ['host' => 'localhost', 'password' => SECRET];
$at = "$encoded@localhost:{$server->port}";

/** Shows a service with a broker's credentials, and with other variables in the environment. */
function show_bound(string $label, array $credentials, array $env = [], ?RedisServer $at = null, string $tag = 'redis'): void
{
	global $server;
	show_requests($label, ['VCAP_SERVICES' => vcap($credentials, more: ['tags' => [$tag]])] + $env, NOT_CHOSEN, $at ?? $server);
}

/** Shows a service in a directory of SERVICE_BINDING_ROOT. */
function show_directory(string $label, array $keys, ?RedisServer $at = null): void
{
	global $server;
	$files = ['app-redis-sessions/type' => 'redis'];
	foreach ($keys as $key => $value) {
		$files["app-redis-sessions/$key"] = "$value\n";
	}
	show_requests($label, ['SERVICE_BINDING_ROOT' => write_files($files)], NOT_CHOSEN, $at ?? $server);
}

function show_variables(string $label, array $env, string $path = ''): void
{
	global $server;
	show_requests($label, $env, $path === '' ? [] : ['session.save_path' => $path], $server);
}

echo "-- brokers whose authority the platform knows\n";
show_bound('AWS, csb', $place + ['name' => 'csb-1', 'tls_port' => $server->port, 'reader_endpoint' => 'replica.example', 'status' => 'created'], $platform);
show_bound('Blacksmith', $place + ['hosts' => ['10.4.1.2'], 'port' => 0, 'tls_port' => $server->port, 'tls_versions' => ['tlsv1.2']], $platform);
show_bound('GOV.UK PaaS', $place + ['name' => 'x', 'port' => $server->port, 'tls_enabled' => true, 'uri' => 'rediss://:' . SECRET . "@localhost:{$server->port}"], $platform);
show_bound('Redis Cloud', ['hostname' => 'localhost', 'username' => 'default', 'password' => SECRET, 'port' => '1', 'tls_port' => (string) $server->port], $platform);
show_bound('Redis Enterprise', $place + ['ip_list' => ['10.0.0.1'], 'name' => 'cf-1', 'port' => $server->port, 'sentinel_addrs' => ['10.0.0.1'], 'sentinel_port' => 8001, 'tls' => true], $platform);
show_bound('anynines', ['host' => 'localhost', 'valkey' => ['username' => 'default', 'password' => SECRET, 'port' => $server->port, 'tls' => true],
	'sentinel' => ['master_name' => 'm', 'port' => 26379, 'password' => 'other']], $platform, tag: 'valkey');
show_bound('true in words', $place + ['port' => (string) $server->port, 'ssl' => 'yes'], $platform);
show_bound('a URI that does not say it', ['uri' => "redis://:$at", 'tls' => true], $platform);
show_bound('a port, and nothing that says it', $place + ['port' => $server->port], $platform);

echo "-- brokers that tell their authority\n";
show_bound('IBM, with a variable for the password', ['connection' => ['rediss' => ['scheme' => 'rediss', 'path' => '/0',
	'authentication' => ['username' => 'ibm_cloud_user', 'password' => SECRET], 'hosts' => [['hostname' => 'localhost', 'port' => $server->port]],
	'composed' => ["rediss://ibm_cloud_user:\$PASSWORD@localhost:{$server->port}/0"], 'certificate' => ['certificate_base64' => base64_encode($pem)]]]]);
show_bound('IBM Compose', ['uri' => "rediss://admin:$at", 'ca_certificate_base64' => base64_encode($pem)]);
show_bound('Aiven', ['service_uri' => "rediss://default:$at", 'ca_cert' => $pem]);
show_bound('Valkey', ['service_uri' => "valkeys://default:$at", 'cacrt' => $pem]);
show_bound('two authorities', ['uri' => "rediss://:$at", 'ca' => file_get_contents($other->file) . $pem]);
show_bound('lines of Windows', ['uri' => "rediss://:$at", 'ca' => str_replace("\n", "\r\n", $pem)]);
show_bound('lines that were escaped twice', ['uri' => "rediss://:$at", 'ca' => str_replace("\n", '\n', $pem)]);
show_bound('lines of Windows that were', ['uri' => "rediss://:$at", 'ca' => str_replace("\n", '\r\n', $pem)]);
show_bound('lines that have become blanks', ['uri' => "rediss://:$at", 'ca' => str_replace("\n", ' ', $pem)]);
show_bound('Orange, with a certificate of ours', ['hostname' => 'localhost', 'port' => '1', 'tls_port' => (string) $strict->port, 'password' => SECRET,
	'admin_user' => 'a', 'admin_password' => 'a', 'tls_ca' => $pem, 'tls_certificate' => file_get_contents($client->file),
	'tls_private_key' => file_get_contents($client->key)], at: $strict);

echo "-- sentinels\n";
show_bound('Orange', ['hostname' => 'localhost 127.0.0.1', 'port' => '1', 'tls_port' => (string) $master->port, 'password' => SECRET, 'ha_master_name' => 'mymaster',
	'ha_port' => '1', 'tls_ha_port' => (string) $sentinelPort, 'ha_password' => 's3ntinel', 'tls_ca' => $pem], at: $master);
show_bound('SAP', ['sentinel_nodes' => [['hostname' => 'localhost', 'port' => $sentinelPort]], 'password' => SECRET, 'sentinel_password' => 's3ntinel',
	'tls' => true, 'cluster_mode' => false, 'uri' => "rediss://:$encoded@localhost:$sentinelPort#mymaster"], $platform, $master);
show_directory('Spring', ['sentinel.master' => 'mymaster', 'sentinel.nodes' => "localhost:$sentinelPort", 'password' => SECRET, 'sentinel.password' => 's3ntinel',
	'ssl' => 'true', 'ca.crt' => $pem], $master);

echo "-- directories\n";
$keys = $place + ['port' => $server->port];
show_directory('certificates', $keys + ['certificates' => $pem]);
show_directory('a Secret of TLS, without the key', $keys + ['ca.crt' => $pem, 'tls.crt' => file_get_contents($certificate->file)]);
show_directory('base64 in lines', $keys + ['ca.crt' => chunk_split(base64_encode($pem), 76, "\n")]);
show_directory('a URI', ['uri' => "rediss://:$at", 'certificates' => $pem]);
$keys['port'] = $strict->port;
$ours = [file_get_contents($client->file), file_get_contents($client->key)];
show_directory('certificates and private-key', $keys + ['ca.crt' => $pem, 'certificates' => $ours[0], 'private-key' => $ours[1]], $strict);
show_directory('a Secret of TLS', $keys + ['ca.crt' => $pem, 'tls.crt' => $ours[0], 'tls.key' => $ours[1]], $strict);
show_directory('the same, with the authority elsewhere', $keys + ['certificates' => $pem, 'tls.crt' => $ours[0], 'tls.key' => $ours[1]], $strict);

echo "-- variables\n";
$known = ['SSL_CERT_FILE' => $ca->file];
show_variables('Upstash', ['REDIS_URL' => "rediss://default:$at"] + $known);
show_variables('Heroku, of late', ['REDIS_URL' => "rediss://h:$at"]);
show_variables('its authority in the save path', ['REDIS_URL' => "rediss://h:$at"], "binding:REDIS_URL?stream[cafile]={$ca->file}");
show_variables('anybody, if the save path says so', ['REDIS_URL' => "rediss://h:$at"], 'binding:REDIS_URL?stream[verify_peer]=0');
show_variables('Platform.sh', ['PLATFORM_RELATIONSHIPS' => base64_encode(json_encode(['redissessions' => [['scheme' => 'rediss', 'rel' => 'redis',
	'host' => 'localhost', 'port' => $server->port, 'password' => SECRET, 'path' => null]]]))] + $known);
foreach (['rediss', 'tls', 'ssl', 'redis+ssl'] as $scheme) {
	show_variables("REDIS_SCHEME $scheme", ['REDIS_HOST' => 'localhost', 'REDIS_PORT' => (string) $server->port, 'REDIS_PASSWORD' => SECRET, 'REDIS_SCHEME' => $scheme] + $known);
}
?>
--EXPECTF--
-- brokers whose authority the platform knows
AWS, csb: cfsession 1, cfsession 2, 1 in database 0
Blacksmith: cfsession 1, cfsession 2, 1 in database 0
GOV.UK PaaS: cfsession 1, cfsession 2, 1 in database 0
Redis Cloud: cfsession 1, cfsession 2, 1 in database 0
Redis Enterprise: cfsession 1, cfsession 2, 1 in database 0
anynines: cfsession 1, cfsession 2, 1 in database 0
true in words: cfsession 1, cfsession 2, 1 in database 0
a URI that does not say it: cfsession 1, cfsession 2, 1 in database 0
a port, and nothing that says it: cannot read the session: the server at HOST:PORT closed the connection before it had answered (%s); if it requires TLS, write tls://
-- brokers that tell their authority
IBM, with a variable for the password: cfsession 1, cfsession 2, 1 in database 0
IBM Compose: cfsession 1, cfsession 2, 1 in database 0
Aiven: cfsession 1, cfsession 2, 1 in database 0
Valkey: cfsession 1, cfsession 2, 1 in database 0
two authorities: cfsession 1, cfsession 2, 1 in database 0
lines of Windows: cfsession 1, cfsession 2, 1 in database 0
lines that were escaped twice: cfsession 1, cfsession 2, 1 in database 0
lines of Windows that were: cfsession 1, cfsession 2, 1 in database 0
lines that have become blanks: cannot read the session: the bound service's value has no certificate in it
Orange, with a certificate of ours: cfsession 1, cfsession 2, 1 in database 0
-- sentinels
Orange: cfsession 1, cfsession 2, 1 in database 0
SAP: cfsession 1, cfsession 2, 1 in database 0
Spring: cfsession 1, cfsession 2, 1 in database 0
-- directories
certificates: cfsession 1, cfsession 2, 1 in database 0
a Secret of TLS, without the key: cfsession 1, cfsession 2, 1 in database 0
base64 in lines: cfsession 1, cfsession 2, 1 in database 0
a URI: cfsession 1, cfsession 2, 1 in database 0
certificates and private-key: cfsession 1, cfsession 2, 1 in database 0
a Secret of TLS: cfsession 1, cfsession 2, 1 in database 0
the same, with the authority elsewhere: cfsession 1, cfsession 2, 1 in database 0
-- variables
Upstash: cfsession 1, cfsession 2, 1 in database 0
Heroku, of late: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
its authority in the save path: cfsession 1, cfsession 2, 1 in database 0
anybody, if the save path says so: cfsession 1, cfsession 2, 1 in database 0
Platform.sh: cfsession 1, cfsession 2, 1 in database 0
REDIS_SCHEME rediss: cfsession 1, cfsession 2, 1 in database 0
REDIS_SCHEME tls: cfsession 1, cfsession 2, 1 in database 0
REDIS_SCHEME ssl: cfsession 1, cfsession 2, 1 in database 0
REDIS_SCHEME redis+ssl: Warning: cfsession: the service "REDIS_HOST" (REDIS_HOST) cannot be used: the field "scheme" has to be redis, rediss, valkey, valkeys, tcp, tls or memcached; no session can be started in Unknown on line 0
cfsession: cannot use session.save_path: the service "REDIS_HOST" (REDIS_HOST) cannot be used: the field "scheme" has to be redis, rediss, valkey, valkeys, tcp, tls or memcached

--TEST--
TLS: the TLS settings of bound services
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';
require __DIR__ . '/../bindings/bindings.inc';

$ca = Certificate::authority();
$pem = file_get_contents($ca->file);
$server = tls_redis(Certificate::server('DNS:localhost', $ca), ['requirepass' => 's3cr3t']);
$client = Certificate::client($ca);
$strict = tls_redis(Certificate::server('DNS:localhost', $ca), ['tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $ca->file]);

function show_bound(string $label, array $env): void
{
	$output = run_bound('session_id("visitor"); echo @session_start() ? "started" : error_get_last()["message"], "\n";
		$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; echo $_SESSION["n"], " ", ini_get("session.save_path");', $env,
		NOT_CHOSEN + ['cfsession.connect_timeout' => TIME_LIMIT]);
	echo "$label: ", preg_replace('/localhost:\d+/', 'HOST:PORT', str_replace("\n", ', ', trim($output))), "\n";
}

$login = ['host' => 'localhost', 'port' => 1, 'tls_port' => $server->port, 'password' => 's3cr3t'];
show_bound('tls_port and CA', ['VCAP_SERVICES' => vcap($login + ['ca' => $pem])]);
show_bound('base64', ['VCAP_SERVICES' => vcap($login + ['tls_ca' => base64_encode($pem)])]);
show_bound('URI', ['VCAP_SERVICES' => vcap(['uri' => "rediss://:s3cr3t@localhost:{$server->port}", 'ca_certificate' => $pem])]);
show_bound('the CA of the platform', ['VCAP_SERVICES' => vcap($login), 'CF_SYSTEM_CERT_PATH' => write_files(['ca.crt' => $pem])]);
show_bound('a directory', ['SERVICE_BINDING_ROOT' => write_files(['x/type' => 'php-redis-session', 'x/host' => 'localhost',
	'x/port' => (string) $server->port, 'x/password' => 's3cr3t', 'x/certificates' => $pem])]);
show_bound('no CA', ['VCAP_SERVICES' => vcap($login)]);
show_bound('another CA', ['VCAP_SERVICES' => vcap($login + ['ca' => file_get_contents(Certificate::authority('other')->file)])]);
show_bound('a certificate of ours', ['VCAP_SERVICES' => vcap(['host' => 'localhost', 'tls_port' => $strict->port, 'ca' => $pem,
	'tls_certificate' => file_get_contents($client->file), 'tls_private_key' => file_get_contents($client->key)])]);
show_bound('none', ['VCAP_SERVICES' => vcap(['host' => 'localhost', 'tls_port' => $strict->port, 'ca' => $pem])]);
$file = run_bound('session_id("visitor"); echo @session_start() ? "started" : error_get_last()["message"];',
	['REDIS_TLS_URL' => "rediss://h:s3cr3t@localhost:{$server->port}"],
	['session.save_path' => "binding:REDIS_TLS_URL?stream[cafile]={$ca->file}", 'cfsession.connect_timeout' => TIME_LIMIT]);
echo "a CA in the save path: $file\n";
?>
--EXPECT--
tls_port and CA: started, 1 tls://HOST:PORT?binding=app-redis-sessions
base64: started, 2 tls://HOST:PORT?binding=app-redis-sessions
URI: started, 3 tls://HOST:PORT?binding=app-redis-sessions
the CA of the platform: started, 4 tls://HOST:PORT?binding=app-redis-sessions
a directory: started, 5 tls://HOST:PORT?binding=x
no CA: session_start(): Failed to read session data: cfsession (path: tls://HOST:PORT?binding=app-redis-sessions), 1 tls://HOST:PORT?binding=app-redis-sessions
another CA: session_start(): Failed to read session data: cfsession (path: tls://HOST:PORT?binding=app-redis-sessions), 1 tls://HOST:PORT?binding=app-redis-sessions
a certificate of ours: started, 1 tls://HOST:PORT?binding=app-redis-sessions
none: session_start(): Failed to read session data: cfsession (path: tls://HOST:PORT?binding=app-redis-sessions), 1 tls://HOST:PORT?binding=app-redis-sessions
a CA in the save path: started

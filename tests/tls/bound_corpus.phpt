--TEST--
TLS: each service of the collection that requires it, with a server that has no other port
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bound.inc';
require __DIR__ . '/../support/cluster.inc';

/* Too many processes for valgrind: bound.phpt covers this there. */

$ca = Certificate::authority();
$other = Certificate::authority('other CA');
$certificate = Certificate::server('DNS:localhost,IP:127.0.0.1', $ca);
$files = ['tls-cert-file' => $certificate->file, 'tls-key-file' => $certificate->key, 'tls-ca-cert-file' => $ca->file];
$single = tls_redis($certificate, ['requirepass' => 'another']);
$selfSigned = Certificate::server('DNS:localhost', null);
$heroku = tls_redis($selfSigned, ['requirepass' => 'another']);

/** A case's text with local hosts, ports and certificates; other ports become one where nothing listens. */
function ours(string $text, array $expect, array $ports, Certificate $ca): string
{
	$hosts = array_column($expect['sentinels'] ?? [$expect], 'host');
	$pem = file_get_contents($ca->file);
	$theirs = $expect['ca'] ?? '';
	return preg_replace_callback('/(?<![\w.-])(?:[\w.-]+)(?![\w.-])/', function (array $match) use ($hosts, $ports): string {
		$word = $match[0];
		if (in_array($word, $hosts, true)) {
			return @inet_pton($word) ? '127.0.0.1' : 'localhost';
		}
		return (string) ($ports[$word] ?? (in_array($word, ['6379', '26379'], true) ? 1 : $word));
	}, $theirs === '' ? $text : str_replace([$theirs, base64_encode($theirs)], [$pem, base64_encode($pem)], $text));
}

/** The environment of a case, otherwise unchanged. */
function environment_of(array $case, array $ports, Certificate $ca): array
{
	$dir = write_files(array_map(fn ($text) => ours($text, $case['expect'], $ports, $ca), $case['files'] ?? []));
	return array_map(fn ($text) => str_replace('${FILES}', $dir, ours($text, $case['expect'], $ports, $ca)), $case['env']);
}

function show_case(array $case): void
{
	global $ca, $other, $single, $heroku, $selfSigned, $files;

	$expect = $case['expect'];
	$platform = ['CF_SYSTEM_CERT_PATH' => write_files(['ca.crt' => file_get_contents($ca->file)])];
	$ini = $case['handler_chosen'] ? [] : NOT_CHOSEN;
	$server = $case['name'] === 'heroku-redis-url-tls' ? $heroku : $single;
	$ports = [$expect['port'] => $server->port];
	if (($expect['mode'] ?? null) === 'sentinel') {
		[$server, $port, $sentinel] = master_and_sentinel($files, $expect['master_name'], $expect['password'], $expect['sentinel_password']);
		$ports = [$expect['port'] => $server->port, $expect['sentinels'][0]['port'] => $port];
	} elseif (($expect['mode'] ?? null) === 'cluster') {
		$cluster = RedisCluster::start(1, 0, $files + ['tls-auth-clients' => 'no', 'tls-cluster' => 'yes', 'requirepass' => $expect['password']]);
		$server = $cluster->nodes[0];
		$ports = [$expect['port'] => $server->port];
	} else {
		/* The second try leaves out a user name that the server does not know. */
		set_login($server, isset($expect['username_fallback']) ? null : $expect['username'], $expect['password']);
	}
	$env = environment_of($case, $ports, $ca);
	echo "$case[name]\n";
	show_requests('  as it is', $env, $ini, $server);
	if (isset($expect['ca'])) {
		show_requests('  the CA of another', environment_of($case, $ports, $other), $ini, $server);
	} elseif ($server === $heroku) {
		show_requests('  as docs/kubernetes.md has it', $env,
			$ini + ['session.save_path' => "binding:REDIS_TLS_URL?stream[cafile]={$selfSigned->file}"], $server);
	} else {
		show_requests('  an authority of the platform', $env + $platform, $ini, $server);
		show_requests('  an authority of the system', $env + ['SSL_CERT_FILE' => $ca->file], $ini, $server);
	}
}

$cases = json_decode(file_get_contents(__DIR__ . '/../bindings/corpus.json'), true, flags: JSON_THROW_ON_ERROR);
foreach ($cases as $case) {
	/* The collection leaves some fields of this case open. */
	if ($case['name'] === 'sap-btp-redis-cache-cluster') {
		$case['expect'] += ['host' => 'clustercfg.rg-1.euc1.cache.amazonaws.com', 'port' => 6379, 'password' => 'madeup', 'tls' => true];
	}
	if ($case['expect']['tls'] ?? str_contains(json_encode($case), 'rediss:')) {
		show_case($case);
	}
}
foreach (['wr0ng', null] as $password) {
	show_requests(json_encode($password) . ' as the password', ['SSL_CERT_FILE' => $ca->file,
		'VCAP_SERVICES' => vcap(['host' => 'localhost', 'tls_port' => $single->port, 'password' => $password])], NOT_CHOSEN, $single);
}
?>
--EXPECT--
tanzu-p.redis-on-demand-tls-optional
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
tanzu-p.redis-ha-sentinel
  as it is: cannot read the session: no sentinel says where the master "redis-master" is: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]; the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]; the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
azure-masb-redis-ssl
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
azure-osba-redis
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
csb-azure-redis
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
cloud.gov-aws-elasticache-redis
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
sap-btp-redis-cache
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
sap-btp-redis-cache-cluster
  as it is: cannot read the session: no node of the Redis Cluster can be reached: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
ibm-databases-for-redis
  as it is: cfsession 1, cfsession 2, 1 in database 0
  the CA of another: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
aiven-style-uri
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
cups-uri-rediss
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 2
  an authority of the system: cfsession 1, cfsession 2, 1 in database 2
cf-service-binding-k8s
  as it is: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  an authority of the platform: cfsession 1, cfsession 2, 1 in database 0
  an authority of the system: cfsession 1, cfsession 2, 1 in database 0
servicebinding.io-redis
  as it is: cfsession 1, cfsession 2, 1 in database 0
  the CA of another: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
heroku-redis-url-tls
  as it is: cannot read the session: the certificate of the server at HOST:PORT is self-signed and not known here: give it in stream[cafile]
  as docs/kubernetes.md has it: cfsession 1, cfsession 2, 1 in database 0
"wr0ng" as the password: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
null as the password: cannot read the session: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password, and the bound service has none

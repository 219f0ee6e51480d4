--TEST--
TLS: sentinels, and the master that they name, even with its port without TLS
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';
require __DIR__ . '/../bindings/bindings.inc';
require __DIR__ . '/../support/sentinel.inc';

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost,IP:127.0.0.1', $ca);
$files = ['tls-cert-file' => $certificate->file, 'tls-key-file' => $certificate->key, 'tls-ca-cert-file' => $ca->file];

/** A sentinel that speaks TLS at the port, and watches a server. */
function sentinel(int $port, RedisServer $master, array $files, string $replication): SentinelServer
{
	$lines = ["tls-port $port", 'tls-auth-clients no', "tls-replication $replication", "sentinel monitor mymaster 127.0.0.1 {$master->port} 1"];
	foreach ($files as $name => $file) {
		$lines[] = "$name $file";
	}
	return new SentinelServer($lines);
}

$master = tls_redis($certificate, ['tls-ca-cert-file' => $ca->file]);
$port = free_port();
$sentinel = sentinel($port, $master, $files, 'yes');
$path = "redis+sentinel://localhost:$port/mymaster?tls=1&" . http_build_query(['stream' => ['cafile' => $ca->file]]);
attempt_at('sentinels and master', $path, fn () => $_SESSION['n'] = 1);
attempt_at('the master alone', str_replace(":$port/", ":{$sentinel->port}/", $path) . '&sentinel_tls=0');
attempt_at('an authority that is not known', "redis+sentinel://localhost:$port/mymaster?tls=1");
echo 'stored: ', $master->call('GET', 'PHPREDIS_SESSION:' . ID), "\n";

/* A broker may offer both ports: the sentinels name the one without TLS. */
$both = RedisServer::start();
$tls = free_port();
foreach ($files + ['tls-auth-clients' => 'no', 'tls-port' => (string) $tls] as $name => $value) {
	$both->call('CONFIG', 'SET', $name, $value);
}
$port = free_port();
$sentinel = sentinel($port, $both, $files, 'no');
$output = run_bound('session_id("visitor"); echo session_start() ? "started\n" : "refused\n"; $_SESSION["n"] = 1; session_write_close();', [
	'VCAP_SERVICES' => vcap(['master_name' => 'mymaster', 'port' => $both->port, 'tls_port' => $tls, 'ca' => file_get_contents($ca->file),
		'sentinels' => [['host' => 'localhost', 'port' => $sentinel->port, 'tls_port' => $port]]]),
], NOT_CHOSEN + ['cfsession.connect_timeout' => TIME_LIMIT]);
echo 'bound: ', $output, 'stored: ', $both->call('GET', 'PHPREDIS_SESSION:visitor'), "\n";
?>
--EXPECT--
sentinels and master: started
the master alone: started
an authority that is not known: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
stored: n|i:1;
bound: started
stored: n|i:1;

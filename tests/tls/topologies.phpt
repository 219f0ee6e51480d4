--TEST--
TLS: with several servers, and in a cluster, each connection is verified
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';
require __DIR__ . '/../support/cluster.inc';

$ca = Certificate::authority();
$other = Certificate::authority('other CA');
$certificate = Certificate::server('IP:127.0.0.1', $ca);
$tls = [
	'tls-cert-file' => $certificate->file,
	'tls-key-file' => $certificate->key,
	'tls-ca-cert-file' => $ca->file,
	'tls-auth-clients' => 'no',
];

/** Prints whether twenty sessions, on several servers, are kept. */
function sessions(string $label, string $path): void
{
	configure($path, ['cfsession.retry_interval' => '0']);
	$kept = 0;
	$warnings = [];
	for ($round = 1; $round <= 2; $round++) {
		for ($i = 0; $i < 20; $i++) {
			$warnings += array_flip(warnings(function () use ($i, $round, &$kept) {
				session_id(md5((string) $i));
				if (session_start()) {
					$kept += ($_SESSION['n'] ?? 0) === $round - 1;
					$_SESSION['n'] = $round;
					session_write_close();
				}
			}));
		}
	}
	echo "$label: $kept\n";
	foreach (array_keys($warnings) as $warning) {
		str_contains($warning, 'cfsession: ') && print("  $warning\n");
	}
}

$first = RedisServer::start($tls);
$second = RedisServer::start($tls);
foreach (['known' => $ca, 'unknown' => $other] as $label => $authority) {
	$at = fn (RedisServer $server) => tls_path($server->port, ['cafile' => $authority->file], '127.0.0.1', ['weight' => 1]);
	sessions("two servers, $label", $at($first) . ', ' . $at($second));
}
echo 'both have some: ', var_export($first->keys() && $second->keys(), true), "\n";

$cluster = RedisCluster::start(3, 0, $tls + ['tls-cluster' => 'yes']);
foreach (['known' => $ca, 'unknown' => $other] as $label => $authority) {
	sessions("cluster, $label", $cluster->savePath(['tls' => 1, 'stream' => ['cafile' => $authority->file]]));
}
sessions('cluster, one node named', tls_path($cluster->nodes[0]->port, ['cafile' => $ca->file], '127.0.0.1'));
echo 'connects: ', counter('connects'), "\n";
?>
--EXPECT--
two servers, known: 40
two servers, unknown: 0
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
both have some: true
cluster, known: 40
cluster, unknown: 0
  session_start(): cfsession: cannot read the session: no node of the Redis Cluster can be reached: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]; the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]; the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
cluster, one node named: 40
connects: 5

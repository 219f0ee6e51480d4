--TEST--
TLS: certificates of a bound service that change in its files while PHP runs
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/bound.inc';
require_once __DIR__ . '/../support/http.inc';
require_once __DIR__ . '/../support/cluster.inc';

const CODE = '
	set_error_handler(fn ($level, $text) => print(strstr($text, "cfsession: ")));
	session_id("visitor");
	if (session_start()) {
		echo $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;
		session_write_close();
	}';

/** A directory of SERVICE_BINDING_ROOT, and a PHP that keeps running while it changes. */
final class Binding
{
	private string $dir;
	private WebServer $web;

	public function __construct(string $label, array $keys)
	{
		echo "$label\n";
		$this->dir = write_files([]) . '/redis-sessions';
		mkdir($this->dir);
		$this->write($keys + ['type' => 'redis']);
		$this->web = WebServer::start(CODE, ['session.save_handler' => null, 'cfsession.connect_timeout' => TIME_LIMIT],
			['SERVICE_BINDING_ROOT' => dirname($this->dir)] + NOTHING_BOUND);
	}

	public function write(array $keys): void
	{
		foreach ($keys as $key => $value) {
			file_put_contents("{$this->dir}/$key", $value);
		}
	}

	public function visit(string $when): void
	{
		$shown = preg_replace(['/localhost:\d+/', '/cfsession \(path.*/'], ['HOST:PORT', ''], $this->web->get()[0]);
		echo "  $when: $shown\n";
	}
}

/** Gives the server other files, and closes all connections. */
function change(RedisServer $server, array $files): void
{
	foreach ($files as $name => $file) {
		$changes[] = "tls-$name-file";
		$changes[] = $file;
	}
	$server->call('CONFIG', 'SET', ...$changes);
	$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
}

[$old, $new] = [Certificate::authority('old CA'), Certificate::authority('new CA')];
[$first, $second] = array_map(fn ($ca) => Certificate::server('DNS:localhost,IP:127.0.0.1', $ca), [$old, $new]);
[$pem, $other] = array_map(fn ($ca) => file_get_contents($ca->file), [$old, $new]);
$ours = function (Certificate $authority): array {
	$client = Certificate::client($authority);
	return ['tls.crt' => file_get_contents($client->file), 'tls.key' => file_get_contents($client->key)];
};

$server = tls_redis($first);
$place = ['host' => 'localhost', 'port' => (string) $server->port];
$binding = new Binding('the authority', $place + ['ca.crt' => $pem]);
$binding->visit('at first');
change($server, ['cert' => $second->file, 'key' => $second->key]);
$binding->visit('the server has changed');
$binding->write(['ca.crt' => $other]);
$binding->visit('the binding too');
$binding->visit('again');

$binding = new Binding('an authority that was none', ['ca.crt' => substr($other, 0, 100)] + $place);
$binding->visit('at first');
$binding->write(['ca.crt' => $other]);
$binding->visit('the binding is mended');

$server = tls_redis($first, ['tls-auth-clients' => 'yes', 'tls-ca-cert-file' => $old->file]);
$binding = new Binding('a certificate of ours', ['port' => (string) $server->port, 'ca.crt' => $pem] + $ours($old) + $place);
$binding->visit('at first');
change($server, ['ca-cert' => $new->file]);
$binding->visit('the server has changed');
$binding->write($ours($new));
$binding->visit('the binding too');

$files = ['tls-cert-file' => $first->file, 'tls-key-file' => $first->key, 'tls-ca-cert-file' => $old->file];
[$master, $port, $sentinel] = master_and_sentinel($files, 'mymaster', 's3cr3t', 's3ntinel');
$cluster = RedisCluster::start(1, 0, $files + ['tls-auth-clients' => 'no', 'tls-cluster' => 'yes']);
foreach ([
	'sentinels' => ['master_name' => 'mymaster', 'sentinels' => "localhost:$port", 'password' => 's3cr3t', 'sentinel_password' => 's3ntinel', 'tls' => 'true'],
	'a cluster' => ['cluster_mode' => 'true', 'port' => (string) $cluster->nodes[0]->port] + $place,
] as $label => $keys) {
	$binding = new Binding($label, $keys + ['ca.crt' => $other]);
	$binding->visit('at first');
	$binding->write(['ca.crt' => $pem]);
	$binding->visit('the binding is mended');
}
?>
--EXPECT--
the authority
  at first: 1
  the server has changed: cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
  the binding too: 2
  again: 3
an authority that was none
  at first: cfsession: cannot read the session: the bound service's value has no certificate in it
  the binding is mended: 4
a certificate of ours
  at first: 1
  the server has changed: cfsession: cannot read the session: TLS with the server at HOST:PORT failed (tlsv1 alert unknown ca); it does not know the authority of the client certificate, stream[local_cert]
  the binding too: 2
sentinels
  at first: cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
  the binding is mended: 1
a cluster
  at first: cfsession: cannot read the session: no node of the Redis Cluster can be reached: the certificate of the server at HOST:PORT is from a self-signed authority not known here: give the authority's certificate in stream[cafile]
  the binding is mended: 1

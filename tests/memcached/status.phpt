--TEST--
Memcached: cfsession_status() and phpinfo()
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$one = MemcachedServer::start(['-I', '2m']);
$sasl = MemcachedServer::sasl(USER, PASSWORD);
$gone = MemcachedServer::start();
$gone->kill();

/** Prints the status of a target, without what differs from run to run. */
function show_status(string $path, bool $probe): void
{
	configure($path);
	$status = cfsession_status($probe);
	unset($status['counters'], $status['totals'], $status['version'], $status['holder']);
	$status['libraries'] = preg_match('/^\d+\.\d+\.\d+$/', $status['libraries']['libmemcached']) ? 'told' : $status['libraries'];
	foreach ($status['servers'] as &$server) {
		$server['port'] = $server['port'] > 0 ? 'PORT' : 0;
		if ($probe) {
			is_string($server['server_version']) and $server['server_version'] = preg_replace('/[\d.]+/', 'N', $server['server_version']);
			is_float($server['latency_ms']) and $server['latency_ms'] = $server['latency_ms'] > 0.001 && $server['latency_ms'] < 1000 ? 'some' : 'odd';
			is_int($server['clock_offset']) and $server['clock_offset'] = abs($server['clock_offset']) < 3 ? 'small' : 'odd';
			is_string($server['error']) and $server['error'] = preg_replace('/:\d+/', ':PORT', $server['error']);
		}
	}
	foreach ($status as $name => $value) {
		if ($name !== 'servers') {
			echo "$name: ", json_encode($value), "\n";
		}
	}
	foreach ($status['servers'] as $told) {
		echo '  ', json_encode($told, JSON_UNESCAPED_SLASHES), "\n";
	}
	str_contains(json_encode($status), PASSWORD) and print("which shows the password\n");
}

show_status($one->savePath(), false);
show_status($one->savePath(), true);
show_status(login_path($sasl), true);
show_status("{$one->savePath()}:3,{$gone->savePath()}", true);

/* A silent server is reported within the timeout, too. */
$silent = ScriptedServer::start(['never'], 'memcached');
ini_set('cfsession.timeout', '0.2');
$began = now();
show_status($silent->savePath(), true);
show_time('took', now() - $began, 0.2);

configure(login_path($sasl));
ob_start();
phpinfo(INFO_MODULES | INFO_CONFIGURATION);
echo 'in phpinfo(): ', str_contains(ob_get_clean(), PASSWORD) ? 'the password' : 'no password', "\n";
?>
--EXPECTF--
libraries: "told"
configured_by: "session.save_path"
service: null
error: null
not_configured_because: null
services_seen: []
backend: "memcached"
topology: "single"
master_name: null
master: null
nodes: []
state: null
prefix: "memc.sess.key."
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":null,"password":false,"database":0,"weight":1}
libraries: "told"
configured_by: "session.save_path"
service: null
error: null
not_configured_because: null
services_seen: []
backend: "memcached"
topology: "single"
master_name: null
master: null
nodes: []
state: "well"
prefix: "memc.sess.key."
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":null,"password":false,"database":0,"weight":1,"reachable":true,"server_version":"N","latency_ms":"some","eviction_policy":null,"persistence":null,"used_memory":%d,"max_memory":67108864,"evictions":0,"item_size_max":2097152,"clock_offset":"small","state":"well","error":null,"refused":false}
libraries: "told"
configured_by: "session.save_path"
service: null
error: null
not_configured_because: null
services_seen: []
backend: "memcached"
topology: "single"
master_name: null
master: null
nodes: []
state: "well"
prefix: "memc.sess.key."
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":"sess user","password":true,"database":0,"weight":1,"reachable":true,"server_version":"N","latency_ms":"some","eviction_policy":null,"persistence":null,"used_memory":%d,"max_memory":67108864,"evictions":0,"item_size_max":1048576,"clock_offset":"small","state":"well","error":null,"refused":false}
libraries: "told"
configured_by: "session.save_path"
service: null
error: null
not_configured_because: null
services_seen: []
backend: "memcached"
topology: "ketama"
master_name: null
master: null
nodes: []
state: "unreachable"
prefix: "memc.sess.key."
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":null,"password":false,"database":0,"weight":3,"reachable":true,"server_version":"N","latency_ms":"some","eviction_policy":null,"persistence":null,"used_memory":%d,"max_memory":67108864,"evictions":0,"item_size_max":2097152,"clock_offset":"small","state":"well","error":null,"refused":false}
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":null,"password":false,"database":0,"weight":1,"reachable":false,"server_version":null,"latency_ms":null,"eviction_policy":null,"persistence":null,"used_memory":null,"max_memory":null,"evictions":null,"item_size_max":null,"clock_offset":null,"state":"unreachable","error":"cannot connect to the server at 127.0.0.1:PORT: Connection refused; check the host and the port, and that the server runs","refused":false}
libraries: "told"
configured_by: "session.save_path"
service: null
error: null
not_configured_because: null
services_seen: []
backend: "memcached"
topology: "single"
master_name: null
master: null
nodes: []
state: "unreachable"
prefix: "memc.sess.key."
  {"host":"127.0.0.1","port":"PORT","tls":false,"username":null,"password":false,"database":0,"weight":1,"reachable":false,"server_version":null,"latency_ms":null,"eviction_policy":null,"persistence":null,"used_memory":null,"max_memory":null,"evictions":null,"item_size_max":null,"clock_offset":null,"state":"unreachable","error":"the server at 127.0.0.1:PORT did not answer within %d ms (cfsession.%s)","refused":false}
  took: 0.2 s
no password

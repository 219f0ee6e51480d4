--TEST--
cfsession_status(): its shape, and the servers' own data
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

/** Prints keys and types, and the values that are the same everywhere. */
function shape(array $array, string $indent = ''): void
{
	foreach ($array as $key => $value) {
		echo "$indent$key: ";
		if (is_array($value)) {
			echo "\n";
			shape($value, "$indent  ");
		} elseif (is_string($value) && !in_array($key, ['port', 'version', 'hiredis', 'libmemcached', 'zstd', 'lz4', 'server_version', 'holder'])) {
			echo preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $value), "\n";
		} elseif (is_bool($value) || $value === null || in_array($key, ['database', 'weight', 'errors'])) {
			echo json_encode($value), "\n";
		} else {
			echo get_debug_type($value), "\n";
		}
	}
}

$server = RedisServer::start(['maxmemory-policy' => 'allkeys-lru', 'requirepass' => PASSWORD]);
echo "-- probed\n";
configure($server->savePath(['auth' => PASSWORD, 'database' => 1]));
shape($status = cfsession_status(true));
preg_match('/valkey_version:(\S+)/', $info = $server->call('INFO', 'server'), $version)
	|| preg_match('/redis_version:(\S+)/', $info, $version);
echo 'its version: ', var_export($status['servers'][0]['server_version'] === $version[1], true), "\n";
str_contains(serialize($status), PASSWORD) && print("The password is in it\n");

$one = function (array $status): void {
	shape(['error' => $status['error'], 'backend' => $status['backend'], 'servers' => $status['servers']]);
};
echo "-- not probed\n";
$one(cfsession_status());
echo "-- not reachable\n";
configure('unix:///nowhere/redis.sock?auth[user]=app&auth[pass]=' . PASSWORD);
$one(cfsession_status(true));
echo "-- wrong password\n";
configure($server->savePath(['auth' => 'wrong']));
$one(cfsession_status(true));
echo "-- no password\n";
configure($server->savePath());
$one(cfsession_status(true));
echo "-- does not answer\n";
$silent = ScriptedServer::start(['never']);
configure($silent->savePath(), ['cfsession.timeout' => '0.2']);
$began = now();
$one(cfsession_status(true));
show_time('took', now() - $began, 0.2);
echo "-- not valid\n";
configure('tcp://host:port?auth=' . PASSWORD);
shape(cfsession_status(true));
echo "-- another handler\n";
ini_set('session.save_handler', 'files');
$status = cfsession_status(true);
unset($status['counters'], $status['totals'], $status['libraries']);
shape($status);

echo "-- counters\n";
configure($server->savePath(['auth' => PASSWORD]), ['cfsession.timeout' => '2']);
$before = cfsession_status()['counters'];
in_session(ID, fn () => $_SESSION['n'] = 1);
in_session(ID, fn () => null);
in_session(ID, fn () => session_destroy());
$server->call('SET', KEY . '_LOCK', 'cfsession:of somebody', 'PX', 50);
in_session(ID, fn () => null);
foreach (cfsession_status()['counters'] as $name => $value) {
	$grown = $value - $before[$name];
	echo "$name: ", $name === 'lock_wait_ms' ? ($grown >= 40 && $grown < 2000 ? 'some' : $grown) : ($name === 'round_trips' ? 'some' : $grown), "\n";
}

echo "-- probes do not count\n";
$before = cfsession_status()['counters'];
configure($server->savePath(['auth' => PASSWORD, 'database' => 2]));
echo json_encode(array_diff_assoc(cfsession_status(true)['counters'], $before)), "\n";

echo "-- what may be lost\n";
$server->call('CONFIG', 'SET', 'maxmemory', 90_000_000);
$server->call('CONFIG', 'SET', 'save', '3600 1');
$server->call('ACL', 'SETUSER', 'app', 'on', '>' . PASSWORD, '~*', '+@all', '-config');
$users = [['auth' => PASSWORD], ['auth' => ['user' => 'app', 'pass' => PASSWORD]]];
foreach (['no', 'yes'] as $append) {
	$server->call('CONFIG', 'SET', 'appendonly', $append);
	foreach ($users as $user) {
		configure($server->savePath($user));
		[$told] = cfsession_status(true)['servers'];
		echo "appendonly $append: ", json_encode($told['persistence']), " of $told[max_memory]\n";
	}
}
$used = $told['used_memory'] / $server->info('memory', 'used_memory');
echo 'used memory: ', $used > 0.5 && $used < 2 ? 'as it says' : $told['used_memory'], "\n";
?>
--EXPECTF--
-- probed
version: string
libraries: 
  hiredis: string
  libmemcached: string
  tls: %s
  zstd: %s
  lz4: %s
configured_by: session.save_path
service: null
error: null
not_configured_because: null
services_seen: 
backend: redis
topology: single
master_name: null
servers: 
  0: 
    host: 127.0.0.1
    port: int
    tls: false
    username: null
    password: true
    database: 1
    weight: 1
    reachable: true
    server_version: string
    latency_ms: float
    eviction_policy: allkeys-lru
    persistence: none
    used_memory: int
    max_memory: int
    evictions: int
    item_size_max: null
    clock_offset: int
    state: well
    error: null
    refused: false
master: null
nodes: 
state: well
prefix: PHPREDIS_SESSION:
holder: string
counters: 
  starts: int
  writes: int
  touches: int
  destroys: int
  round_trips: int
  connects: int
  retries: int
  lock_waits: int
  lock_wait_ms: int
  lock_renewals: int
  lost_locks: int
  merges: int
  merge_conflicts: int
  compressions: int
  decompressions: int
  errors: 0
totals: 
  starts: int
  writes: int
  touches: int
  destroys: int
  round_trips: int
  connects: int
  retries: int
  lock_waits: int
  lock_wait_ms: int
  lock_renewals: int
  lost_locks: int
  merges: int
  merge_conflicts: int
  compressions: int
  decompressions: int
  errors: 0
its version: true
-- not probed
error: null
backend: redis
servers: 
  0: 
    host: 127.0.0.1
    port: int
    tls: false
    username: null
    password: true
    database: 1
    weight: 1
-- not reachable
error: null
backend: redis
servers: 
  0: 
    host: /nowhere/redis.sock
    port: int
    tls: false
    username: app
    password: true
    database: 0
    weight: 1
    reachable: false
    server_version: null
    latency_ms: null
    eviction_policy: null
    persistence: null
    used_memory: null
    max_memory: null
    evictions: null
    item_size_max: null
    clock_offset: null
    state: unreachable
    error: cannot connect to the server at /nowhere/redis.sock: No such file or directory; check the path, and that the server runs
    refused: false
-- wrong password
error: null
backend: redis
servers: 
  0: 
    host: 127.0.0.1
    port: int
    tls: false
    username: null
    password: true
    database: 0
    weight: 1
    reachable: false
    server_version: null
    latency_ms: null
    eviction_policy: null
    persistence: null
    used_memory: null
    max_memory: null
    evictions: null
    item_size_max: null
    clock_offset: null
    state: login refused
    error: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
    refused: true
-- no password
error: null
backend: redis
servers: 
  0: 
    host: 127.0.0.1
    port: int
    tls: false
    username: null
    password: false
    database: 0
    weight: 1
    reachable: false
    server_version: null
    latency_ms: null
    eviction_policy: null
    persistence: null
    used_memory: null
    max_memory: null
    evictions: null
    item_size_max: null
    clock_offset: null
    state: login refused
    error: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password: give one in session.save_path
    refused: true
-- does not answer
error: null
backend: redis
servers: 
  0: 
    host: 127.0.0.1
    port: int
    tls: false
    username: null
    password: false
    database: 0
    weight: 1
    reachable: false
    server_version: null
    latency_ms: null
    eviction_policy: null
    persistence: null
    used_memory: null
    max_memory: null
    evictions: null
    item_size_max: null
    clock_offset: null
    state: unreachable
    error: the server at HOST:PORT did not answer within 200 ms (cfsession.timeout)
    refused: false
  took: 0.2 s
-- not valid
version: string
libraries: 
  hiredis: string
  libmemcached: string
  tls: %s
  zstd: %s
  lz4: %s
configured_by: session.save_path
service: null
error: the port has to be a number from 1 to 65535
not_configured_because: null
services_seen: 
backend: null
topology: null
master_name: null
servers: 
master: null
nodes: 
state: null
prefix: null
holder: string
counters: 
  starts: int
  writes: int
  touches: int
  destroys: int
  round_trips: int
  connects: int
  retries: int
  lock_waits: int
  lock_wait_ms: int
  lock_renewals: int
  lost_locks: int
  merges: int
  merge_conflicts: int
  compressions: int
  decompressions: int
  errors: 0
totals: 
  starts: int
  writes: int
  touches: int
  destroys: int
  round_trips: int
  connects: int
  retries: int
  lock_waits: int
  lock_wait_ms: int
  lock_renewals: int
  lost_locks: int
  merges: int
  merge_conflicts: int
  compressions: int
  decompressions: int
  errors: 0
-- another handler
version: string
configured_by: null
service: null
error: null
not_configured_because: nothing in the environment names a bound service
services_seen: 
backend: null
topology: null
master_name: null
servers: 
master: null
nodes: 
state: null
prefix: null
holder: string
-- counters
starts: 4
writes: 2
touches: 1
destroys: 1
round_trips: some
connects: 1
retries: 0
lock_waits: 1
lock_wait_ms: some
lock_renewals: 0
lost_locks: 0
merges: 0
merge_conflicts: 0
compressions: 0
decompressions: 0
errors: 0
-- probes do not count
[]
-- what may be lost
appendonly no: "rdb" of 90000000
appendonly no: null of 90000000
appendonly yes: "aof" of 90000000
appendonly yes: "aof" of 90000000
used memory: as it says

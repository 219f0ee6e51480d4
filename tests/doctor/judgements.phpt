--TEST--
Doctor: eviction, memory, persistence, age, latency and clock of a server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/memcached.inc';
require __DIR__ . '/../support/proxy.inc';
require __DIR__ . '/../support/scripted.inc';

echo "-- Redis\n";
$server = RedisServer::start();
$set = fn (string $name, string $value) => $server->call('CONFIG', 'SET', $name, $value);
show_diagnosis('as it comes', diagnosis(at($server->savePath())));
$set('appendonly', 'yes');
$set('maxmemory-policy', 'allkeys-lru');
show_diagnosis('would evict', diagnosis(at($server->savePath())));
$set('maxmemory', '100mb');
foreach (['allkeys-lru', 'allkeys-random', 'volatile-lru', 'volatile-ttl', 'noeviction'] as $policy) {
	$set('maxmemory-policy', $policy);
	show_diagnosis($policy, diagnosis(at($server->savePath())), 'eviction');
}
$set('appendonly', 'no');
$set('save', '3600 1');
show_diagnosis('saves', diagnosis(at($server->savePath())), 'persistence');

echo "-- short of memory\n";
$server->call('EVAL', 'for i = 1, 200 do redis.call("SET", "filling" .. i, string.rep("x", 100000)) end', 0);
foreach ([75, 85, 97] as $percent) {
	$set('maxmemory', (string) (int) ($server->info('memory', 'used_memory') * 100 / $percent));
	$told = diagnosis(at($server->savePath()));
	foreach ($told['checks'] as &$check) {
		$check['message'] = preg_replace('/^\d+ % of [\d.]+ MB/', "about $percent %", $check['message']);
	}
	show_diagnosis("$percent %", $told, 'memory');
	echo '  strict: ', diagnosis(at($server->savePath()), [], ['--strict'])['exit'], "\n";
}
$set('maxmemory', '1mb');
show_diagnosis('full', diagnosis(at($server->savePath())), 'session');
$set('maxmemory-policy', 'allkeys-lru');
$set('maxmemory', '10mb');
$server->call('SET', 'one', 'more');
show_diagnosis('has evicted', diagnosis(at($server->savePath())), 'eviction');

echo "-- a user who may not ask\n";
$set('maxmemory', '0');
$server->call('ACL', 'SETUSER', 'app', 'on', '>' . PASSWORD, '~*', '+@all', '-info', '-config');
show_diagnosis('neither INFO nor CONFIG', diagnosis(at($server->savePath(['auth' => ['user' => 'app', 'pass' => PASSWORD]]))));

echo "-- far away\n";
$proxy = Proxy::to($server->port);
foreach ([10, 60] as $ms) {
	$proxy->delay($ms / 2000);
	show_diagnosis("$ms ms", diagnosis(at($proxy->savePath()), [], ['--no-write'], near: false), 'latency');
}

echo "-- what INFO says\n";
/** A Redis with this INFO. */
function says(string $info): string
{
	$answers = ['INFO' => '$' . strlen($info) . "\r\n$info\r\n", 'CONFIG' => "-ERR no\r\n", 'PING' => "+PONG\r\n", 'CLIENT' => "+OK\r\n"];
	return ScriptedServer::start([[['answers' => $answers]]])->savePath();
}
foreach (['5.0.14', '6.0.16', '6.2.0', '10.1.0'] as $version) {
	show_diagnosis($version, diagnosis(at(says("redis_version:$version\r\n")), [], ['--no-write']), 'version');
}
$later = (time() + 100) . '000000';
show_diagnosis('another time', diagnosis(at(says("redis_version:7.0.0\r\nserver_time_usec:$later\r\n")), [], ['--no-write']), 'clock');

echo "-- Memcached\n";
$memcached = MemcachedServer::start(['-m', '8']);
show_diagnosis('as it comes', diagnosis(at($memcached->savePath())));
for ($i = 0; $i < 30; $i++) {
	$memcached->set("filling-$i", str_repeat('x', 500_000));
}
show_diagnosis('has evicted', diagnosis(at($memcached->savePath())), 'eviction');
/** A Memcached with these statistics. */
function stats(array $stats): string
{
	$lines = array_map(fn ($name, $value) => "STAT $name $value\r\n", array_keys($stats), $stats);
	$answers = ['VERSION' => "VERSION 1.6.18\r\n", 'STATS' => implode('', $lines) . "END\r\n", 'ADD' => "NOT_STORED\r\n"];
	return ScriptedServer::start([[['answers' => $answers]]], 'memcached')->savePath();
}
$stats = ['version' => '1.6.18', 'item_size_max' => 1048576];
show_diagnosis('old', diagnosis(at(stats(['version' => '1.4.5'] + $stats)), [], ['--no-write']), 'version', 'reachable');
show_diagnosis('nearly full', diagnosis(at(stats($stats + ['bytes' => 63_000_000, 'limit_maxbytes' => 64 << 20])), [], ['--no-write']), 'memory');
foreach ([['1440', -3700], ['2592001', -3700], ['2592001', 100]] as [$lifetime, $offset]) {
	$told = diagnosis(at(stats($stats + ['time' => time() + $offset]), ['session.gc_maxlifetime' => $lifetime]), [], ['--no-write']);
	$told_offset = $told['cfsession']['servers'][0]['clock_offset'];
	abs($told_offset - $offset) < 60 || print("$told_offset s\n"); /* PHP may start slowly. */
	show_diagnosis("$lifetime, $offset s", $told, 'clock');
}
?>
--EXPECT--
-- Redis
as it comes: ok, 0
  note memory: N MB are used, without a limit: when the machine runs out, the server is killed. Set maxmemory.
  note persistence: None: a restart logs everybody out. If that is too much: redis-cli CONFIG SET appendonly yes, then CONFIG REWRITE.
would evict: ok, 0
  note memory: N MB are used, without a limit: when the machine runs out, the server is killed. Set maxmemory.
  note eviction: allkeys-lru: when memory was full it would evict sessions, but maxmemory is not set. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
allkeys-lru: warning, 0
  warning eviction: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
allkeys-random: warning, 0
  warning eviction: allkeys-random: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
volatile-lru: warning, 0
  warning eviction: volatile-lru: when memory is full it evicts sessions, and their visitors are logged out. (Sessions have a lifetime, so volatile policies evict them.) Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
volatile-ttl: warning, 0
  warning eviction: volatile-ttl: when memory is full it evicts sessions, and their visitors are logged out. (Sessions have a lifetime, so volatile policies evict them.) Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
noeviction: ok, 0
  ok eviction: noeviction: no session is evicted; when memory is full, writes fail.
saves: ok, 0
  ok persistence: Saved now and then: a crash loses what changed since, and with an append-only file almost nothing: redis-cli CONFIG SET appendonly yes, then CONFIG REWRITE.
-- short of memory
75 %: ok, 0
  ok memory: about 75 % are used.
  strict: 0
85 %: ok, 0
  note memory: about 85 % are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  strict: 0
97 %: warning, 0
  warning memory: about 97 % are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  strict: 1
full: failure, 1
  failure session: The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
has evicted: warning, 0
  warning eviction: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. It has evicted N items since it started. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
-- a user who may not ask
neither INFO nor CONFIG: ok, 0
  note version: It does not say (the user may not be allowed INFO): the checks of its memory and persistence are left out.
-- far away
10 ms: warning, 0
  note latency: N ms for a round trip; a request waits for one or two. Move the server nearer, into the same zone or data centre.
60 ms: warning, 0
  warning latency: N ms for a round trip; a request waits for one or two. Move the server nearer, into the same zone or data centre.
-- what INFO says
5.0.14: warning, 0
  warning version: 5.0.14 is older than cfsession supports. Use 6.0 or later.
6.0.16: ok, 0
  note version: 6.0.16 has no GETEX, so reads take two commands. 6.2 and later have it.
6.2.0: ok, 0
  ok version: 6.2.0.
10.1.0: ok, 0
  ok version: 10.1.0.
another time: ok, 0
  note clock: SOME s ahead of this machine's. That does not affect sessions, but makes logs hard to compare. Let both keep time by NTP.
-- Memcached
as it comes: ok, 0
  note persistence: A restart of Memcached logs everybody out. Redis can keep sessions on disk.
has evicted: warning, 0
  warning eviction: When memory runs out, it evicts the least recently used items, sessions too. It has evicted N items since it started. Give it more (memcached -m).
old: warning, 0
  ok reachable: The server answers.
  warning version: 1.4.5 is older than cfsession supports. Use 1.6 or later.
nearly full: ok, 0
  note memory: 93 % of 64 MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full it evicts sessions.
1440, -3700 s: ok, 0
  note clock: SOME s behind this machine's. That does not affect sessions, but makes logs hard to compare. Let both keep time by NTP.
2592001, -3700 s: warning, 0
  warning clock: SOME s behind this machine's: lifetimes of more than 30 days, like yours, end that much too late. Let both keep time by NTP.
2592001, 100 s: warning, 0
  warning clock: SOME s ahead of this machine's: lifetimes of more than 30 days, like yours, end that much too early. Let both keep time by NTP.

--TEST--
The dashboard and the doctor: both are red if a server answers but does not keep sessions, with the same findings
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without_backend('memcached');
skip_without(redis_program(), 'memcached');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../doctor/doctor.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/memcached.inc';
require __DIR__ . '/../support/scripted.inc';
require __DIR__ . '/prometheus.inc';

/** @return list<string> the badges of a page with their colors: the overall one, and the servers' */
function badges(string $page): array
{
	preg_match_all('~<span class="state (\w+)">\s*([^<]+?)\s*</span>~', $page, $found, PREG_SET_ORDER);
	return array_map(fn ($badge) => "$badge[1]: $badge[2]", $found);
}

/** @return list<string> the findings on the page, in order */
function findings(string $page): array
{
	preg_match_all('~<li><strong class="\w+">(\w+)</strong> <span><strong>(\w+)</strong> (.*?)</span></li>~', $page, $found, PREG_SET_ORDER);
	return array_map(fn ($finding) => "$finding[1] $finding[2] " . html_entity_decode($finding[3], ENT_QUOTES | ENT_HTML5), $found);
}

/** @return list<string> the doctor's failures and warnings, failures first */
function told_by_doctor(string $output): array
{
	preg_match_all('/^(failure|warning) +(\w+) +(.*)$/m', $output, $lines, PREG_SET_ORDER);
	return array_map(fn ($line) => "$line[1] $line[2] $line[3]", $lines);
}

/** Removes the amount of data in a server, which differs from run to run. */
function comparable(array $findings): array
{
	return array_map(fn ($finding) => preg_replace('/\d+ % of [\d.]+ MB/', 'N % of N MB', shortened($finding)), $findings);
}

/** Prints the findings of both. */
function show_health(string $label, string $savePath, array $ini = []): void
{
	$page = near(fn () => dashboard(at($savePath, $ini)));
	echo "$label\n  ", implode(' | ', badges($page)), "\n";
	$findings = comparable(findings($page));
	echo $findings ? '  ' . implode("\n  ", $findings) . "\n" : '';
	$output = near(function () use ($savePath, $ini, &$exit): string {
		[$exit, $output] = doctor([], at($savePath, $ini));
		return $output;
	});
	$told = comparable(told_by_doctor($output));
	$findings === $told || print('  but the doctor: ' . implode("\n  ", $told) . "\n");
	preg_match('/^S\S*.*(?= \()/m', strrchr(rtrim($output), "\n"), $verdict);
	echo "  doctor: $verdict[0], $exit\n";
}

/** Fills the server until it accepts no more items of that size. */
function fill(MemcachedServer $server, int $size): void
{
	$stream = stream_socket_client("tcp://127.0.0.1:$server->port");
	for ($i = 0; $i < 100_000; $i++) {
		fwrite($stream, "set filling-$size-$i 0 0 $size\r\n" . str_repeat('x', $size) . "\r\n");
		if (fgets($stream) !== "STORED\r\n") {
			return;
		}
	}
}

function shortened(string $reason): string
{
	return preg_replace(['/"(OOM|MISCONF|READONLY|NOPERM|WRONGPASS|LOADING) .*?"(?=[;.])/', '/\+evalsha .* set cfsession/'], ['"$1 …"', '… set cfsession'],
		same_everywhere($reason));
}

echo "-- one Redis\n";
$server = RedisServer::start(['dbfilename' => 'dump.rdb', 'dir' => $dir = temp_dir()]);
$set = fn (string $name, string $value) => $server->call('CONFIG', 'SET', $name, $value);
show_health('well', $server->savePath());
$set('maxmemory', '1');
show_health('full', $server->savePath());
show_health('full, without locks', $server->savePath(), ['cfsession.lock' => '0']);
$set('maxmemory', '0');
mkdir("$dir/dump.rdb"); /* Saving fails because a directory cannot be replaced. */
$set('save', '3600 100000');
$server->call('SET', 'one', 'change');
$server->call('BGSAVE');
wait_until(fn () => $server->info('persistence', 'rdb_last_bgsave_status') === 'err', 10, 'a failed BGSAVE');
show_health('cannot save', $server->savePath());
$set('save', '');
$server->call('REPLICAOF', '127.0.0.1', (string) free_port());
show_health('replica', $server->savePath());
$server->call('REPLICAOF', 'NO', 'ONE');
$server->call('ACL', 'SETUSER', 'reader', 'on', '>' . PASSWORD, '~*', '+@all', '-@write', '-@scripting');
show_health('may not write', $server->savePath(['auth' => ['user' => 'reader', 'pass' => PASSWORD]]));
show_health('wrong password', $server->savePath(['auth' => ['user' => 'reader', 'pass' => 'wrong']]));
$gone = free_port();
show_health('away', "tcp://127.0.0.1:$gone");

echo "-- several\n";
$full = RedisServer::start(['maxmemory' => '1']);
$well = "tcp://127.0.0.1:$server->port";
show_health('all well', "$well,$well?database=1");
show_health('one away', "$well,tcp://127.0.0.1:$gone");
show_health('one full, one away', "$well,tcp://127.0.0.1:$full->port,tcp://127.0.0.1:$gone");
show_health('two full', "$well,tcp://127.0.0.1:$full->port,tcp://127.0.0.1:$full->port?database=1");
$memcached = [MemcachedServer::start(), MemcachedServer::start()];
$path = "127.0.0.1:{$memcached[0]->port},127.0.0.1:{$memcached[1]->port}";
show_health('Memcached', $path);
$memcached[1]->kill();
show_health('one Memcached away', $path);
$small = MemcachedServer::start(['-M', '-m', '2']);
foreach ([400_000, 100_000, 20_000, 4_000, 1_000, 500, 300, 150, 80, 30, 1] as $size) {
	fill($small, $size);
}
show_health('Memcached that must not evict', $small->savePath());
$loading = ScriptedServer::start([[['answers' => array_fill_keys(['CLIENT', 'INFO', 'CONFIG', 'PING'], "-LOADING Redis is loading the dataset in memory\r\n")]]]);
show_health('loading', $loading->savePath());

echo "-- sentinels\n";
$group = RedisSentinels::start(sentinels: 2);
$path = $group->savePath();
show_health('well', $path);
$group->sentinels[1]->kill();
show_health('one away', $path);
$group->master()->call('CONFIG', 'SET', 'maxmemory', '1');
show_health('the master full', $path);

echo "-- cluster\n";
$cluster = RedisCluster::start(options: ['cluster-require-full-coverage' => 'no']);
show_health('well', $cluster->savePath());
$up = preg_grep('/^cfsession_server_up/', array_keys(parse_metrics(dashboard(at($cluster->savePath()), 'metrics'))));
echo 'metrics: ', implode(' ', preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $up)), "\n";
show_health('one named wrongly', "redis+cluster://127.0.0.1:$gone,127.0.0.1:{$cluster->nodes[0]->port}");
foreach ($cluster->nodes as $node) {
	$node->call('CONFIG', 'SET', 'maxmemory', '1');
}
show_health('full', $cluster->savePath());

echo "-- an open session is left alone\n";
$page = dashboard(at($well), '', 'session_id("visitor"); session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; ob_start();',
	'ob_end_clean(); echo session_id(), " ", json_encode($_SESSION), " ", json_encode(headers_list()), "\n"; session_write_close();
	session_start(); echo json_encode($_SESSION), " ", json_encode(array_filter(cfsession_status()["counters"])), "\n";');
echo preg_replace(['/\["[^\]]*"\]/', '/("round_trips"|"connects"):\d+/'], ['[HEADERS]', '$1:N'], $page);
str_contains($page, 'Set-Cookie') && print("a cookie was set\n");
?>
--EXPECT--
-- one Redis
well
  good: Well | good: well
  doctor: Sessions are well, 0
full
  bad: Full | bad: full
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: full, 1
full, without locks
  bad: Full | bad: full
  failure session The doctor's own session failed: cannot write the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: full, 1
cannot save
  bad: Refuses writes | bad: refuses writes
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "MISCONF …"; it cannot save to disk and refuses writes: see its log.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
replica
  bad: Refuses writes | bad: refuses writes
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "READONLY …"; this is a replica: name the master in session.save_path.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
may not write
  bad: Refuses writes | bad: refuses writes
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "NOPERM …"; allow it with ACL SETUSER reader ~PHPREDIS_SESSION:* … set cfsession.lock=Off, which needs neither scripts nor waiting.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
wrong password
  bad: Login refused | bad: login refused
  failure credentials The server at HOST:PORT refused our user name and password: "WRONGPASS …"; check the credentials in session.save_path.
  doctor: SESSIONS DO NOT WORK: login refused, 1
away
  bad: Unreachable | bad: unreachable
  failure reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: unreachable, 1
-- several
all well
  good: Well | good: well | good: well
  doctor: Sessions are well, 0
one away
  bad: 1 of 2 unreachable | good: well | bad: unreachable
  failure reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: 1 of 2 unreachable, 1
one full, one away
  bad: 1 of 3 full, 1 of 3 unreachable | good: well | bad: full | bad: unreachable
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  failure reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: 1 of 3 full, 1 of 3 unreachable, 1
two full
  bad: 2 of 3 full | good: well | bad: full | bad: full
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: 2 of 3 full, 1
Memcached
  good: Well | good: well | good: well
  doctor: Sessions are well, 0
one Memcached away
  bad: 1 of 2 unreachable | good: well | bad: unreachable
  failure reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: 1 of 2 unreachable, 1
Memcached that must not evict
  bad: Full | bad: full
  failure reachable The server at HOST:PORT is out of memory. Give it more (memcached -m).
  doctor: SESSIONS DO NOT WORK: full, 1
loading
  bad: Fails | bad: fails
  failure reachable The server at HOST:PORT said "LOADING …"; it is loading its data after a start: wait until it has finished.
  doctor: SESSIONS DO NOT WORK: fails, 1
-- sentinels
well
  good: Well | good: master well | good: sentinel answers | good: sentinel answers
  doctor: Sessions are well, 0
one away
  fair: 1 of 3 unreachable | good: master well | good: sentinel answers | bad: sentinel unreachable
  warning reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: Sessions work: 1 of 3 unreachable, 0
the master full
  bad: 1 of 3 full, 1 of 3 unreachable | bad: master full | good: sentinel answers | bad: sentinel unreachable
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  warning reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: 1 of 3 full, 1 of 3 unreachable, 1
-- cluster
well
  good: Well | good: node answers | good: node answers | good: node answers
  doctor: Sessions are well, 0
metrics: cfsession_server_up{server="HOST:PORT",role="node"} cfsession_server_up{server="HOST:PORT",role="node"} cfsession_server_up{server="HOST:PORT",role="node"}
one named wrongly
  fair: 1 of 4 unreachable | good: node answers | good: node answers | good: node answers | bad: unreachable
  warning reachable Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: Sessions work: 1 of 4 unreachable, 0
full
  bad: Full | good: node answers | good: node answers | good: node answers
  failure session The doctor's own session failed: cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  warning memory HOST:PORT: N % of N MB are used. Give it more, or shorten session.gc_maxlifetime: when it is full no session can be written.
  doctor: SESSIONS DO NOT WORK: full, 1
-- an open session is left alone
visitor {"n":1} []
{"n":1} {"starts":2,"writes":1,"round_trips":N,"connects":N}

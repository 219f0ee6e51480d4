--TEST--
The dashboard and the doctor: both are red where a server does not keep sessions, though it may answer, and say the same of it
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without_backend('memcached');
skip_without(redis_program(), 'memcached');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers have to do. */
require __DIR__ . '/../doctor/doctor.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/memcached.inc';
require __DIR__ . '/../support/scripted.inc';

function dashboard(array $ini, string $before = '', string $after = ''): string
{
	$file = var_export(dirname(__DIR__, 2) . '/examples/dashboard/index.php', true);
	return Php::run("$before \$_SERVER['PHP_AUTH_PW'] = 't'; require $file; $after", $ini, ['DASHBOARD_TOKEN' => 't'] + NOTHING_BOUND);
}

/** @return list<string> the badges of a page, each with its colour: that of all, and those of the servers */
function badges(string $page): array
{
	preg_match_all('~<span class="state (\w+)">\s*([^<]+?)\s*</span>~', $page, $found, PREG_SET_ORDER);
	return array_map(fn ($badge) => "$badge[1]: $badge[2]", $found);
}

/** What both say. */
function show_health(string $label, string $savePath, array $ini = []): void
{
	$page = dashboard(at($savePath, $ini));
	echo "$label\n  ", implode(' | ', badges($page)), "\n";
	preg_match_all('~<p class="bad">(.*?)</p>~', $page, $reasons);
	foreach ($reasons[1] as $reason) {
		echo '  ', shortened(html_entity_decode($reason, ENT_QUOTES | ENT_HTML5)), "\n";
	}
	[$exit, $output] = doctor([], at($savePath, $ini));
	preg_match('/^S\S*.*(?= \()/m', strrchr(rtrim($output), "\n"), $verdict);
	echo "  doctor: $verdict[0], $exit\n";
}

/** Until it takes no more of that size. */
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
	return preg_replace(['/"(OOM|MISCONF|READONLY|NOPERM|WRONGPASS|LOADING) .*?"(?=[;.])/', '/\+evalsha .* by cfsession/'], ['"$1 …"', '… by cfsession'],
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
mkdir("$dir/dump.rdb"); /* That it cannot be replaced fails the saving. */
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
show_health('one named wrongly', "redis+cluster://127.0.0.1:$gone,127.0.0.1:{$cluster->nodes[0]->port}");
foreach ($cluster->nodes as $node) {
	$node->call('CONFIG', 'SET', 'maxmemory', '1');
}
show_health('full', $cluster->savePath());

echo "-- an open session is left alone\n";
$page = dashboard(at($well), 'session_id("visitor"); session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; ob_start();',
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
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  doctor: SESSIONS DO NOT WORK: full, 1
full, without locks
  bad: Full | bad: full
  Cannot write the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  doctor: SESSIONS DO NOT WORK: full, 1
cannot save
  bad: Refuses writes | bad: refuses writes
  Cannot read the session: the server at HOST:PORT said "MISCONF …"; it cannot save to disk and refuses writes: see its log.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
replica
  bad: Refuses writes | bad: refuses writes
  Cannot read the session: the server at HOST:PORT said "READONLY …"; this is a replica: name the master in session.save_path.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
may not write
  bad: Refuses writes | bad: refuses writes
  Cannot read the session: the server at HOST:PORT said "NOPERM …"; allow it by ACL SETUSER reader ~PHPREDIS_SESSION:* … by cfsession.lock=0.
  doctor: SESSIONS DO NOT WORK: refuses writes, 1
wrong password
  bad: Login refused | bad: login refused
  The server at HOST:PORT refused our user name and password: "WRONGPASS …"; check the credentials in session.save_path.
  doctor: SESSIONS DO NOT WORK: login refused, 1
away
  bad: Unreachable | bad: unreachable
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: unreachable, 1
-- several
all well
  good: Well | good: well | good: well
  doctor: Sessions are well, 0
one away
  bad: 1 of 2 unreachable | good: well | bad: unreachable
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: 1 of 2 unreachable, 1
one full, one away
  bad: 1 of 3 full, 1 of 3 unreachable | good: well | bad: full | bad: unreachable
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: 1 of 3 full, 1 of 3 unreachable, 1
two full
  bad: 2 of 3 full | good: well | bad: full | bad: full
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  doctor: SESSIONS DO NOT WORK: 2 of 3 full, 1
Memcached
  good: Well | good: well | good: well
  doctor: Sessions are well, 0
one Memcached away
  bad: 1 of 2 unreachable | good: well | bad: unreachable
  Cannot connect to the server at HOST:PORT: Connection refused.
  doctor: SESSIONS DO NOT WORK: 1 of 2 unreachable, 1
Memcached that must not evict
  bad: Full | bad: full
  The server at HOST:PORT is out of memory.
  doctor: SESSIONS DO NOT WORK: full, 1
loading
  bad: Fails | bad: fails
  The server at HOST:PORT said "LOADING …"; it is still loading its data after a start: wait until it has.
  doctor: SESSIONS DO NOT WORK: fails, 1
-- sentinels
well
  good: Well | good: master well | good: sentinel answers | good: sentinel answers
  doctor: Sessions are well, 0
one away
  fair: 1 of 3 unreachable | good: master well | good: sentinel answers | bad: sentinel unreachable
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: Sessions work: 1 of 3 unreachable, 0
the master full
  bad: 1 of 3 full, 1 of 3 unreachable | bad: master full | good: sentinel answers | bad: sentinel unreachable
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: SESSIONS DO NOT WORK: 1 of 3 full, 1 of 3 unreachable, 1
-- cluster
well
  good: Well | good: answers | good: answers | good: answers
  doctor: Sessions are well, 0
one named wrongly
  fair: 1 of 2 unreachable | bad: unreachable | good: answers
  Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  doctor: Sessions work: 1 of 2 unreachable, 0
full
  bad: Full | good: answers | good: answers | good: answers
  Cannot read the session: the server at HOST:PORT said "OOM"; it is full: raise its maxmemory, and keep caches in another Redis.
  doctor: SESSIONS DO NOT WORK: full, 1
-- an open session is left alone
visitor {"n":1} []
{"n":1} {"starts":2,"writes":1,"round_trips":N,"connects":N}

--TEST--
Doctor: a healthy Redis, and nothing left behind
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '1gb', 'appendonly' => 'yes']);
$ini = at($server->savePath(['auth' => PASSWORD]));

/* On a busy machine even a local server may be slow. */
[$exit, $output] = wait_until(fn () => str_contains(($told = doctor(['--verbose'], $ini))[1], 'ok       latency') ? $told : null);
$output = preg_replace(['/^PHP \S+ /m', '/(cfsession|hiredis|libmemcached) \d\S+\d/', '/(, zstd \S+)?(, lz4 \S+)?, (no )?TLS$/m', '/: \d+\.\d+\.\d+\.$/m'],
	['PHP N ', '$1 N', ', TLS', ': N.'], same_everywhere($output));
echo $output, "exit $exit\n";

echo "-- failures first, and the rest behind --verbose\n";
$mixed = at($server->savePath(['auth' => PASSWORD]) . ',tcp://127.0.0.1:' . free_port(), ['cfsession.lock_ttl' => '5', 'session.use_strict_mode' => '0']);
foreach ([[], ['--verbose']] as $arguments) {
	[$exit, $output] = doctor($arguments, $mixed);
	/* Matches every line, so that no other output goes unnoticed. Latency depends on the machine. */
	preg_match_all('/^(?:failure|warning|note|ok)\b +(?!latency)\w+|^(?!PHP |\(|Env|cfs|Sessions: |\w+ +latency).+/m', $output, $lines);
	echo preg_replace(['/ +/', '/notes: \d/'], [' ', 'notes: N'], implode("\n", $lines[0])), "\nexit $exit\n";
}

echo "-- what it did\n";
$calls = fn () => preg_match('/cmdstat_(?:eval|evalsha):calls=(\d+)/', $server->call('INFO', 'commandstats'), $match) ? (int) $match[1] : 0;
/* The tombstone of a destroyed session stays for a while. */
$left = fn () => implode(' ', preg_grep('/_GONE$/', $server->keys(), PREG_GREP_INVERT)) ?: 'none';
$before = $calls();
echo 'scripts: ', $before >= 2 ? 'some' : $before, ', keys left: ', $left(), "\n";
show_diagnosis('without a session', diagnosis($ini, [], ['--no-write']), 'session');
echo 'scripts: ', $calls() - $before, "\n";
show_diagnosis('on a socket', diagnosis(at("unix://$server->socket?auth=" . PASSWORD)));
show_diagnosis('with a session begun', diagnosis($ini + ['session.auto_start' => '1']));
echo 'keys left: ', $left(), "\n";

echo "-- as JSON\n";
$told = diagnosis($ini);
echo implode(' ', array_keys($told)), "\n";
echo implode(' ', array_keys($told['php'])), "\n";
echo implode(' ', array_keys($told['cfsession'])), "\n";
echo implode(' ', array_unique(array_map(fn ($check) => implode(',', array_keys($check)), $told['checks']))), "\n";
echo implode(' ', array_column($told['checks'], 'name')), "\n";
echo implode(' ', array_unique(array_column($told['checks'], 'level'))), "\n";
$of = array_column($told['checks'], 'server', 'name');
echo $of['latency'] === "127.0.0.1:$server->port" && $of['session'] === null ? 'whose they are is told' : json_encode($of), "\n";
?>
--EXPECT--
PHP N (cli), no php.ini
Environment: nothing that describes services
cfsession N with hiredis N, libmemcached N, TLS
Sessions: redis, single, prefix PHPREDIS_SESSION:

ok       configuration By session.save_path.
ok       libraries     All are recent enough.
ok       reachable     HOST:PORT: The server answers.
ok       credentials   HOST:PORT: Not refused.
ok       latency       HOST:PORT: N ms for a round trip; a request waits for one or two.
ok       version       HOST:PORT: N.
ok       memory        HOST:PORT: 0 % of 1024 MB are used.
ok       eviction      HOST:PORT: noeviction: no session is evicted; when memory is full, writes fail.
ok       persistence   HOST:PORT: On disk (appendonly): sessions survive a restart.
ok       clock         HOST:PORT: The same as on this machine.
ok       locks         One request at a time in a session; another one waits up to 10 s.
ok       holder        Locks name their holder as HOST/PID.
ok       lifetime      Sessions end 1440 s after their last request (session.gc_maxlifetime).
ok       strict_mode   Ids that PHP did not issue are refused.
ok       cookies       Out of reach for scripts, other sites and plain HTTP.
ok       session       Written, read and destroyed in N ms.

Sessions are well (failures: 0, warnings: 0, notes: 0).
exit 0
-- failures first, and the rest behind --verbose
failure reachable
warning locks
SESSIONS DO NOT WORK: 1 of 2 unreachable (failures: 1, warnings: 1, notes: N).
exit 1
failure reachable
warning locks
note topology
note strict_mode
ok configuration
ok libraries
ok reachable
ok credentials
ok version
ok memory
ok eviction
ok persistence
ok clock
ok holder
ok lifetime
ok cookies
SESSIONS DO NOT WORK: 1 of 2 unreachable (failures: 1, warnings: 1, notes: N).
exit 1
-- what it did
scripts: some, keys left: none
without a session: ok, 0
scripts: 0
on a socket: ok, 0
with a session begun: ok, 0
keys left: none
-- as JSON
exit status checks php cfsession
version sapi ini_file ini_files_beside environment
version libraries configured_by service error not_configured_because services_seen backend topology master_name servers master nodes state prefix holder counters totals
name,level,server,message
configuration libraries reachable credentials latency version memory eviction persistence clock locks holder lifetime strict_mode cookies session
ok
whose they are is told

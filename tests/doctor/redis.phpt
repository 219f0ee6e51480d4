--TEST--
Doctor: a Redis that is well, and nothing that stays behind
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers have to do. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '1gb', 'appendonly' => 'yes']);
$ini = at($server->savePath(['auth' => PASSWORD]));

/* On a busy machine, even its own server may be slow. */
[$exit, $output] = wait_until(fn () => str_contains(($told = doctor([], $ini))[1], 'ok       latency') ? $told : null);
$output = preg_replace(['/^PHP \S+ /m', '/(cfsession|hiredis|libmemcached) \d\S+\d/', '/, (no )?TLS$/m', '/: \d+\.\d+\.\d+\.$/m'],
	['PHP N ', '$1 N', ', TLS', ': N.'], same_everywhere($output));
echo $output, "exit $exit\n";

echo "-- what it did\n";
$calls = fn () => preg_match('/cmdstat_(?:eval|evalsha):calls=(\d+)/', $server->call('INFO', 'commandstats'), $match) ? (int) $match[1] : 0;
/* Where a session was destroyed a tombstone stays for a while, as after any other. */
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
Environment: nothing that tells of services
cfsession N with hiredis N, libmemcached N, TLS
Sessions: redis, single, prefix PHPREDIS_SESSION:

ok       configuration By session.save_path.
ok       libraries     They are new enough.
ok       reachable     HOST:PORT: The server answers.
ok       credentials   HOST:PORT: Not refused.
ok       latency       HOST:PORT: N ms, which a request waits for twice.
ok       version       HOST:PORT: N.
ok       memory        HOST:PORT: 0 % of 1024 MB are used.
ok       eviction      HOST:PORT: noeviction: no session is dropped; when memory is full, writing fails.
ok       persistence   HOST:PORT: On disk (appendonly): sessions survive a restart.
ok       clock         HOST:PORT: The same as here.
ok       locks         One request at a time in a session; another one waits up to 10 s.
ok       lifetime      Sessions end 1440 s after their last request (session.gc_maxlifetime).
ok       strict_mode   Ids that nobody was given are refused.
ok       cookies       Out of reach for scripts, other sites and plain HTTP.
ok       session       Written, read and destroyed in N ms.

Sessions are well (failures: 0, warnings: 0, notes: 0).
exit 0
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
version libraries configured_by service error not_configured_because services_seen backend topology master_name servers master state prefix counters
name,level,server,message
configuration libraries reachable credentials latency version memory eviction persistence clock locks lifetime strict_mode cookies session
ok
whose they are is told

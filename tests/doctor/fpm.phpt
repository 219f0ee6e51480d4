--TEST--
Doctor: PHP-FPM's own sessions, asked at a Unix socket and at a port
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/fpm.inc';

$server = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '1gb', 'appendonly' => 'yes']);
$well = GOOD_SETTINGS + at($server->savePath(['auth' => PASSWORD]));
$fpm = FpmServer::start('', $well, NOTHING_BOUND, ['php_admin_value[session.gc_maxlifetime]' => '7200']);

echo "-- a socket\n";
$tmp = temp_dir();
/* The command line has no cfsession and other settings. */
$other = ['extension' => null, 'session.save_handler' => null];
$ask = fn (string ...$arguments): array => doctor($arguments, $other, ['TMPDIR' => $tmp]);
[$exit, $output] = wait_until(fn () => str_contains(($told = $ask('--verbose', '--fpm', $fpm->socket))[1], 'ok       latency') ? $told : null);
echo preg_replace(['/^PHP \S+ /m', '/(cfsession|hiredis|libmemcached) \d\S+\d/', '/(, zstd \S+)?(, lz4 \S+)?, (no )?TLS$/m', '/: \d+\.\d+\.\d+\.$/m'],
	['PHP N ', '$1 N', ', TLS', ': N.'], str_replace($fpm->socket, 'SOCKET', same_everywhere($output))), "exit $exit\n";
[$exit, $output] = wait_until(fn () => str_contains(($told = $ask('--fpm', $fpm->socket))[1], 'notes: 0') ? $told : null);
echo preg_replace('/^PHP \S+ /', 'PHP N ', $output), "exit $exit\n";

echo "-- as JSON\n";
/** Its output as JSON. */
function json(callable $ask, string ...$arguments): array
{
	[$exit, $output] = $ask('--json', ...$arguments);
	return ['exit' => $exit] + (json_decode($output, true) ?? throw new RuntimeException($output));
}
[$told, $plain] = [json($ask, "--fpm=$fpm->socket"), diagnosis(at($server->savePath(['auth' => PASSWORD])))];
echo implode(' ', array_keys($told)), "\n";
foreach (['php', 'cfsession'] as $part) {
	echo "$part: ", array_keys($told[$part]) === array_keys($plain[$part]) ? 'the same keys' : implode(' ', array_keys($told[$part])), "\n";
}
echo array_column($told['checks'], 'name') === ['fpm', ...array_column($plain['checks'], 'name')] ? 'one check more' : 'other checks', ", SAPI: {$told['php']['sapi']}\n";

echo "-- other ways to write it\n";
/* Another program may take the port before PHP-FPM does. */
$byPort = wait_until(function () use ($well): ?FpmServer {
	try {
		return FpmServer::start('', $well, NOTHING_BOUND, ['listen' => '127.0.0.1:' . free_port()]);
	} catch (RuntimeException) {
		return null;
	}
}, 60);
foreach (["unix:$fpm->socket", "unix://$fpm->socket", $byPort->socket, "tcp://$byPort->socket", substr(strrchr($byPort->socket, ':'), 1)] as $socket) {
	$told = json($ask, '--fpm', $socket);
	echo preg_replace('/\d{4,}/', 'PORT', str_replace($fpm->socket, '/SOCKET', $socket)), ": exit $told[exit], {$told['php']['sapi']}\n";
}

echo "-- what it did\n";
$calls = fn () => preg_match('/cmdstat_(?:eval|evalsha):calls=(\d+)/', $server->call('INFO', 'commandstats'), $match) ? (int) $match[1] : 0;
$before = $calls();
$told = json($ask, '--fpm', $fpm->socket, '--no-write');
echo 'with --no-write: exit ', $told['exit'], ', scripts: ', $calls() - $before, "\n";
echo 'keys left: ', implode(' ', preg_grep('/_GONE$/', $server->keys(), PREG_GREP_INVERT)) ?: 'none', "\n";
echo 'files left: ', implode(' ', array_diff(scandir($tmp), ['.', '..'])) ?: 'none', "\n";

echo "-- sessions that do not work there\n";
$show = function (string $label, FpmServer $fpm, string ...$arguments) use ($ask): void {
	[$exit, $output] = $ask('--fpm', $fpm->socket, ...$arguments);
	/* On a busy machine there may be a note about latency. */
	echo "$label\n", preg_replace(['/^PHP .*\n.*\n\n/', '/notes: \d+/'], ['', 'notes: N'], same_everywhere($output)), "exit $exit\n";
};
$show('gone', FpmServer::start('', GOOD_SETTINGS + at('tcp://127.0.0.1:' . free_port()), NOTHING_BOUND));
$show('a warning, with --strict', FpmServer::start('', ['cfsession.lock_ttl' => '5'] + $well, NOTHING_BOUND), '--strict');
$show('files', FpmServer::start('', ['session.save_handler' => 'files'], NOTHING_BOUND));
$show('without the extension', FpmServer::start('', $other, NOTHING_BOUND));

echo "-- a bound service, which the environment of the pool does not show\n";
$env = ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => $server->port, 'password' => PASSWORD])] + NOTHING_BOUND;
$bound = FpmServer::start('', ['session.save_handler' => null], $env, ['clear_env' => 'yes']);
show_diagnosis('bound', json($ask, '--fpm', $bound->socket), 'configuration', 'session');

echo "-- scripts around it\n";
$files = write_files(['talks.php' => '<?php echo str_repeat("Hello! {\"status\": 1} ", 9999); trigger_error("x");',
	'begins.php' => '<?php session_start(); $_SESSION["a"] = 1;']);
foreach (['talks', 'begins'] as $name) {
	$around = FpmServer::start('', $well + ['auto_prepend_file' => "$files/$name.php", 'auto_append_file' => "$files/talks.php",
		'output_buffering' => '1000000'], NOTHING_BOUND);
	$told = json($ask, '--fpm', $around->socket);
	echo "$name: $told[status]\n";
}

echo "-- sessions that PHP itself does not start\n";
foreach (['output' => ['auto_prepend_file' => "$files/talks.php", 'output_buffering' => '0'], 'serializer' => ['session.serialize_handler' => 'none']] as $label => $ini) {
	$fpm = FpmServer::start('', $ini + $well, NOTHING_BOUND);
	$told = array_column(json($ask, '--fpm', $fpm->socket)['checks'], 'message', 'name')['session'];
	/* Newer PHP versions say more. */
	echo "$label: ", preg_replace('/(been sent|handler).*(" \()/', '$1…$2', $told), "\n";
}

echo "-- a pool's values apply from the last to the first\n";
foreach ([['lock_ttl' => '60', 'lock_lease' => '30'], ['lock_lease' => '30', 'lock_ttl' => '60']] as $values) {
	$lines = array_combine(array_map(fn (string $name) => "php_admin_value[cfsession.$name]", array_keys($values)), $values);
	$pool = FpmServer::start('echo ini_get("cfsession.lock_ttl"), " ", ini_get("cfsession.lock_lease"), "\n";', ['cfsession.lock_ttl' => '20'] + $well, NOTHING_BOUND, $lines);
	echo array_key_last($values), ' last: ', $pool->get()[0];
}

echo "-- nobody else\n";
$code = substr(strstr(file_get_contents(__DIR__ . '/../../scripts/doctor'), '<?php'), 5);
$visited = FpmServer::start($code, $well, NOTHING_BOUND);
echo $visited->get([], ['CFSESSION_DOCTOR' => 'x', 'HTTP_CFSESSION_DOCTOR' => 'x'])[0];
?>
--EXPECT--
-- a socket
PHP N (fpm-fcgi), no php.ini
Environment: nothing that describes services
cfsession N with hiredis N, libmemcached N, TLS
Sessions: redis, single, prefix PHPREDIS_SESSION:

ok       fpm           DIR/fpm.sock: Checked with the settings of its pool.
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
ok       lifetime      Sessions end 7200 s after their last request (session.gc_maxlifetime).
ok       strict_mode   Ids that PHP did not issue are refused.
ok       cookies       Out of reach for scripts, other sites and plain HTTP.
ok       session       Written, read and destroyed in N ms.

Sessions are well (failures: 0, warnings: 0, notes: 0).
exit 0
PHP N (fpm-fcgi), no php.ini
(--verbose shows notes and passed checks.)

Sessions are well (failures: 0, warnings: 0, notes: 0).
exit 0
-- as JSON
exit status checks php cfsession
php: the same keys
cfsession: the same keys
one check more, SAPI: fpm-fcgi
-- other ways to write it
unix:/SOCKET: exit 0, fpm-fcgi
unix:///SOCKET: exit 0, fpm-fcgi
127.0.0.1:PORT: exit 0, fpm-fcgi
tcp://127.0.0.1:PORT: exit 0, fpm-fcgi
PORT: exit 0, fpm-fcgi
-- what it did
with --no-write: exit 0, scripts: 0
keys left: none
files left: none
-- sessions that do not work there
gone
failure  reachable     Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.

SESSIONS DO NOT WORK: unreachable (failures: 1, warnings: 0, notes: N).
exit 1
a warning, with --strict
warning  locks         cfsession.lock_ttl=5 is shorter than requests may take (30 s): one that outlives its lock cannot write. Set it to 0, or higher.

Sessions work (failures: 0, warnings: 1, notes: N).
exit 1
files
failure  configuration session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.

SESSIONS DO NOT WORK (failures: 1, warnings: 0, notes: N).
exit 1
without the extension
failure  extension     cfsession is not loaded. Write extension=cfsession.so into php.ini, or a file of the folder beside it, and restart PHP-FPM.

SESSIONS DO NOT WORK (failures: 1, warnings: 0, notes: N).
exit 1
-- a bound service, which the environment of the pool does not show
bound: ok, 0
  ok configuration: By VCAP_SERVICES, service app-redis-sessions.
  ok session: Written, read and destroyed in N ms.
-- scripts around it
talks: ok
begins: ok
-- sessions that PHP itself does not start
output: The doctor's own session failed: PHP says "Session cannot be started after headers have already been sent…" (see php.ini, and what auto_prepend_file puts out).
serializer: The doctor's own session failed: PHP says "Cannot find session serialization handler…" (see php.ini, and what auto_prepend_file puts out).
-- a pool's values apply from the last to the first
lock_lease last: 60 5.0
lock_ttl last: 60 30
-- nobody else
Run this on the command line.

--TEST--
The dashboard and its metrics show the totals of all PHP-FPM workers
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/prometheus.inc';

const WORKERS = 3;

$redis = RedisServer::start();
$meeting = temp_dir();
$server = FpmServer::start('
	$_SERVER["PHP_AUTH_PW"] = "t";
	if (!isset($_GET["meeting"])) {
		require ' . var_export(example('dashboard/index.php'), true) . ';
		exit;
	}
	session_start();
	$_SESSION["n"] = 1;
	session_write_close();
	/* Until each worker has a request. */
	touch("$_GET[meeting]/" . getmypid());
	for ($end = hrtime(true) + 20e9; !file_exists("$_GET[meeting]/all") && hrtime(true) < $end; usleep(1000));
	', ['session.save_path' => $redis->savePath()], ['DASHBOARD_TOKEN' => 't'] + NOTHING_BOUND,
	['pm.max_children' => (string) WORKERS, 'env[DASHBOARD_TOKEN]' => 't']);

$metrics = fn () => parse_metrics($server->get(query: ['metrics' => ''])[0]);
$visits = array_map(fn () => $server->ask(query: ['meeting' => $meeting]), range(1, WORKERS));
wait_until(fn () => count(glob("$meeting/*")) === WORKERS, 20, 'all workers at work');
touch("$meeting/all");
array_map(fn ($visit) => $visit->response(20), $visits);
/* A request counts once it has ended, which is after its response. */
$samples = wait_until(fn () => ($samples = $metrics())['cfsession_starts_total'] == WORKERS ? $samples : null, 20, 'three sessions in the totals');
echo 'metrics: ', $samples['cfsession_starts_total'], ' started, ', $samples['cfsession_writes_total'], " written\n";
preg_match('~Sessions started</h3>\s*<div class="number">(\d+)~', $server->get()[0], $started);
echo "page: $started[1]\n";
?>
--EXPECT--
metrics: 3 started, 3 written
page: 3

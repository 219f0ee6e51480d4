--TEST--
The dashboard: who may see it, what the page shows, and metrics in Prometheus' format
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers have to do. */
require __DIR__ . '/../bindings/bindings.inc';
require __DIR__ . '/../support/http.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/prometheus.inc';

const PASSWORD = 'tr0ub4dor-S3cr3t-Passw0rd';
const TOKEN = 'a-long-random-text';

/** The dashboard in an application, whose other pages count visits. */
function serve(string $savePath, array $ini = [], array $env = ['DASHBOARD_TOKEN' => TOKEN]): WebServer
{
	return WebServer::start(
		'if (str_starts_with($_SERVER["REQUEST_URI"], "/visit")) {
			session_start();
			$_SESSION["n"] = 1;
			exit((string) getmypid());
		}
		require ' . var_export(dirname(__DIR__, 2) . '/examples/dashboard/index.php', true) . ';',
		$ini + ['session.save_path' => $savePath],
		$env + NOTHING_BOUND,
	);
}

/** @return array{int, string, string} status, type and body */
function fetch(WebServer $server, string $path = '', ?string $authorization = null): array
{
	$authorization ??= 'Basic ' . base64_encode('anybody:' . TOKEN);
	$context = stream_context_create(['http' => ['header' => "Authorization: $authorization", 'ignore_errors' => true, 'timeout' => 20]]);
	$stream = fopen($server->url() . $path, 'r', false, $context);
	$headers = implode("\n", stream_get_meta_data($stream)['wrapper_data']);
	preg_match('~^HTTP/\S+ (\d+)~', $headers, $status);
	preg_match('~^Content-type: (.*?)\r?$~mi', $headers, $type);
	return [(int) $status[1], $type[1], stream_get_contents($stream)];
}

/** What people read on the page, and that its tags are closed where they have to be. */
function text_of(string $html): string
{
	preg_match_all('~<(/?)([a-z]\w*)~', preg_replace('~<style>.*?</style>~s', '', $html), $tags, PREG_SET_ORDER);
	$open = [];
	foreach ($tags as [, $closes, $name]) {
		if ($closes) {
			array_pop($open) === $name || print("<$name> was not open\n");
		} elseif (!in_array($name, ['meta', 'link'], true)) {
			$open[] = $name;
		}
	}
	$open && print('not closed: ' . implode(' ', $open) . "\n");
	$text = strip_tags(preg_replace('~.*<body>~s', '', $html));
	return trim(preg_replace(['/127\.0\.0\.1:\d+/', '/\s+/'], ['HOST:PORT', ' '], html_entity_decode($text, ENT_QUOTES | ENT_HTML5)));
}

$redis = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '100mb', 'appendonly' => 'yes']);
$path = $redis->savePath(['auth' => PASSWORD]);

echo "-- who may see it\n";
$server = serve($path);
foreach (['the token as password' => null, 'as Prometheus sends it' => 'Bearer ' . TOKEN, 'another' => 'Basic ' . base64_encode('x:y'),
	'none' => 'None'] as $label => $authorization) {
	echo "$label: ", fetch($server, '', $authorization)[0], ', metrics ', fetch($server, '?metrics', $authorization)[0], "\n";
}
$none = serve($path, [], ['DASHBOARD_TOKEN' => null]);
[$status, , $body] = fetch($none, '', 'Basic ' . base64_encode('x:'));
echo "where there is none: $status $body";

echo "-- the page\n";
for ($i = 0; $i < 3; $i++) {
	$pid = fetch($server, 'visit')[2];
}
[, $type, $page] = fetch($server);
echo "$type\n", preg_replace(['/\d+\.\d\d ms/', '/[\d.]+ MB of/', '/(Version)\S+/', '/(Libraries).*(?= Version)/', '/[\d.]+ (a session) \d+ in all/'],
	['N ms', 'N MB of', '$1N', '$1N', 'SOME $1, SOME in all'], str_replace($pid, 'PID', text_of($page))), "\n";
foreach (['?refresh=5', '?refresh=0', '?refresh=1', '?refresh[]=5', '?refresh="><b>'] as $query) {
	preg_match('/http-equiv="refresh" content="(.*?)"/', $page = fetch($server, $query)[2], $refresh);
	echo "$query: ", $refresh[1] ?? 'none', str_contains($page, '<b>') ? ', and its tags' : '', "\n";
}

echo "-- metrics\n";
[, $type, $text] = fetch($server, '?metrics');
echo "$type\n";
$samples = parse_metrics($text);
foreach ($samples as $sample => $value) {
	$shown = preg_match('/latency|memory_used|connects|round_trips|clock/', $sample) ? (abs($value) < 1e8 ? 'some' : $value) : $value;
	echo preg_replace(['/127\.0\.0\.1:\d+/', '/pid="' . $pid . '"/', '/version=".*?"/'], ['HOST:PORT', 'pid="PID"', 'version="N"'], $sample), " $shown\n";
}
echo 'what is asked here does not count: ', parse_metrics(fetch($server, '?metrics')[2])["cfsession_round_trips_total{pid=\"$pid\"}"]
	=== $samples["cfsession_round_trips_total{pid=\"$pid\"}"] ? 'yes' : 'no', "\n";

echo "-- of odd servers\n";
$odd = '/nowhere/<b>&"\\.sock';
$server = serve('unix://' . strtr($odd, ['<' => '%3C', '>' => '%3E', '"' => '%22', '\\' => '%5C', '&' => '%26']) . "?auth=" . PASSWORD);
$page = fetch($server)[2];
echo str_contains(text_of($page), $odd) ? 'shown' : $page, str_contains($page, '<b>') ? ', as it is' : '', "\n";
echo implode(' ', preg_grep('/^cfsession_server_up/', array_keys(parse_metrics(fetch($server, '?metrics')[2])))), "\n";
$sentinels = RedisSentinels::start(options: ['requirepass' => PASSWORD]);
$pages = [$page, fetch($server, '?metrics')[2]];
$server = serve($sentinels->savePath(['auth' => PASSWORD]));
foreach (parse_metrics($pages[] = fetch($server, '?metrics')[2]) as $sample => $value) {
	str_contains($sample, 'server_up') && print(preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', "$sample $value\n"));
}
$server = serve('redis://:' . PASSWORD . '@127.0.0.1:port');
preg_match('/^.{0,80}/', text_of($pages[] = fetch($server)[2]), $start);
echo "$start[0]\n", parse_metrics(fetch($server, '?metrics')[2])['cfsession_configured'], "\n";
$server = serve('/tmp', ['session.save_handler' => 'files']);
preg_match('/^.{0,80}/', text_of($pages[] = fetch($server)[2]), $start);
echo "$start[0]\n";
echo 'passwords: ', preg_match('/tr0ub4dor|S3cr3t|Passw0rd/', implode($pages) . $text) ? 'shown' : 'none', "\n";
$server = serve('/tmp', ['session.save_handler' => 'files', 'extension' => null]);
[$status, , $body] = fetch($server);
echo "$status $body";
?>
--EXPECT--
-- who may see it
the token as password: 200, metrics 200
as Prometheus sends it: 200, metrics 200
another: 401, metrics 401
none: 401, metrics 401
where there is none: 403 Set the environment variable DASHBOARD_TOKEN, see README.md.
-- the page
text/html; charset=UTF-8
Sessions Well Refresh every 5 s Metrics Servers HOST:PORT well N ms there and back VersionN MemoryN MB of 100.0 MB When fullnoeviction Dropped0 items Persistenceaof Connectionin clear Process PID of PHP Sessions started 3 3 written, 0 unchanged, 0 destroyed Round trips SOME a session, SOME in all Waits for locks 0.00 a session nobody has waited Connections 0 0 commands repeated Lost locks 0 sessions that were not written Errors 0 see PHP’s error log Each process counts for itself, since it started. The next request may find another one. Configuration Configured bysession.save_path Backendredis Topologysingle Key prefixPHPREDIS_SESSION: LibrariesN VersionN
?refresh=5: 5
?refresh=0: none
?refresh=1: 2
?refresh[]=5: none
?refresh="><b>: none
-- metrics
text/plain; version=0.0.4; charset=utf-8
cfsession_info{version="N",backend="redis",topology="single",configured_by="session.save_path"} 1
cfsession_configured 1
cfsession_well 1
cfsession_server_up{server="HOST:PORT",role="server"} 1
cfsession_server_well{server="HOST:PORT",role="server"} 1
cfsession_server_latency_seconds{server="HOST:PORT",role="server"} some
cfsession_server_memory_used_bytes{server="HOST:PORT",role="server"} some
cfsession_server_memory_max_bytes{server="HOST:PORT",role="server"} 104857600
cfsession_server_evictions_total{server="HOST:PORT",role="server"} 0
cfsession_server_clock_offset_seconds{server="HOST:PORT",role="server"} some
cfsession_starts_total{pid="PID"} 3
cfsession_writes_total{pid="PID"} 3
cfsession_touches_total{pid="PID"} 0
cfsession_destroys_total{pid="PID"} 0
cfsession_round_trips_total{pid="PID"} some
cfsession_connects_total{pid="PID"} some
cfsession_retries_total{pid="PID"} 0
cfsession_lock_waits_total{pid="PID"} 0
cfsession_lost_locks_total{pid="PID"} 0
cfsession_errors_total{pid="PID"} 0
cfsession_lock_wait_seconds_total{pid="PID"} 0
what is asked here does not count: yes
-- of odd servers
shown
cfsession_server_up{server="/nowhere/<b>&\"\\.sock",role="server"}
cfsession_server_up{server="HOST:PORT",role="master"} 1
cfsession_server_up{server="HOST:PORT",role="sentinel"} 1
Sessions the port has to be a number from 1 to 65535 Refresh every 5 s Metrics P
0
Sessions session.save_handler is files, not cfsession Refresh every 5 s Metrics 
passwords: none
503 The extension cfsession is not loaded.

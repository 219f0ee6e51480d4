--TEST--
The dashboard: access, the page, and metrics in Prometheus' format
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../bindings/bindings.inc';
require __DIR__ . '/../support/http.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/prometheus.inc';

const PASSWORD = 'tr0ub4dor-S3cr3t-Passw0rd';
const TOKEN = 'a-long-random-text';

/** An application with the dashboard; its other pages count visits. */
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

/** The page's visible text; checks that its tags are balanced. */
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

echo "-- metrics\n";
$server = serve($path);
for ($i = 0; $i < 3; $i++) {
	fetch($server, 'visit');
}
[, $type, $text] = fetch($server, '?metrics');
echo "$type\n";
$samples = parse_metrics($text);
foreach ($samples as $sample => $value) {
	$shown = preg_match('/latency|memory_used|connects|round_trips|clock/', $sample) ? (abs($value) < 1e8 ? 'some' : $value) : $value;
	echo preg_replace(['/127\.0\.0\.1:\d+/', '/version=".*?"/'], ['HOST:PORT', 'version="N"'], $sample), " $shown\n";
}
echo 'what is asked here does not count: ', parse_metrics(fetch($server, '?metrics')[2])['cfsession_round_trips_total']
	=== $samples['cfsession_round_trips_total'] ? 'yes' : 'no', "\n";
$known = array_map(fn ($name) => 'cfsession_' . str_replace('_ms', '_seconds', $name) . '_total', array_keys(cfsession_status()['totals']));
preg_match_all('/return .*?;/s', strstr(file_get_contents(dirname(__DIR__, 2) . '/health.c'), 'const char *cfs_health_word'), $returned);
preg_match_all('/"([a-z ]+)"/', implode($returned[0]), $words);
echo 'states without a metric: ', implode(', ', array_diff($words[1], labels_of_metrics($text)['cfsession_server_state']['state'])), "\n";
echo 'counters without a metric: ', implode(' ', array_diff($known, array_keys($samples))), "\n";

echo "-- the page\n";
/* Repeats while the doctor notes that the busy machine is slow. */
$looks = -1;
[, $type, $page] = wait_until(function () use ($server, &$looks): ?array {
	$looks++;
	$page = fetch($server);
	return str_contains($page[2], '<strong>latency') ? null : $page;
}, 60, 'a server that is near');
echo "$type\n", preg_replace(['/\d+\.\d\d? ms/', '/[\d.]+ MB of/', '/(Version)\S+/', '/(Libraries).*(?= Version)/', '/[\d.]+ (a session) \d+ in all/',
	'/(Sessions started) .*? destroyed/', '/(?<=at )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/'], ['N ms', 'N MB of', '$1N', '$1N', 'SOME $1, SOME in all', '$1 SOME', 'TIME'], text_of($page)), "\n";
preg_match('/Sessions started (\d+) (\d+) written, 0 unchanged, (\d+) destroyed/', text_of($page), $totals);
echo 'each look has added its own: ', array_slice($totals, 1) == [3 + 2 * $looks, 3 + $looks, $looks] ? 'yes' : $totals[0], "\n";
foreach (['?refresh=5', '?refresh=0', '?refresh=1', '?refresh[]=5', '?refresh="><b>'] as $query) {
	preg_match('/http-equiv="refresh" content="(.*?)"/', $page = fetch($server, $query)[2], $refresh);
	echo "$query: ", $refresh[1] ?? 'none', str_contains($page, '<b>') ? ', and its tags' : '', "\n";
}

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
preg_match('/^.{0,99}/', text_of($pages[] = fetch($server)[2]), $start);
echo "$start[0]\n", parse_metrics(fetch($server, '?metrics')[2])['cfsession_configured'], "\n";
$server = serve('/tmp', ['session.save_handler' => 'files']);
preg_match('/^.{0,99}/', text_of($pages[] = fetch($server)[2]), $start);
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
-- metrics
text/plain; version=0.0.4; charset=utf-8
cfsession_info{version="N",backend="redis",topology="single",configured_by="session.save_path"} 1
cfsession_configured 1
cfsession_well 1
cfsession_server_state{server="HOST:PORT",role="server",state="well"} 1
cfsession_server_state{server="HOST:PORT",role="server",state="unreachable"} 0
cfsession_server_state{server="HOST:PORT",role="server",state="login refused"} 0
cfsession_server_state{server="HOST:PORT",role="server",state="full"} 0
cfsession_server_state{server="HOST:PORT",role="server",state="refuses writes"} 0
cfsession_server_state{server="HOST:PORT",role="server",state="fails"} 0
cfsession_server_info{server="HOST:PORT",role="server",backend="redis",version="N",eviction_policy="noeviction",persistence="aof",encrypted="no"} 1
cfsession_server_up{server="HOST:PORT",role="server"} 1
cfsession_server_well{server="HOST:PORT",role="server"} 1
cfsession_server_latency_seconds{server="HOST:PORT",role="server"} some
cfsession_server_memory_used_bytes{server="HOST:PORT",role="server"} some
cfsession_server_memory_max_bytes{server="HOST:PORT",role="server"} 104857600
cfsession_server_evictions_total{server="HOST:PORT",role="server"} 0
cfsession_server_clock_offset_seconds{server="HOST:PORT",role="server"} some
cfsession_starts_total 3
cfsession_writes_total 3
cfsession_touches_total 0
cfsession_destroys_total 0
cfsession_round_trips_total some
cfsession_connects_total some
cfsession_retries_total 0
cfsession_lock_waits_total 0
cfsession_lock_wait_seconds_total 0
cfsession_lock_renewals_total 0
cfsession_lost_locks_total 0
cfsession_merges_total 0
cfsession_merge_conflicts_total 0
cfsession_compressions_total 0
cfsession_decompressions_total 0
cfsession_errors_total 0
what is asked here does not count: yes
states without a metric: 
counters without a metric: 
-- the page
text/html; charset=UTF-8
Sessions Well Refresh every 5 s Metrics Health Nothing is wrong. Worth knowing: 2 strict_mode session.use_strict_mode is off: ids that an attacker made up are accepted. Set it to 1; with cfsession that costs nothing. cookies Not set: session.cookie_httponly, session.cookie_secure, session.cookie_samesite. Set them, unless the application does (secure: for HTTPS). A session of its own: written, read and destroyed in N ms. Looked at TIME UTC, which took N ms. Servers HOST:PORT well N ms round trip VersionN MemoryN MB of 100.0 MB Eviction policynoeviction Evicted0 items Persistenceaof Connectionunencrypted Totals Sessions started SOME Round trips SOME a session, SOME in all Waits for locks 0.00 a session nobody has waited Lost locks 0 sessions not written; 0 locks renewed Merged 0 0 conflicts Compressed 0 0 decompressed Connections 1 0 commands repeated Errors 0 see PHP’s error log Of all processes of this PHP-FPM, or of what else serves this page, since it started. Each look here adds two sessions of its own. Configuration Configured bysession.save_path Backendredis Topologysingle Key prefixPHPREDIS_SESSION: LibrariesN VersionN
each look has added its own: yes
?refresh=5: 5
?refresh=0: none
?refresh=1: 2
?refresh[]=5: none
?refresh="><b>: none
-- of odd servers
shown
cfsession_server_up{server="/nowhere/<b>&\"\\.sock",role="server"}
cfsession_server_up{server="HOST:PORT",role="master"} 1
cfsession_server_up{server="HOST:PORT",role="sentinel"} 1
Sessions Sessions do not work Refresh every 5 s Metrics Health failure configuration session.save_p
0
Sessions Sessions do not work Refresh every 5 s Metrics Health failure configuration session.save_h
passwords: none
503 The extension cfsession is not loaded.

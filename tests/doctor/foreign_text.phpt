--TEST--
Texts of servers and platforms are shown as plain text: by the doctor, cfsession_status(), phpinfo() and in warnings
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_cgi();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/scripted.inc';

const KEPT = 'é€😀ß';

/* name => [foreign text, how it is shown]; KEPT stays. */
const FOREIGN = [
	'escapes of a terminal' => ["\e[31m\e]0;\x07", '?[31m?]0;?'],
	'C0, DEL' => ["\x01\x08\t\x0b\x7f", '?????'],
	'C1' => ["\x9b31m\x85", '?31m?'],
	'C1 in UTF-8' => ["\u{80}\u{85}\u{9b}31m\u{9f}", '???31m?'],
	'lines and paragraphs' => ["\u{2028}\u{2029}", '??'],
	'directions' => ["\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}", '????????????'],
	'no width' => ["\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}", '??????'],
	'tags' => ["\u{e0001}\u{e0041}", '??'],
	'no UTF-8' => ["\xff\xc3(\xe2\x82(", '??(??('],
	'overlong' => ["\xc0\x80\xe0\x80\x80\xc1\xbf", '???????'],
	'surrogates, too high' => ["\xed\xa0\x80\xf4\x90\x80\x80\xf5\x80", '?????????'],
];

/** Characters that must not reach a terminal, in either form. */
function raw(string $text): string
{
	if (!preg_match('//u', $text)) {
		return ' NOT UTF-8: ' . bin2hex($text);
	}
	return preg_match('/[\x00-\x09\x0b-\x1f\x7f-\x9f\x{ad}\x{61c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{e0000}-\x{e0fff}]/u', $text, $found)
		? ' RAW: ' . bin2hex($found[0]) : '';
}

/** @return list<string> all texts in the array */
function texts(array $array): array
{
	array_walk_recursive($array, function ($value) use (&$texts): void {
		is_string($value) && $texts[] = $value;
	});
	return $texts;
}

function bulk(string $text): string
{
	return '$' . strlen($text) . "\r\n$text\r\n";
}

/** A Redis that has this text in INFO, and refuses sessions with it. */
function redis(string $text): ScriptedServer
{
	$refused = '-ERR ' . strtr($text, "\r\n", '  ') . "\r\n";
	return ScriptedServer::start([[['answers' => [
		'INFO' => bulk("redis_version:$text\r\nmaxmemory_policy:$text\r\nused_memory:$text\r\n"), 'PING' => "+PONG\r\n", 'CLIENT' => "+OK\r\n",
	] + array_fill_keys(['CONFIG', 'EVALSHA', 'EVAL', 'GET', 'GETEX', 'SET', 'EXISTS', 'STRLEN', 'EXPIRE', 'DEL'], $refused)]]]);
}

const STATUS = 'echo json_encode(array_map("bin2hex", texts(cfsession_status(true, true))));';

/** @return list<string> */
function status_texts(string $savePath, array $ini = []): array
{
	$code = 'function texts(array $a) { array_walk_recursive($a, function ($v) use (&$t) { is_string($v) && $t[] = $v; }); return $t; }';
	$output = Php::run($code . STATUS, at($savePath, $ini), NOTHING_BOUND);
	return array_map('hex2bin', json_decode($output, true) ?? throw new RuntimeException($output));
}

echo "-- what becomes of it\n";
foreach (FOREIGN as $label => [$foreign, $shown]) {
	$server = redis("7.0$foreign" . KEPT);
	$texts = status_texts($server->savePath());
	echo "$label: ", in_array("7.0$shown" . KEPT, $texts, true) ? 'version' : implode('|', $texts);
	echo preg_grep('/said "ERR 7\.0' . preg_quote("$shown" . KEPT, '/') . '"/', $texts) ? ', error' : implode('|', $texts), raw(implode($texts)), "\n";
	foreach (['--verbose', '--json'] as $argument) {
		[, $output] = doctor([$argument], at($server->savePath()));
		echo raw($output), $argument === '--json' ? raw(implode(texts(json_decode($output, true)))) : '';
	}
	echo raw(Php::run('session_id("visitor"); session_start();', at($server->savePath()), NOTHING_BOUND));
	$server->stop();
}

echo "-- more than there is room for, and NUL\n";
foreach (['100 kB' => str_repeat('x', 100_000), '100 kB of é' => str_repeat('é', 50_000), 'the same, shifted' => 'x' . str_repeat('é', 50_000),
	'NUL' => "7.0\0.1"] as $label => $text) {
	$server = redis($text);
	$texts = status_texts($server->savePath());
	echo "$label: ", max(array_map('strlen', $texts)) < 512 ? 'cut' : 'not cut', raw(implode($texts)), preg_grep('/é\?/', $texts) ? ', in the middle' : '', "\n";
	$server->stop();
}

echo "-- a message that is cut\n";
foreach (['', 'x'] as $shift) {
	$server = ScriptedServer::start([[['answers' => ['SENTINEL' => '-ERR ' . $shift . str_repeat('é', 95) . "\r\n", 'CLIENT' => "+OK\r\n"]]]]);
	$output = Php::run('set_error_handler(function ($l, $m) { str_contains($m, "cfsession:") && print($m); }); session_id("visitor"); session_start();',
		at(RedisSentinels::pathOf(array_fill(0, 4, $server->port))), NOTHING_BOUND);
	echo str_ends_with($output, 'é') ? 'ends with a character' : $output, raw($output), "\n";
}

echo "-- a sentinel\n";
foreach (FOREIGN as $label => [$foreign]) {
	$server = ScriptedServer::start([[['answers' => ['SENTINEL' => "*2\r\n" . bulk("host$foreign") . bulk('6379'), 'CLIENT' => "+OK\r\n",
		'INFO' => bulk("redis_version:$foreign\r\n"), 'CONFIG' => "-ERR $foreign\r\n", 'PING' => "+PONG\r\n"]]]]);
	echo raw(implode(status_texts(RedisSentinels::pathOf([$server->port]), ['cfsession.connect_timeout' => '0.2'])));
	$server->stop();
}

echo "-- a password that is shown otherwise than it is\n";
$password = "tr0ub4dor\u{202e}S3cr3t\xe4";
$server = ScriptedServer::start([[['answers' => ['SENTINEL' => "-ERR that is $password\r\n", 'CLIENT' => "+OK\r\n",
	'INFO' => bulk(''), 'CONFIG' => "-ERR\r\n", 'PING' => "+PONG\r\n"]]]]);
echo implode("\n", preg_replace('/.*(said .*)/', '$1', preg_grep('/that is/', status_texts(RedisSentinels::pathOf([$server->port], ['auth' => $password]))))), "\n";

echo "-- a Memcached\n";
foreach (FOREIGN as $label => [$foreign, $shown]) {
	$version = '1.6' . strtr($foreign, "\t\v", '__') . KEPT; /* libmemcached ends the version at these. */
	$server = ScriptedServer::start([[['answers' => ['VERSION' => "VERSION 1.6.18\r\n", 'STATS' => "STAT version $version\r\nSTAT bytes $version\r\nEND\r\n",
		'ADD' => "NOT_STORED\r\n", 'GETS' => "SERVER_ERROR $version\r\n"]]]], 'memcached');
	$texts = status_texts($server->savePath(), ['cfsession.lock' => '0', 'cfsession.timeout' => '0.5']);
	echo in_array('1.6' . $shown . KEPT, str_replace('_', '?', $texts), true) ? '' : "$label: " . implode('|', $texts) . "\n", raw(implode($texts));
	[, $output] = doctor(['--verbose'], at($server->savePath(), ['cfsession.timeout' => '0.5']));
	echo raw($output);
	$server->stop();
}

echo "-- a platform\n";
$html = temp_dir() . '/info.php';
file_put_contents($html, '<?php phpinfo(INFO_MODULES);');
$quiet = ['session.save_handler' => null, 'display_startup_errors' => '0'];
foreach (FOREIGN as $label => [$foreign, $shown]) {
	if (!preg_match('//u', $foreign) || preg_match('/[\x00-\x1f\x7f]/', $foreign)) {
		continue; /* Valid JSON cannot contain it. */
	}
	$env = ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => free_port()], "app-redis-sessions<$foreign>")] + NOTHING_BOUND;
	[, $output] = doctor(['--verbose'], $quiet, $env);
	echo raw($output);
	$settings = web_settings($quiet);
	$process = new Process([getenv('TEST_PHP_CGI_EXECUTABLE'), ...$settings, '-q', $html], $env + ['REDIRECT_STATUS' => '1', 'REQUEST_METHOD' => null]);
	$output = $process->output();
	preg_match('~<tr><td class="e">Service </td>.*</tr>~', $output, $row);
	echo "$label: ", str_replace("&lt;$shown&gt;", '<SHOWN>', $row[0] ?? $output), raw($row[0] ?? $output), "\n";
	$process = new Process([PHP_BINARY, ...$settings, '--ri', 'cfsession'], $env, Process::MERGED);
	$output = $process->output();
	echo str_contains($output, "Service => app-redis-sessions<$shown>") ? '' : $output, raw($output);
}

echo "-- what the doctor was told\n";
[$exit, $output] = doctor(["--\e[31m\u{202e}"], []);
echo strtok($output, "\n"), raw($output), "\n";
?>
--EXPECT--
-- what becomes of it
escapes of a terminal: version, error
C0, DEL: version, error
C1: version, error
C1 in UTF-8: version, error
lines and paragraphs: version, error
directions: version, error
no width: version, error
tags: version, error
no UTF-8: version, error
overlong: version, error
surrogates, too high: version, error
-- more than there is room for, and NUL
100 kB: cut
100 kB of é: cut
the same, shifted: cut
NUL: cut
-- a message that is cut
ends with a character
ends with a character
-- a sentinel
-- a password that is shown otherwise than it is
said "ERR that is ***"
-- a Memcached
-- a platform
C1 in UTF-8: <tr><td class="e">Service </td><td class="v">app-redis-sessions<SHOWN> </td></tr>
lines and paragraphs: <tr><td class="e">Service </td><td class="v">app-redis-sessions<SHOWN> </td></tr>
directions: <tr><td class="e">Service </td><td class="v">app-redis-sessions<SHOWN> </td></tr>
no width: <tr><td class="e">Service </td><td class="v">app-redis-sessions<SHOWN> </td></tr>
tags: <tr><td class="e">Service </td><td class="v">app-redis-sessions<SHOWN> </td></tr>
-- what the doctor was told
doctor: unknown option: --?[31m?

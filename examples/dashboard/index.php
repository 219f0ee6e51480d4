<?php

declare(strict_types=1);

/*
 * Shows whether sessions work, and what to do if they do not: as a page for
 * people, and at ?metrics (or /metrics) as text for Prometheus.
 *
 * The page shows what the doctor finds, and the metrics what
 * cfsession_status(true, true) returns; both keep a test session on each server
 * for a moment. The page names servers and users, so it demands the token in
 * the environment variable DASHBOARD_TOKEN. It leaves visitors' sessions alone,
 * and sets no cookie.
 */

/* Each look asks all servers. */
const REFRESH_SECONDS = [2, 3600];

/** Where the doctor may be, besides the folders of PATH: next to this file, in the sources, in Debian's package, installed by hand. */
const DOCTORS = [__DIR__ . '/cfsession-doctor', __DIR__ . '/../../scripts/doctor', '/usr/share/php-cfsession/cfsession-doctor.php',
	'/usr/local/bin/cfsession-doctor'];

/** The request's token: its password, or a bearer token as Prometheus sends it. */
function token_of(array $request): string
{
	preg_match('/^Bearer (\S+)$/i', (string) ($request['HTTP_AUTHORIZATION'] ?? ''), $bearer);
	return (string) ($request['PHP_AUTH_PW'] ?? $bearer[1] ?? '');
}

function wants_metrics(): bool
{
	$path = (string) parse_url((string) ($_SERVER['REQUEST_URI'] ?? ''), PHP_URL_PATH);
	return isset($_GET['metrics']) || str_ends_with($path, '/metrics');
}

/** All servers that were asked, each with its address and its role. A cluster's configured servers are listed as its nodes. */
function servers(array $status): array
{
	$as = fn (string $role, array $servers) => array_map(fn ($server) => $server + ['role' => $role, 'address' => address($server)], $servers);
	$nodes = $as('node', $status['nodes']);
	$named = $as($status['topology'] === 'sentinel' ? 'sentinel' : 'server', $status['servers']);
	$addresses = array_column($nodes, 'address');
	return [...$as('master', array_filter([$status['master']])), ...$nodes,
		...array_filter($named, fn ($server) => !in_array($server['address'], $addresses, true))];
}

function address(array $server): string
{
	if ($server['host'] === null) {
		return 'unknown';
	}
	$host = str_contains($server['host'], ':') ? "[$server[host]]" : $server['host'];
	return $server['port'] ? "$host:$server[port]" : $host;
}

// Metrics: Prometheus' text format, version 0.0.4

/** The samples of one metric, by their labels, so that none occurs twice. */
final class Metric
{
	private array $samples = [];

	public function __construct(private string $name, private string $type, private string $help)
	{
	}

	/** Adds no sample if the value is not known. */
	public function set(int|float|bool|null $value, array $labels): void
	{
		$pairs = array_map(fn ($name, $text) => "$name=\"" . addcslashes((string) $text, "\\\"\n") . '"', array_keys($labels), $labels);
		if ($value !== null) {
			$sample = $this->name . ($pairs ? '{' . implode(',', $pairs) . '}' : '');
			$this->samples[$sample] = json_encode(is_bool($value) ? (int) $value : $value);
		}
	}

	public function __toString(): string
	{
		$text = "# HELP $this->name $this->help\n# TYPE $this->name $this->type\n";
		foreach ($this->samples as $sample => $value) {
			$text .= "$sample $value\n";
		}
		return $this->samples ? $text : '';
	}
}

/* Totals of all processes forked from one, such as the workers of a PHP-FPM. */
const TOTALS = [
	'starts' => 'Sessions started.',
	'writes' => 'Sessions written.',
	'touches' => 'Sessions left unchanged, whose lifetime was extended.',
	'destroys' => 'Sessions destroyed.',
	'round_trips' => 'Round trips to servers that a request waited for.',
	'connects' => 'Connections made.',
	'retries' => 'Commands sent once more on a new connection.',
	'lock_waits' => 'Times that a request waited for the lock of a session.',
	'lock_wait_ms' => 'Time that requests waited for locks.',
	'lock_renewals' => 'Times that the lock of a long request was renewed.',
	'lost_locks' => 'Sessions not written because their lock was lost.',
	'merges' => 'Sessions merged with what another request had written.',
	'merge_conflicts' => 'Values that two requests had changed, of which a merge kept the later one.',
	'compressions' => 'Sessions compressed.',
	'decompressions' => 'Sessions decompressed.',
	'errors' => 'Warnings of cfsession in the error log.',
];

/** @return list<Metric> */
function total_metrics(array $totals): array
{
	$metrics = [];
	foreach (TOTALS as $name => $help) {
		$inSeconds = preg_replace('/_ms$/', '_seconds', $name, -1, $isTime);
		$metrics[] = $metric = new Metric("cfsession_{$inSeconds}_total", 'counter', $help);
		$metric->set($isTime ? $totals[$name] / 1000 : $totals[$name], []);
	}
	return $metrics;
}

/** The words for the health of a server. */
const STATES = ['well', 'unreachable', 'login refused', 'full', 'refuses writes', 'fails'];

/** @return list<Metric> */
function server_metrics(array $servers, ?string $backend): array
{
	$table = [
		['up', 'gauge', 'Whether the server answers and takes the login.', fn ($server) => $server['reachable']],
		['well', 'gauge', 'Whether it also keeps sessions, if it has any to keep.', fn ($server) => $server['state'] === 'well'],
		['latency_seconds', 'gauge', 'Time of one round trip to the server.',
			fn ($server) => $server['latency_ms'] === null ? null : $server['latency_ms'] / 1000],
		['memory_used_bytes', 'gauge', 'Memory that the server uses.', fn ($server) => $server['used_memory']],
		['memory_max_bytes', 'gauge', 'Memory that it may use; 0: no limit.', fn ($server) => $server['max_memory']],
		['evictions_total', 'counter', 'Items evicted for lack of memory.', fn ($server) => $server['evictions']],
		['clock_offset_seconds', 'gauge', 'How far its clock is ahead of this machine\'s.', fn ($server) => $server['clock_offset']],
	];
	$state = new Metric('cfsession_server_state', 'gauge', 'Which of the states the server is in.');
	$info = new Metric('cfsession_server_info', 'gauge', 'What the server says of itself.');
	foreach ($servers as $server) {
		$labels = ['server' => $server['address'], 'role' => $server['role']];
		foreach (STATES as $word) {
			$state->set($server['state'] === $word, $labels + ['state' => $word]);
		}
		$server['reachable'] && $info->set(1, $labels + ['backend' => $backend, 'version' => $server['server_version'],
			'eviction_policy' => $server['eviction_policy'], 'persistence' => $server['persistence'],
			'encrypted' => $server['tls'] ? 'yes' : 'no']);
	}
	$metrics = [$state, $info];
	foreach ($table as [$name, $type, $help, $value]) {
		$metrics[] = $metric = new Metric("cfsession_server_$name", $type, $help);
		foreach ($servers as $server) {
			$metric->set($value($server), ['server' => $server['address'], 'role' => $server['role']]);
		}
	}
	return $metrics;
}

function metrics(array $status): string
{
	$info = new Metric('cfsession_info', 'gauge', 'What is in use.');
	$info->set(1, [
		'version' => $status['version'],
		'backend' => $status['backend'],
		'topology' => $status['topology'],
		'configured_by' => $status['configured_by'],
	]);
	$usable = new Metric('cfsession_configured', 'gauge', 'Whether sessions are kept by cfsession, and it knows where.');
	$usable->set($status['prefix'] !== null, []);
	$well = new Metric('cfsession_well', 'gauge', 'Whether sessions are kept, on every server that has any to keep.');
	$well->set($status['state'] === 'well', []);
	return implode('', [$info, $usable, $well, ...server_metrics(servers($status), $status['backend']), ...total_metrics($status['totals'])]);
}

// The page

function escape(string $text): string
{
	return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

function megabytes(int $bytes): string
{
	return number_format($bytes / 1048576, 1) . ' MB';
}

/** That total divided by the number of sessions started. */
function per_start(array $totals, string $name): string
{
	return $totals['starts'] ? number_format($totals[$name] / $totals['starts'], 2) : '–';
}

/** @return array<string, string> what stands below the numbers of a server */
function facts(array $server): array
{
	$memory = $server['used_memory'] === null ? null : megabytes($server['used_memory'])
		. ($server['max_memory'] ? ' of ' . megabytes($server['max_memory']) : ', no limit');
	return array_filter([
		'Version' => $server['server_version'],
		'Memory' => $memory,
		'Eviction policy' => $server['eviction_policy'],
		'Evicted' => $server['evictions'] === null ? null : number_format($server['evictions']) . ' items',
		'Persistence' => $server['persistence'],
		'Clock' => $server['clock_offset'] ? sprintf('%+d s', $server['clock_offset']) : null,
		'Database' => $server['database'] ? (string) $server['database'] : null,
		'User' => $server['username'],
		'Connection' => $server['tls'] ? 'TLS' : ($server['port'] ? 'unencrypted' : 'Unix socket'),
	], fn ($fact) => $fact !== null);
}

/** Whether the doctor, which has the rules, was found. PHP cannot require a file that begins with "#!" and has declare(). */
function call_doctor(): bool
{
	$onPath = array_map(fn ($folder) => "$folder/cfsession-doctor", array_filter(explode(PATH_SEPARATOR, (string) getenv('PATH'))));
	foreach ([...DOCTORS, ...$onPath] as $file) {
		$code = (string) @file_get_contents($file);
		/* An older version's doctor would end the request. */
		if (str_contains($code, 'CFSESSION_DOCTOR_IS_CALLED')) {
			define('CFSESSION_DOCTOR_IS_CALLED', true);
			eval(preg_replace('/^(#!.*\n)?<\?php/', '', $code));
			return true;
		}
	}
	return false;
}

/** @return array{checks: list<array{name: string, level: string, server: ?string, message: string}>, cfsession: array, trouble: string} */
function look(): array
{
	if (call_doctor()) {
		/* An open session would be a visitor's. */
		$report = Cfsession\Doctor\report(true, session_status() !== PHP_SESSION_ACTIVE);
		return $report + ['trouble' => Cfsession\Doctor\trouble($report['cfsession'])];
	}
	$status = cfsession_status(true, true);
	$checks = [['name' => 'doctor', 'level' => 'warning', 'server' => null, 'message' => 'The doctor was not found, so that only failures are shown: put '
		. 'cfsession-doctor beside this page.']];
	$level = $status['state'] === 'well' ? 'warning' : 'failure';
	if ($status['configured_by'] === null) {
		$status['error'] = 'sessions are not cfsession\'s (session.save_handler is "' . ini_get('session.save_handler')
			. "\"): $status[not_configured_because]";
	}
	foreach ([$status, ...servers($status)] as $looked) {
		$looked['error'] === null || $checks[] = ['name' => 'sessions', 'level' => $level, 'server' => $looked['address'] ?? null,
			'message' => ucfirst("$looked[error].")];
	}
	return ['checks' => $checks, 'cfsession' => $status, 'trouble' => in_array($status['state'], ['well', null], true) ? '' : $status['state']];
}

/** @return array<string, list<array>> the checks of each level */
function by_level(array $checks): array
{
	$levels = ['failure' => [], 'warning' => [], 'note' => [], 'ok' => []];
	foreach ($checks as $check) {
		$levels[$check['level']][] = $check;
	}
	return $levels;
}

/** @return array{string, string} how sessions are: a word for CSS and one for people */
function verdict(array $levels, string $trouble): array
{
	$warnings = count($levels['warning']);
	return match (true) {
		$levels['failure'] !== [] => ['bad', ucfirst($trouble) ?: 'Sessions do not work'],
		$warnings > 0 => ['fair', ucfirst($trouble) ?: $warnings . ($warnings === 1 ? ' warning' : ' warnings')],
		default => ['good', 'Well'],
	};
}

/** What a server is, in a word: sentinels, and a cluster's configured nodes, were not asked to keep a session. */
function state(array $server, array $status): string
{
	$keeps = $server['role'] !== 'sentinel' && $status['topology'] !== 'cluster';
	$state = $server['state'] === 'well' ? ($keeps ? 'well' : 'answers') : $server['state'];
	return $server['role'] === 'server' ? $state : "$server[role] $state";
}

function refresh_seconds(): ?int
{
	$seconds = is_string($_GET['refresh'] ?? null) ? (int) $_GET['refresh'] : 0;
	return $seconds ? max(REFRESH_SECONDS[0], min(REFRESH_SECONDS[1], $seconds)) : null;
}

/** A finding of the doctor, as HTML, with its server unless the message names it. */
function finding(array $check): string
{
	$server = $check['server'] === null || str_contains($check['message'], $check['server']) ? '' : "$check[server]: ";
	return "<strong>$check[name]</strong> " . escape($server . $check['message']);
}

/** @return list<array{string, string, string, string}> name, number, unit and remark */
function numbers(array $totals): array
{
	$n = array_map('number_format', $totals);
	$wait = $totals['lock_waits'] ? number_format($totals['lock_wait_ms'] / $totals['lock_waits'], 1) . ' ms each, on average' : 'nobody has waited';
	return [
		['Sessions started', $n['starts'], '', "$n[writes] written, $n[touches] unchanged, $n[destroys] destroyed"],
		['Round trips', per_start($totals, 'round_trips'), 'a session', "$n[round_trips] in all"],
		['Waits for locks', per_start($totals, 'lock_waits'), 'a session', $wait],
		['Lost locks', $n['lost_locks'], '', "sessions not written; $n[lock_renewals] locks renewed"],
		['Merged', $n['merges'], '', "$n[merge_conflicts] conflicts"],
		['Compressed', $n['compressions'], '', "$n[decompressions] decompressed"],
		['Connections', $n['connects'], '', "$n[retries] commands repeated"],
		['Errors', $n['errors'], '', 'see PHP’s error log'],
	];
}

function page(): void
{
	$began = hrtime(true);
	['checks' => $checks, 'cfsession' => $status, 'trouble' => $trouble] = look();
	$looked = sprintf('Looked at %s, which took %.1f ms.', date('Y-m-d H:i:s T'), (hrtime(true) - $began) / 1e6);
	$levels = by_level($checks);
	$kept = array_column($levels['ok'], 'message', 'name')['session'] ?? '';
	[$class, $words] = verdict($levels, $trouble);
	$refresh = refresh_seconds();
	$libraries = array_filter($status['libraries'], 'is_string');
	$configuration = array_filter([
		'Configured by' => $status['configured_by'],
		'Service' => $status['service'],
		'Backend' => $status['backend'],
		'Topology' => $status['topology'],
		'Master' => $status['master_name'],
		'Key prefix' => $status['prefix'],
		'Libraries' => implode(', ', array_map(fn ($name, $version) => "$name $version", array_keys($libraries), $libraries))
			. ($status['libraries']['tls'] ? ', TLS' : ', no TLS'),
		'Version' => $status['version'],
	]);
	?>
<!DOCTYPE html>
<html lang="en">
<head>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<?php if ($refresh): ?><meta http-equiv="refresh" content="<?= $refresh ?>"><?php endif ?>

	<title>cfsession: <?= escape($words) ?></title>
	<link rel="icon" href="data:,">
	<style>
		:root {
			color-scheme: light dark;
			--page: #eef1f5; --card: #fff; --text: #1c2430; --muted: #566173; --line: #dde2ea;
			--accent: #2f5bd0; --good: #1a7f4b; --fair: #9a6200; --bad: #c02b2b;
		}
		@media (prefers-color-scheme: dark) {
			:root {
				--page: #12161d; --card: #1c222c; --text: #e8ecf3; --muted: #9ba7b9; --line: #303947;
				--accent: #8fb0ff; --good: #58c98c; --fair: #e3b04b; --bad: #ff8a8a;
			}
		}
		* { box-sizing: border-box; }
		body { margin: 0; padding: clamp(1rem, 4vw, 2.5rem); background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
		main { max-width: 70rem; margin: 0 auto; }
		header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
		h1 { margin: 0; font-size: 1.5rem; }
		h2 { margin: 2rem 0 .75rem; font-size: 1rem; color: var(--muted); font-weight: 600; }
		nav { margin-left: auto; display: flex; gap: 1rem; font-size: .875rem; }
		a { color: var(--accent); }
		.state { padding: .125rem .75rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .875rem; font-weight: 600; }
		.good { color: var(--good); } .fair { color: var(--fair); } .bad { color: var(--bad); }
		.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
		.numbers { grid-template-columns: 1fr 1fr; }
		@media (min-width: 50rem) { .numbers { grid-template-columns: repeat(4, 1fr); } }
		.findings { display: grid; grid-template-columns: auto 1fr; gap: .5rem 1rem; margin: 0; padding: 0; list-style: none; }
		.findings li { display: contents; }
		details { margin-top: .75rem; font-size: .875rem; }
		details ul { margin: .25rem 0 0; padding-left: 1.25rem; }
		summary { cursor: pointer; }
		.card { padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); overflow-wrap: anywhere; }
		.card h3 { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; justify-content: space-between; margin: 0; font-size: 1rem; }
		.number { font-size: 2rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
		.number small { font-size: 1rem; font-weight: 400; color: var(--muted); }
		.muted { color: var(--muted); font-size: .875rem; }
		dl { display: grid; grid-template-columns: auto 1fr; margin: .5rem 0 0; font-size: .875rem; }
		dt, dd { margin: 0; padding: .25rem 0; border-top: 1px solid var(--line); }
		dt { padding-right: 1rem; color: var(--muted); }
		dd { text-align: right; font-variant-numeric: tabular-nums; }
		dl:first-child { margin: 0; }
		dl:first-child > :nth-child(-n + 2) { border: 0; }
		progress { width: 100%; height: .5rem; accent-color: var(--accent); }
		p { margin: .75rem 0 0; }
		.card > p:first-child { margin: 0; }
	</style>
</head>
<body>
	<main>
		<header>
			<h1>Sessions</h1>
			<span class="state <?= $class ?>"><?= escape($words) ?></span>
			<nav>
				<?php if ($refresh): ?><a href="?">Every <?= $refresh ?> s: stop</a><?php else: ?><a href="?refresh=5">Refresh every 5 s</a><?php endif ?>

				<a href="?metrics">Metrics</a>
			</nav>
		</header>

		<h2>Health</h2>
		<section class="card">
			<?php if ($levels['failure'] || $levels['warning']): ?>
			<ul class="findings">
				<?php foreach ([...$levels['failure'], ...$levels['warning']] as $check): ?>
				<li><strong class="<?= $check['level'] === 'failure' ? 'bad' : 'fair' ?>"><?= $check['level'] ?></strong> <span><?= finding($check) ?></span></li>
				<?php endforeach ?>
			</ul>
			<?php else: ?>
			<p>Nothing is wrong.</p>
			<?php endif ?>
			<?php if ($levels['note']): ?>
			<details>
				<summary>Worth knowing: <?= count($levels['note']) ?></summary>
				<ul>
					<?php foreach ($levels['note'] as $check): ?>
					<li><?= finding($check) ?></li>
					<?php endforeach ?>
				</ul>
			</details>
			<?php endif ?>
			<p class="muted"><?= $kept === '' ? '' : 'A session of its own: ' . escape(lcfirst($kept)) ?> <?= $looked ?></p>
		</section>

		<?php if ($status['servers']): ?>
		<h2>Servers</h2>
		<div class="cards">
			<?php foreach (servers($status) as $server): ?>
			<section class="card">
				<h3><?= escape($server['address']) ?> <span class="state <?= $server['state'] === 'well' ? 'good' : 'bad' ?>"><?=
					state($server, $status) ?></span></h3>
				<?php if ($server['latency_ms'] !== null): ?>
				<div class="number"><?= number_format($server['latency_ms'], 2) ?> <small>ms round trip</small></div>
				<?php endif ?>
				<?php if ($server['max_memory']): ?>
				<progress max="<?= $server['max_memory'] ?>" value="<?= $server['used_memory'] ?>" aria-label="Memory in use"></progress>
				<?php endif ?>
				<dl>
					<?php foreach (facts($server) as $name => $fact): ?>
					<dt><?= $name ?></dt><dd><?= escape($fact) ?></dd>
					<?php endforeach ?>
				</dl>
			</section>
			<?php endforeach ?>
		</div>
		<?php endif ?>

		<h2>Totals</h2>
		<div class="cards numbers">
			<?php foreach (numbers($status['totals']) as [$name, $number, $unit, $remark]): ?>
			<section class="card">
				<h3><?= $name ?></h3>
				<div class="number"><?= $number ?> <small><?= $unit ?></small></div>
				<div class="muted"><?= escape($remark) ?></div>
			</section>
			<?php endforeach ?>
		</div>
		<p class="muted">Of all processes of this PHP-FPM, or of what else serves this page, since it started.
			Each look here adds two sessions of its own.</p>

		<h2>Configuration</h2>
		<section class="card">
			<dl>
				<?php foreach ($configuration as $name => $text): ?>
				<dt><?= $name ?></dt><dd><?= escape($text) ?></dd>
				<?php endforeach ?>
			</dl>
		</section>
	</main>
</body>
</html>
<?php
}

header('Cache-Control: no-store');
header('X-Robots-Tag: noindex');

if (!function_exists('cfsession_status')) {
	http_response_code(503);
	header('Content-Type: text/plain; charset=utf-8');
	exit("The extension cfsession is not loaded.\n");
}
$token = (string) getenv('DASHBOARD_TOKEN');
if ($token === '' || !hash_equals($token, token_of($_SERVER))) {
	http_response_code($token === '' ? 403 : 401);
	$token === '' || header('WWW-Authenticate: Basic realm="The token is the password", charset="UTF-8"');
	header('Content-Type: text/plain; charset=utf-8');
	exit($token === '' ? "Set the environment variable DASHBOARD_TOKEN, see README.md.\n" : "This wants the token.\n");
}
if (wants_metrics()) {
	header('Content-Type: text/plain; version=0.0.4; charset=utf-8');
	echo metrics(cfsession_status(true, true));
} else {
	header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'");
	page();
}

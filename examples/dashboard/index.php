<?php

declare(strict_types=1);

/*
 * Shows what cfsession_status(true, true) tells, which keeps a session on each
 * server for a moment: as a page for people, and at ?metrics (or /metrics) as
 * text for Prometheus.
 *
 * It names servers and users, so it is for whoever knows the token that the
 * environment variable DASHBOARD_TOKEN has. It leaves the sessions of visitors
 * alone, and sets no cookie.
 */

/* Each look asks all servers. */
const REFRESH_SECONDS = [2, 3600];

/** The token that a request brings: as the password, or as Prometheus does. */
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

/** All servers that were asked, each with its address and what it is there for. */
function servers(array $status): array
{
	$servers = $status['servers'];
	$role = $status['topology'] === 'sentinel' ? 'sentinel' : 'server';
	if ($status['master'] !== null) {
		array_unshift($servers, ['role' => 'master'] + $status['master']);
	}
	return array_map(fn (array $server) => $server + ['role' => $role, 'address' => address($server)], $servers);
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

/** The samples of one metric, by their labels, so that none is there twice. */
final class Metric
{
	private array $samples = [];

	public function __construct(private string $name, private string $type, private string $help)
	{
	}

	/** Where nothing is known there is no sample. */
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

const COUNTERS = [
	'starts' => 'Sessions started.',
	'writes' => 'Sessions written.',
	'touches' => 'Sessions whose lifetime alone was extended.',
	'destroys' => 'Sessions destroyed.',
	'round_trips' => 'Times that something was sent and the answer awaited.',
	'connects' => 'Connections made.',
	'retries' => 'Commands sent once more on a new connection.',
	'lock_waits' => 'Times that a session was locked by another request.',
	'lost_locks' => 'Locks that were no longer ours when the session was to be written.',
	'errors' => 'Warnings of cfsession.',
];

/** The counters are those of one process among those that serve; it is told by its number. */
function process_metrics(array $counters): array
{
	$labels = ['pid' => (string) getmypid()];
	$metrics = [];
	foreach (COUNTERS as $name => $help) {
		$metrics[] = $metric = new Metric("cfsession_{$name}_total", 'counter', "$help Of the process that answered.");
		$metric->set($counters[$name], $labels);
	}
	$metrics[] = $wait = new Metric('cfsession_lock_wait_seconds_total', 'counter',
		'Time spent waiting for locks. Of the process that answered.');
	$wait->set($counters['lock_wait_ms'] / 1000, $labels);
	return $metrics;
}

/** Each server's metrics: name, type, help, and what is its value. */
function server_metrics(array $servers): array
{
	$table = [
		['up', 'gauge', 'Whether the server answers and takes the credentials.', fn ($server) => $server['reachable']],
		['well', 'gauge', 'Whether it also keeps sessions, if it has any to keep.', fn ($server) => $server['state'] === 'well'],
		['latency_seconds', 'gauge', 'Time for one question and its answer.',
			fn ($server) => $server['latency_ms'] === null ? null : $server['latency_ms'] / 1000],
		['memory_used_bytes', 'gauge', 'Memory that the server uses.', fn ($server) => $server['used_memory']],
		['memory_max_bytes', 'gauge', 'Memory that it may use; 0: no limit.', fn ($server) => $server['max_memory']],
		['evictions_total', 'counter', 'Items that it dropped for lack of memory.', fn ($server) => $server['evictions']],
		['clock_offset_seconds', 'gauge', 'How far its clock is ahead of this machine.', fn ($server) => $server['clock_offset']],
	];
	$metrics = [];
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
	return implode('', [$info, $usable, $well, ...server_metrics(servers($status)), ...process_metrics($status['counters'])]);
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

/** For how many sessions started there is one of it. */
function per_start(array $counters, string $name): string
{
	return $counters['starts'] ? number_format($counters[$name] / $counters['starts'], 2) : '–';
}

/** @return array<string, string> what stands below the numbers of a server */
function facts(array $server): array
{
	$memory = $server['used_memory'] === null ? null : megabytes($server['used_memory'])
		. ($server['max_memory'] ? ' of ' . megabytes($server['max_memory']) : ', no limit');
	return array_filter([
		'Version' => $server['server_version'],
		'Memory' => $memory,
		'When full' => $server['eviction_policy'],
		'Dropped' => $server['evictions'] === null ? null : number_format($server['evictions']) . ' items',
		'Persistence' => $server['persistence'],
		'Database' => $server['database'] ? (string) $server['database'] : null,
		'User' => $server['username'],
		'Connection' => $server['tls'] ? 'TLS' : 'in clear',
	], fn ($fact) => $fact !== null);
}

/** What those servers are that are not well, in the words of cfsession_status(); scripts/doctor says the same. */
function trouble(array $status): string
{
	$servers = servers($status);
	$states = array_count_values(array_diff(array_column($servers, 'state'), ['well']));
	$told = array_map(fn ($state, $count) => match (true) {
		count($servers) === 1 => $state,
		$count === 1 => '1 of ' . count($servers) . " $state",
		default => "$count of " . count($servers) . ' ' . strtr($state, ['refuses' => 'refuse', 'fails' => 'fail']),
	}, array_keys($states), $states);
	/* The nodes of a cluster may all answer, and yet keep no sessions. */
	return implode(', ', $told ?: array_diff([$status['state']], ['well', null]));
}

/** @return array{string, string} how sessions are: a word for CSS and one for people */
function verdict(array $status): array
{
	if ($status['prefix'] === null) {
		return ['bad', $status['error'] ?? 'session.save_handler is ' . ini_get('session.save_handler') . ', not cfsession'];
	}
	$trouble = ucfirst(trouble($status));
	if ($status['state'] !== 'well') {
		return ['bad', $trouble];
	}
	/* A sentinel, or a node of a cluster, for which others stand in. */
	return $trouble === '' ? ['good', 'Well'] : ['fair', $trouble];
}

/** What a server is, in a word: sentinels, and the nodes that a cluster is known by, were asked for no session. */
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

function page(array $status): void
{
	$counters = $status['counters'];
	[$class, $words] = verdict($status);
	$refresh = refresh_seconds();
	$waits = $counters['lock_waits'];
	$numbers = [
		'Sessions started' => [number_format($counters['starts']), '',
			"$counters[writes] written, $counters[touches] unchanged, $counters[destroys] destroyed"],
		'Round trips' => [per_start($counters, 'round_trips'), 'a session', "$counters[round_trips] in all"],
		'Waits for locks' => [per_start($counters, 'lock_waits'), 'a session',
			$waits ? number_format($counters['lock_wait_ms'] / $waits, 1) . ' ms each, on average' : 'nobody has waited'],
		'Connections' => [number_format($counters['connects']), '', "$counters[retries] commands repeated"],
		'Lost locks' => [number_format($counters['lost_locks']), '', 'sessions that were not written'],
		'Errors' => [number_format($counters['errors']), '', 'see PHP’s error log'],
	];
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
		@media (min-width: 50rem) { .numbers { grid-template-columns: 1fr 1fr 1fr; } }
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
		p { margin: .5rem 0 0; }
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

		<?php if (($reason = $status['prefix'] === null ? $status['not_configured_because'] : $status['error']) !== null): ?>
		<p class="bad"><?= escape(ucfirst($reason)) ?>.</p>
		<?php endif ?>
		<?php if ($status['servers']): ?>
		<h2>Servers</h2>
		<div class="cards">
			<?php foreach (servers($status) as $server): ?>
			<section class="card">
				<h3><?= escape($server['address']) ?> <span class="state <?= $server['state'] === 'well' ? 'good' : 'bad' ?>"><?=
					state($server, $status) ?></span></h3>
				<?php if ($server['latency_ms'] !== null): ?>
				<div class="number"><?= number_format($server['latency_ms'], 2) ?> <small>ms there and back</small></div>
				<?php endif ?>
				<?php if ($server['error'] !== null): ?>
				<p class="bad"><?= escape(ucfirst($server['error'])) ?>.</p>
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

		<h2>Process <?= getmypid() ?> of PHP</h2>
		<div class="cards numbers">
			<?php foreach ($numbers as $name => [$number, $unit, $remark]): ?>
			<section class="card">
				<h3><?= $name ?></h3>
				<div class="number"><?= $number ?> <small><?= $unit ?></small></div>
				<div class="muted"><?= escape($remark) ?></div>
			</section>
			<?php endforeach ?>
		</div>
		<p class="muted">Each process counts for itself, since it started. The next request may find another one.</p>

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
	page(cfsession_status(true, true));
}

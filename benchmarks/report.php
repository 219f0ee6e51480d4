<?php
/*
 * report.php RAW [DOCS]: prints performance.template.md with the figures of the folder RAW; or writes it, with its
 * charts, into the folder DOCS.
 */

declare(strict_types=1);

require_once __DIR__ . '/results.inc';
require_once __DIR__ . '/chart.inc';
require_once __DIR__ . '/aims.inc';
require_once __DIR__ . '/contestants.inc';
require_once __DIR__ . '/handoff.inc';
require_once __DIR__ . '/page.inc';

const CASES = ['read', 'unchanged', 'changed', 'new', 'regenerate', 'destroy'];
const SIZES = [100 => '100 B', 1000 => '1 kB', 10000 => '10 kB', 100000 => '100 kB', 1000000 => '1 MB'];

/** @param list<list<string>> $rows the first is the head */
function table(array $rows): string
{
	$head = array_shift($rows);
	$lines = [$head, array_map(fn (int $column) => $column ? '---:' : '---', array_keys($head)), ...$rows];
	return implode('', array_map(fn (array $cells) => '| ' . implode(' | ', $cells) . " |\n", $lines));
}

/** Median and quartiles. */
function spread(array $values): string
{
	if (!$values) {
		return '';
	}
	[$low, $middle, $high] = array_map(fn (float $part) => number(quantile($values, $part)), [0.25, 0.5, 0.75]);
	return "$middle ({$low}–$high)";
}

function store_label(Subject $subject): string
{
	return ucfirst($subject->store) . ($subject->lock ? ', locked' : ', not locked');
}

final class Report
{
	private const PACKAGES = ['redis-server', 'memcached', 'php-redis', 'php-memcached', 'php-symfony-http-foundation',
		'php-predis', 'nginx'];
	private const QUANTITIES = ['round trips', 'system calls', 'bytes sent', 'bytes received', 'instructions',
		'allocations', 'PHP allocations'];

	private Results $results;

	public function __construct(private string $raw)
	{
		$this->results = new Results($raw);
	}

	public function text(): string
	{
		$template = file_get_contents(__DIR__ . '/performance.template.md');
		$part = fn (array $match) => rtrim(match ($match[1]) {
			'machine' => $this->machine(),
			'gain' => $this->gain(),
			'aims-reached' => aims_reached($this->results),
			'aims-missed' => aims_missed($this->results),
			'warm' => $this->warm($match[2], $match[3] === 'locked'),
			'delay' => $this->times('delay', fn (Subject $subject) => number($subject->delay) . " ms, $subject->case", 1000),
			'transports' => $this->transports(),
			'counts' => $this->counts(),
			'bytes' => $this->bytes(),
			'page-requests' => (string) Page::REQUESTS,
			'page-work' => (string) Page::WORK,
			'page' => $this->page(),
			'merge' => $this->merge(),
			'handoff-requests' => (string) Handoff::REQUESTS,
			'handoff' => $this->handoff(),
			'web' => $this->web(),
		});
		return preg_replace_callback('/\{\{([a-z-]+)(?: (\w+) (\w+))?\}\}/', $part, $template);
	}

	/** What a user gains, in one sentence. */
	private function gain(): string
	{
		$pages = pages($this->results);
		if (!$pages) {
			return NOT_MEASURED;
		}
		$time = fn (string $name) => number(median($pages[$name]['total']));
		$merging = ['cfsession, Redis, lock=merge', 'cfsession, Memcached, lock=merge'];
		$lost = max(array_map(fn (string $name) => median($pages[$name]['lost']), $merging));
		return wordwrap(sprintf('**A page that sends %d requests of %d ms at once in one session is done after %s ms '
			. 'with `cfsession.lock=merge` and loses %s; with the locks of phpredis it takes %s ms, and with those of '
			. 'php-memcached %s ms.**',
			Page::REQUESTS, Page::WORK, $time($merging[0]), $lost > 0 ? "$lost changes" : 'no change',
			$time('phpredis, locked'), $time('php-memcached, locked')), 120);
	}

	private function machine(): string
	{
		preg_match('/^model name\s*: (.*)/m', (string) @file_get_contents('/proc/cpuinfo'), $cpu);
		preg_match('/^PRETTY_NAME="?([^"\n]*)/m', (string) @file_get_contents('/etc/os-release'), $system);
		$versions = [$system[1] ?? PHP_OS, 'Linux ' . php_uname('r'), 'PHP ' . PHP_VERSION];
		foreach (['hiredis', 'libmemcached'] as $library) {
			$versions[] = "$library " . library($library);
		}
		foreach (self::PACKAGES as $package) {
			$version = (string) shell_exec("dpkg-query --show --showformat='\${Version}' $package 2>/dev/null");
			$version === '' || $versions[] = "$package " . preg_replace('/^\d+:|[+-].*/', '', $version);
		}
		$cores = (int) shell_exec('nproc');
		$kind = trim($cpu[1] ?? php_uname('m'));
		$run = $this->results->records('run')[0];
		return wordwrap("This page shows a $run[extent] run on $cores cores ($kind) that began with a load average of "
			. "$run[load]: " . implode(', ', $versions) . '.', 118, "\n  ");
	}

	private function warm(string $store, bool $lock): string
	{
		$rows = [];
		foreach (CASES as $case) {
			foreach (SIZES as $size => $label) {
				$subject = new Subject('warm', $store, $case, $size, $lock);
				if ($this->results->contestants($subject)) {
					$rows = $rows ?: [$this->head(store_label($subject), $subject)];
					$rows[] = $this->row("$case, $label", $subject);
				}
			}
		}
		return $rows ? table($rows) : NOT_MEASURED;
	}

	/** A table for each store, locked and not. */
	private function times(string $group, callable $label, float $unit = 1): string
	{
		$tables = [];
		foreach ($this->results->subjects($group) as $subject) {
			$title = store_label($subject);
			$tables[$title] ??= [$this->head($title, $subject)];
			$tables[$title][] = $this->row($label($subject), $subject, $unit);
		}
		return $tables ? implode("\n", array_map('table', $tables)) : NOT_MEASURED;
	}

	/** @return list<string> */
	private function head(string $title, Subject $subject): array
	{
		$names = $this->results->contestants($subject);
		return [$title, ...$names, "cfsession ÷ $names[0]", "$names[2] ÷ cfsession"];
	}

	/** @return list<string> */
	private function row(string $label, Subject $subject, float $unit = 1): array
	{
		$cells = [$label];
		$names = $this->results->contestants($subject);
		foreach ($names as $name) {
			$cells[] = spread(array_map(fn (float $time) => $time / $unit, $this->results->times($subject, $name)));
		}
		return [...$cells, number($this->results->ratio($subject, 'cfsession', $names[0])),
			number($this->results->ratio($subject, $names[2], 'cfsession'))];
	}

	private function transports(): string
	{
		$label = fn (string $what) => fn (Subject $subject) => ($what ?: $subject->transport) . ", $subject->case";
		$tls = $this->results->subjects('tls') ? "\n" . $this->times('tls', $label('')) : '';
		return $this->times('cold', $label('new connection')) . "\n" . $this->times('unix', $label('unix socket')) . $tls;
	}

	private function counts(): string
	{
		$counts = [];
		foreach ($this->results->records('counts') as $record) {
			$subject = new Subject('counts', $record['store'], $record['case'], (int) $record['size'], (bool) $record['lock']);
			$label = store_label($subject) . ", $record[case], $record[contestant]";
			$record['case'] === 'size' || $counts[$label][$record['quantity']] = (float) $record['value'];
		}
		$rows = [];
		foreach ($counts as $label => $values) {
			$rows[] = [$label, ...array_map(
				fn (string $name) => isset($values[$name]) ? number_format(round($values[$name])) : '',
				self::QUANTITIES,
			)];
		}
		return $rows ? table([['', ...self::QUANTITIES], ...$rows]) : NOT_MEASURED;
	}

	private function bytes(): string
	{
		$values = [];
		foreach ($this->results->records('counts') as $record) {
			if ($record['case'] === 'size') {
				$store = $record['contestant'] === 'cfsession' ? 'cfsession, ' . ucfirst($record['store']) : $record['contestant'];
				$values[$store][$record['quantity']][] = (float) $record['value'];
			}
		}
		$rows = [];
		foreach ($values as $name => $quantities) {
			$instructions = growth_a_byte($quantities['instructions']);
			$megabytes = fn (string $which) => isset($quantities[$which])
				? sprintf('%.1f MB', growth($quantities[$which]) / 1000) : '';
			$rows[] = [$name, number($instructions), $megabytes('PHP memory'), $megabytes('memory')];
		}
		return $rows ? table([['', 'instructions per byte', 'PHP memory', 'memory of the process'], ...$rows]) : NOT_MEASURED;
	}

	private function page(): string
	{
		$rows = [];
		foreach (pages($this->results) as $name => $values) {
			$rows[] = [$name, spread($values['total']), number(median($values['failed'])), number(median($values['lost']))];
		}
		return $rows ? table([['', 'all done after, ms', 'failed', 'changes lost'], ...$rows]) : NOT_MEASURED;
	}

	private function merge(): string
	{
		$labels = ['time' => 'time', 'server' => 'server CPU'];
		$pairs = [['locked', 'merge'], ['merge, no conflict', 'merge, conflict']];
		$rows = [];
		foreach (merges($this->results) as $store => $sizes) {
			foreach ($sizes as $size => $quantities) {
				foreach ($quantities as $quantity => $contestants) {
					$row = [ucfirst($store) . ', ' . SIZES[$size] . ", $labels[$quantity]"];
					foreach ($pairs as [$one, $other]) {
						array_push($row, spread($contestants[$one]), spread($contestants[$other]),
							number(median_ratio($contestants[$other], $contestants[$one])));
					}
					$rows[] = $row;
				}
			}
		}
		$head = [''];
		foreach ($pairs as [$one, $other]) {
			array_push($head, $one, $other, 'ratio');
		}
		return $rows ? table([$head, ...$rows]) : NOT_MEASURED;
	}

	private function handoff(): string
	{
		$rows = [];
		foreach (handoffs($this->results) as $name => $holds) {
			foreach ($holds as $hold => $values) {
				$rows[] = ["$name, $hold ms", spread($values['multiple']), number(median($values['overtakings'])),
					number(median($values['failed'])), number(median($values['lost'])),
					$values['commands'] ? spread($values['commands']) : ''];
			}
		}
		$head = ['', 'time ÷ ideal', 'overtaken', 'failed', 'changes lost', 'commands'];
		return $rows ? table([$head, ...$rows]) : NOT_MEASURED;
	}

	private function web(): string
	{
		$rows = [];
		foreach (['many users', 'one user'] as $users) {
			foreach (web($this->results)[$users] ?? [] as $name => $values) {
				$rows[] = ["$name, $users", spread($values['rate']), spread($values['median']), spread($values['p99'])];
			}
		}
		return $rows ? table([['', 'requests/s', 'median, ms', '99th percentile, ms'], ...$rows]) : NOT_MEASURED;
	}

	public function draw(string $dir): void
	{
		$by_size = $this->changes('warm', fn (Subject $subject) => (float) $subject->size);
		$by_delay = $this->changes('delay', fn (Subject $subject) => $subject->delay);
		$title = 'A locked request that changes a session: lower is better';
		foreach ($by_delay as $name => $points) {
			$near = $by_size[$name][1000] ?? null;
			$near && $by_delay[$name][] = [0.0, $near[1]];
		}
		$this->drawWarm("$dir/warm.svg");
		draw_lines("$dir/size.svg", $title, 'bytes', 'milliseconds', $by_size, true);
		draw_lines("$dir/delay.svg", $title, 'milliseconds to the server, in each direction', 'milliseconds', $by_delay, false);
		$this->drawPage("$dir/page.svg");
		$this->drawHandoff("$dir/handoff.svg");
		$this->drawWeb("$dir/web.svg");
	}

	private function drawWarm(string $file): void
	{
		$groups = [];
		foreach ($this->results->subjects('warm') as $subject) {
			if ([$subject->case, $subject->size] === ['changed', 1000]) {
				foreach ($this->results->contestants($subject) as $name) {
					$groups[store_label($subject)][$name] = $this->results->times($subject, $name);
				}
			}
		}
		draw_bars($file, 'A request that changes a session of 1 kB: shorter is better', 'microseconds', $groups);
	}

	/** @return array<string, array<array{float, float}>> milliseconds of each contestant, by what $x says */
	private function changes(string $group, callable $x): array
	{
		$series = [];
		foreach ($this->results->subjects($group) as $subject) {
			if ($subject->case === 'changed' && $subject->lock) {
				foreach ($this->results->contestants($subject) as $name) {
					$key = $name === 'cfsession' ? 'cfsession, ' . ucfirst($subject->store) : $name;
					$milliseconds = median($this->results->times($subject, $name)) / 1000;
					/* PHP's files are measured beside both stores. */
					$series[$key][(string) $x($subject)] ??= [$x($subject), $milliseconds];
				}
			}
		}
		return $series;
	}

	private function drawPage(string $file): void
	{
		$groups = [];
		foreach (pages($this->results) as $name => $values) {
			$lost = (int) median($values['lost']);
			$store = str_contains($name, 'emcached') ? 'Memcached' : 'Redis';
			$groups[$store][str_replace(", $store", '', $name) . ($lost ? " ($lost changes lost)" : '')] = $values['total'];
		}
		$title = sprintf('A page sends %d requests of %d ms at once in one session: shorter is better',
			Page::REQUESTS, Page::WORK);
		draw_bars($file, $title, 'milliseconds until all are done', $groups);
	}

	private function drawHandoff(string $file): void
	{
		$groups = [];
		foreach (handoffs($this->results) as $name => $holds) {
			foreach ($holds as $hold => $values) {
				/* Where requests fail, the rest is done sooner. */
				if (median($values['failed']) === 0.0) {
					$groups["held for $hold ms each"][$name] = $values['multiple'];
				}
			}
		}
		$title = Handoff::REQUESTS . ' requests at once in one session: shorter is better';
		draw_bars($file, $title, 'time ÷ ideal', $groups);
	}

	private function drawWeb(string $file): void
	{
		$rates = fn (array $contestants) => array_map(fn (array $values) => $values['rate'], $contestants);
		draw_bars($file, 'Behind nginx and PHP-FPM: taller is better', 'requests per second', array_map($rates, web($this->results)));
	}
}

$report = new Report($argv[1]);
if (isset($argv[2])) {
	$report->draw($argv[2]);
	file_put_contents("$argv[2]/performance.md", $report->text());
} else {
	echo $report->text();
}

<?php
/*
 * Sessions of every kind in eight processes, while their server is restarted, killed and frozen. Checks that each
 * session contained what it must, and that nothing grows.
 *
 * php soak.php redis|memcached [SECONDS [SEED]]
 *
 * The same seed makes the same decisions; their effects depend on timing. worker.inc has the requests, history.inc the
 * model.
 */

declare(strict_types=1);

require __DIR__ . '/../support/client.inc';
require __DIR__ . '/common.inc';
require __DIR__ . '/history.inc';

const WORKERS = 8;
const SHARED = 6;
const OWN = 5;
/* Seconds. */
const LOCK_TTL = 4;
const LOCK_WAIT = 10;
const TIMEOUT = 1;
/* How long after a disturbance requests may fail. */
const AFTERMATH = LOCK_TTL + 2;
/* How long the end stays without disturbances. */
const QUIET_END = AFTERMATH + 4;
/* kB by which a process may grow, because an allocator does not free all memory. */
const GROWTH = 512;

final class Soak
{
	private SoakStore $store;
	private History $history;
	private string $dir;
	/** @var list<Process> */
	private array $workers = [];
	/** @var list<array{float, float}> times in which the server was disturbed */
	private array $disturbances = [];
	private int $restarts = 0;
	private int $freezes = 0;
	private ?float $next = null;
	/** The highest numbers seen while nothing was disturbed. */
	private int $locks = 0;
	private int $connections = 0;

	public function __construct(private string $backend, private float $seconds, private int $seed)
	{
		mt_srand($seed);
		$this->store = soak_store($backend);
		$this->history = new History();
		$this->dir = temp_dir();
	}

	/** Whether the test passes. */
	public function run(): bool
	{
		$this->startWorkers();
		$began = now();
		$end = $began + $this->seconds;
		$this->pass($began + 0.1 * $this->seconds);
		$this->sample();
		$this->pass($began + 0.3 * $this->seconds);
		$before = $this->sample();
		$this->pass($end - 0.15 * $this->seconds, $end - QUIET_END);
		$this->sample();
		$this->pass($end, $end - QUIET_END);
		$after = $this->sample();
		return $this->judge($before, $after, $this->stopWorkers());
	}

	private function startWorkers(): void
	{
		for ($slot = 1; $slot <= SHARED; $slot++) {
			file_put_contents("$this->dir/slot-$slot", "shared-$slot");
		}
		$code = 'const LOCK_TTL = "' . LOCK_TTL . '"; require ' . var_export(__DIR__ . '/worker.inc', true) . ';';
		$largest = $this->backend === 'redis' ? 3 << 20 : 1 << 20;
		for ($i = 1; $i <= WORKERS; $i++) {
			$worker = $this->workers[] = Php::start($code, [
				'session.save_path' => $this->store->savePath(),
				'session.serialize_handler' => 'php_serialize',
				'cfsession.lock_wait' => LOCK_WAIT,
				'cfsession.timeout' => TIMEOUT,
				'cfsession.retry_interval' => 0.2,
			], ['MALLOC_MMAP_THRESHOLD_' => '65536', 'MALLOC_TRIM_THRESHOLD_' => '65536']);
			$worker->writeLine(implode(' ', [$i, $this->seed + $i, OWN, SHARED, $largest, $this->dir]));
		}
	}

	/** Lets time pass, and disturbs the server until $quietFrom. */
	private function pass(float $until, float $quietFrom = INF): void
	{
		while (now() < $until) {
			$last = end($this->disturbances) ?: [0, 0];
			$this->next ??= now() + mt_rand(1500, 11000) / 1000;
			if (now() >= $this->next && now() < $quietFrom) {
				$this->disturb();
				$this->next = null;
			} elseif (now() > $last[1] + AFTERMATH) {
				$this->locks = max($this->locks, count($this->store->besides(true)));
				$this->connections = max($this->connections, $this->store->connections());
			}
			foreach ($this->workers as $worker) {
				$worker->isRunning() || throw new RuntimeException($worker->describe('died') . $worker->output());
			}
			usleep(100000);
		}
	}

	private function disturb(): void
	{
		$from = now();
		$kind = mt_rand(1, 10);
		if ($kind <= 3) {
			$this->store->freeze(true);
			usleep(mt_rand(50000, 1700000));
			$this->store->freeze(false);
			$this->freezes++;
		} else {
			$this->store->restart($kind <= 7);
			$this->restarts++;
			$this->store->forgets() && $this->history->lost($from, now());
		}
		$this->disturbances[] = [$from, now()];
	}

	/** @return array{memory: int, files: int} the sums over all workers */
	private function sample(): array
	{
		foreach ($this->workers as $worker) {
			$worker->writeLine('sample');
		}
		$usages = array_map(fn (Process $worker) => json_decode($worker->readLine(60), true), $this->workers);
		return ['memory' => array_sum(array_column($usages, 'memory')), 'files' => array_sum(array_column($usages, 'files'))];
	}

	/** @return array<string, int> the sums of their counters */
	private function stopWorkers(): array
	{
		foreach ($this->workers as $worker) {
			$worker->writeLine('stop');
		}
		$sums = [];
		foreach ($this->workers as $worker) {
			$output = $worker->output(60);
			foreach (json_decode($output, true) ?? throw new RuntimeException($worker->describe("said $output")) as $name => $value) {
				$sums[$name] = ($sums[$name] ?? 0) + $value;
			}
		}
		return $sums;
	}

	/** @param array{memory: int, files: int} $before and $after, of all workers; $counts likewise */
	private function judge(array $before, array $after, array $counts): bool
	{
		$besides = $this->besidesAtLast();
		for ($i = 1; $i <= WORKERS; $i++) {
			$this->history->read("$this->dir/ledger-$i");
		}
		$stored = $this->store->sessions();
		$this->history->judge(array_map(fn (string $bytes) => unserialize($bytes)['tag'], $stored));
		$causeless = $this->failuresWithoutCause();
		$summary = sprintf(
			'%d requests in %d s, %d writes acknowledged, %d refused, %d doubtful, %d failed requests (%d of them without a cause),'
			. ' %d restarts, %d freezes, seed %d; memory of the %d processes %d -> %d kB, files %d -> %d, connections %d,'
			. ' sessions stored %d, locks at a time %d, keys left beside sessions %d',
			$counts['requests'], $this->seconds, $this->history->acknowledged, $this->history->refused, $this->history->doubtful,
			count($this->history->failures), count($causeless), $this->restarts, $this->freezes, $this->seed,
			WORKERS, $before['memory'], $after['memory'], $before['files'], $after['files'], $this->connections,
			count($stored), $this->locks, count($besides),
		);
		$bounds = [
			'the memory of the processes grew' => $after['memory'] <= $before['memory'] + WORKERS * GROWTH,
			'open files became more' => $after['files'] <= $before['files'],
			/* Connections that this process has just closed may still count. */
			'there are connections that no process uses' => $this->connections <= WORKERS + 4,
			'there are sessions that nobody needs' => count($stored) <= WORKERS * OWN + SHARED + count($this->history->failures),
			/* Listing the keys takes time, in which locks come and go. */
			'locks outlive their requests' => $this->locks <= 2 * WORKERS,
			'everybody waits' => $counts['requests'] >= WORKERS * $this->seconds,
			'keys are left: ' . implode(' ', array_slice($besides, 0, 5)) => $besides === [],
			'requests fail without a cause' => count($causeless) <= $counts['requests'] / 1000,
			'nothing was disturbed' => $this->restarts > 0 && $this->history->failures !== [],
		];
		foreach (array_slice($causeless, 0, 3) as [, , , $message]) {
			$summary .= "\n  without a cause: $message";
		}
		return verdict("soak $this->backend", $summary, $bounds, $this->history->violations);
	}

	/** What is left of locks after all requests. A waiter whose connection broke stays counted for as long as it
	 * would have waited. */
	private function besidesAtLast(): array
	{
		try {
			wait_until(fn () => $this->store->besides(false) === [], LOCK_WAIT + 1);
			return [];
		} catch (RuntimeException) {
			return $this->store->besides(false);
		}
	}

	/** Failures that neither a disturbance, the request itself nor a busy machine explains. */
	private function failuresWithoutCause(): array
	{
		return array_values(array_filter($this->history->failures, function (array $failure): bool {
			[$began, $ended, $lostLock, $message] = $failure;
			if ($lostLock || str_contains($message, 'did not answer')) {
				return false;
			}
			foreach ($this->disturbances as [$from, $to]) {
				if ($began <= $to + AFTERMATH && $ended >= $from) {
					return false;
				}
			}
			return true;
		}));
	}
}

ini_set('memory_limit', '-1');
[, $backend, $seconds, $seed] = $argv + [2 => '60', 3 => (string) random_int(1, 999999)];
exit((int) !(new Soak($backend, (float) $seconds, (int) $seed))->run());

<?php
/*
 * Many at once: 1,000 clients on one server, and 200 requests that wait for one session.
 *
 * php limits.php redis|memcached
 *
 * Prints a line for each test, which begins with PASS or FAIL.
 */

declare(strict_types=1);

require __DIR__ . '/common.inc';
require __DIR__ . '/../support/client.inc';
require __DIR__ . '/../support/session.inc';

const CLIENTS = 1000;
const REQUESTS = 10;
const SHARED = 25;
const WAITERS = 200;
/* Seconds. */
const HOLD = 0.005;
const TIME_LIMIT = 120;

/** Processes that all do the same at the same time, and report. */
final class Crowd
{
	private $reports;
	private $gate;
	/** @var list<int> */
	private array $pids = [];

	/**
	 * @param callable(int): void $arrive what each does before the next one starts
	 * @param callable(int): array $act what all do when open() is called
	 * @param ?callable(int): void $await waits before the next one starts; each then begins at once
	 */
	public function __construct(int $count, callable $arrive, callable $act, ?callable $await = null)
	{
		[$this->reports, $report] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_DGRAM, 0);
		[$gate, $this->gate] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
		stream_set_timeout($this->reports, TIME_LIMIT);
		stream_set_timeout($gate, 10 * TIME_LIMIT);
		for ($i = 0; $i < $count; $i++) {
			$pid = pcntl_fork();
			if ($pid === 0) {
				fclose($this->gate);
				$arrive($i);
				fwrite($report, 'here');
				$await || fread($gate, 1);
				fwrite($report, json_encode($act($i)));
				exit(0);
			}
			$pid > 0 or throw new RuntimeException("No more than $i processes");
			$this->pids[] = $pid;
			$this->hear();
			$await && $await($i);
		}
	}

	/** Lets them begin. */
	public function open(): void
	{
		fclose($this->gate);
	}

	/** @return list<array> their reports, in the order of arrival */
	public function reports(): array
	{
		$reports = array_map(fn () => json_decode($this->hear(), true), $this->pids);
		foreach ($this->pids as $pid) {
			pcntl_waitpid($pid, $status);
			$status === 0 or throw new RuntimeException("A process ended with $status");
		}
		return $reports;
	}

	private function hear(): string
	{
		$report = fread($this->reports, 1 << 16);
		return $report !== false && $report !== '' ? $report : throw new RuntimeException('A process says nothing');
	}
}

/**
 * Increments a counter in a session.
 *
 * @return list<string> failures
 */
function count_in(string $id): array
{
	session_id($id);
	return warnings(function (): void {
		if (session_start()) {
			$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
			session_write_close();
		}
	});
}

/** The sum of the counters of all sessions whose ids begin so. */
function counted(SoakStore $store, string $ids): int
{
	$sessions = array_filter($store->sessions(), fn (string $id) => str_starts_with($id, $ids), ARRAY_FILTER_USE_KEY);
	return array_sum(array_map(fn (string $bytes) => unserialize($bytes)['n'], $sessions));
}

/** In kB. */
function memory(SoakStore $store): int
{
	preg_match('/^VmRSS:\s+(\d+)/m', file_get_contents("/proc/{$store->pid()}/status"), $found);
	return (int) $found[1];
}

/** Each client has its own connection, and uses its own session and one of the shared ones. */
function clients(string $backend): bool
{
	$store = soak_store($backend);
	configure($store->savePath());
	$crowd = new Crowd(
		CLIENTS,
		fn (int $number) => count_in("own-$number") === [] or exit(1),
		function (int $number): array {
			$done = ['own-' => 1, 'shared-' => 0];
			$slowest = 0.0;
			for ($i = 0; $i < REQUESTS; $i++) {
				$kind = array_keys($done)[$i % 2];
				$began = now();
				$done[$kind] += count_in($kind . ($i % 2 ? $number % SHARED : $number)) === [];
				$slowest = max($slowest, now() - $began);
			}
			return $done + ['slowest' => $slowest] + cfsession_status()['counters'];
		},
	);
	$connections = $store->connections();
	$memory = memory($store);
	$began = now();
	$crowd->open();
	$reports = $crowd->reports();
	$seconds = now() - $began;
	wait_until(fn () => $store->connections() === 0, 10, 'connections to be closed');
	$sum = fn (string $name) => array_sum(array_column($reports, $name));
	$stored = ['own-' => counted($store, 'own-'), 'shared-' => counted($store, 'shared-')];
	return verdict("limits $backend", sprintf(
		'%d clients at a time, %d requests in %.1f s, %d failed, %d waited for a lock, the slowest took %.2f s;'
		. ' %d connections, %d connects, %d kB in the server, keys left beside sessions %d',
		CLIENTS, CLIENTS * (REQUESTS + 1), $seconds, $sum('errors'), $sum('lock_waits'), max(array_column($reports, 'slowest')),
		$connections, $sum('connects'), $memory, count($store->besides(false)),
	), [
		'requests failed' => $sum('own-') + $sum('shared-') === CLIENTS * (REQUESTS + 1),
		'updates are lost' => $stored === ['own-' => $sum('own-'), 'shared-' => $sum('shared-')],
		'each client has one connection' => $connections === CLIENTS && $sum('connects') === CLIENTS,
		'keys are left' => $store->besides(false) === [],
	]);
}

/** All requests wait for one session, which each holds for a moment. */
function waiters(string $backend): bool
{
	$store = soak_store($backend);
	configure($store->savePath());
	$holder = Php::start('session_id("s"); session_start(); say("has it"); hear(); $_SESSION["order"] = []; session_write_close();', [
		'session.save_path' => $store->savePath(),
		'session.serialize_handler' => 'php_serialize',
		'cfsession.lock_ttl' => TIME_LIMIT,
	]);
	$holder->readLine();
	$before = memory($store);
	$crowd = new Crowd(WAITERS, fn () => null, function (int $number): array {
		$arrived = now();
		$messages = warnings(function () use ($number): void {
			session_id('s');
			if (session_start()) {
				$_SESSION['order'][] = $number;
			}
		});
		$got = now();
		usleep((int) (1e6 * HOLD));
		$messages = [...$messages, ...warnings(session_write_close(...))];
		return ['waited' => $got - $arrived, 'messages' => $messages];
	}, fn (int $number) => wait_until(fn () => $store->waiting() === $number + 1, TIME_LIMIT, "$number requests to wait"));
	$memory = memory($store);
	$connections = $store->connections();
	$began = now();
	$holder->writeLine('release it');
	$reports = $crowd->reports();
	$holder->wait();
	$seconds = now() - $began;
	$order = unserialize($store->sessions()['s'])['order'];
	$displaced = array_map(fn (int $number, int $place) => abs($number - $place), $order, array_keys($order));
	$correlation = 1 - 6 * array_sum(array_map(fn (int $by) => $by ** 2, $displaced)) / (WAITERS ** 3 - WAITERS);
	sort($displaced);
	wait_until(fn () => $store->connections() === 0, 10, 'connections to be closed');
	$failed = array_merge(...array_column($reports, 'messages'));
	return verdict("limits $backend", sprintf(
		'%d requests waited for one session and had it for %d ms each: all of them within %.2f s, the slowest after %.2f s;'
		. ' order of service against that of arrival: rank correlation %.3f, places off: median %d, most %d;'
		. ' %d connections, server %d -> %d -> %d kB, keys left beside sessions %d',
		WAITERS, 1e3 * HOLD, $seconds, max(array_column($reports, 'waited')), $correlation, $displaced[WAITERS / 2], end($displaced),
		$connections, $before, $memory, memory($store), count($store->besides(false)),
	), [
		'requests failed: ' . ($failed[0] ?? '') => $failed === [],
		'not each had it once' => count($order) === WAITERS && count(array_unique($order)) === WAITERS,
		'keys are left' => $store->besides(false) === [],
	]);
}

ini_set('session.serialize_handler', 'php_serialize');
ini_set('cfsession.lock_wait', (string) TIME_LIMIT);
ini_set('cfsession.lock_ttl', (string) TIME_LIMIT);
ini_set('cfsession.timeout', '30');
ini_set('cfsession.connect_timeout', '30');
exit((int) !(clients($argv[1]) & waiters($argv[1])));

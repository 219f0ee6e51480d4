<?php
/*
 * Requests end in every way and at every point of their session's life, in PHP-FPM workers that live on, while servers
 * are frozen, killed and restarted. Checks what sessions contain, what requests leave behind, and their warnings.
 *
 * php ends.php redis|memcached [SECONDS [SEED]]
 *
 * The same seed makes the same decisions; their effects depend on timing. ends_plan.inc chooses what a request does,
 * ends_request.inc does it, ends_model.inc is the model.
 */

declare(strict_types=1);

require __DIR__ . '/../support/client.inc';
require __DIR__ . '/../support/fpm.inc';
require __DIR__ . '/common.inc';
require __DIR__ . '/ends_plan.inc';
require __DIR__ . '/ends_model.inc';

const WORKERS = 4;
/* The number of sessions on each server. */
const LOCKED = 8;
const UNLOCKED = 4;
/* Seconds. */
const TIMEOUT = 1.5;
const CONNECT_TIMEOUT = 1.0;
const LOCK_TTL = 4;
const LOCK_WAIT = 7;
/* The extra time that an operation may take. */
const MARGIN = 0.1;
/* How long a lock without a known request may exist. */
const UNOWNED = 1.5;
const LOOK = 0.1;
/* Longer than any request, even one that uses up a second of CPU time on a busy machine. */
const HANGS = 240;
/* kB by which a worker may grow (PHP keeps one or two chunks of 2 MB), and files that it may open besides those at its
 * start: for each way to a server a connection for the session, and one to destroy another session. */
const GROWTH = 2048;
const FILES = 4;

/** A server, and whether it is up. */
final class Place
{
	public ?float $frozenSince = null;
	public float $thaws = 0;
	/** @var array<string, array{string, float}> locks without a known request, by id: token, since when */
	public array $unowned = [];

	public function __construct(public readonly SoakStore $store, public readonly string $group)
	{
	}
}

/** A running request. */
final class Flight
{
	public readonly float $began;

	public function __construct(
		public readonly array $plan,
		public readonly int $slot,
		public readonly FpmExchange|Process $carrier,
	) {
		$this->began = now();
	}

	public function isOver(): bool
	{
		return $this->carrier instanceof Process ? !$this->carrier->isRunning() : $this->carrier->isOver();
	}

	/** Whether it may have the lock of that session; a request may also make a new id. */
	public function mayHave(string $id, bool $isKnown): bool
	{
		return !$isKnown || $this->plan['id'] === $id;
	}
}

final class Ends
{
	private EndsModel $model;
	private FpmServer $fpm;
	private Process $clock;
	private string $dir;
	/** @var list<Place> */
	private array $places = [];
	/** @var list<array{Place, bool, string}> for each session: its server, whether it is locked, its id */
	private array $slots = [];
	/** @var array<int, Flight> */
	private array $flights = [];
	private int $requests = 0;
	private int $freezes = 0;
	private int $restarts = 0;
	private float $nextDisturbance;
	private float $nextLook = 0;
	/** @var list<array{float, float}> when and by how much a sleeping process woke too late */
	private array $delays = [];
	/** @var array<int, int> files that each worker had open at first */
	private array $files = [];
	/** @var array<int, int> the lowest memory of each worker since the last sample, kB */
	private array $memory = [];
	/** @var array<string, true> tokens of locks already reported */
	private array $reported = [];
	private array $violations = [];

	public function __construct(private string $backend, private float $seconds, private int $seed)
	{
		mt_srand($seed);
		$this->dir = temp_dir();
		$stores = $backend === 'redis' ? [new RedisSoakStore()] : [new MemcachedSoakStore(), new MemcachedSoakStore(onSocket: true)];
		$this->model = new EndsModel(TIMEOUT + CONNECT_TIMEOUT + MARGIN, LOCK_WAIT, LOCK_TTL + 1, $this->slack(...));
		foreach ($stores as $number => $store) {
			$this->places[] = new Place($store, "server $number");
			for ($i = 0; $i < LOCKED + UNLOCKED; $i++) {
				$id = "session$number" . chr(ord('a') + $i);
				$this->slots[] = [$this->places[$number], $i < LOCKED, $id];
				$this->model->know($id, "server $number");
			}
		}
		$this->nextDisturbance = now() + 3;
	}

	/** Whether the test passes. */
	public function run(): bool
	{
		$this->startWorkers();
		$end = now() + $this->seconds;
		$this->pass($end - 0.8 * $this->seconds, disturbs: true);
		$this->sample();
		$this->pass($end - 0.5 * $this->seconds, disturbs: true);
		$before = $this->sample();
		$this->pass($end - 6, disturbs: true);
		$this->sample();
		$this->pass($end, disturbs: false);
		$after = $this->sample();
		$this->land();
		return $this->judge($before, $after);
	}

	private function settings(): array
	{
		return [
			'session.use_cookies' => '0',
			'session.cache_limiter' => '',
			'cfsession.lock_wait' => LOCK_WAIT,
			'cfsession.lock_ttl' => LOCK_TTL,
			'cfsession.timeout' => TIMEOUT,
			'cfsession.connect_timeout' => CONNECT_TIMEOUT,
			'cfsession.retry_interval' => 0.1,
			'memory_limit' => '64M',
			'fatal_error_backtraces' => '0',
		];
	}

	private function startWorkers(): void
	{
		$this->fpm = FpmServer::start($this->code(), $this->settings(), [], ['pm.max_children' => (string) WORKERS]);
		/* Once the workers have closed their parent's files, all have the same number. */
		$this->files = wait_until(function (): array {
			foreach ($this->fpm->workers() as $pid) {
				$files[$pid] = count(scandir("/proc/$pid/fd"));
			}
			return count($files ?? []) === WORKERS && count(array_unique($files)) === 1 ? $files : [];
		}, 10, 'the workers');
		/* Measures how late a process wakes after a sleep. */
		$this->clock = Php::start('
			for (;;) {
				$due = hrtime(true) + 20e6;
				usleep(20000);
				$late = hrtime(true) - $due;
				$late > 10e6 && say(json_encode([hrtime(true) / 1e9, $late / 1e9]));
			}');
	}

	private function code(): string
	{
		return 'require ' . var_export(__DIR__ . '/ends_request.inc', true) . ';';
	}

	/** Keeps all workers busy. */
	private function pass(float $until, bool $disturbs): void
	{
		while (now() < $until) {
			while (count($this->flights) < WORKERS) {
				$this->launch();
			}
			$this->step($disturbs);
		}
	}

	/** Lets the last requests end, and the locks that they have left expire. */
	private function land(): void
	{
		for ($until = now() + 2; $this->flights || now() < $until;) {
			$this->step(disturbs: false);
		}
		$this->clock->kill();
	}

	private function launch(): void
	{
		$slot = mt_rand(0, count($this->slots) - 1);
		[$place, $isLocked, $id] = $this->slots[$slot];
		$others = array_filter($this->slots, fn (array $other) => $other[0] === $place && $other[2] !== $id);
		$paths = $place->store->savePaths();
		$number = ++$this->requests;
		$plan = ['number' => $number, 'ledger' => "$this->dir/$number"]
			+ make_plan($id, $others[array_rand($others)][2], $isLocked, $paths[mt_rand(0, count($paths) - 1)]);
		file_put_contents($plan['ledger'], '');
		$this->flights[] = new Flight($plan, $slot, chance(25)
			? Php::start('$_GET["plan"] = ' . var_export(json_encode($plan), true) . '; ' . $this->code(), $this->settings())
			: $this->fpm->ask([], ['plan' => json_encode($plan)]));
	}

	private function step(bool $disturbs): void
	{
		$read = array_column(array_filter(array_column($this->flights, 'carrier'), fn ($carrier) => $carrier instanceof FpmExchange), 'stream');
		$none = null;
		$read ? stream_select($read, $none, $none, 0, 5000) : usleep(5000);
		foreach ($this->flights as $key => $flight) {
			if ($flight->isOver()) {
				unset($this->flights[$key]);
				$this->end($flight);
			} elseif (now() > $flight->began + HANGS) {
				throw new RuntimeException('A request does not end: ' . json_encode($flight->plan) . "\n" . file_get_contents($flight->plan['ledger']));
			}
		}
		$this->thaw();
		if ($disturbs && now() > $this->nextDisturbance) {
			$this->disturb($this->places[mt_rand(0, count($this->places) - 1)]);
			$this->nextDisturbance = now() + mt_rand(500, 5000) / 1000;
		}
		if (now() > $this->nextLook) {
			$this->look();
			$this->nextLook = now() + LOOK;
		}
	}

	private function end(Flight $flight): void
	{
		$plan = $flight->plan;
		$output = $flight->carrier instanceof Process ? $flight->carrier->output() : $flight->carrier->response();
		/* PHP exits with 255 after an error. */
		if ($flight->carrier instanceof Process ? $flight->carrier->wait() > 128 && $flight->carrier->wait() < 160 : $output === '') {
			$this->violations[] = "request $plan[number] ended its process: " . json_encode($plan);
		}
		$events = array_map(fn (string $line) => json_decode($line, true, flags: JSON_THROW_ON_ERROR), file($plan['ledger'], FILE_IGNORE_NEW_LINES));
		unlink($plan['ledger']);
		$this->slots[$flight->slot][2] = $this->model->take($plan, $events, $flight->began, now(), $output);
	}

	/* {{{ Disturbances */

	private function disturb(Place $place): void
	{
		if ($place->frozenSince !== null) {
			return;
		}
		$kind = mt_rand(1, 10);
		$from = now();
		if ($kind <= 5) {
			$place->store->freeze(true);
			$place->frozenSince = $from;
			$place->thaws = $from + mt_rand(50, 3500) / 1000;
			$this->freezes++;
			return;
		}
		$place->store->restart($kind <= 8);
		$this->restarts++;
		$this->model->disturbed($from, now());
		$place->store->forgets() && $this->model->lost($place->group, $from, now());
	}

	private function thaw(): void
	{
		foreach ($this->places as $place) {
			if ($place->frozenSince !== null && now() > $place->thaws) {
				$place->store->freeze(false);
				$this->model->disturbed($place->frozenSince, now());
				$place->frozenSince = null;
			}
		}
	}

	/* }}} */

	/* {{{ What requests leave behind */

	/** Looks for locks without a known request. If a server did not answer a request, its lock stays until it expires. */
	private function look(): void
	{
		foreach ($this->places as $place) {
			if ($place->frozenSince !== null) {
				continue;
			}
			$unowned = [];
			foreach ($place->store->locks(array_map('strval', array_keys($this->model->groups()))) as $id => $token) {
				if (!$this->mayBeOwned((string) $id)) {
					[$was, $since] = $place->unowned[$id] ?? ['', 0];
					$unowned[$id] = [$token, $was === $token ? $since : now()];
					$this->judgeLock((string) $id, $token, $unowned[$id][1]);
				}
			}
			$place->unowned = $unowned;
		}
		foreach (array_keys($this->files) as $pid) {
			preg_match('/^RssAnon:\s+(\d+)/m', (string) @file_get_contents("/proc/$pid/status"), $found);
			$this->memory[$pid] = min((int) ($found[1] ?? 0), $this->memory[$pid] ?? PHP_INT_MAX);
		}
	}

	private function mayBeOwned(string $id): bool
	{
		$isKnown = isset($this->model->groups()[$id]);
		foreach ($this->flights as $flight) {
			if ($flight->mayHave($id, $isKnown)) {
				return true;
			}
		}
		return false;
	}

	private function judgeLock(string $id, string $token, float $since): void
	{
		if (now() > $since + UNOWNED && !isset($this->reported[$token]) && !$this->model->isDisturbed($since - LOCK_TTL - 1, now())) {
			$this->reported[$token] = true;
			$this->violations[] = sprintf('%s is locked since %.4f, and no request knows of it; the last one: %s', $id, $since, $this->model->lastVisit($id));
		}
	}
	/** @return array<int, int> the memory of each worker, kB */
	private function sample(): array
	{
		$memory = $this->memory;
		$this->memory = [];
		return $memory;
	}

	/* }}} */

	/** By how much a process woke too late at most in that time. */
	private function slack(float $from, float $to): float
	{
		$late = 0.0;
		foreach ($this->delays as [$time, $by]) {
			if ($time >= $from && $time - $by <= $to) {
				$late = max($late, $by);
			}
		}
		return $late;
	}

	private function judge(array $before, array $after): bool
	{
		$this->delays = array_map(fn (string $line) => json_decode($line, true), array_filter(explode("\n", trim($this->clock->output())), 'strlen'));
		$sessions = $locks = [];
		$connections = 0;
		foreach ($this->places as $place) {
			$sessions += array_map(tag_of(...), $place->store->sessions());
			$locks += $place->store->locks();
			$connections += $place->store->connections();
		}
		$files = [];
		foreach ($this->files as $pid => $first) {
			$files[] = count(@scandir("/proc/$pid/fd") ?: []) - $first;
		}
		$this->model->judge($sessions, now());
		$crashes = preg_match_all('/child \d+ exited.*/', $this->fpm->log(), $exits);
		return verdict("ends $this->backend", sprintf(
			'%d requests in %d s, %d changes acknowledged, %d refused, %d doubtful, %d failed attempts (%d of them without a cause), %d freezes,'
			. ' %d restarts, seed %d; memory of the %d workers %d -> %d kB, files more than at first %s, connections %d, sessions %d, locks left %d,'
			. ' the slowest call %.2f s, the machine late by %.2f s at most',
			$this->requests, $this->seconds, $this->model->acknowledged, $this->model->refused, $this->model->doubtful, $this->model->failures,
			$this->model->causeless, $this->freezes, $this->restarts, $this->seed, WORKERS, array_sum($before), array_sum($after),
			implode('/', $files), $connections, count($sessions), count($locks), $this->model->slowest, $this->slack(0, INF),
		), [
			"$crashes workers have ended: " . ($exits[0][0] ?? '') => $crashes === 0 && count(array_filter($after)) === WORKERS,
			'the memory of the workers grew' => array_sum($after) <= array_sum($before) + WORKERS * GROWTH,
			'files are left open' => max($files) <= FILES,
			'connections are left' => $connections <= WORKERS * FILES,
			'locks are left: ' . implode(' ', array_keys($locks)) => $locks === [],
			'nothing was disturbed' => $this->freezes > 0 && $this->restarts > 0 && $this->model->failures > 0,
			'nothing was done' => $this->model->acknowledged > $this->requests / 4,
		], [...$this->violations, ...$this->model->violations]);
	}
}

ini_set('memory_limit', '-1');
[, $backend, $seconds, $seed] = $argv + [2 => '60', 3 => (string) random_int(1, 999999)];
exit((int) !(new Ends($backend, (float) $seconds, (int) $seed))->run());

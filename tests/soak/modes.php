<?php
/*
 * All modes of cfsession.lock at once, while requests are killed at random. Checks that each write is stored once, and
 * how long others wait for a killed request.
 *
 * php modes.php redis|memcached [SECONDS [SEED]]
 *
 * All workers share the sessions, which change every few seconds. modes_worker.inc has the requests.
 */

declare(strict_types=1);

require __DIR__ . '/../support/client.inc';
require __DIR__ . '/common.inc';

const WORKERS = 6;
/* Seconds. */
const EPOCH = 3;
const LEASE = 1;
/* Memcached's clock has whole seconds, a lock there lasts three at least, and the machine is busy. */
const LEASE_AT_MOST = ['redis' => LEASE + 2, 'memcached' => LEASE + 3];

final class Modes
{
	private SoakStore $store;
	private string $dir;
	/** @var array<int, Process> */
	private array $workers = [];
	/** @var list<float> when workers were killed */
	private array $kills = [];

	public function __construct(private string $backend, private float $seconds, private int $seed)
	{
		mt_srand($seed);
		$this->store = soak_store($backend);
		$this->dir = temp_dir();
	}

	public function run(): bool
	{
		for ($i = 0; $i < WORKERS; $i++) {
			$this->start($i);
		}
		$end = now() + $this->seconds;
		while (now() < $end) {
			usleep(mt_rand(50, 700) * 1000);
			$i = mt_rand(0, WORKERS - 1);
			$this->workers[$i]->kill();
			$this->kills[] = now();
			$this->start($i);
		}
		foreach ($this->workers as $worker) {
			$worker->writeLine('stop');
		}
		foreach ($this->workers as $worker) {
			$worker->wait(30);
		}
		return $this->judge();
	}

	private function start(int $i): void
	{
		$code = sprintf('const MODES_EPOCH = %d; require %s; (new ModesWorker("w%d", %s, %d))->run();', EPOCH,
			var_export(__DIR__ . '/modes_worker.inc', true), $i, var_export($this->ledger($i), true), LEASE);
		$this->workers[$i] = Php::start($code, [
			'session.save_path' => $this->store->savePath(),
			'session.serialize_handler' => 'php_serialize',
			'cfsession.lock_lease' => LEASE,
			'cfsession.lock_wait' => 30,
		]);
	}

	private function ledger(int $i): string
	{
		return "$this->dir/ledger-$i";
	}

	private function judge(): bool
	{
		$done = $maybe = $waits = $wrong = [];
		for ($i = 0; $i < WORKERS; $i++) {
			foreach (file($this->ledger($i), FILE_IGNORE_NEW_LINES) as $line) {
				$words = explode(' ', $line, 3);
				match ($words[0]) {
					'done' => $done[$words[1]]["w$i.$words[2]"] = true,
					'try' => $maybe[$words[1]]["w$i.$words[2]"] = true,
					'wait' => $waits[] = [(float) $words[1], (float) $words[2]],
					'wrong' => $wrong[] = "w$i: " . substr($line, strlen('wrong ')),
					default => null,
				};
			}
		}
		foreach ($this->store->sessions() as $session => $bytes) {
			str_starts_with($session, 'off-') || array_push($wrong,
				...$this->compare($session, $bytes, $done[$session] ?? [], $maybe[$session] ?? []));
		}
		$writes = array_sum(array_map('count', $done));
		$longest = $waits ? max(array_column($waits, 1)) : 0;
		$summary = sprintf('%d writes in %d sessions, %d requests killed, longest wait %.1f s (seed %d)',
			$writes, count($done), count($this->kills), $longest, $this->seed);
		return verdict("modes $this->backend", $summary, [
			'too few writes to tell' => $writes > 20 * $this->seconds,
			'nobody was killed' => count($this->kills) > $this->seconds / 2,
		], [...$wrong, ...$this->lockedOut($waits)]);
	}

	/** @return list<string> missing writes, and writes that should not be there */
	private function compare(string $session, string $bytes, array $done, array $maybe): array
	{
		$log = array_count_values(unserialize($bytes)['log'] ?? []);
		$wrong = [];
		foreach (array_diff_key($done, $log) as $write => $true) {
			$wrong[] = "$session has lost $write";
		}
		foreach ($log as $write => $count) {
			if ($count > 1 || !isset($maybe[$write])) {
				$wrong[] = "$session has $write $count times";
			}
		}
		return $wrong;
	}

	/**
	 * A waiter may wait for several killed requests, one after the other.
	 *
	 * @param list<array{float, float}> $waits begin and length of each
	 * @return list<string>
	 */
	private function lockedOut(array $waits): array
	{
		$wrong = [];
		$most = LEASE_AT_MOST[$this->backend];
		foreach ($waits as [$began, $took]) {
			$killed = count(array_filter($this->kills, fn ($at) => $at > $began - $most && $at < $began + $took));
			/* Some keep their lock for one and a half leases. */
			if ($took > $most * $killed + WORKERS * 1.5 * LEASE + 1) {
				$wrong[] = sprintf('a request waited %.1f s, in which %d were killed', $took, $killed);
			}
		}
		return $wrong;
	}
}

ini_set('memory_limit', '-1');
[, $backend, $seconds, $seed] = $argv + [2 => '45', 3 => (string) random_int(1, 999999)];
exit((int) !(new Modes($backend, (float) $seconds, (int) $seed))->run());

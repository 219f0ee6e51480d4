<?php
/*
 * measure.php FILE FULL|QUICK GROUP...: measures, and adds a line to FILE for each slice:
 *
 *   group, store, transport, delay in ms each way, locked (1 or 0), case, size, contestant, round, requests, ns
 *
 * All contestants of a case take turns, a slice of some milliseconds each, so that whatever else the machine does
 * meets all of them.
 */

declare(strict_types=1);

require_once __DIR__ . '/contestants.inc';
require_once __DIR__ . '/../tests/support/redis.inc';
require_once __DIR__ . '/../tests/support/memcached.inc';
require_once __DIR__ . '/../tests/support/certificates.inc';

const CASES = ['read', 'unchanged', 'changed', 'new', 'regenerate', 'destroy'];
const SIZES = [100, 1000, 10000, 100000, 1000000];
const PASSWORD = 'a-password-of-32-characters-1234';

final class Measurement
{
	/** @var resource */
	private $output;
	private Recorder $recorder;
	private int $rounds;
	private float $slice;

	public function __construct(string $file, private bool $quick)
	{
		$this->output = fopen($file, 'a');
		$this->recorder = new Recorder();
		$this->rounds = $quick ? 5 : 15;
		$this->slice = $quick ? 15e6 : 50e6;
	}

	/** All cases and sizes on connections that are kept. */
	public function warm(): void
	{
		$sizes = $this->quick ? [1000, 100000] : SIZES;
		foreach ([$this->redis(), $this->memcached()] as [$store, $server]) {
			foreach ([true, false] as $lock) {
				$place = new Place($store, "127.0.0.1:{$server->port}", $lock);
				$contestants = $this->contestants($place);
				foreach ($sizes as $size) {
					foreach (CASES as $case) {
						$this->compete($contestants, ['warm', $store, 'tcp', 0, (int) $lock, $case, $size], $server);
					}
				}
			}
		}
	}

	/** @return array{string, RedisServer} */
	private function redis(array $options = []): array
	{
		return ['redis', RedisServer::start($options)];
	}

	/** @return array{string, MemcachedServer} */
	private function memcached(): array
	{
		return ['memcached', MemcachedServer::start(['-t', '4', '-m', '1024'])];
	}

	/** Memcached makes room by itself. */
	private function clear(RedisServer|MemcachedServer $server): void
	{
		$server instanceof RedisServer && $server->call('FLUSHALL');
	}

	/** @return array<string, Contestant> those that can do it in this place */
	private function contestants(Place $place): array
	{
		$library = ['redis' => 'hiredis', 'memcached' => 'libmemcached'][$place->store];
		$peer = ['redis' => 'phpredis', 'memcached' => 'php-memcached'][$place->store];
		$contestants = [
			"bare $library" => new BareContestant($place, $this->recorder),
			'cfsession' => new PhpContestant('cfsession', $place),
			$peer => new PhpContestant($peer, $place),
		];
		if ($place->lock) {
			$contestants['files'] = new PhpContestant('files', $place);
		} elseif ($place->store === 'redis') {
			$contestants['symfony-phpredis'] = new PhpContestant('symfony-phpredis', $place);
			$contestants['symfony-predis'] = new PhpContestant('symfony-predis', $place);
		}
		return $contestants;
	}

	/**
	 * @param array<string, Contestant> $contestants
	 * @param list<string|int|float> $what the columns that all lines have, case and size at the end
	 */
	private function compete(array $contestants, array $what, RedisServer|MemcachedServer $server): void
	{
		[$case, $size] = array_slice($what, -2);
		$counts = [];
		foreach ($contestants as $name => $contestant) {
			$counts[$name] = $this->calibrate($contestant, $case, $size);
		}
		for ($round = 0; $round < $this->rounds; $round++) {
			foreach ($contestants as $name => $contestant) {
				$contestant->prepare($case, $size, $counts[$name]);
				$this->row([...$what, $name, $round, $counts[$name], $contestant->run()]);
			}
			$this->clear($server);
		}
		fwrite(STDERR, '.');
	}

	/** How many requests are a slice. */
	private function calibrate(Contestant $contestant, string $case, int $size): int
	{
		$contestant->prepare($case, $size, 5);
		return (int) max(3, min(5000, $this->slice / ($contestant->run() / 5)));
	}

	private function row(array $columns): void
	{
		fwrite($this->output, implode("\t", $columns) . "\n");
	}
}

[, $file, $extent] = $argv;
$measurement = new Measurement($file, $extent === 'quick');
foreach (array_slice($argv, 3) as $group) {
	$began = now();
	fwrite(STDERR, "$group ");
	$measurement->$group();
	fprintf(STDERR, " %d s\n", now() - $began);
}

<?php
/*
 * measure.php FILE FULL|QUICK GROUP...: measures, and adds a line to FILE for each slice:
 *
 *   group, store, transport, delay in ms each way, locked (1 or 0), case, size, contestant, round, requests, ns
 *
 * All contestants of a case take turns, a slice of some milliseconds each, so that whatever else the machine does
 * affects all of them.
 */

declare(strict_types=1);

require_once __DIR__ . '/contestants.inc';
require_once __DIR__ . '/counts.inc';
require_once __DIR__ . '/handoff.inc';
require_once __DIR__ . '/merge.inc';
require_once __DIR__ . '/page.inc';
require_once __DIR__ . '/web.inc';
require_once __DIR__ . '/../tests/support/redis.inc';
require_once __DIR__ . '/../tests/support/memcached.inc';
require_once __DIR__ . '/../tests/support/certificates.inc';

const CASES = ['read', 'unchanged', 'changed', 'new', 'regenerate', 'destroy'];
const SIZES = [100, 1000, 10000, 100000, 1000000];
const PASSWORD = 'a-password-of-32-characters-1234';

final class Measurement
{
	/* The peers are configured never to give up. Symfony's handler does not lock. */
	private const WEB = [
		'cfsession, Redis' => ['cfsession', 'redis', true, []],
		'phpredis' => ['phpredis', 'redis', true, ['redis.session.lock_retries' => '-1']],
		'cfsession, Memcached' => ['cfsession', 'memcached', true, []],
		'php-memcached' => ['php-memcached', 'memcached', true, ['memcached.sess_lock_retries' => '1000']],
		'files' => ['files', 'redis', true, []],
		'cfsession, Redis, not locked' => ['cfsession', 'redis', false, []],
		'phpredis, not locked' => ['phpredis', 'redis', false, []],
		'symfony-phpredis, not locked' => ['symfony-phpredis', 'redis', false, []],
		'symfony-predis, not locked' => ['symfony-predis', 'redis', false, []],
	];

	private Recorder $recorder;
	private int $rounds;
	private float $slice;

	public function __construct(private string $file, private bool $quick)
	{
		$this->recorder = new Recorder();
		$this->rounds = $quick ? 5 : 15;
		$this->slice = $quick ? 15e6 : 50e6;
	}

	/** All cases and sizes on connections that are kept. */
	public function warm(): void
	{
		foreach ($this->servers() as [$store, $server]) {
			foreach ([true, false] as $lock) {
				$place = new Place($store, "127.0.0.1:{$server->port}", $lock);
				$contestants = $this->contestants($place, $place) + $this->others($place);
				foreach ($this->quick ? [1000, 100000] : SIZES as $size) {
					foreach (CASES as $case) {
						$this->compete($contestants, ['warm', $store, 'tcp', 0, (int) $lock, $case, $size], $server);
					}
				}
			}
		}
	}

	/** With servers that are further away. */
	public function delay(): void
	{
		foreach ($this->servers() as [$store, $server]) {
			foreach ($this->quick ? [2] : [0.5, 2, 10] as $delay) {
				$relay = new Relay("127.0.0.1:{$server->port}", $delay / 1000);
				foreach ([true, false] as $lock) {
					$recorded = new Place($store, "127.0.0.1:{$server->port}", $lock);
					$place = $recorded->at($relay->address());
					$contestants = $this->contestants($place, $recorded) + ($lock ? [] : $this->others($place));
					foreach (['unchanged', 'changed'] as $case) {
						$this->compete($contestants, ['delay', $store, 'tcp', $delay, (int) $lock, $case, 1000], $server, 5);
					}
				}
			}
		}
	}

	/** With a new connection for each request, and a login. */
	public function cold(): void
	{
		$plain = $this->servers();
		$servers = [
			'redis' => RedisServer::start(['requirepass' => PASSWORD]),
			'memcached' => MemcachedServer::sasl('bench', PASSWORD, ['-t', '4']),
		];
		foreach ($plain as [$store, $recorded_at]) {
			$server = $servers[$store];
			$place = new Place($store, "127.0.0.1:{$server->port}", true, false, PASSWORD);
			$recorded = $store === 'redis' ? $place : new Place($store, "127.0.0.1:{$recorded_at->port}", true, false);
			foreach (['unchanged', 'changed'] as $case) {
				$this->compete($this->contestants($place, $recorded), ['cold', $store, 'tcp', 0, 1, $case, 1000], $server);
			}
		}
	}

	/** By a socket in the file system. */
	public function unix(): void
	{
		$redis = RedisServer::start();
		$path = MemcachedServer::directory() . '/socket';
		$servers = [['redis', $redis->socket, $redis], ['memcached', $path, MemcachedServer::startOnSocket($path)]];
		foreach ($servers as [$store, $address, $server]) {
			foreach ([true, false] as $lock) {
				$place = new Place($store, $address, $lock);
				$contestants = $this->contestants($place, $place);
				foreach (['unchanged', 'changed'] as $case) {
					$this->compete($contestants, ['unix', $store, 'unix', 0, (int) $lock, $case, 1000], $server);
				}
			}
		}
	}

	/** With TLS, on kept and on new connections. The bare loop replays what was recorded without TLS. */
	public function tls(): void
	{
		$plain = RedisServer::start();
		$certificate = Certificate::server('IP:127.0.0.1', null);
		$server = RedisServer::start([
			'tls-cert-file' => $certificate->file,
			'tls-key-file' => $certificate->key,
			'tls-ca-cert-file' => $certificate->file,
			'tls-auth-clients' => 'no',
		]);
		foreach ([[true, true], [false, true], [true, false]] as [$lock, $persistent]) {
			$recorded = new Place('redis', "127.0.0.1:{$plain->port}", $lock, $persistent);
			$place = new Place('redis', "127.0.0.1:{$server->port}", $lock, $persistent, null, $certificate->file);
			$contestants = $this->contestants($place, $recorded);
			foreach (['unchanged', 'changed'] as $case) {
				$transport = $persistent ? 'tls' : 'tls, new connection';
				$this->compete($contestants, ['tls', 'redis', $transport, 0, (int) $lock, $case, 1000], $server);
			}
		}
	}

	/** Many requests to one session, each of which keeps it for a while. */
	public function handoff(): void
	{
		[$redis, $memcached] = array_column($this->servers(), 1);
		$handoffs = [];
		foreach (Handoff::HANDLERS as $name => [$handler, $store, $ini]) {
			[$server, $protocol] = $store === 'redis' ? [$redis, 'redis'] : [$memcached, 'memcached'];
			$handoffs[$name] = new Handoff($handler, new Place($store, "127.0.0.1:{$server->port}"), $ini);
			$handler === 'files' || $handoffs[$name]->countBy(Proxy::to($server->port, $protocol));
		}
		$this->row(['contestant', 'hold', 'round', 'total', 'overtakings', 'failed', 'lost', 'commands']);
		foreach ($this->quick ? [5] : [5, 50] as $hold) {
			for ($round = 0; $round < ($this->quick ? 2 : 7); $round++) {
				foreach ($handoffs as $name => $handoff) {
					$this->row([$name, $hold, $round, ...$handoff->run($hold)]);
				}
				fwrite(STDERR, '.');
			}
		}
	}

	/** Requests of one page, at the same time. */
	public function page(): void
	{
		$places = $this->places();
		$pages = [];
		foreach (Page::CONTESTANTS as $name => [$handler, $store, $ini]) {
			$pages[$name] = new Page($handler, $places[$store], $ini);
		}
		$this->row(['contestant', 'round', 'total', 'failed', 'lost']);
		for ($round = 0; $round < ($this->quick ? 3 : 15); $round++) {
			foreach ($pages as $name => $page) {
				$this->row([$name, $round, ...$page->run()]);
			}
			fwrite(STDERR, '.');
		}
	}

	/** The cost of a write with cfsession.lock=merge. */
	public function merge(): void
	{
		$this->row(['store', 'size', 'contestant', 'round', 'requests', 'time', 'server']);
		foreach ($this->servers() as [$store, $server]) {
			$pid = (int) ($store === 'redis' ? $server->info('server', 'process_id') : $server->stat('pid'));
			$place = new Place($store, "127.0.0.1:{$server->port}");
			$merges = [];
			foreach (Merge::CONTESTANTS as $name => [$lock, $how]) {
				$merges[$name] = new Merge($place, $lock, $how, $pid);
			}
			foreach ([1000, 10000, 100000] as $size) {
				for ($round = 0; $round < $this->rounds; $round++) {
					foreach ($merges as $name => $merge) {
						$requests = $this->quick ? 50 : 200;
						$this->row([$store, $size, $name, $round, $requests, ...$merge->run($size, $requests)]);
					}
				}
				fwrite(STDERR, '.');
			}
		}
	}

	/** nginx and PHP-FPM: many users, and one user with many requests at a time. */
	public function web(): void
	{
		[$redis, $memcached] = array_column($this->servers(), 1);
		$web = new Web();
		foreach (self::WEB as $name => [$handler, $store, $lock, $ini]) {
			$place = new Place($store, '127.0.0.1:' . ($store === 'redis' ? $redis : $memcached)->port, $lock);
			$web->add($name, $handler, $place, $ini);
		}
		$web->start();
		$this->row(['contestant', 'users', 'round', 'rate', 'median', 'p99']);
		foreach ([[1000, 16, 0], [1, 8, 1]] as [$users, $connections, $hold]) {
			for ($round = 0; $round < ($this->quick ? 1 : 5); $round++) {
				foreach (self::WEB as $name => [, , $lock]) {
					if ($lock || $users > 1) {
						$round || $web->load($name, $users, $connections, $hold, 1);
						$result = $web->load($name, $users, $connections, $hold, $this->quick ? 1 : 3);
						$this->row([$name, $users, $round, ...$result]);
					}
				}
				fwrite(STDERR, '.');
			}
		}
	}

	/** What does not depend on the machine, and what a large session costs. */
	public function counts(): void
	{
		$this->row(['contestant', 'store', 'lock', 'case', 'size', 'quantity', 'value']);
		foreach ($this->servers() as [$store, $server]) {
			foreach ([true, false] as $lock) {
				$place = new Place($store, "127.0.0.1:{$server->port}", $lock);
				foreach ($this->handlers($place) as $handler) {
					$this->countRequests($handler, $place);
					$lock && $this->countBytes($handler, $place);
					fwrite(STDERR, '.');
				}
				$this->countBare($place);
				fwrite(STDERR, '.');
			}
		}
	}

	private function handlers(Place $place): array
	{
		return match (true) {
			$place->store === 'memcached' => ['cfsession', 'php-memcached'],
			$place->lock => ['cfsession', 'phpredis', 'files'],
			default => ['cfsession', 'phpredis', 'symfony-phpredis', 'symfony-predis'],
		};
	}

	private function countRequests(string $handler, Place $place): void
	{
		if ($handler === 'files') {
			return;
		}
		$this->countCases(new Counter($handler, $place), $handler, $place);
	}

	private function countBare(Place $place): void
	{
		$name = 'bare ' . ($place->store === 'redis' ? 'hiredis' : 'libmemcached');
		$counter = new BareCounter($place, $this->recorder);
		$this->countCases($counter, $name, $place);
		foreach ($place->lock ? [1000, 1000000] : [] as $size) {
			$instructions = $counter->instructions('changed', $size);
			$this->row([$name, $place->store, 1, 'size', $size, 'instructions', $instructions]);
		}
	}

	private function countCases(Counter|BareCounter $counter, string $name, Place $place): void
	{
		foreach ($this->quick ? ['unchanged', 'changed'] : ['read', 'unchanged', 'changed', 'new', 'destroy'] as $case) {
			foreach ($counter->count($case, 1000) as $quantity => $value) {
				if (is_float($value) || is_int($value)) {
					$this->row([$name, $place->store, (int) $place->lock, $case, 1000, $quantity, $value]);
				}
			}
		}
	}

	/** Instructions, and the most memory of a process that has had no other sessions. */
	private function countBytes(string $handler, Place $place): void
	{
		$counter = new InstructionCounter($handler, $place);
		foreach ([1000, 1000000] as $size) {
			$worker = new PhpContestant($handler, $place);
			$worker->prepare('changed', $size, 10);
			$worker->run();
			[$php, $all] = $worker->memory();
			$columns = [$handler, $place->store, (int) $place->lock, 'size', $size];
			$this->row([...$columns, 'instructions', $counter->count('changed', $size)['instructions']]);
			$this->row([...$columns, 'PHP memory', $php]);
			$this->row([...$columns, 'memory', $all]);
		}
	}

	/** @return list<array{string, RedisServer|MemcachedServer}> */
	private function servers(): array
	{
		return [['redis', RedisServer::start()], ['memcached', MemcachedServer::start(['-t', '4', '-m', '8192'])]];
	}

	/** @return array<string, Place> by the store, each with locks */
	private function places(): array
	{
		$places = [];
		foreach ($this->servers() as [$store, $server]) {
			$places[$store] = new Place($store, "127.0.0.1:{$server->port}");
		}
		return $places;
	}

	/** Memcached makes room by itself. */
	private function clear(RedisServer|MemcachedServer $server): void
	{
		array_map('unlink', glob(Cleanup::root() . '/*/sess_*'));
		$server instanceof RedisServer && $server->call('FLUSHALL');
	}

	/** @return array<string, Contestant> the limit, ours and the one that it is compared with, in this order */
	private function contestants(Place $place, Place $recorded): array
	{
		[$library, $peer] = match ($place->store) {
			'redis' => ['hiredis', 'phpredis'],
			'memcached' => ['libmemcached', 'php-memcached'],
		};
		return [
			"bare $library" => new BareContestant($place, $recorded, $this->recorder),
			'cfsession' => new PhpContestant('cfsession', $place),
			$peer => new PhpContestant($peer, $place),
		];
	}

	/** @return array<string, Contestant> PHP's files lock, Symfony's handler does not */
	private function others(Place $place): array
	{
		if ($place->lock) {
			return ['files' => new PhpContestant('files', $place)];
		}
		return $place->store === 'memcached' ? [] : [
			'symfony-phpredis' => new PhpContestant('symfony-phpredis', $place),
			'symfony-predis' => new PhpContestant('symfony-predis', $place),
		];
	}

	/**
	 * @param array<string, Contestant> $contestants
	 * @param list<string|int|float> $what the columns that all lines have, case and size at the end
	 */
	private function compete(
		array $contestants,
		array $what,
		RedisServer|MemcachedServer $server,
		?int $rounds = null,
	): void {
		[$case, $size] = array_slice($what, -2);
		$counts = [];
		/* The bare loop comes last, because it needs the scripts that cfsession loads into a server. */
		foreach (array_reverse($contestants) as $name => $contestant) {
			$counts[$name] = $this->calibrate($contestant, $case, $size);
		}
		for ($round = 0; $round < ($rounds ?? $this->rounds); $round++) {
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
		file_put_contents($this->file, implode("\t", $columns) . "\n", FILE_APPEND);
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

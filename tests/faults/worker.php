<?php
/*
 * A process of tests/faults/run.php: breaks conversations until there are no more.
 *
 * Arguments: a directory with the jobs and the number of the next one, a number for this process, a seed, a key of
 * RANDOM_POSITIONS, the only position to be tried. Prints a line of JSON for each job.
 */

declare(strict_types=1);

require __DIR__ . '/jobs.inc';

/* Seconds. Who is kept waiting for nothing waits for so long ... */
const IMPATIENT = '0.04';
const LESS_PATIENT = '0.2';
/* ... and who gets an answer never does; a busy machine may be slow. */
const PATIENT = '8';
const TOO_LONG = 2.0;
/* Complaints, after which a job is given up. */
const ENOUGH = 5;
/* That a worker has open: some for each of its servers, and those that wait in the pool. */
const DESCRIPTORS = 80;

keep_headers_unsent();

/** Tries one fault after the other in one conversation. */
final class Breaker
{
	private FaultProxy $proxy;
	private Conversation $conversation;
	private bool $isRedis;
	/* What the proxy calls them. */
	private const KINDS = ['late' => 'stall', 'last' => 'stall', 'garbage' => 'insert', 'READONLY' => 'wrong', 'LOADING' => 'wrong', 'MASTERDOWN' => 'wrong'];
	/** Unique contents. */
	private static int $number = 1000000;

	public function __construct(private Stage $stage, string $mode, string $name)
	{
		$this->proxy = $stage->brokenProxy();
		$this->conversation = conversations($mode)[$name];
		$this->isRedis = !str_starts_with($mode, 'memcached');
		ini_set('session.save_path', $stage->savePath());
		ini_set('cfsession.lock', MODES[$mode]['lock']);
		ini_set('session.use_strict_mode', $this->conversation->isStrict ? '1' : '0');
	}

	/** Without a fault. @return array{reply: int, request: int, turns: list<int>, bursts: list<int>} */
	public function learn(): array
	{
		$this->setPatience(PATIENT);
		/* The first time, the server has to be told the scripts. */
		for ($i = 0; $i < 2; $i++) {
			$request = $this->begin();
			$this->proxy->arm(null);
			($this->conversation->run)($request, $this->content());
			$report = $this->proxy->report();
			$this->proxy->settle(false);
			$request->verify(mustBeFree: true);
		}
		$request->expectSuccess($this->conversation->isRefused);
		$request->claims and $request->complain('a session that is lost was written');
		!$request->complaints or throw new RuntimeException('Without a fault: ' . implode('; ', $request->complaints));
		return $report;
	}

	/** @return array{bool, list<string>} whether the position was reached, and complaints */
	public function break(array $fault, bool $sameFirst): array
	{
		[$reached, $complaints] = $this->breakOnce($fault, $sameFirst);
		return $this->mayBeBusy($complaints) ? $this->breakOnce($fault, $sameFirst) : [$reached, $complaints];
	}

	/**
	 * Whether the machine may be why: slow; or so slow that a reply was still on its way, because another one was taken
	 * for it, when the next request had looked whether one was. That request is right to fail.
	 */
	private function mayBeBusy(array $complaints): bool
	{
		return $complaints === ['too slow'] || preg_match('/^then failed: .* answered more than it was asked/', $complaints[0] ?? '');
	}

	private function breakOnce(array $fault, bool $sameFirst): array
	{
		$request = $this->begin();
		$this->setPatience(match (true) {
			$this->mustSucceed($fault) => PATIENT,
			$this->conversation->isLong => LESS_PATIENT,
			default => IMPATIENT,
		});
		$content = $this->content();
		$fault['kind'] === 'shun' and $fault['payload'] = $content;
		$this->proxy->arm(['kind' => self::KINDS[$fault['kind']] ?? $fault['kind']] + $fault);
		($this->conversation->run)($request, $content);
		$fired = $this->proxy->report()['fired'];
		$comesLast = $fault['kind'] === 'last' && $fired;
		$isClean = $request->failures($this->conversation->isRefused) === [];
		$comesLast || $this->proxy->settle($fault['kind'] === 'late');
		if ($fired && $fault['direction'] === 'request' && in_array($fault['kind'], ['stall', 'last'], true) && $isClean) {
			/* What is kept is what nobody waits for. That the connection is dead would be noticed by the next request. */
			$this->proxy->cut();
			$comesLast = false;
		}
		$request->verify($this->mustBeFree($fault, $fired, $isClean));
		$request->claims && !$this->mayMistake($fault) and $request->complain('a session that is lost was written');
		$this->mustSucceed($fault) && $request->expectSuccess($this->conversation->isRefused);
		$fault['kind'] === 'shun' && $fired && $request->warnings === [] and $request->complain('nothing warns of a write that was not done');
		$request->seconds > ($this->conversation->isLong ? 5 : 1) * TOO_LONG and $request->complain('too slow');
		return [$fired, [...$request->complaints, ...$this->next($sameFirst, $comesLast)]];
	}

	/** Ready for a request. */
	private function begin(): Request
	{
		$this->stage->clear(A, B);
		$request = new Request($this->stage);
		$request->store(A, $this->conversation->isStored ? Request::data(A, $this->content()) : null);
		if ($this->conversation->waits) {
			$this->stage->lockForAWhile(A);
		}
		if ($this->conversation->forgetsScripts) {
			$this->stage->forgetScripts();
		}
		if ($this->conversation->isFirst) {
			ini_set('session.save_path', $this->stage->savePath(++self::$number));
		} elseif ($this->conversation->isCold) {
			$this->proxy->cut();
		}
		return $request;
	}

	/** What the same process does next works, and finds nothing of what was before. */
	private function next(bool $sameFirst, bool $comesLast): array
	{
		$this->setPatience(PATIENT);
		$request = new Request($this->stage);
		/* Meanwhile, somebody else has changed it. */
		$request->store(A, Request::data(A, $this->content()));
		$request->store(B, Request::data(B, $this->content()));
		$steps = $this->conversation->isElsewhere ? [
			fn () => $request->writeElsewhere(A, $this->content()),
			fn () => $request->writeElsewhere(B, $this->content()),
		] : [
			fn () => $request->start(A) && $request->write($this->content()),
			fn () => $request->start(B) && $request->abort(),
		];
		foreach ($sameFirst ? $steps : array_reverse($steps) as $step) {
			$step();
		}
		$request->expectSuccess();
		$request->verify(mustBeFree: true);
		if ($comesLast) {
			/* That a session be destroyed is heeded whenever it comes. */
			$this->conversation->destroys && $request->mayBeGone(A);
			$this->proxy->settle(true);
			/* Memcached is left no word to release what was locked so late. */
			$request->verify(mustBeFree: $this->isRedis);
		}
		return array_map(fn ($complaint) => "then $complaint", $request->complaints);
	}

	/** A break of a connection that has worked before is mended. */
	private function mustSucceed(array $fault): bool
	{
		return $fault['kind'] === 'pause' || isset(OF_STEPS[$fault['kind']]) || (!$this->conversation->isCold && in_array($fault['kind'], ['cut', 'reset'], true));
	}

	/** libmemcached tells nobody what it has of an answer of the binary protocol beyond its end, and takes it for the next one. */
	private function mayMistake(array $fault): bool
	{
		return str_starts_with($fault['mode'], 'memcached sasl')
			&& in_array($fault['kind'], ['repeat', 'reorder', 'insert', 'replace', 'garbage', 'stutter', 'unasked', 'echo'], true);
	}

	private function mustBeFree(array $fault, bool $fired, bool $isClean): bool
	{
		/* On a connection that was made anew. */
		if ($fault['kind'] === 'shun') {
			return true;
		}
		/* Redis is left word, which it hears if it hears what came before. */
		if ($this->isRedis && $fired && ($fault['kind'] === 'late' || ($fault['kind'] === 'stall' && $fault['direction'] === 'reply'))) {
			return true;
		}
		/* When PHP does not close, there is nobody any more to be warned. */
		$isClean = $isClean && (!$this->conversation->isElsewhere || !$fired || $this->mustSucceed($fault));
		/* Memcached is not waited for; nor is Redis, if there is nothing to report, and the next request makes up for it. */
		return $isClean && (($this->isRedis && !$this->conversation->posts) || !$fired || $fault['kind'] === 'pause');
	}

	private function setPatience(string $seconds): void
	{
		ini_set('cfsession.timeout', $seconds);
		ini_set('cfsession.connect_timeout', $seconds);
		ini_set('cfsession.lock_wait', (string) (5 * $seconds));
	}

	private function content(): string
	{
		return (string) self::$number++;
	}
}

/** The servers are started when they are needed first. */
function stage(string $mode, string $conversation): Stage
{
	static $stages = [];

	$database = conversations($mode)[$conversation]->database;
	return $stages[MODES[$mode]['stage'] . $database] ??= match (MODES[$mode]['stage']) {
		'redis' => new RedisStage($database),
		'redis on a socket' => new RedisStage($database, onSocket: true),
		'memcached on a socket' => new MemcachedStage(false, onSocket: true),
		'memcached' => new MemcachedStage(false),
		'memcached sasl' => new MemcachedStage(true),
		'sentinel' => new SentinelStage(true),
		'behind a sentinel' => new SentinelStage(false),
		'cluster' => new ClusterStage(),
	};
}

function configure(): void
{
	foreach ([
		'session.save_handler' => 'cfsession',
		'session.use_cookies' => '0',
		'session.cache_limiter' => '',
		'session.gc_probability' => '0',
		'cfsession.prefix' => PREFIX,
		'cfsession.lock_ttl' => (string) LOCK_TTL,
		'cfsession.retry_interval' => '0',
	] as $name => $value) {
		ini_set($name, $value) === false and throw new RuntimeException("Cannot set $name");
	}
}

/** What is inserted, or takes the place of something. */
function payload(Stage $stage, string $kind): string
{
	if (isset(OF_STEPS[$kind])) {
		return [
			'READONLY' => "-READONLY You can't write against a read only replica.\r\n",
			'LOADING' => "-LOADING Redis is loading the dataset in memory\r\n",
			'MASTERDOWN' => "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
		][$kind];
	}
	if ($kind !== 'garbage') {
		$errors = $stage->errors();
		return $errors[mt_rand(0, count($errors) - 1)];
	}
	/* Never what would be an answer to something else: told such a thing of a write, libmemcached ends the process. */
	$bytes = "\0\1\2";
	for ($length = mt_rand(1, 40); $length > 0; $length--) {
		$bytes .= chr(mt_rand(0, 255));
	}
	/* Nor the beginning of one: whatever is behind an answer, libmemcached has it and does not tell. The next request
	 * would wait for the rest. */
	return str_replace(MemcachedBinary::RESPONSE, "\0", $bytes);
}

/** The positions of a job. @return list<int> */
function positions(array $job, array $learnt, int $randomPositions, ?int $only): array
{
	$bytes = $learnt[$job['direction']];
	$isRandom = isset(MODES[$job['mode']]['conversations']) || conversations($job['mode'])[$job['conversation']]->isLong;
	if ($only !== null) {
		return [$only];
	}
	if (isset(OF_STEPS[$job['kind']])) {
		return $learnt['bursts'];
	}
	if (isset(OF_WRITES[$job['kind']])) {
		return [0];
	}
	if ($job['behind']) {
		$ends = array_values(array_unique([...$learnt['turns'], $bytes]));
		$isRandom && shuffle($ends);
		return $isRandom ? array_slice($ends, 0, $randomPositions) : $ends;
	}
	if ($isRandom) {
		return array_map(fn () => mt_rand(0, $bytes - 1), range(1, $randomPositions));
	}
	return array_values(array_filter(range(0, $bytes - 1), fn () => $job['part'] === 1.0 || mt_rand() < $job['part'] * mt_getrandmax()));
}

/** @return array what came of it */
function work(array $job, int $seed, int $randomPositions, ?int $only, string $attemptFile): array
{
	mt_srand(crc32("$seed " . attempt_name($job, 0)));
	file_put_contents($attemptFile, attempt_name($job, 0));
	$stage = stage($job['mode'], $job['conversation']);
	$breaker = new Breaker($stage, $job['mode'], $job['conversation']);
	$learnt = $breaker->learn();
	$result = $job + ['bytes' => $learnt[$job['direction']], 'tried' => 0, 'missed' => 0, 'complaints' => []];
	foreach (positions($job, $learnt, $randomPositions, $only) as $position) {
		if (count($result['complaints']) >= ENOUGH) {
			break;
		}
		$attempt = attempt_name($job, $position);
		file_put_contents($attemptFile, $attempt);
		/* The same each time, whichever positions are tried. */
		mt_srand(crc32("$seed $attempt"));
		$fault = ['position' => $position, 'payload' => payload($stage, $job['kind'])] + $job;
		/* Where a reply begins or ends, both of what may come next is tried. */
		foreach (in_array($position, [0, ...$learnt['turns'], $learnt['reply']], true) ? [true, false] : [$position % 2 === 1] as $sameFirst) {
			[$reached, $complaints] = $breaker->break($fault, $sameFirst);
			$result['tried']++;
			$result['missed'] += $reached ? 0 : 1;
			foreach ($complaints as $complaint) {
				$result['complaints'][] = "$attempt: $complaint";
			}
		}
	}
	$descriptors = count(scandir('/proc/self/fd'));
	$descriptors <= DESCRIPTORS or $result['complaints'][] = attempt_name($job, 0) . ": $descriptors descriptors are open";
	return $result;
}

configure();
[, $dir, $number, $seed, $extent, $only] = $argv;
$jobs = unserialize(file_get_contents("$dir/jobs"));
while ($job = claim($jobs, "$dir/next")) {
	$began = now();
	$result = work($job, (int) $seed, RANDOM_POSITIONS[$extent], $only === '' ? null : (int) $only, "$dir/attempt$number");
	say(json_encode($result + ['seconds' => now() - $began], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
}

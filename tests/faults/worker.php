<?php
/*
 * A worker of tests/faults/run.php: takes jobs and breaks their conversations until none is left.
 *
 * Arguments: a directory with the jobs and the number of the next one, this worker's number, a seed, a key of
 * RANDOM_POSITIONS, the only position to try. Prints a line of JSON for each job.
 */

declare(strict_types=1);

require __DIR__ . '/jobs.inc';

/* Seconds. Short timeouts for requests that never get an answer ... */
const SHORT_TIMEOUT = '0.04';
const MEDIUM_TIMEOUT = '0.2';
/* ... and a long one for requests that do, because a busy machine may be slow. */
const LONG_TIMEOUT = '8';
const TOO_LONG = 2.0;
/* The number of complaints after which a job is given up. */
const ENOUGH = 5;
/* The most that a worker may have open: some for each of its servers, and the idle connections. */
const DESCRIPTORS = 80;

keep_headers_unsent();

/** Injects one fault after the other into a conversation. */
final class Breaker
{
	private FaultProxy $proxy;
	private Conversation $conversation;
	private bool $isRedis;
	/* The proxy's names for the kinds. */
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

	/** Runs without a fault. @return array{reply: int, request: int, turns: list<int>, bursts: list<int>} */
	public function learn(): array
	{
		$this->setTimeout(LONG_TIMEOUT);
		/* Twice, because the first run loads the scripts. */
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
	 * Whether a busy machine may explain it: a call was too slow; or a late reply arrived only after the next request had
	 * checked for it, which then fails rightly.
	 */
	private function mayBeBusy(array $complaints): bool
	{
		return $complaints === ['too slow'] || preg_match('/^then failed: .* sent a reply that nobody asked for/', $complaints[0] ?? '');
	}

	private function breakOnce(array $fault, bool $sameFirst): array
	{
		$request = $this->begin();
		$this->setTimeout(match (true) {
			$this->mustSucceed($fault) => LONG_TIMEOUT,
			$this->conversation->isLong => MEDIUM_TIMEOUT,
			default => SHORT_TIMEOUT,
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
			/* No request waits for the kept bytes. The next request would notice that the connection is dead. */
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

	/** Prepares a request. */
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

	/** The next requests of the same process must work, unaffected by the fault. */
	private function next(bool $sameFirst, bool $comesLast): array
	{
		$this->setTimeout(LONG_TIMEOUT);
		$request = new Request($this->stage);
		/* Other requests have changed the sessions meanwhile. */
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
			/* A late destroy command still takes effect. */
			$this->conversation->destroys && $request->mayBeGone(A);
			$this->proxy->settle(true);
			/* With Memcached nothing releases a lock that is taken so late. */
			$request->verify(mustBeFree: $this->isRedis);
		}
		return array_map(fn ($complaint) => "then $complaint", $request->complaints);
	}

	/** Whether cfsession must recover: it does if a connection breaks that has worked before. */
	private function mustSucceed(array $fault): bool
	{
		return $fault['kind'] === 'pause' || isset(OF_STEPS[$fault['kind']]) || (!$this->conversation->isCold && in_array($fault['kind'], ['cut', 'reset'], true));
	}

	/** In the binary protocol libmemcached keeps bytes beyond an answer without telling, and uses them as the next one. */
	private function mayMistake(array $fault): bool
	{
		return str_starts_with($fault['mode'], 'memcached sasl')
			&& in_array($fault['kind'], SAYS_TOO_MUCH, true);
	}

	private function mustBeFree(array $fault, bool $fired, bool $isClean): bool
	{
		/* The release uses a new connection. */
		if ($fault['kind'] === 'shun') {
			return true;
		}
		/* cfsession has sent Redis the release, which arrives if what came before does. */
		if ($this->isRedis && $fired && ($fault['kind'] === 'late' || ($fault['kind'] === 'stall' && $fault['direction'] === 'reply'))) {
			return true;
		}
		/* If PHP does not close the session, no warning can be raised. */
		$isClean = $isClean && (!$this->conversation->isElsewhere || !$fired || $this->mustSucceed($fault));
		/* No request waits for a release with Memcached, nor with Redis if it has nothing to report. */
		return $isClean && (($this->isRedis && !$this->conversation->posts) || !$fired || $fault['kind'] === 'pause');
	}

	private function setTimeout(string $seconds): void
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

/** The stage; servers are started at their first use. */
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

/** The bytes to insert, or to put in place of others. */
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
	/* Never an answer to another command: libmemcached aborts the process if it gets one for a write. */
	$bytes = "\0\1\2";
	for ($length = mt_rand(1, 40); $length > 0; $length--) {
		$bytes .= chr(mt_rand(0, 255));
	}
	/* Nor the beginning of an answer: libmemcached would keep it without telling, and the next request would wait for
	 * the rest. */
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

/** @return array the results */
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
		/* The same seed for an attempt, whichever positions are tried. */
		mt_srand(crc32("$seed $attempt"));
		$fault = ['position' => $position, 'payload' => payload($stage, $job['kind'])] + $job;
		/* Where a reply begins or ends, tries both orders of the next requests. */
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

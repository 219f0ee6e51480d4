<?php
/*
 * request.php HANDLER ADDRESS: requests with a session, again and again in one process, as a worker of FPM does
 * them. What keeps the sessions is in the settings on the command line, or it is HANDLER, which knows the Redis
 * at ADDRESS. Takes orders, a line each, and answers each with a line:
 *
 *   prepare CASE SIZE COUNT   prepares what COUNT requests need; answers "done"
 *   run [MICROSECONDS]        does them, with so long a pause behind each, and answers with the nanoseconds they took
 *   waits                     how often cfsession has waited for a server so far; "" without cfsession
 *   ids                       of the sessions that the last request had
 *   counter ID                how often requests have held that session
 *   memory                    the most that the process has had, in kB, of PHP's and of all
 *   keys ID                   how many variables that session has
 *   hold ID MILLISECONDS [KEY]   a request that keeps the session ID for so long and counts itself in its variable
 *                             KEY ("counter"); answers with the nanoseconds of a clock at which it began, had the
 *                             session, and ended; or "failed: " and why
 *   open ID                   begins a request to that session; answers with the nanoseconds that took
 *   close                     changes the session and ends the request; answers with the nanoseconds that took
 *   mark n                    calls uname(), as a mark in a trace; answers "done"
 */

declare(strict_types=1);

require_once __DIR__ . '/application.inc';

final class Requests
{
	/** @var list<string> of the sessions that there are */
	private array $ids = [];
	/** @var list<string> of the last request */
	private array $last = [];
	private string $case = '';
	private int $count = 0;

	public function __construct(private readonly Closure $handler)
	{
	}

	public function prepare(string $case, int $size, int $count): void
	{
		$this->case = $case;
		$this->count = $count;
		$this->ids = [];
		$sessions = ['new' => 1, 'destroy' => $count][$case] ?? 1;
		for ($i = 0; $i < $sessions; $i++) {
			$this->ids[] = $this->create($size);
		}
		/* The code and the connection are warm, and the session that new ones are made of is known. */
		$case === 'destroy' || $this->$case();
	}

	public function run(int $pause): int
	{
		$case = $this->case;
		$counter = $_SESSION['counter'] ?? 0;
		$began = hrtime(true);
		for ($i = 0; $i < $this->count; $i++) {
			$this->$case();
			$pause && usleep($pause);
		}
		$took = hrtime(true) - $began;
		if ($case === 'changed' && $_SESSION['counter'] !== $counter + $this->count) {
			throw new RuntimeException("A change is lost: $counter, {$this->count}, $_SESSION[counter]");
		}
		return $took;
	}

	/** @return list<string> */
	public function ids(): array
	{
		return $this->last;
	}

	private function create(int $size): string
	{
		$frame = strlen('counter|i:100000;data|s::"";');
		$length = $size - $frame;
		$length -= strlen((string) ($length - strlen((string) $length)));
		session_id('');
		($this->handler)();
		session_start();
		$_SESSION = ['counter' => 100000, 'data' => str_repeat('x', $length)];
		session_write_close();
		return session_id();
	}

	private function start(string $id, array $options = []): void
	{
		session_id($id);
		($this->handler)();
		if (!session_start($options) || ($id !== '' && !isset($_SESSION['data']))) {
			throw new RuntimeException("There is no session $id");
		}
		$this->last = [session_id()];
	}

	private function read(): void
	{
		$this->start($this->ids[0], ['read_and_close' => true]);
	}

	private function unchanged(): void
	{
		$this->start($this->ids[0]);
		session_write_close();
	}

	private function changed(): void
	{
		$this->start($this->ids[0]);
		$_SESSION['counter']++;
		session_write_close();
	}

	private function new(): void
	{
		$data = $_SESSION;
		$this->start('');
		$_SESSION = $data;
		session_write_close();
	}

	private function regenerate(): void
	{
		$this->start($this->ids[0]);
		session_regenerate_id(true);
		session_write_close();
		$this->last[] = $this->ids[0] = session_id();
	}

	private function destroy(): void
	{
		$this->start(array_pop($this->ids));
		session_destroy();
	}
}

function hold(string $id, int $milliseconds, string $key): string
{
	$began = hrtime(true);
	try {
		session_id($id);
		session_start();
		$had = hrtime(true);
		usleep($milliseconds * 1000);
		$_SESSION[$key] = ($_SESSION[$key] ?? 0) + 1;
		session_write_close();
		return "$began $had " . hrtime(true);
	} catch (ErrorException $error) {
		session_status() === PHP_SESSION_ACTIVE && session_abort();
		return 'failed: ' . strtr($error->getMessage(), "\n", ' ');
	}
}

/** @return array<string, mixed> what that session has */
function variables(string $id): array
{
	session_id($id);
	session_start();
	session_write_close();
	return $_SESSION;
}

/** Begins a request; the nanoseconds that took. */
function open_session(string $id): int
{
	session_id($id);
	$began = hrtime(true);
	session_start();
	return hrtime(true) - $began;
}

function close_session(): int
{
	$_SESSION['counter']++;
	$began = hrtime(true);
	session_write_close();
	return hrtime(true) - $began;
}

function memory(): string
{
	preg_match('/^VmHWM:\s+(\d+)/m', file_get_contents('/proc/self/status'), $match);
	return memory_get_peak_usage() / 1024 . ' ' . $match[1];
}

$requests = new Requests(handler($argv[1] ?? '', $argv[2] ?? '')(...));
while (($line = fgets(STDIN)) !== false) {
	$words = explode(' ', rtrim($line));
	fwrite(STDOUT, match ($words[0]) {
		'prepare' => $requests->prepare($words[1], (int) $words[2], (int) $words[3]) ?? 'done',
		'run' => $requests->run((int) ($words[1] ?? 0)),
		'waits' => function_exists('cfsession_status') ? cfsession_status()['counters']['round_trips'] : '',
		'ids' => implode(' ', $requests->ids()),
		'hold' => hold($words[1], (int) $words[2], $words[3] ?? 'counter'),
		'counter' => variables($words[1])['counter'] ?? 0,
		'keys' => count(variables($words[1])),
		'open' => open_session($words[1]),
		'close' => close_session(),
		'memory' => memory(),
		/* Of a constant, opcache would remember it. */
		'mark' => php_uname($words[1]) === '' ?: 'done',
	} . "\n");
}

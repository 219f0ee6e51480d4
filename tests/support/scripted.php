<?php
/* The process behind the class ScriptedServer. */

declare(strict_types=1);

require __DIR__ . '/helper.inc';
require __DIR__ . '/resp.inc';
require __DIR__ . '/memcached_protocol.inc';

/** Parses the commands of a Memcached client; leaves out those without a reply, and "mg" in front of another one. */
final class MemcachedCommands
{
	private MemcachedReader $reader;
	/** The token of the lock last asked for, on any connection. */
	private static string $token = '';
	public static bool $released = false;

	public function __construct()
	{
		$this->reader = new MemcachedReader();
	}

	public function feed(string $bytes): void
	{
		$this->reader->feed($bytes);
	}

	public function next(): array|RespState
	{
		while ($command = $this->reader->next()) {
			$value = end($command);
			if (strcasecmp(rtrim($command[0], 'qQ'), 'add') === 0 && preg_match('~^cfsession:[0-9a-f]{32}/~', $value)) {
				self::$token = $value;
			}
			/* Among these commands, only a release has an empty value. */
			self::$released = self::$released || (in_array($command[0], ['cas', 'replaceq'], true) && $value === '');
			/* A read together with the session is answered with it. */
			if ($command[0] === strtoupper($command[0]) && $command[0] !== 'MG') {
				return $command;
			}
		}
		return Resp::NEED_MORE;
	}

	/** The placeholder, as ScriptedServer::token() makes it. */
	private static function blank(): string
	{
		[, , $pid] = explode('/', self::$token);
		return 'cfsession:' . str_repeat('?', 32) . '/' . substr(gethostname(), -39) . "/$pid/" . str_repeat('?', 10);
	}

	/** Puts the token in, which is known only once the client has sent it. */
	public function fillIn(string $reply): string
	{
		return self::$token === '' ? $reply : str_replace(self::blank(), self::$token, $reply);
	}
}

/** A connection that answers each command with the next step. */
final class ScriptedConnection
{
	private Outbox $outbox;
	private RespReader|MemcachedCommands $reader;
	private bool $stalled = false;

	/**
	 * @param resource $stream
	 * @param list<string|array> $steps
	 * @param Closure(list<string>): void $received
	 */
	public function __construct(
		private Loop $loop,
		private $stream,
		private array $steps,
		private Closure $received,
		string $protocol,
	) {
		prepare_stream($stream);
		$this->reader = $protocol === 'memcached' ? new MemcachedCommands() : new RespReader();
		$this->outbox = new Outbox($loop, $stream, $this->close(...));
		$loop->onReadable($stream, $this->read(...));
	}

	private function read(): void
	{
		$bytes = (string) @fread($this->stream, 1 << 16);
		if ($bytes === '') {
			feof($this->stream) && $this->close();
			return;
		}
		$this->reader->feed($bytes);
		while (is_resource($this->stream) && ($command = $this->reader->next()) !== Resp::NEED_MORE) {
			($this->received)($command);
			$this->answer($this->nextStep($command[0]));
		}
	}

	private function nextStep(string $command): string|array
	{
		if (isset($this->steps[0]['answers'])) {
			return $this->steps[0]['answers'][$command] ?? ['stall'];
		}
		return array_shift($this->steps) ?? ['stall'];
	}

	private function answer(string|array $step): void
	{
		if ($this->stalled) {
			return;
		}
		if (is_string($step)) {
			$this->send($step);
		} elseif (isset($step['trickle'])) {
			$this->trickle($step['trickle'], $step['pause']);
		} elseif (isset($step['later'])) {
			$this->send($step['send']);
			$this->outbox->push($this->filledIn($step['later']), $step['pause']);
		} elseif (isset($step['send'])) {
			$this->send($step['send']);
			$this->finish($step['then']);
		} else {
			$this->finish($step[0]);
		}
	}

	private function send(string $bytes): void
	{
		if ($bytes !== '') {
			$this->outbox->push($this->filledIn($bytes));
		}
	}

	private function trickle(string $bytes, float $pause): void
	{
		foreach (str_split($this->filledIn($bytes)) as $number => $byte) {
			$this->outbox->push($byte, ($number + 1) * $pause);
		}
	}

	private function filledIn(string $bytes): string
	{
		return $this->reader instanceof MemcachedCommands ? $this->reader->fillIn($bytes) : $bytes;
	}

	private function finish(string $how): void
	{
		/* From here on commands are only recorded. */
		$this->stalled = true;
		if ($how === 'close') {
			$this->outbox->push($this->close(...));
		} elseif ($how !== 'stall') {
			throw new LogicException("A connection can close or stall, but not $how");
		}
	}

	private function close(): void
	{
		if (is_resource($this->stream)) {
			/* Closing with unread bytes sends RST, which can destroy what was sent. */
			while ((string) @fread($this->stream, 1 << 16) !== '') {
			}
			$this->outbox->discard();
			$this->loop->close($this->stream);
		}
	}
}

/** Answers the test's questions. */
final class ScriptedListener
{
	private array $script;
	private string $protocol;
	private int $accepted = 0;
	private array $commands = [];
	/** Keeps connections that are never read, because PHP would close them. */
	private array $kept = [];

	public function __construct(private Loop $loop)
	{
	}

	public function open(array $script, string $protocol): int
	{
		$this->script = $script;
		$this->protocol = $protocol;
		$listener = listen_on();
		$this->loop->onReadable($listener, fn () => $this->accept($listener));
		return port_of($listener);
	}

	public function commands(): array
	{
		return $this->commands;
	}

	public function connections(): int
	{
		return $this->accepted;
	}

	public function wasReleased(): bool
	{
		return MemcachedCommands::$released;
	}

	/** @param resource $listener */
	private function accept($listener): void
	{
		$stream = @stream_socket_accept($listener, 0);
		if (!$stream) {
			return;
		}
		$number = $this->accepted++;
		$entry = $this->script[min($number, count($this->script) - 1)] ?? [];
		if ($entry === 'never') {
			$this->kept[] = $stream;
		} elseif ($entry === 'close') {
			fclose($stream);
		} else {
			new ScriptedConnection($this->loop, $stream, $entry, function (array $command) use ($number): void {
				$this->commands[] = [$number, $command];
			}, $this->protocol);
		}
	}
}

$loop = new Loop();
answer_questions($loop, new ScriptedListener($loop));
$loop->run();

<?php
/* The process behind the class ScriptedServer. */

declare(strict_types=1);

require __DIR__ . '/helper.inc';
require __DIR__ . '/resp.inc';

/** A connection that answers each command with the next step. */
final class ScriptedConnection
{
	private Outbox $outbox;
	private RespReader $reader;
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
	) {
		prepare_stream($stream);
		$this->reader = new RespReader();
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
			$this->answer(array_shift($this->steps) ?? ['stall']);
		}
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
			$this->outbox->push($bytes);
		}
	}

	private function trickle(string $bytes, float $pause): void
	{
		foreach (str_split($bytes) as $number => $byte) {
			$this->outbox->push($byte, ($number + 1) * $pause);
		}
	}

	private function finish(string $how): void
	{
		/* From here on commands are only taken note of. */
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
			/* Closing with something unread would be a reset, which can destroy what was sent. */
			while ((string) @fread($this->stream, 1 << 16) !== '') {
			}
			$this->outbox->discard();
			$this->loop->close($this->stream);
		}
	}
}

/** What the test asks for. */
final class ScriptedListener
{
	private array $script;
	private int $accepted = 0;
	private array $commands = [];
	/** Connections never read are kept, since PHP would close them otherwise. */
	private array $kept = [];

	public function __construct(private Loop $loop)
	{
	}

	public function open(array $script): int
	{
		$this->script = $script;
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
			});
		}
	}
}

$loop = new Loop();
answer_questions($loop, new ScriptedListener($loop));
$loop->run();

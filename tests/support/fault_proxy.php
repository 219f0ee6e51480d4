<?php
/* The process behind the class FaultProxy. */

declare(strict_types=1);

require __DIR__ . '/helper.inc';
require __DIR__ . '/resp.inc';

/** What is to happen, and what has happened since it was said. */
final class Plan
{
	public bool $fired = false;
	/** @var array{reply: int, request: int} */
	public array $passed = ['reply' => 0, 'request' => 0];
	/** @var list<int> */
	public array $turns = [];
	/** @var list<int> */
	public array $bursts = [];
	private int $bytesAtBurst = -1;
	public bool $refusing = false;

	public function __construct(public readonly ?array $fault)
	{
	}

	/** How many of the bytes pass before it is to be done; null: all of them, and it is not. */
	public function where(string $direction, int $length): ?int
	{
		if ($this->fired || !$this->fault || $this->fault['direction'] !== $direction || $this->fault['kind'] === 'shun') {
			return null;
		}
		$before = $this->fault['position'] - $this->passed[$direction];
		$last = $this->fault['behind'] ? $length : $length - 1;
		return $before >= ($this->fault['behind'] ? 1 : 0) && $before <= $last ? $before : null;
	}

	/** Whether these bytes are what the server does not like, each time. */
	public function shuns(string $bytes): bool
	{
		return ($this->fault['kind'] ?? '') === 'shun' && str_contains($bytes, $this->fault['payload']);
	}

	public function count(string $direction, int $length): void
	{
		if ($direction === 'request' && $this->passed['reply'] !== (end($this->turns) ?: 0)) {
			$this->turns[] = $this->passed['reply'];
		}
		if ($direction === 'request' && $this->passed['reply'] !== $this->bytesAtBurst) {
			$this->bursts[] = $this->passed['request'];
			$this->bytesAtBurst = $this->passed['reply'];
		}
		$this->passed[$direction] += $length;
	}
}

/** One client's connection and the one to the server that belongs to it. */
final class Relay
{
	private const PAUSE = 0.001;

	/** @var array{reply: Outbox, request: Outbox} */
	private array $outboxes;
	public bool $isExempt = false;
	private bool $open = true;
	private bool $clientEnded = false;
	/* Told to quit, it may have ended before the client has. */
	private bool $serverEnded = false;
	/** The direction of which everything is kept, and what was kept of it. */
	private ?string $stalled = null;
	private string $kept = '';
	/** Bytes that are to come later, and have not. */
	private int $pending = 0;
	/** Whether the server has been sent something and has not answered yet. */
	private bool $isAsked = false;
	/** A reset is an end with something unread: the last byte that the client sent. */
	private bool $leavesOne = false;
	private int $left = 0;

	/**
	 * @param resource $client
	 * @param resource $server
	 * @param Closure(): void $closed
	 */
	public function __construct(
		private Loop $loop,
		private $client,
		private $server,
		private FaultProxyServer $proxy,
		private Closure $closed,
	) {
		prepare_stream($client);
		prepare_stream($server);
		$close = fn () => $this->close();
		$this->outboxes = [
			'reply' => new Outbox($loop, $client, $close),
			'request' => new Outbox($loop, $server, $close, function (): void {
				$this->isAsked = true;
			}),
		];
		$loop->onReadable($client, $this->readClient(...));
		$loop->onReadable($server, $this->readServer(...));
	}

	/** From now on, if a reset may come. */
	public function leaveOne(bool $leavesOne): void
	{
		$this->leavesOne = $leavesOne;
	}

	public function isBusy(): bool
	{
		while ($this->readClient()) {
		}
		return $this->open && ($this->pending > 0 || ($this->stalled !== 'request' && ($this->clientEnded || $this->isAtWork())));
	}

	/** Even if the client has another answer: one that the server did not give. */
	private function isAtWork(): bool
	{
		return $this->isAsked && $this->proxy->alwaysAnswers && !$this->isExempt;
	}

	/** With something unread it is a reset. */
	public function close(bool $reset = false): void
	{
		if (!$this->open) {
			return;
		}
		while (!$reset && (string) @fread($this->client, 1 << 16) !== '') {
		}
		$this->open = false;
		foreach ($this->outboxes as $outbox) {
			$outbox->discard();
		}
		$this->loop->close($this->client);
		$this->loop->close($this->server);
		($this->closed)();
	}

	/** What was kept arrives. */
	public function goOn(): void
	{
		if ($this->open && $this->stalled !== null) {
			[$direction, $this->stalled] = [$this->stalled, null];
			$this->kept === '' || $this->outboxes[$direction]->push($this->kept);
			$this->clientEnded && $this->endServer();
			$this->serverEnded && $this->closeWhenAllIsSaid();
		}
	}

	/** What was kept never arrives: the end of its sender does. */
	public function forget(): void
	{
		if ($this->open && $this->stalled === 'request' && $this->clientEnded) {
			$this->close();
		}
	}

	/** Whether there may be more to read. */
	private function readClient(): bool
	{
		if (!$this->open || $this->clientEnded) {
			return false;
		}
		$bytes = $this->leavesOne ? $this->readButOne() : $this->readAll();
		if ($bytes !== '') {
			$this->proxy->heed($bytes);
			$this->pass('request', $bytes);
		} elseif ($this->left === 0 && feof($this->client)) {
			$this->clientEnded = true;
			$this->loop->forgetReadable($this->client);
			/* Its end overtakes what it sent only where that is kept for ever. */
			$this->stalled === 'request' || $this->endServer();
			$this->serverEnded && $this->closeWhenAllIsSaid();
		}
		return $bytes !== '';
	}

	private function readAll(): string
	{
		$bytes = (string) @fread($this->client, 1 << 16);
		[$bytes, $this->left] = [substr($bytes, $this->left), max(0, $this->left - strlen($bytes))];
		return $bytes;
	}

	/** Without the one byte that is left where it is. */
	private function readButOne(): string
	{
		$bytes = (string) @stream_socket_recvfrom($this->client, 1 << 16, STREAM_PEEK);
		if (strlen($bytes) <= $this->left) {
			/* The one that is left makes the stream readable all the time. */
			$this->loop->forgetReadable($this->client);
			$this->loop->at(now() + 0.0005, function (): void {
				if ($this->open && !$this->clientEnded) {
					$this->loop->onReadable($this->client, $this->readClient(...));
				}
			});
			return '';
		}
		stream_socket_recvfrom($this->client, strlen($bytes) - 1);
		[$new, $this->left] = [substr($bytes, $this->left), 1];
		return $new;
	}

	private function readServer(): void
	{
		$bytes = (string) @fread($this->server, 1 << 16);
		if ($bytes !== '') {
			$this->isAsked = false;
			$this->pass('reply', $bytes);
		} elseif (feof($this->server)) {
			$this->loop->forgetReadable($this->server);
			$this->serverEnded = true;
			if ($this->stalled !== 'reply' || $this->clientEnded) {
				$this->closeWhenAllIsSaid();
			}
		}
	}

	private function closeWhenAllIsSaid(): void
	{
		$this->outboxes['reply']->push(fn () => $this->close());
	}

	private function endServer(): void
	{
		$this->outboxes['request']->push(fn () => $this->open && @stream_socket_shutdown($this->server, STREAM_SHUT_WR));
	}

	private function pass(string $direction, string $bytes): void
	{
		if ($this->stalled === $direction) {
			$this->kept .= $bytes;
			return;
		}
		if ($this->isExempt) {
			$this->outboxes[$direction]->push($bytes);
			return;
		}
		$plan = $this->proxy->plan;
		$before = $plan->where($direction, strlen($bytes));
		$plan->count($direction, strlen($bytes));
		if ($direction === 'request' && $plan->shuns($bytes)) {
			$plan->fired = true;
			$this->close();
		} elseif ($before === null) {
			$this->outboxes[$direction]->push($bytes);
		} else {
			$plan->fired = true;
			$this->fail($direction, $plan->fault, substr($bytes, 0, $before), substr($bytes, $before));
		}
	}

	/** One answer for each command of Redis, as of a server that is there and is not the right one. */
	private static function answerAll(string $commands, string $payload): string
	{
		$answers = '';
		for ($reader = new RespReader(), $reader->feed($commands); is_array($command = $reader->next());) {
			$answers .= in_array(strtoupper($command[0]), ['AUTH', 'SELECT', 'CLIENT'], true) ? "+OK\r\n" : $payload;
		}
		return $answers;
	}

	/**
	 * Whether there is a packet of Memcached's binary protocol that makes libmemcached write where it may not: it believes
	 * the length of a key, and copies it to where the longest one fits (docs/reliability.md).
	 */
	private static function isDeadly(string $bytes): bool
	{
		for ($at = 0; ($at = strpos($bytes, "\x81", $at)) !== false; $at++) {
			$packet = @unpack('Cmagic/Coperation/nkey', $bytes, $at);
			if ($packet && in_array($packet['operation'], [0x0c, 0x0d], true) && $packet['key'] > 250) {
				return true;
			}
		}
		return false;
	}

	/** Sends something by itself, when the client has heard what came before. */
	private function later(Outbox $outbox, string $bytes): void
	{
		if (!$this->open) {
			return;
		}
		$this->pending++;
		$outbox->push($bytes, self::PAUSE);
		$outbox->push(fn () => $this->pending--);
	}

	private function fail(string $direction, array $fault, string $head, string $rest): void
	{
		$outbox = $this->outboxes[$direction];
		$altered = match ($fault['kind']) {
			'repeat' => $head . $rest . $rest,
			'stutter' => $head . substr($rest, 0, 1) . $rest,
			'reorder' => $head === '' ? substr($rest, strlen($rest) >> 1) . substr($rest, 0, strlen($rest) >> 1) : $rest . $head,
			'insert' => $head . $fault['payload'] . $rest,
			/* As many bytes in place of as many are a value that nobody can tell from another one. */
			'replace' => $head . str_repeat($fault['payload'], strlen($fault['payload']) === strlen($rest) ? 2 : 1),
			'refuse', 'wrong' => '',
			default => $head,
		};
		if ($direction === 'reply' && self::isDeadly($altered)) {
			$outbox->push(fn () => $this->close());
			return;
		}
		$altered === '' || $outbox->push($altered);
		match ($fault['kind']) {
			'unasked' => $this->later($outbox, $fault['payload']),
			'echo' => $this->later($outbox, $head),
			'refuse' => $this->outboxes['reply']->push($fault['payload']),
			'wrong' => $this->outboxes['reply']->push(self::answerAll($head . $rest, $fault['payload'])),
			'pause' => $rest === '' || $outbox->push($rest, self::PAUSE),
			'stall' => [$this->stalled, $this->kept] = [$direction, $rest],
			'cut' => $outbox->push(fn () => $this->close()),
			'reset' => $outbox->push(fn () => $this->close(reset: true)),
			'gone' => [$this->proxy->plan->refusing = true, $outbox->push(fn () => $this->close())],
			default => null,
		};
	}
}

/** What the test asks for. */
final class FaultProxyServer
{
	public Plan $plan;
	public bool $alwaysAnswers = false;
	private int $target;
	/** @var ?array{string, string} */
	private ?array $interruption = null;
	/** @var array<int, Relay> */
	private array $relays = [];

	public function __construct(private Loop $loop)
	{
		$this->plan = new Plan(null);
	}

	/** @param string $socket the path of another way in */
	public function open(int $target, bool $alwaysAnswers, string $socket): int
	{
		$this->target = $target;
		$this->alwaysAnswers = $alwaysAnswers;
		$local = stream_socket_server("unix://$socket") ?: throw new RuntimeException("Cannot listen on $socket");
		stream_set_blocking($local, false);
		foreach ([$local, $listener = listen_on()] as $way) {
			$this->loop->onReadable($way, fn () => $this->accept($way));
		}
		return port_of($listener);
	}

	public function arm(?array $fault): void
	{
		$this->plan = new Plan($fault);
		foreach ($this->relays as $relay) {
			$relay->leaveOne($this->mayReset() && !$relay->isExempt);
		}
	}

	public function exempt(): void
	{
		foreach ($this->relays as $relay) {
			$relay->isExempt = true;
		}
	}

	public function interrupt(string $word, string $bytes): void
	{
		$this->interruption = [$word, $bytes];
	}

	public function report(): array
	{
		/* What nobody waits for may not have been looked at. */
		array_walk($this->relays, fn ($relay) => $relay->isBusy());
		return ['fired' => $this->plan->fired, 'turns' => $this->plan->turns, 'bursts' => $this->plan->bursts] + $this->plan->passed;
	}

	public function settle(bool $late): void
	{
		$this->plan = new Plan(null);
		$this->interruption = null;
		foreach ($this->relays as $relay) {
			$relay->leaveOne(false);
			$late ? $relay->goOn() : $relay->forget();
		}
	}

	public function isBusy(): bool
	{
		return array_filter($this->relays, fn ($relay) => $relay->isBusy()) !== [];
	}

	public function cut(): void
	{
		foreach ($this->relays as $relay) {
			$relay->isExempt || $relay->close();
		}
	}

	/** Takes note of what a client sent. */
	public function heed(string $bytes): void
	{
		if ($this->interruption && str_contains($bytes, $this->interruption[0])) {
			$server = stream_socket_client("tcp://127.0.0.1:{$this->target}");
			fwrite($server, $this->interruption[1]);
			stream_get_contents($server);
			$this->interruption = null;
		}
	}

	private function mayReset(): bool
	{
		return ($this->plan->fault['kind'] ?? '') === 'reset';
	}

	/** @param resource $listener */
	private function accept($listener): void
	{
		$client = @stream_socket_accept($listener, 0);
		if (!$client) {
			return;
		}
		$context = stream_context_create(['socket' => ['tcp_nodelay' => true]]);
		$server = $this->plan->refusing ? false
			: @stream_socket_client("tcp://127.0.0.1:{$this->target}", $errno, $error, 5, STREAM_CLIENT_CONNECT, $context);
		if (!$server) {
			fclose($client);
			return;
		}
		$id = get_resource_id($client);
		$closed = function () use ($id): void {
			unset($this->relays[$id]);
		};
		$this->relays[$id] = new Relay($this->loop, $client, $server, $this, $closed);
		$this->relays[$id]->leaveOne($this->mayReset());
	}
}

$loop = new Loop();
answer_questions($loop, new FaultProxyServer($loop));
$loop->run();

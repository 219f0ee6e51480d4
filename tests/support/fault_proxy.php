<?php
/* The process behind the class FaultProxy. */

declare(strict_types=1);

require __DIR__ . '/helper.inc';
require __DIR__ . '/resp.inc';

/** The fault to inject, and what has passed since it was set. */
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

	/** How many of the bytes pass before the fault; null: all of them, without a fault. */
	public function where(string $direction, int $length): ?int
	{
		if ($this->fired || !$this->fault || $this->fault['direction'] !== $direction || $this->fault['kind'] === 'shun') {
			return null;
		}
		$before = $this->fault['position'] - $this->passed[$direction];
		$last = $this->fault['behind'] ? $length : $length - 1;
		return $before >= ($this->fault['behind'] ? 1 : 0) && $before <= $last ? $before : null;
	}

	/** Whether the fault is 'shun' and these bytes contain its payload. */
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
	/* After QUIT the server may end before the client. */
	private bool $serverEnded = false;
	/** The stalled direction, and its bytes kept so far. */
	private ?string $stalled = null;
	private string $kept = '';
	/** How many delayed pieces are still unsent. */
	private int $pending = 0;
	/** Whether the server has been sent something and has not answered yet. */
	private bool $isAsked = false;
	/** Whether to leave the client's last byte unread, because closing then sends RST instead of FIN. */
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

	/** Set while the fault may be a reset. */
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

	/** Whether the server owes an answer, even if the proxy has answered in its place. */
	private function isAtWork(): bool
	{
		return $this->isAsked && $this->proxy->alwaysAnswers && !$this->isExempt;
	}

	/** Closes with FIN, or with RST if something is left unread. */
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

	/** Delivers what was kept. */
	public function goOn(): void
	{
		if ($this->open && $this->stalled !== null) {
			[$direction, $this->stalled] = [$this->stalled, null];
			$this->kept === '' || $this->outboxes[$direction]->push($this->kept);
			$this->clientEnded && $this->endServer();
			$this->serverEnded && $this->closeWhenAllIsSaid();
		}
	}

	/** Drops what was kept from a client that is gone, and closes its connection. */
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
			$this->proxy->handle($bytes);
			$this->pass('request', $bytes);
		} elseif ($this->left === 0 && feof($this->client)) {
			$this->clientEnded = true;
			$this->loop->forgetReadable($this->client);
			/* A client's end may overtake its bytes only if those are never delivered. */
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

	/** Reads all but the last byte, which stays unread. */
	private function readButOne(): string
	{
		$bytes = (string) @stream_socket_recvfrom($this->client, 1 << 16, STREAM_PEEK);
		if (strlen($bytes) <= $this->left) {
			/* The byte left unread keeps the stream readable: poll instead of spinning. */
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

	/** One answer to each Redis command, as a server that is the wrong one would give. */
	private static function answerAll(string $commands, string $payload): string
	{
		$answers = '';
		for ($reader = new RespReader(), $reader->feed($commands); is_array($command = $reader->next());) {
			$answers .= in_array(strtoupper($command[0]), ['AUTH', 'SELECT', 'CLIENT'], true) ? "+OK\r\n" : $payload;
		}
		return $answers;
	}

	/**
	 * Whether a packet of Memcached's binary protocol overflows a buffer of libmemcached: it trusts the key's length
	 * and copies the key into a buffer for the longest valid one (docs/reliability.md).
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

	/** Sends bytes on their own, after a pause in which the client reads what came before. */
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
			/* A payload of the same length would be a valid other value, which no client can detect. */
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

/** Answers the test's questions. */
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

	/** @param string $socket path of a Unix domain socket to listen on as well */
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

	public function interrupt(string $pattern, string ...$bytes): void
	{
		$this->interruption = [$pattern, $bytes];
	}

	public function report(): array
	{
		/* Reads commands that no client waits for and that may still be unread. */
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

	/** Sends the interruption if the client's bytes match it. */
	public function handle(string $bytes): void
	{
		if ($this->interruption && preg_match($this->interruption[0], $bytes)) {
			$server = stream_socket_client("tcp://127.0.0.1:{$this->target}");
			fwrite($server, array_shift($this->interruption[1]));
			stream_get_contents($server);
			$this->interruption = $this->interruption[1] ? $this->interruption : null;
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

<?php
/* The process behind the class Proxy. */

declare(strict_types=1);

require __DIR__ . '/helper.inc';
require __DIR__ . '/resp.inc';
require __DIR__ . '/memcached_protocol.inc';

/** Parses a connection's traffic: one object for each connection. */
interface Protocol
{
	/**
	 * Parses what the client sent.
	 *
	 * @return list<list<string>> the commands that are now complete
	 */
	public function sent(string $bytes): array;

	/** Parses what was sent to the client. */
	public function delivered(string $bytes): void;

	/** Whether the client has sent no part of a command and no reply is due. */
	public function isIdle(): bool;

	/** Whether the client waits for a reply to a command that sent() returned. */
	public function awaitsReply(array $command): bool;
}

final class RespProtocol implements Protocol
{
	private RespReader $commands;
	private RespReader $replies;
	private int $due = 0;

	public function __construct()
	{
		$this->commands = new RespReader();
		$this->replies = new RespReader();
	}

	public function sent(string $bytes): array
	{
		$commands = self::elements($this->commands, $bytes);
		foreach ($commands as $command) {
			if (!is_array($command) || !$command) {
				throw new UnexpectedValueException('This is not a command: ' . json_encode($command));
			}
		}
		$this->due += count($commands);
		return $commands;
	}

	public function delivered(string $bytes): void
	{
		$this->due = max(0, $this->due - count(self::elements($this->replies, $bytes)));
	}

	public function isIdle(): bool
	{
		return $this->due === 0 && $this->commands->isEmpty();
	}

	public function awaitsReply(array $command): bool
	{
		return true;
	}

	private static function elements(RespReader $reader, string $bytes): array
	{
		$reader->feed($bytes);
		$elements = [];
		while (($element = $reader->next()) !== Resp::NEED_MORE) {
			$elements[] = $element;
		}
		return $elements;
	}
}

final class MemcachedProtocol implements Protocol
{
	private MemcachedReader $commands;
	private MemcachedReplies $replies;
	/** @var list<string> names of the commands whose replies are due */
	private array $due = [];

	public function __construct()
	{
		$this->commands = new MemcachedReader();
		$this->replies = new MemcachedReplies();
	}

	public function sent(string $bytes): array
	{
		$this->commands->feed($bytes);
		$commands = [];
		while ($command = $this->commands->next()) {
			$commands[] = $command;
			$this->awaitsReply($command) && $this->due[] = $command[0];
		}
		return $commands;
	}

	public function delivered(string $bytes): void
	{
		$this->replies->complete($bytes, $this->commands->isBinary(), $this->due);
	}

	public function isIdle(): bool
	{
		return !$this->due && $this->commands->isEmpty();
	}

	public function awaitsReply(array $command): bool
	{
		return $command[0] === strtoupper($command[0]);
	}
}

/** Encrypted traffic: the first bytes that the client sends after a reply begin a round trip. */
final class TlsProtocol implements Protocol
{
	private bool $isAnswered = true;

	public function sent(string $bytes): array
	{
		$this->isAnswered = false;
		return [['TLS']];
	}

	public function delivered(string $bytes): void
	{
		$this->isAnswered = true;
	}

	public function isIdle(): bool
	{
		return $this->isAnswered;
	}

	public function awaitsReply(array $command): bool
	{
		return true;
	}
}

final class Statistics
{
	public int $connections = 0;
	public int $delivered = 0;
	/** @var list<list<string>> */
	public array $commands = [];
	/** @var list<list<string>> */
	public array $bursts = [];
	/** @var array<int, true> numbers of the bursts with a command whose reply is awaited */
	public array $awaited = [];
	/** Incremented by each reset, so that a burst does not continue across it. */
	public int $era = 0;

	public function reset(): void
	{
		$this->connections = 0;
		$this->delivered = 0;
		$this->commands = [];
		$this->bursts = [];
		$this->awaited = [];
		$this->era++;
	}

	public function toArray(): array
	{
		return [
			'connections' => $this->connections,
			'round_trips' => count($this->awaited),
			'commands' => $this->commands,
			'bursts' => $this->bursts,
			'delivered' => $this->delivered,
		];
	}
}

/** Sorts the commands of one connection into bursts. */
final class Meter
{
	private ?int $burst = null;
	private int $era = 0;

	public function __construct(private ?Protocol $protocol, private Statistics $statistics)
	{
	}

	public function sent(string $bytes): void
	{
		if ($this->protocol?->isIdle() || $this->era !== $this->statistics->era) {
			$this->burst = null;
		}
		foreach ($this->understand(fn (Protocol $protocol) => $protocol->sent($bytes)) ?? [] as $command) {
			$this->count($command);
		}
	}

	public function delivered(string $bytes): void
	{
		$this->statistics->delivered += strlen($bytes);
		$this->understand(fn (Protocol $protocol) => $protocol->delivered($bytes));
	}

	/** @param list<string> $command */
	private function count(array $command): void
	{
		if ($this->burst === null) {
			$this->burst = count($this->statistics->bursts);
			$this->era = $this->statistics->era;
		}
		$awaited = $this->protocol->awaitsReply($command);
		if ($awaited) {
			$this->statistics->awaited[$this->burst] = true;
		}
		$this->statistics->bursts[$this->burst][] = $awaited ? strtoupper($command[0]) : $command[0];
		$this->statistics->commands[] = array_map(fn (string $argument) => substr($argument, 0, 64), $command);
	}

	/** After a parse error the connection is still forwarded, but no longer counted. */
	private function understand(Closure $use): mixed
	{
		try {
			return $this->protocol ? $use($this->protocol) : null;
		} catch (UnexpectedValueException $error) {
			fwrite(STDERR, $error->getMessage() . "\n");
			$this->protocol = null;
			return null;
		}
	}
}

/** One client's connection and the one to the server that belongs to it. */
final class Relay
{
	private Outbox $toClient;
	private Outbox $toServer;
	private bool $open = true;
	private bool $aborting = false;
	private bool $clientEnded = false;
	private int $endsPassedOn = 0;

	/**
	 * @param resource $client
	 * @param resource $server
	 * @param Closure(): void $closed
	 */
	public function __construct(
		private Loop $loop,
		private $client,
		private $server,
		private Meter $meter,
		private float $delay,
		private Closure $closed,
	) {
		prepare_stream($client);
		prepare_stream($server);
		$close = fn () => $this->close();
		$this->toServer = new Outbox($loop, $server, $close);
		/*
		 * Reads what the client has sent before passing it a reply: a command
		 * that arrived before the reply was sent without waiting for it.
		 */
		$this->toClient = new Outbox($loop, $client, $close, $meter->delivered(...), $this->readClient(...));
		$loop->onReadable($client, $this->readClient(...));
		$loop->onReadable($server, $this->readServer(...));
	}

	public function hold(bool $held): void
	{
		$this->toServer->hold($held);
		if ($this->open) {
			$this->toClient->hold($held);
		}
	}

	public function delay(float $seconds): void
	{
		$this->delay = $seconds;
	}

	/** Closes with FIN, even if the client has sent something. */
	public function cut(): void
	{
		/* The operating system sends RST instead of FIN if there is something unread. */
		while (!$this->aborting && (string) @fread($this->client, 1 << 16) !== '') {
		}
		$this->close();
	}

	/** Closes with RST, as soon as the client has sent something: that stays unread. */
	public function abort(): void
	{
		$this->aborting = true;
		$this->loop->onReadable($this->client, fn () => $this->close());
	}

	private function close(): void
	{
		if (!$this->open) {
			return;
		}
		$this->open = false;
		$this->toClient->discard();
		$this->toServer->discard();
		$this->loop->close($this->client);
		$this->loop->close($this->server);
		($this->closed)();
	}

	/** Reads what the client has sent already, if anything. */
	public function catchUp(): void
	{
		$this->open && $this->readClient();
	}

	private function readClient(): void
	{
		while ($this->readsClient() && ($bytes = (string) @fread($this->client, 1 << 16)) !== '') {
			$this->meter->sent($bytes);
			$this->toServer->push($bytes, $this->delay);
		}
		if ($this->readsClient() && feof($this->client)) {
			$this->clientEnded = true;
			$this->end($this->client, $this->toServer, $this->server);
		}
	}

	private function readsClient(): bool
	{
		return $this->open && !$this->aborting && !$this->clientEnded;
	}

	private function readServer(): void
	{
		$bytes = (string) @fread($this->server, 1 << 16);
		if ($bytes !== '') {
			$this->toClient->push($bytes, $this->delay);
		} elseif (feof($this->server)) {
			$this->end($this->server, $this->toClient, $this->client);
		}
	}

	/**
	 * Passes an end of stream on, behind what is still to be written.
	 *
	 * @param resource $from
	 * @param resource $to
	 */
	private function end($from, Outbox $outbox, $to): void
	{
		$this->loop->forgetReadable($from);
		$outbox->push(function () use ($to): void {
			@stream_socket_shutdown($to, STREAM_SHUT_WR);
			if (++$this->endsPassedOn === 2) {
				$this->close();
			}
		}, $this->delay);
	}
}

/** Answers the test's questions. */
final class ProxyServer
{
	private int $target;
	private Closure $protocol;
	private int $port = 0;
	private $listener = null;
	private Statistics $statistics;
	/** @var array<int, Relay> */
	private array $relays = [];
	private float $delay = 0;
	private bool $stalled = false;

	public function __construct(private Loop $loop)
	{
		$this->statistics = new Statistics();
	}

	public function open(int $target, string $protocol): int
	{
		$this->target = $target;
		$this->protocol = match ($protocol) {
			'redis' => fn () => new RespProtocol(),
			'memcached' => fn () => new MemcachedProtocol(),
			'tls' => fn () => new TlsProtocol(),
			default => throw new RuntimeException("the protocol $protocol is not known"),
		};
		return $this->listen();
	}

	public function listen(): int
	{
		if (!$this->listener) {
			$this->listener = listen_on($this->port);
			$this->port = port_of($this->listener);
			$this->loop->onReadable($this->listener, fn () => $this->accept());
		}
		return $this->port;
	}

	public function refuse(): void
	{
		if ($this->listener) {
			$this->loop->close($this->listener);
			$this->listener = null;
		}
		$this->cut();
	}

	public function cut(): void
	{
		foreach ($this->relays as $relay) {
			$relay->cut();
		}
	}

	public function abort(): void
	{
		foreach ($this->relays as $relay) {
			$relay->abort();
		}
	}

	public function stall(bool $stalled, string $which): void
	{
		if ($which !== 'open') {
			$this->stalled = $stalled;
		}
		foreach ($which !== 'new' ? $this->relays : [] as $relay) {
			$relay->hold($stalled);
		}
	}

	public function delay(float $seconds): void
	{
		$this->delay = $seconds;
		foreach ($this->relays as $relay) {
			$relay->delay($seconds);
		}
	}

	public function stats(): array
	{
		$this->catchUp();
		return $this->statistics->toArray();
	}

	public function reset(): void
	{
		$this->catchUp();
		$this->statistics->reset();
	}

	/* Commands that no client waits for may still be unread when the test asks. */
	private function catchUp(): void
	{
		foreach ($this->relays as $relay) {
			$relay->catchUp();
		}
	}

	private function accept(): void
	{
		$client = @stream_socket_accept($this->listener, 0);
		if (!$client) {
			return;
		}
		$this->statistics->connections++;
		$context = stream_context_create(['socket' => ['tcp_nodelay' => true]]);
		$address = "tcp://127.0.0.1:{$this->target}";
		$server = @stream_socket_client($address, $errno, $error, 5, STREAM_CLIENT_CONNECT, $context);
		if (!$server) {
			fclose($client);
			return;
		}

		$id = get_resource_id($client);
		$closed = function () use ($id): void {
			unset($this->relays[$id]);
		};
		$meter = new Meter(($this->protocol)(), $this->statistics);
		$this->relays[$id] = new Relay($this->loop, $client, $server, $meter, $this->delay, $closed);
		$this->relays[$id]->hold($this->stalled);
	}
}

$loop = new Loop();
answer_questions($loop, new ProxyServer($loop));
$loop->run();

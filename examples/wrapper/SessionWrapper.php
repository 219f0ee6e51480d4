<?php

declare(strict_types=1);

/**
 * Wraps any session handler, and reports how long its operations take.
 *
 *     SessionWrapper::fromEnvironment(fn (string $what, float $seconds) => $metrics->add($what, $seconds))->register();
 *     session_start();
 *
 * Libraries that take a \SessionHandlerInterface work like this, on top of PSR-16, of Doctrine or, as here, of PHP's own
 * SessionHandler, which is cfsession's.
 */
final class SessionWrapper implements SessionHandlerInterface, SessionUpdateTimestampHandlerInterface, SessionIdInterface
{
	/** @param Closure(string, float): void $tell */
	public function __construct(private \SessionHandlerInterface $handler, private Closure $tell)
	{
	}

	/** With the sessions in the Memcached that MEMCACHED_HOST and MEMCACHED_PORT name. */
	public static function fromEnvironment(Closure $tell): self
	{
		$host = getenv('MEMCACHED_HOST') ?: '127.0.0.1';
		$port = getenv('MEMCACHED_PORT') ?: '11211';
		// Set this before a class is registered: SessionHandler wraps the handler that was set until then.
		ini_set('session.save_handler', 'cfsession');
		ini_set('session.save_path', "$host:$port");
		return new self(new SessionHandler(), $tell);
	}

	public function register(): void
	{
		session_set_save_handler($this);
	}

	public function open(string $path, string $name): bool
	{
		return $this->measure('open', $path, $name);
	}

	public function close(): bool
	{
		return $this->measure('close');
	}

	public function read(string $id): string|false
	{
		return $this->measure('read', $id);
	}

	public function write(string $id, string $data): bool
	{
		return $this->measure('write', $id, $data);
	}

	public function destroy(string $id): bool
	{
		return $this->measure('destroy', $id);
	}

	public function gc(int $max_lifetime): int|false
	{
		return $this->measure('gc', $max_lifetime);
	}

	/*
	 * Strict mode and lazy writes: PHP does without them if a class lacks these methods, and SessionHandler lacks them.
	 */

	/** A session that cannot be read counts as known: then reading it fails, and the user keeps the id. */
	public function validateId(string $id): bool
	{
		return $this->handler instanceof SessionUpdateTimestampHandlerInterface
			? $this->measure('validateId', $id)
			: $this->read($id) !== '';
	}

	public function updateTimestamp(string $id, string $data): bool
	{
		return $this->handler instanceof SessionUpdateTimestampHandlerInterface
			? $this->measure('updateTimestamp', $id, $data)
			: $this->write($id, $data);
	}

	public function create_sid(): string
	{
		return $this->handler instanceof SessionIdInterface ? $this->measure('create_sid') : session_create_id();
	}

	private function measure(string $operation, mixed ...$arguments): mixed
	{
		$start = hrtime(true);
		try {
			return $this->handler->$operation(...$arguments);
		} finally {
			($this->tell)($operation, (hrtime(true) - $start) / 1e9);
		}
	}
}

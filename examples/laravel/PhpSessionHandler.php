<?php

declare(strict_types=1);

/**
 * A driver for Laravel that keeps sessions with PHP's own, and so in cfsession.
 *
 * PHP's session is open from Laravel's read to its write. So requests of one session take turns, which they do not with
 * Laravel's own drivers; an unchanged session is not written; and a session that cannot be read is an error, not an empty
 * one. It stores what Laravel gives it, encrypted or not, as it is.
 */
final class PhpSessionHandler implements SessionHandlerInterface
{
	private const KEY = 'laravel';

	public function open(string $path, string $name): bool
	{
		return true;
	}

	public function close(): bool
	{
		return true;
	}

	public function read(string $id): string
	{
		$this->begin($id);
		return $_SESSION[self::KEY] ?? '';
	}

	public function write(string $id, string $data): bool
	{
		// migrate() changes the id.
		$this->isOpen($id) || $this->begin($id);
		$_SESSION = [self::KEY => $data];
		return session_write_close();
	}

	public function destroy(string $id): bool
	{
		$this->isOpen($id) || $this->begin($id);
		return session_destroy();
	}

	/** Nothing to do: the server expires old sessions itself. */
	public function gc(int $max_lifetime): int
	{
		return 0;
	}

	private function isOpen(string $id): bool
	{
		return session_status() === PHP_SESSION_ACTIVE && session_id() === $id;
	}

	private function begin(string $id): void
	{
		session_abort();
		session_id($id);
		// Laravel makes the ids, and sends the cookie.
		if (!session_start(['use_cookies' => false, 'use_strict_mode' => false, 'cache_limiter' => ''])) {
			throw new RuntimeException('The session cannot be opened');
		}
	}
}

<?php

declare(strict_types=1);

/**
 * A driver for Laravel: sessions as PHP keeps them, and so where cfsession does.
 *
 * PHP's session is open from Laravel's read to its write. So requests in one session take turns, which they do
 * with none of Laravel's own drivers, a session that has not changed is not written, and one that cannot be read is
 * an error, not an empty one. What Laravel stores, encrypted or not, is kept as it is.
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
		// It is another one after migrate().
		$this->isOpen($id) || $this->begin($id);
		$_SESSION = [self::KEY => $data];
		return session_write_close();
	}

	public function destroy(string $id): bool
	{
		$this->isOpen($id) || $this->begin($id);
		return session_destroy();
	}

	/** The server forgets old sessions by itself. */
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

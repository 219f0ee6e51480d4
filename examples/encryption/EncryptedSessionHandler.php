<?php

declare(strict_types=1);

/**
 * Encrypts what cfsession stores. Somebody who can read the server's memory or its backups learns nothing, and somebody
 * who can write there can neither change a session nor give a user another user's session.
 *
 *     EncryptedSessionHandler::fromEnvironment()->register();
 *     session_start();
 *
 * SESSION_KEYS is 32 random bytes in base64 (openssl rand -base64 32); or several such keys, separated by commas: the
 * first one encrypts, and all decrypt. To change the key, first put the new one in front everywhere; remove the old one
 * once the last session that it encrypted has expired. A key is good for four billion writes.
 *
 * If a session cannot be decrypted, session_start() fails, and what is stored stays. The cipher is AES-256-GCM, which
 * also authenticates the session's id.
 */
final class EncryptedSessionHandler extends SessionHandler implements SessionUpdateTimestampHandlerInterface
{
	private const CIPHER = 'aes-256-gcm';
	private const NONCE = 12;
	private const TAG = 16;

	/** @param list<string> $keys of 32 bytes, at least one */
	public function __construct(#[SensitiveParameter] private array $keys)
	{
		foreach ($keys ?: [''] as $key) {
			if (strlen($key) !== 32) {
				throw new InvalidArgumentException('SESSION_KEYS has to be 32 bytes in base64, or several of those with commas in between');
			}
		}
	}

	public static function fromEnvironment(): self
	{
		return new self(array_map(
			fn (string $key): string => (string) base64_decode(trim($key), true),
			explode(',', (string) getenv('SESSION_KEYS')),
		));
	}

	public function register(): void
	{
		session_set_save_handler($this);
	}

	public function read(string $id): string|false
	{
		$stored = parent::read($id);
		return $stored === false || $stored === '' ? $stored : $this->decrypt($id, $stored);
	}

	public function write(string $id, string $data): bool
	{
		return parent::write($id, $this->encrypt($id, $data));
	}

	/** For strict mode. A session that cannot be read counts as known: then reading it fails, and the user keeps the id. */
	public function validateId(string $id): bool
	{
		return parent::read($id) !== '';
	}

	/** For lazy writes: gets the data as it was read, and writes it again, which also switches to a new key. */
	public function updateTimestamp(string $id, string $data): bool
	{
		return $this->write($id, $data);
	}

	private function encrypt(string $id, string $data): string
	{
		$nonce = random_bytes(self::NONCE);
		$encrypted = openssl_encrypt($data, self::CIPHER, $this->keys[0], OPENSSL_RAW_DATA, $nonce, $tag, $id, self::TAG);
		if ($encrypted === false) {
			throw new RuntimeException('The session cannot be encrypted');
		}
		return $nonce . $tag . $encrypted;
	}

	private function decrypt(string $id, string $stored): string|false
	{
		$nonce = substr($stored, 0, self::NONCE);
		$tag = substr($stored, self::NONCE, self::TAG);
		if (strlen($tag) === self::TAG) {
			$encrypted = substr($stored, self::NONCE + self::TAG);
			foreach ($this->keys as $key) {
				$data = openssl_decrypt($encrypted, self::CIPHER, $key, OPENSSL_RAW_DATA, $nonce, $tag, $id);
				if ($data !== false) {
					return $data;
				}
			}
		}
		trigger_error('The session cannot be decrypted: none of SESSION_KEYS has encrypted it, or somebody has changed it', E_USER_WARNING);
		return false;
	}
}

<?php
/* Moves sessions from PHP's "files" to cfsession, each when its visitor comes back. See README.md. */

declare(strict_types=1);

final class FromFiles extends SessionHandler implements SessionUpdateTimestampHandlerInterface
{
	/** @var array<string, string|false> what was read already, so that strict mode reads no session twice */
	private array $read = [];

	/** @param string $directory where PHP kept them: the old session.save_path */
	public function __construct(private string $directory)
	{
	}

	public function read(string $id): string|false
	{
		$data = $this->read[$id] ?? parent::read($id);
		unset($this->read[$id]);
		/* What cfsession has is newer; false is an error, which must not become an old session. */
		return $data === '' ? $this->fromFile($id) : $data;
	}

	public function write(string $id, string $data): bool
	{
		return parent::write($id, $data) && $this->forget($id);
	}

	/** A logout has to delete the file, too, because otherwise the session would come back from it. */
	public function destroy(string $id): bool
	{
		return parent::destroy($id) && $this->forget($id);
	}

	/** Strict mode. After an error the visitor keeps the id, and read() fails. */
	public function validateId(string $id): bool
	{
		if (!preg_match('/^[A-Za-z0-9,-]{1,256}$/D', $id)) {
			return false;
		}
		$this->read[$id] = $data = $this->read($id);
		return $data !== '';
	}

	public function updateTimestamp(string $id, string $data): bool
	{
		return $this->write($id, $data);
	}

	private function fromFile(string $id): string|false
	{
		$file = $this->file($id);
		clearstatcache();
		if (!is_file($file) || filemtime($file) + (int) ini_get('session.gc_maxlifetime') < time()) {
			return '';
		}
		/* An older request may still have it open. */
		$handle = fopen($file, 'r');
		return $handle && flock($handle, LOCK_EX) ? stream_get_contents($handle) : false;
	}

	private function forget(string $id): bool
	{
		$file = $this->file($id);
		return !is_file($file) || unlink($file);
	}

	private function file(string $id): string
	{
		return "$this->directory/sess_$id";
	}
}

session_set_save_handler(new FromFiles(getenv('OLD_SESSIONS') ?: '/var/lib/php/sessions'));

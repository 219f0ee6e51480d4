--TEST--
Memcached: a session as large as the server accepts, and one that is a byte larger
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/** The length of the longest value that the server accepts for KEY. */
function longest(MemcachedServer $server, int $low, int $high): int
{
	$client = $server->client();
	while ($high - $low > 1) {
		$middle = intdiv($low + $high, 2);
		try {
			$client->set(KEY, str_repeat('x', $middle));
			$low = $middle;
		} catch (RuntimeException) {
			$high = $middle;
			$client = $server->client();
		}
	}
	return $low;
}

/** Text with which the encoded session has so many bytes. */
function text(int $bytes, string $letter): string
{
	$length = $bytes - strlen('s|s:1000000:"";');
	return str_repeat($letter, $length - (strlen((string) $length) - strlen('1000000')));
}

foreach ([1, 4, 16] as $mb) {
	foreach (['text', 'binary'] as $protocol) {
		$size = ['-m', '256', '-I', "{$mb}m"];
		$server = $protocol === 'text' ? MemcachedServer::start($size) : MemcachedServer::sasl(USER, PASSWORD, $size);
		$longest = longest($server, ($mb << 20) - 4096, $mb << 20);
		foreach (['1', '0'] as $lock) {
			configure($protocol === 'text' ? $server->savePath() : login_path($server), ['cfsession.lock' => $lock]);
			$server->delete(KEY);
			attempt("$mb MB, $protocol, lock=$lock, the most", fn () => $_SESSION['s'] = text($longest, 'a'));
			ob_start();
			attempt('a byte more', fn () => $_SESSION['s'] = text($longest + 1, 'b'));
			echo str_replace([' ' . ($longest + 1) . ' ', ' ' . ($mb << 20) . ' '], [' N + 1 ', ' MOST '], ob_get_clean());
			attempt('as it was', fn () => print($_SESSION['s'] === text($longest, 'a') ? "  the same\n" : "  DIFFERENT\n"));
		}
	}
}
?>
--EXPECT--
1 MB, text, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
1 MB, text, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
1 MB, binary, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
1 MB, binary, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
4 MB, text, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
4 MB, text, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
4 MB, binary, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
4 MB, binary, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
16 MB, text, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
16 MB, text, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
16 MB, binary, lock=1, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started
16 MB, binary, lock=0, the most: started
a byte more: started
  session_write_close(): cfsession: cannot write the session: the session has N + 1 bytes, and the server at HOST:PORT takes items of at most MOST bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  the same
as it was: started

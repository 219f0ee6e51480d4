--TEST--
Memcached: an answer to another request does not count as success
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$exists = fn (string $name) => MemcachedBinary::response($name, MemcachedBinary::STATUS_EXISTS, value: 'Data exists for key.');
foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	echo get_class($replies), "\n";
	$binary = $replies instanceof BinaryReplies;
	$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);
	$answers = [
		'of a lock that is taken' => $replies->notStored(),
		'of a value that has changed' => $binary ? $exists('REPLACE') : "EXISTS\r\n",
		'the end of a list' => $replies->items([]),
	];
	foreach ($answers as $name => $answer) {
		configure('', ['cfsession.timeout' => '1']);
		/*
		 * cfsession touches the session if the server cannot extend it while reading. It then checks and releases the
		 * lock on a new connection.
		 */
		$start = $binary ? [$good] : [str_repeat("ERROR\r\n", 3), $replies->items([LOCK_KEY => TOKEN, KEY => 'n|i:5;'])];
		$server = serve($replies, [...$start, $answer], [$replies->items([LOCK_KEY => TOKEN])]);
		attempt("unchanged, $name", fn () => null);
		echo '  ', commands($server), "\n";
		$answer = $binary ? [$answer] : [$replies->stored(), $answer];
		$server = serve($replies, [$good, ...$answer], [$replies->items([LOCK_KEY => TOKEN])]);
		attempt("destroyed, $name", fn () => show_warnings(warnings(fn () => session_destroy())));
		echo '  ', commands($server), "\n";
	}
}
?>
--EXPECT--
TextReplies
unchanged, of a lock that is taken: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  GATS GETS TOUCH GETS
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, of a lock that is taken: started
  GATS SET DELETE GETS
unchanged, of a value that has changed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  GATS GETS TOUCH GETS
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, of a value that has changed: started
  GATS SET DELETE GETS
unchanged, the end of a list: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  GATS GETS TOUCH GETS
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, the end of a list: started
  GATS SET DELETE SET DELETE VERSION GETS
BinaryReplies
unchanged, of a lock that is taken: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  NOOP TOUCH NOOP
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, of a lock that is taken: started
  NOOP DELETE NOOP
unchanged, of a value that has changed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  NOOP TOUCH NOOP
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, of a value that has changed: started
  NOOP DELETE NOOP
unchanged, the end of a list: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT sent a reply that does not match the request
  NOOP TOUCH NOOP
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT sent a reply that does not match the request
destroyed, the end of a list: started
  NOOP DELETE NOOP

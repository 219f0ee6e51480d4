--TEST--
Memcached: no doubtful reply counts as a session, or as none
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$replies = new TextReplies();
$more = function (string $key, string $value, bool $locked): array {
	$lock = $locked ? 'VA ' . strlen(TOKEN) . ' k' . LOCK_KEY . " c1\r\n" . TOKEN . "\r\n" : '';
	$session = fn (string $header, string $value = 'n|i:5;', string $end = "END\r\n") => "{$lock}EN\r\nVALUE $header\r\n$value\r\n$end";
	$errors = fn (string $error) => ['answers' => ['GATS' => str_repeat("$error\r\n", $locked ? 3 : 2), 'GETS' => "$error\r\n"]];
	$locks = $locked ? [
		'a lock under another key' => str_replace(LOCK_KEY, LOCK_KEY . 'x', $session(KEY . ' 0 6 1')),
		'a lock without its key' => str_replace(' k' . LOCK_KEY, '', $session(KEY . ' 0 6 1')),
		'a lock without its CAS value' => str_replace(' c1', '', $session(KEY . ' 0 6 1')),
		'a lock that is longer than any' => str_replace($lock, 'VA 1025 k' . LOCK_KEY . " c1\r\n" . str_repeat('x', 1025) . "\r\n", $session(KEY . ' 0 6 1')),
	] : [];
	return $locks + [
		'SERVER_ERROR' => "SERVER_ERROR out of memory writing get response\r\n",
		'SERVER_ERROR after an item' => $session(KEY . ' 0 6 1', end: "SERVER_ERROR out of memory\r\n"),
		'ERROR' => $errors('ERROR'),
		'CLIENT_ERROR' => $errors('CLIENT_ERROR bad command line format'),
		'a value longer than said' => $session(KEY . ' 0 3 1', str_repeat('x', 30)),
		'a value a byte longer than said' => $session(KEY . ' 0 5 1'),
		'a value a byte shorter than said' => $session(KEY . ' 0 7 1'),
		'a value with something else behind it' => str_replace("n|i:5;\r\n", 'n|i:5;xx', $session(KEY . ' 0 6 1')),
		'a length that is none' => $session(KEY . ' 0 99999999999999999999 1'),
		'a length with a sign' => $session(KEY . ' 0 +6 1'),
		'a length with more behind it' => $session(KEY . ' 0 6x 1'),
		'no CAS value' => $session(KEY . ' 0 6'),
		'a CAS value that is none' => $session(KEY . ' 0 6 18446744073709551616'),
		'flags that are none' => $session(KEY . ' 4294967296 6 1'),
		'more behind the CAS value' => $session(KEY . ' 0 6 1 1'),
		'a second end' => $session(KEY . ' 0 6 1', end: "END\r\nEND\r\n"),
		'an end that is none' => $session(KEY . ' 0 6 1', end: "END \r\n"),
		'a tombstone under another key' => str_replace('EN', 'VA 1 k' . TOMBSTONE_KEY . "x\r\n1", $session(KEY . ' 0 6 1')),
		'no tombstone under another key' => str_replace('EN', 'EN k' . TOMBSTONE_KEY . 'x', $session(KEY . ' 0 6 1')),
		'no answer about the tombstone' => str_replace("EN\r\n", '', $session(KEY . ' 0 6 1')),
	];
};
require __DIR__ . '/fault_replies.inc';
?>
--EXPECTF--
closed before the reply: refused
  the server at HOST:PORT cannot be reached, or closed the connection before it had answered%S
closed in the middle of a value: refused
  the server at HOST:PORT cannot be reached, or closed the connection before it had answered%S
closed before the last value: refused
  the server at HOST:PORT cannot be reached, or closed the connection before it had answered%S
closed before the end: refused
  the server at HOST:PORT cannot be reached, or closed the connection before it had answered%S
silent: refused
  the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
silent in the middle of a value: refused
  the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
silent before the end: refused
  the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
slower than can be waited for: refused
  the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)
another session: refused
  the server at HOST:PORT sent a reply that does not match the request
another one beside it: refused
  the server at HOST:PORT sent a reply that does not match the request
the session twice: refused
  the server at HOST:PORT sent a reply that does not match the request
garbage: refused
  the server at HOST:PORT sent a reply that does not match the request
the answer to a write: refused
  the server at HOST:PORT sent a reply that does not match the request
the answer to a write that failed: refused
  the server at HOST:PORT sent a reply that does not match the request
neither lock nor session (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
a session without its lock (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
the lock twice (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
a lock under another key (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
a lock without its key (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
a lock without its CAS value (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
a lock that is longer than any (lock, cold; lock, warm): refused
  the server at HOST:PORT sent a reply that does not match the request
SERVER_ERROR: refused
  the server at HOST:PORT is out of memory
SERVER_ERROR after an item: refused
  the server at HOST:PORT is out of memory
ERROR: refused
  the server at HOST:PORT does not know the command; cfsession needs memcached 1.6 or later, and a proxy that passes all of its commands on
CLIENT_ERROR: refused
  the server at HOST:PORT did not understand the request
a value longer than said: refused
  the server at HOST:PORT sent a reply that does not match the request
a value a byte longer than said: refused
  the server at HOST:PORT sent a reply that does not match the request
a value a byte shorter than said: refused
  the server at HOST:PORT sent a reply that does not match the request
a value with something else behind it: refused
  the server at HOST:PORT sent a reply that does not match the request
a length that is none: refused
  the server at HOST:PORT sent a reply that does not match the request
a length with a sign: refused
  the server at HOST:PORT sent a reply that does not match the request
a length with more behind it: refused
  the server at HOST:PORT sent a reply that does not match the request
no CAS value: refused
  the server at HOST:PORT sent a reply that does not match the request
a CAS value that is none: refused
  the server at HOST:PORT sent a reply that does not match the request
flags that are none: refused
  the server at HOST:PORT sent a reply that does not match the request
more behind the CAS value: refused
  the server at HOST:PORT sent a reply that does not match the request
a second end: refused
  the server at HOST:PORT sent a reply that does not match the request
an end that is none: refused
  the server at HOST:PORT sent a reply that does not match the request
a tombstone under another key: refused
  the server at HOST:PORT sent a reply that does not match the request
no tombstone under another key: refused
  the server at HOST:PORT sent a reply that does not match the request
no answer about the tombstone: refused
  the server at HOST:PORT sent a reply that does not match the request

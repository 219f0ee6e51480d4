--TEST--
Memcached: no doubtful reply is taken for a session, nor for none
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$replies = new TextReplies();
$more = fn (string $key, string $value) => [
	'SERVER_ERROR' => "SERVER_ERROR out of memory writing get response\r\n",
	'SERVER_ERROR after an item' => "VALUE $key 0 " . strlen($value) . " 1\r\n$value\r\nSERVER_ERROR out of memory\r\n",
	'ERROR' => "ERROR\r\n",
	'CLIENT_ERROR' => "CLIENT_ERROR bad command line format\r\n",
	'a value longer than said' => "VALUE $key 0 3 1\r\n" . str_repeat('x', 30) . "\r\nEND\r\n",
	'a length that is none' => "VALUE $key 0 99999999999999999999 1\r\n$value\r\nEND\r\n",
];
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
  the server at HOST:PORT gave an answer that does not belong to the request
another one beside it: refused
  the server at HOST:PORT gave an answer that does not belong to the request
the session twice: refused
  the server at HOST:PORT gave an answer that does not belong to the request
garbage: refused
  the connection to the server at HOST:PORT failed: %s
the answer to a write: refused
  the server at HOST:PORT gave an answer that does not belong to the request
the answer to a write that failed: refused
  the server at HOST:PORT gave an answer that does not belong to the request
neither lock nor session (lock, cold; lock, warm): refused
  the server at HOST:PORT gave an answer that does not belong to the request
a session without its lock (lock, cold; lock, warm): refused
  the server at HOST:PORT gave an answer that does not belong to the request
the lock twice (lock, cold; lock, warm): refused
  the server at HOST:PORT gave an answer that does not belong to the request
SERVER_ERROR: refused
  the server at HOST:PORT is out of memory
SERVER_ERROR after an item: refused
  the server at HOST:PORT is out of memory
ERROR: refused
  the server at HOST:PORT does not know the command; cfsession needs memcached 1.6 or later, and a proxy that passes all of its commands on
CLIENT_ERROR: refused
  the server at HOST:PORT did not understand the request
a value longer than said: refused
  the connection to the server at HOST:PORT failed: %s
a length that is none: refused
  the connection to the server at HOST:PORT failed: %s

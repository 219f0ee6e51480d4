--TEST--
Memcached: no doubtful reply counts as a session, or as none, in the binary protocol
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$replies = new BinaryReplies();
$failed = fn (int $status) => MemcachedBinary::response('GETKQ', $status, value: 'An error');
$end = MemcachedBinary::response('NOOP');
$more = fn (string $key, string $value) => [
	'busy' => $failed(MemcachedBinary::STATUS_BUSY) . $failed(MemcachedBinary::STATUS_BUSY) . $end,
	'busy after an item' => MemcachedBinary::response('GETKQ', 0, $key, "\0\0\0\0", $value) . $failed(MemcachedBinary::STATUS_BUSY) . $end,
	'out of memory' => $failed(MemcachedBinary::STATUS_OUT_OF_MEMORY) . $failed(MemcachedBinary::STATUS_OUT_OF_MEMORY) . $end,
	'out of memory after an item' => MemcachedBinary::response('GETKQ', 0, $key, "\0\0\0\0", $value) . $failed(MemcachedBinary::STATUS_OUT_OF_MEMORY) . $end,
	'not logged in' => $failed(MemcachedBinary::STATUS_AUTH) . $failed(MemcachedBinary::STATUS_AUTH) . $end,
	'not logged in after an item' => MemcachedBinary::response('GETKQ', 0, $key, "\0\0\0\0", $value) . $failed(MemcachedBinary::STATUS_AUTH) . $end,
	'unknown command after an item' => MemcachedBinary::response('GETKQ', 0, $key, "\0\0\0\0", $value) . $failed(MemcachedBinary::STATUS_UNKNOWN) . $end,
	'a text reply' => "ERROR\r\n" . str_repeat(' ', 24),
	'lengths that contradict' => "\x81\x0d" . pack('nCCnNNJ', 100, 4, 0, 0, 10, 0, 1) . str_repeat('x', 10) . $end,
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
  the server at HOST:PORT sent a reply that does not match the request
another one beside it: refused
  the server at HOST:PORT sent a reply that does not match the request
the session twice: refused
  the server at HOST:PORT sent a reply that does not match the request
garbage: refused
  the %Sserver at HOST:PORT %s
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
busy: refused
  the %Sserver at HOST:PORT %s
busy after an item: refused
  the %Sserver at HOST:PORT %s
out of memory: refused
  the server at HOST:PORT is out of memory
out of memory after an item: refused
  the server at HOST:PORT is out of memory
not logged in: refused
  the server at HOST:PORT refused our user name and password; check the SASL credentials
not logged in after an item: refused
  the server at HOST:PORT refused our user name and password; check the SASL credentials
unknown command after an item: refused
  the %Sserver at HOST:PORT %s
a text reply: refused
  the %Sserver at HOST:PORT %s
lengths that contradict: refused
  the server at HOST:PORT did not answer within 400 ms (cfsession.timeout)

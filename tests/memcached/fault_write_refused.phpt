--TEST--
Memcached: why the server does not store a session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$replies = new TextReplies();
$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);
configure('', ['cfsession.timeout' => '1', 'cfsession.persistent' => '0']);
/* memcached has two messages about memory; it may give up in the middle of a large value. */
foreach (['out of memory storing object', 'Out of memory during read', 'it is Monday'] as $reason) {
	/* The same answer to the retry on a new connection. */
	serve($replies, [$good, "SERVER_ERROR $reason\r\n"], [$replies->items([LOCK_KEY => TOKEN]), "SERVER_ERROR $reason\r\n"]);
	attempt($reason, count_up(...));
}
?>
--EXPECT--
out of memory storing object: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT is out of memory
Out of memory during read: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT is out of memory
it is Monday: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT reported an error of its own: it is Monday

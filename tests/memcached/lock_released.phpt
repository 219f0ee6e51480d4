--TEST--
Memcached: a lock released between "add" and "get" is tried again
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

/* The add fails because another request holds the lock; when the server runs the get, that lock is gone. */
foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	foreach (['10', '0'] as $wait) {
		configure('', ['cfsession.lock_wait' => $wait]);
		$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);
		$server = serve($replies, [$replies->started([LOCK_KEY => null, KEY => 'n|i:5;']), $replies->started([LOCK_KEY => null]), $good, $replies->stored(), $replies->started([LOCK_KEY => null]), $good, $replies->stored()]);
		attempt(get_class($replies) . ", cfsession.lock_wait=$wait", count_up(...));
		attempt('  and on a warm connection', count_up(...));
		echo '  ', commands($server), ', connections: ', $server->connections(), "\n";
	}
}
?>
--EXPECT--
TextReplies, cfsession.lock_wait=10: started
  and on a warm connection: started
  GATS GATS GATS CAS GATS GATS CAS, connections: 1
TextReplies, cfsession.lock_wait=0: started
  and on a warm connection: started
  GATS GATS GATS CAS GATS GATS CAS, connections: 1
BinaryReplies, cfsession.lock_wait=10: started
  and on a warm connection: started
  NOOP NOOP NOOP REPLACE NOOP NOOP REPLACE, connections: 1
BinaryReplies, cfsession.lock_wait=0: started
  and on a warm connection: started
  NOOP NOOP NOOP REPLACE NOOP NOOP REPLACE, connections: 1

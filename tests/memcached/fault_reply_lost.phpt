--TEST--
Memcached: a request whose reply was lost is repeated, and recognizes its own first write
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	echo get_class($replies), "\n";
	$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);
	$lock = $replies->items([LOCK_KEY => TOKEN]);
	$foreign = $replies->started([LOCK_KEY => 'somebody']);
	$refused = $replies instanceof BinaryReplies ? MemcachedBinary::response('REPLACE', MemcachedBinary::STATUS_EXISTS) : "EXISTS\r\n";
	$written = $replies->items([LOCK_KEY => TOKEN, KEY => 'n|i:6;']);
	$other = $replies->items([LOCK_KEY => TOKEN, KEY => 'n|i:9;']);
	$new = $replies->items([KEY => 'n|i:1;']);
	configure('', ['cfsession.lock_wait' => '1', 'cfsession.timeout' => '1']);

	/* The request still has the lock. The first write changed the CAS value, or added the session. */
	$server = serve($replies, [$good, ['close']], [$lock, $refused, $written, $lock]);
	attempt('changed', count_up(...));
	echo '  ', commands($server), "\n";
	$server = serve($replies, [$good, ['close']], [$lock, $refused, $other, $lock]);
	attempt('changed, and by another request meanwhile', count_up(...));
	/* In the binary protocol, cfsession reads the session together with the tombstone. */
	$again = $replies instanceof BinaryReplies ? [$new] : [$replies->notStored(), $replies->items([]), $replies->items([LOCK_KEY => TOKEN, KEY => 'n|i:1;'])];
	$server = serve($replies, [$replies->started([LOCK_KEY => TOKEN]), ['close']], [...$again, $lock]);
	attempt('new', count_up(...));
	echo '  ', commands($server), "\n";

	/* After the wait, the first command has added the lock. */
	$answers = ['ADD' => $replies->notStored(), 'GATS' => $good, 'GETS' => $lock, 'NOOP' => $good, 'CAS' => $replies->stored(), 'REPLACE' => $replies->stored()];
	$server = serve($replies, [$foreign, ['close']], [['answers' => $answers]]);
	[$seconds] = attempt('the lock', count_up(...));
	show_time('took', $seconds, 0);
}
?>
--EXPECT--
TextReplies
changed: started
  GATS CAS GETS CAS GETS GETS
changed, and by another request meanwhile: started
  session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
new: started
  GATS ADD ADD GET GETS GETS
the lock: started
  took: 0 s
BinaryReplies
changed: started
  NOOP REPLACE NOOP REPLACE NOOP NOOP
changed, and by another request meanwhile: started
  session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
new: started
  NOOP NOOP NOOP NOOP
the lock: started
  took: 0 s

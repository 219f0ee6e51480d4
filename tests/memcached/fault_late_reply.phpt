--TEST--
Memcached: an unsolicited reply does not count as the next reply
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

/** A step that sends more than the reply: together with it, or once the client has gone on. */
function with_more(string $when, string $reply, string $more): string|array
{
	return $when === 'at once' ? $reply . $more : ['send' => $reply, 'later' => $more, 'pause' => 0.1];
}

/* Sleeps until all bytes have arrived, because nothing signals that. */
function pause(): void
{
	usleep((int) ((deadline(0.3) - now()) * 1e6));
}

foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	foreach (['1', '0'] as $lock) {
		$locked = $lock ? [LOCK_KEY => TOKEN] : [];
		configure('', ['cfsession.lock' => $lock, 'cfsession.lock_wait' => '0', 'cfsession.timeout' => '2', 'cfsession.retry_interval' => '0']);
		echo get_class($replies), ", cfsession.lock=$lock\n";
		$good = $replies->started($locked + [KEY => 'n|i:5;']);
		$foreign = $replies->started($locked + [KEY . 'x' => 'n|i:99;']);
		$answers = ['GATS' => $good, 'GETS' => $replies->items($locked + [KEY => 'n|i:5;']), 'NOOP' => $good, 'CAS' => $replies->stored(), 'REPLACE' => $replies->stored()];

		foreach (['later', 'at once'] as $when) {
			/* The extra reply reports a write. The server never gets that write, or gets it on another connection. */
			$server = serve($replies, [with_more($when, $good, $replies->stored()), ['stall']], [['answers' => $answers]]);
			session_id(ID);
			$warnings = warnings(function () {
				session_start();
				count_up();
				pause();
				session_write_close();
			});
			$commands = $server->commands();
			echo "  $when, a write: ", $warnings || end($commands)[0] === 1 ? 'written, or not said to be' : 'said to be written', "\n";

			/* The extra reply is another session, as if a request had gone to another server. */
			foreach (['a reply' => $foreign, 'part of one' => substr($foreign, 0, -5), 'an error' => "SERVER_ERROR late\r\n"] as $what => $late) {
				$server = serve($replies, [$good, with_more($when, $replies->stored(), $late), ['stall']], [['answers' => $answers]]);
				/* An extra reply that arrives at once makes the answer to the write itself doubtful. */
				warnings(fn () => in_session(ID, count_up(...)));
				pause();
				warnings(function () use (&$started) {
					$started = session_start();
				});
				echo "  $when, $what: ", $started ? 'n is ' . json_encode($_SESSION['n'] ?? null) : 'refused', "\n";
				session_abort();
			}
		}
	}
}
?>
--EXPECT--
TextReplies, cfsession.lock=1
  later, a write: written, or not said to be
  later, a reply: n is 5
  later, part of one: n is 5
  later, an error: n is 5
  at once, a write: written, or not said to be
  at once, a reply: n is 5
  at once, part of one: n is 5
  at once, an error: n is 5
TextReplies, cfsession.lock=0
  later, a write: written, or not said to be
  later, a reply: n is 5
  later, part of one: n is 5
  later, an error: n is 5
  at once, a write: written, or not said to be
  at once, a reply: n is 5
  at once, part of one: n is 5
  at once, an error: n is 5
BinaryReplies, cfsession.lock=1
  later, a write: written, or not said to be
  later, a reply: n is 5
  later, part of one: n is 5
  later, an error: n is 5
  at once, a write: written, or not said to be
  at once, a reply: n is 5
  at once, part of one: n is 5
  at once, an error: refused
BinaryReplies, cfsession.lock=0
  later, a write: written, or not said to be
  later, a reply: n is 5
  later, part of one: n is 5
  later, an error: n is 5
  at once, a write: written, or not said to be
  at once, a reply: n is 5
  at once, part of one: n is 5
  at once, an error: refused

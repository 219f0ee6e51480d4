--TEST--
Memcached: a restarted server reuses the CAS values of its old items
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

foreach ([$text = MemcachedServer::start(), $binary = MemcachedServer::sasl(USER, PASSWORD)] as $server) {
	configure($server === $text ? $server->savePath() : login_path($server));
	foreach (['changed' => count_up(...), 'aborted' => session_abort(...)] as $name => $end) {
		/* CAS values start at 1: the session gets the first, its lock the second. */
		$server->restart();
		$server->set(KEY, 'n|i:1;');
		attempt(($server === $text ? 'text' : 'binary') . ", $name", function () use ($server, $end): void {
			$server->restart();
			$server->set(KEY, 'n|i:100;');
			$server->set(LOCK_KEY, 'the next one');
			$end();
		});
		echo '  in the store: ', $server->get(KEY), ', lock of ', $server->get(LOCK_KEY) ?? 'nobody', "\n";
	}
}
?>
--EXPECT--
text, changed: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, aborted: started
  in the store: n|i:100;, lock of the next one
binary, changed: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, aborted: started
  in the store: n|i:100;, lock of the next one

--TEST--
Memcached: a server that was restarted meanwhile gives other items the CAS values of the old ones
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
		/* CAS values are counted from 1: the session has the first, and its lock the second. */
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
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, aborted: started
  in the store: n|i:100;, lock of the next one
binary, changed: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, aborted: started
  in the store: n|i:100;, lock of the next one

--TEST--
Memcached: who lost the lock frees nobody else's and overwrites nothing
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$servers = [
	'text' => [$text = MemcachedServer::start(), $text->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)],
];
$ends = [
	'changed' => count_up(...),
	'unchanged' => fn () => null,
	'aborted' => session_abort(...),
	'destroyed' => session_destroy(...),
];
foreach ($servers as $protocol => [$server, $path]) {
	configure($path, ['cfsession.lock_wait' => '0']);
	foreach ($ends as $name => $end) {
		/* Evicted, or expired by the server's clock and not by ours: another request has the session now. */
		$server->set(KEY, 'n|i:1;');
		attempt("$protocol, $name", function () use ($server, $end) {
			$server->set(LOCK_KEY, 'the next one');
			$server->set(KEY, 'n|i:100;');
			$end();
		});
		echo '  in the store: ', $server->get(KEY) ?? 'nothing', ', lock of ', $server->get(LOCK_KEY) ?? 'nobody', "\n";
		$server->delete(LOCK_KEY);
		$server->delete(KEY);

		/* Nothing was stored before. */
		attempt("$protocol, a new one, $name", function () use ($server, $end) {
			$server->set(LOCK_KEY, 'the next one');
			$server->set(KEY, 'n|i:100;');
			$end();
		});
		echo '  in the store: ', $server->get(KEY) ?? 'nothing', ', lock of ', $server->get(LOCK_KEY) ?? 'nobody', "\n";
		$server->delete(LOCK_KEY);
	}

	/* Nobody has taken the lock, but the session: its writer did not ask for locks. */
	$server->set(KEY, 'n|i:1;');
	attempt("$protocol, written without a lock", function () use ($server) {
		$server->set(KEY, 'n|i:100;');
		count_up();
	});
	show_store($server);
}
?>
--EXPECT--
text, changed: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, a new one, changed: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, unchanged: started
  in the store: n|i:100;, lock of the next one
text, a new one, unchanged: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, aborted: started
  in the store: n|i:100;, lock of the next one
text, a new one, aborted: started
  in the store: n|i:100;, lock of the next one
text, destroyed: started
  in the store: nothing, lock of the next one
text, a new one, destroyed: started
  in the store: nothing, lock of the next one
text, written without a lock: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;
binary, changed: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, a new one, changed: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, unchanged: started
  in the store: n|i:100;, lock of the next one
binary, a new one, unchanged: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, aborted: started
  in the store: n|i:100;, lock of the next one
binary, a new one, aborted: started
  in the store: n|i:100;, lock of the next one
binary, destroyed: started
  in the store: nothing, lock of the next one
binary, a new one, destroyed: started
  in the store: nothing, lock of the next one
binary, written without a lock: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:100;

--TEST--
Memcached: a request that lost its lock neither releases another one's nor overwrites anything
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
		/* The lock was evicted, or expired only by the server's clock: another request has the session now. */
		$server->set(KEY, 'n|i:1;');
		attempt("$protocol, $name", function () use ($server, $end) {
			$server->set(LOCK_KEY, 'the next one');
			$server->set(KEY, 'n|i:100;');
			$end();
		});
		echo '  in the store: ', $server->get(KEY) ?? 'nothing', ', lock of ', $server->get(LOCK_KEY) ?? 'nobody', "\n";
		$server->delete(LOCK_KEY);
		$server->delete(KEY);

		/* The session is new. */
		attempt("$protocol, a new one, $name", function () use ($server, $end) {
			$server->set(LOCK_KEY, 'the next one');
			$server->set(KEY, 'n|i:100;');
			$end();
		});
		echo '  in the store: ', $server->get(KEY) ?? 'nothing', ', lock of ', $server->get(LOCK_KEY) ?? 'nobody', "\n";
		$server->delete(LOCK_KEY);
	}

	/* The lock is intact, but another request has written without asking for it. */
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
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, a new one, changed: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
text, unchanged: started
  in the store: n|i:100;, lock of the next one
text, a new one, unchanged: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
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
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;
binary, changed: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, a new one, changed: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;, lock of the next one
binary, unchanged: started
  in the store: n|i:100;, lock of the next one
binary, a new one, unchanged: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
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
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:100;

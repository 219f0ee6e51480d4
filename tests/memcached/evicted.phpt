--TEST--
Memcached: a session evicted while it was open is stored again
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
/* A request that has extended the session at the read and changed nothing does nothing at its end. */
$ends = ['unchanged' => fn () => null, 'changed' => count_up(...), 'emptied' => fn () => session_unset()];
foreach ($servers as $protocol => [$server, $path]) {
	configure($path, ['cfsession.lock' => '1']);
	foreach ($ends as $name => $end) {
		$server->set(KEY, 'n|i:1;', 1000);
		attempt("$protocol, $name", function () use ($server, $end) {
			$server->delete(KEY);
			$end();
		});
		show_store($server);
	}

	/* Not without the lock, because another request may have destroyed the session. */
	$server->set(KEY, 'n|i:1;', 1000);
	attempt("$protocol, lock and session evicted", function () use ($server) {
		$server->delete(KEY);
		$server->delete(LOCK_KEY);
	});
	show_store($server);
	configure($path, ['cfsession.lock' => '0']);
	foreach ($ends as $name => $end) {
		$server->set(KEY, 'n|i:1;', 1000);
		attempt("$protocol without locks, $name", function () use ($server, $end) {
			$server->delete(KEY);
			$end();
		});
		show_store($server);
	}
}

/* Evicted by the server itself, to make room for other items. */
$server = MemcachedServer::start(['-m', '2', '-o', 'no_modern']);
configure($server->savePath(), ['cfsession.lock' => '1', 'session.gc_maxlifetime' => '1000']);
$server->set(KEY, $value = 'data|' . serialize(str_repeat('x', 5000)));
attempt('evicted by the server', function () use ($server) {
	for ($i = 0; $server->get(KEY) !== null && $i < 5000; $i++) {
		$server->set("filler$i", str_repeat('f', 5000));
	}
	echo '  there: ', json_encode($server->get(KEY) !== null), "\n";
	count_up();
});
echo '  stored again: ', json_encode($server->get(KEY) === "{$value}n|i:1;"), ', for ', $server->client()->givenLifetime(KEY), " s\n";
?>
--EXPECT--
text, unchanged: started
  in the store: nothing
text, changed: started
  in the store: n|i:2;
text, emptied: started
  in the store: 
text, lock and session evicted: started
  in the store: nothing
text without locks, unchanged: started
  in the store: nothing
text without locks, changed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
text without locks, emptied: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
binary, unchanged: started
  in the store: n|i:1;
binary, changed: started
  in the store: n|i:2;
binary, emptied: started
  in the store: 
binary, lock and session evicted: started
  in the store: nothing
binary without locks, unchanged: started
  in the store: nothing
binary without locks, changed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
binary without locks, emptied: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
  there: false
evicted by the server: started
  stored again: true, for 1000 s

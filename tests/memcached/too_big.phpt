--TEST--
Memcached: a session larger than the server's items: one warning, and the old data stays
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
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD, ['-I', '2m']), login_path($binary)],
];
foreach ($servers as $protocol => [$server, $path]) {
	foreach (['1', '0'] as $lock) {
		echo "$protocol, cfsession.lock=$lock\n";
		configure($path, ['cfsession.lock' => $lock]);
		$connects = counter('connects');
		foreach (['n|i:1;', null] as $before) {
			$before === null ? $server->delete(KEY) : $server->set(KEY, $before);
			attempt($before === null ? 'new' : 'known', fn () => $_SESSION['big'] = str_repeat('x', 3 << 20));
			show_store($server);
		}
		/* cfsession has read the whole answer. */
		attempt('the next one', count_up(...));
		show_store($server);
		echo 'connects: ', counter('connects') - $connects, "\n";
	}
}

/* The largest session: the server needs some of the item's size for the key, the CAS value and a header. */
configure($text->savePath(), ['cfsession.lock' => '1']);
attempt('nearly 1 MB', fn () => $_SESSION = ['big' => str_repeat('x', (1 << 20) - 1000)]);
in_session(ID, fn () => print('comes back: ' . strlen($_SESSION['big']) . "\n"));
?>
--EXPECT--
text, cfsession.lock=1
known: started
  session_write_close(): cfsession: cannot write the session: the session has 3145751 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
new: started
  session_write_close(): cfsession: cannot write the session: the session has 3145745 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: nothing
the next one: started
  in the store: n|i:1;
connects: 1
text, cfsession.lock=0
known: started
  session_write_close(): cfsession: cannot write the session: the session has 3145751 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
new: started
  session_write_close(): cfsession: cannot write the session: the session has 3145745 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: nothing
the next one: started
  in the store: n|i:1;
connects: 0
binary, cfsession.lock=1
known: started
  session_write_close(): cfsession: cannot write the session: the session has 3145751 bytes, and the server at HOST:PORT takes items of at most 2097152 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
new: started
  session_write_close(): cfsession: cannot write the session: the session has 3145745 bytes, and the server at HOST:PORT takes items of at most 2097152 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: nothing
the next one: started
  in the store: n|i:1;
connects: 1
binary, cfsession.lock=0
known: started
  session_write_close(): cfsession: cannot write the session: the session has 3145751 bytes, and the server at HOST:PORT takes items of at most 2097152 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
new: started
  session_write_close(): cfsession: cannot write the session: the session has 3145745 bytes, and the server at HOST:PORT takes items of at most 2097152 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: nothing
the next one: started
  in the store: n|i:1;
connects: 0
nearly 1 MB: started
comes back: 1047576

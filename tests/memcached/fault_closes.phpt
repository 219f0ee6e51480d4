--TEST--
Memcached: the lock is released if the server closes the connection at a write or a read
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

/* Whether cfsession notices the close before or after part of a reply is random. */
ob_start(fn (string $output) => str_replace('; if it requires a login (SASL), give a user name and a password', '', $output));

/* A proxy that cuts each connection from the write on, and later works again. */
foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	echo get_class($replies), "\n";
	$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:1;']);
	$lock = $replies->items([LOCK_KEY => TOKEN]);
	configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '1']);
	$server = serve($replies, [$good, ['close']], [$lock, ['close']], [$replies->stored()], [$lock]);
	attempt('at a write', count_up(...));
	echo '  ', commands($server), ', released: ', json_encode($server->wasReleased()), "\n";
	/* In the text protocol a command that may have caused the close is not repeated. */
	$again = $replies instanceof BinaryReplies ? [] : [[['close']]];
	$server = serve($replies, [['close']], ...$again, ...[[$replies->stored()], [$lock]]);
	attempt('at a read', count_up(...));
	echo '  ', commands($server), ', released: ', json_encode($server->wasReleased()), "\n";
}

/* A real server behind a proxy that breaks two connections, and lets the next one through. */
$servers = ['text' => MemcachedServer::start(), 'binary' => MemcachedServer::sasl(USER, PASSWORD)];
foreach ($servers as $protocol => $server) {
	echo "$protocol\n";
	configure($protocol === 'text' ? $server->savePath() : login_path($server), ['cfsession.lock_wait' => '0', 'cfsession.retry_interval' => '0']);
	$server->set(KEY, 'n|i:1;');
	attempt('too large', fn () => $_SESSION['large'] = str_repeat('x', 1100000));
	show_store($server);
	/* A class may repeat the write, when another request has the lock already. */
	session_id(ID);
	session_start();
	$_SESSION['large'] = str_repeat('x', 1100000);
	warnings(fn () => session_write_close());
	echo '  the next request: ', Php::run('session_id("' . ID . '"); echo session_start() ? "started" : "refused";',
		['session.save_path' => ini_get('session.save_path'), 'cfsession.lock_wait' => '0']), "\n";
}
?>
--EXPECT--
TextReplies
at a write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  GATS CAS GETS CAS VERSION GETS, released: true
at a read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  GATS GETS VERSION GETS, released: true
BinaryReplies
at a write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  NOOP REPLACE NOOP REPLACE VERSION NOOP, released: true
at a read: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered
  NOOP VERSION NOOP, released: true
text
too large: started
  session_write_close(): cfsession: cannot write the session: the session has 1100025 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
  the next request: started
binary
too large: started
  session_write_close(): cfsession: cannot write the session: the session has 1100025 bytes, and the server at HOST:PORT takes items of at most 1048576 bytes, key included; nothing was changed (raise memcached's -I, or keep less in the session)
  in the store: n|i:1;
  the next request: started

--TEST--
Memcached: a server that is down, and one that comes back
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = MemcachedServer::start();
configure($server->savePath());
attempt('there', count_up(...));
$server->kill();
foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	[$seconds] = attempt("gone, cfsession.lock=$lock", count_up(...));
	show_time('took', $seconds, 0);
}
ini_set('session.use_strict_mode', '1');
attempt('gone, strict mode', count_up(...));
echo '  the id: ', in_array(session_id(), [ID, ''], true) ? 'not replaced' : 'another', "\n";
session_id('');
$messages = warnings(function () use (&$started) {
	$started = session_start();
});
echo 'gone, a new visitor: ', $started ? 'started' : 'refused', ', warnings: ', count($messages), "\n";
ini_set('session.use_strict_mode', '0');
$server->restart();
ini_set('cfsession.lock', '1');
attempt('back', count_up(...));
attempt('gone between read and write', function () use ($server) {
	count_up();
	$server->kill();
});
$server->restart();
attempt('restarted, empty', count_up(...));
attempt('restarted between read and write', function () use ($server) {
	count_up();
	$server->restart();
});
show_store($server);

/* Names and sockets that do not exist. */
foreach (['/nonexistent/memcached.sock', 'nonexistent.invalid:11211'] as $path) {
	configure($path, ['cfsession.retry_interval' => '0']);
	attempt($path);
}
?>
--EXPECTF--
there: started
gone, cfsession.lock=1: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  took: 0 s
gone, cfsession.lock=0: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  took: 0 s
gone, strict mode: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  the id: not replaced
gone, a new visitor: refused, warnings: 2
back: started
gone between read and write: started
  session_write_close(): cfsession: cannot write the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
restarted, empty: started
restarted between read and write: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
/nonexistent/memcached.sock: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at /nonexistent/memcached.sock: No such file or directory; check the path, and that the server runs
nonexistent.invalid:11211: refused
  session_start(): cfsession: cannot read the session: cannot connect to the server at nonexistent.invalid:11211: %s; check the name, and that this machine can resolve it

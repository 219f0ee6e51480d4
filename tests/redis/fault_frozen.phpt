--TEST--
Redis: a suspended server releases the lock of a request that has given up, once it resumes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
preg_match('/process_id:(\d+)/', $server->call('INFO', 'server'), $pid);
configure($server->savePath(), ['cfsession.timeout' => '1', 'cfsession.retry_interval' => '0']);
attempt('before', fn () => $_SESSION['n'] = 1);

$started = function () use ($server): int {
	preg_match('/cmdstat_evalsha:calls=(\d+)/', $server->call('INFO', 'commandstats'), $calls);
	return (int) $calls[1];
};

/* On a kept connection, and on a new one. */
foreach (['1', '0'] as $persistent) {
	ini_set('cfsession.persistent', $persistent);
	$before = $started();
	exec("kill -STOP $pid[1]");
	attempt("frozen, cfsession.persistent=$persistent", fn () => $_SESSION['n']++);
	exec("kill -CONT $pid[1]");
	/* When the server resumes, it takes the lock, and then gets the release. */
	wait_until(fn () => $started() > $before);
	echo '  left behind: ', json_encode($server->keys('*_*_*')), "\n";
	attempt('after', fn () => $_SESSION['n']++);
}

/* Larger than the network's buffers, so that even sending it blocks. */
ini_set('cfsession.persistent', '1');
attempt('before', fn () => $_SESSION['n']++);
[$seconds] = attempt('frozen before a large write', function () use ($pid) {
	$_SESSION['large'] = str_repeat('x', 16 << 20);
	exec("kill -STOP $pid[1]");
});
exec("kill -CONT $pid[1]");
show_time('took', $seconds, 1);
$server->call('DEL', KEY . '_LOCK');
show_store($server);
?>
--EXPECT--
before: started
frozen, cfsession.persistent=1: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 1 s (cfsession.timeout)
  left behind: []
after: started
frozen, cfsession.persistent=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 1 s (cfsession.timeout)
  left behind: []
after: started
before: started
frozen before a large write: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT did not answer within 1 s (cfsession.timeout)
  took: 1 s
  in the store: PHPREDIS_SESSION:ID = n|i:4;

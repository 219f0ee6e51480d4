--TEST--
Redis: a forked child opens its own connections
--EXTENSIONS--
pcntl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$proxy = Proxy::to($server->port);
configure($proxy->savePath());

/** Runs $body in a child and waits for its end. */
function in_child(callable $body): void
{
	$pid = pcntl_fork();
	if ($pid === 0) {
		$body();
		exit;
	}
	pcntl_waitpid($pid, $status);
	$status === 0 || print("  the child ended with $status\n");
}

function count_up(): void
{
	$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
}

attempt('parent', count_up(...));
$proxy->reset();
in_child(function () {
	attempt('child', count_up(...));
	attempt('child, once more', count_up(...));
	echo '  connects: ', counter('connects') - 1, "\n";
});
attempt('parent', count_up(...));
echo '  connections since the fork: ', $proxy->stats()['connections'], "\n";

echo "with a session open\n";
attempt('parent', function () {
	count_up();
	in_child(function () {
		/* This session is the parent's. */
		show_warnings(warnings(function () {
			$_SESSION['n'] = 'from the child';
			session_write_close();
		}));
	});
});
show_store($server);

echo "another session in the child\n";
attempt('parent', function () use ($server) {
	count_up();
	in_child(function () {
		warnings(fn () => session_abort());
		session_id('another');
		echo 'child: ', session_start() ? 'started' : 'refused', "\n";
		$_SESSION['n'] = 'of the child';
		session_write_close();
	});
	echo '  the lock is there: ', $server->call('EXISTS', KEY . '_LOCK'), "\n";
});
show_store($server);
?>
--EXPECT--
parent: started
child: started
child, once more: started
  connects: 1
parent: started
  connections since the fork: 1
with a session open
  session_write_close(): cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
parent: started
  in the store: PHPREDIS_SESSION:ID = n|i:5;
another session in the child
child: started
  the lock is there: 1
parent: started
  in the store: PHPREDIS_SESSION:ID = n|i:6;
  in the store: PHPREDIS_SESSION:another = n|s:12:"of the child";

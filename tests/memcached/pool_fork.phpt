--TEST--
Memcached: a forked child opens its own connections, and sends nothing on its parent's
--EXTENSIONS--
pcntl
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

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

$servers = [
	'text' => [$text = MemcachedServer::start(), fn ($proxy) => $proxy->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), fn ($proxy) => login_path($proxy)],
];
foreach ($servers as $protocol => [$server, $path]) {
	echo "$protocol\n";
	$proxy = Proxy::to($server->port, 'memcached');
	configure($path($proxy));
	attempt('parent', count_up(...));
	$proxy->reset();
	in_child(function () {
		$connects = counter('connects');
		attempt('child', count_up(...));
		attempt('child, once more', count_up(...));
		echo '  connects: ', counter('connects') - $connects, "\n";
	});
	/* Freeing the child's copy of the parent's connection would send QUIT. */
	in_child(fn () => null);
	attempt('parent', count_up(...));
	echo '  connections since the fork: ', $proxy->stats()['connections'], "\n";

	attempt('parent, with a child while the session is open', function () use ($server) {
		count_up();
		in_child(function () {
			show_warnings(warnings(function () {
				$_SESSION['n'] = 'from the child';
				session_write_close();
			}));
			session_id('another');
			echo '  another session in the child: ', session_start() ? 'started' : 'refused', "\n";
		});
		echo '  locked: ', json_encode($server->get(LOCK_KEY) !== null), "\n";
	});
	await_unlocked($server);
	show_store($server);

	/* A timeout must work in the child, too, although threads are not forked. */
	ini_set('cfsession.timeout', '0.2');
	$slow = ScriptedServer::start([[['trickle' => str_repeat('VALUE', 100), 'pause' => 0.05]]], 'memcached');
	in_child(function () use ($slow) {
		configure($slow->savePath());
		$began = now();
		@session_start();
		show_time('time-out in the child', now() - $began, 0.2);
	});
	ini_set('cfsession.timeout', '2');
}
?>
--EXPECT--
text
parent: started
child: started
child, once more: started
  connects: 1
parent: started
  connections since the fork: 1
  session_write_close(): cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
  another session in the child: started
  locked: true
parent, with a child while the session is open: started
  in the store: n|i:5;
  time-out in the child: 0.2 s
binary
parent: started
child: started
child, once more: started
  connects: 1
parent: started
  connections since the fork: 1
  session_write_close(): cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
  another session in the child: started
  locked: true
parent, with a child while the session is open: started
  in the store: n|i:5;
  time-out in the child: 0.2 s

--TEST--
TLS: a forked child opens its own connections, and does not use its parent's
--EXTENSIONS--
pcntl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca));
$proxy = Proxy::to($server->port, 'tls');
configure(tls_path($proxy->port, ['cafile' => $ca->file]));

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
	/* The child closes its copy of the parent's connection. */
	attempt('child', count_up(...));
	attempt('child, once more', count_up(...));
	echo '  connects: ', counter('connects') - 1, "\n";
});
/* A child that does nothing closes its copy when it ends. */
in_child(fn () => null);
attempt('parent', count_up(...));
in_child(fn () => attempt('another child', count_up(...)));
attempt('parent', count_up(...));
echo '  connections since: ', $proxy->stats()['connections'], ', retries: ', counter('retries'), "\n";

echo "with a session open\n";
attempt('parent', function () {
	count_up();
	in_child(function () {
		show_warnings(warnings(function () {
			session_write_close();
		}));
	});
	in_child(function () {
		warnings(fn () => session_abort());
		session_id('another');
		echo 'child: ', session_start() ? 'started' : 'refused', "\n";
		$_SESSION['n'] = 'of the child';
	});
});
attempt('parent', count_up(...));
echo '  connections since: ', $proxy->stats()['connections'], ', retries: ', counter('retries'), ', errors: ', counter('errors'), "\n";
show_store($server);
?>
--EXPECT--
parent: started
child: started
child, once more: started
  connects: 1
parent: started
another child: started
parent: started
  connections since: 2, retries: 0
with a session open
  session_write_close(): cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
child: started
parent: started
parent: started
  connections since: 3, retries: 0, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:8;
  in the store: PHPREDIS_SESSION:another = n|s:12:"of the child";

--TEST--
Redis Cluster: without a lock, sessions are read, written and destroyed while their slot moves
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/cluster.inc';

const PREFIX = 'PHPREDIS_CLUSTER_SESSION:';
const TOMBSTONE = '{' . PREFIX . 's}_GONE';

$cluster = RedisCluster::start();
$slot = $cluster->slot(PREFIX . 's');
$owner = $cluster->owner(PREFIX . 's');
$next = $cluster->nodes[0] === $owner ? $cluster->nodes[1] : $cluster->nodes[0];
configure($cluster->savePath(), ['cfsession.lock' => '0', 'cfsession.timeout' => '0.5']);

function visit(string $label, ?callable $body = null): void
{
	session_id('s');
	$messages = warnings(function () use (&$read, $body) {
		session_start();
		$read = json_encode($_SESSION);
		$body && $body();
		session_status() === PHP_SESSION_ACTIVE && session_write_close();
	});
	echo "$label: ", preg_replace('/x{9,}/', 'x...', $read), "\n";
	show_warnings($messages);
}

/** A request that has the session open, and adds to it on command. */
function open(): Process
{
	global $cluster;

	$request = Php::start('session_id("s"); session_start(); say("open"); hear(); $_SESSION["late"] = 1; session_write_close();',
		['session.save_path' => $cluster->savePath(), 'cfsession.lock' => 0]);
	$request->readLine();
	return $request;
}

function close(string $label, Process $request): void
{
	$request->writeLine('');
	preg_match('/cannot write the session: .*(?= in \S+ on line)/', $request->output(), $refused);
	echo "$label: ", $refused[0] ?? 'written', "\n";
}

visit('before', fn () => $_SESSION['n'] = 1);
$early = open();
$cluster->move($slot, $owner, $next, function () use ($cluster, &$early, &$late, $next) {
	echo "the session has not moved yet\n";
	visit('  unchanged');
	visit('  changed', fn () => $_SESSION['n']++);
	visit('  enlarged', fn () => $_SESSION['large'] = str_repeat('x', 3000));
	visit('  and smaller', function () {
		unset($_SESSION['large']);
	});
	$late = open();
	visit('  destroyed', session_destroy(...));
	$next->call('ASKING');
	echo '  the tombstone is where the slot goes: ', $next->call('EXISTS', TOMBSTONE), "\n";
	close('  one that was open before the slot moved', $early);
	$early = open();
	visit('  made anew', fn () => $_SESSION['n'] = 10);
	visit('  and changed', fn () => $_SESSION['n']++);
});
close('one that was open while it did', $late);
visit('the slot has moved');
close('one that saw the tombstone', $early);
visit('after it');
?>
--EXPECT--
before: []
the session has not moved yet
  unchanged: {"n":1}
  changed: {"n":1}
  enlarged: {"n":2}
  and smaller: {"n":2,"large":"x..."}
  destroyed: {"n":2}
  the tombstone is where the slot goes: 1
  one that was open before the slot moved: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  made anew: []
  and changed: {"n":10}
one that was open while it did: cannot write the session: it was destroyed or has expired since it was read; nothing was written
the slot has moved: {"n":11}
one that saw the tombstone: written
after it: {"late":1}

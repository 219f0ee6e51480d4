--TEST--
Redis: totals include what was counted before a fork once, and what the child counts
--EXTENSIONS--
pcntl
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';

configure($store->savePath());

function visit(string $id, ?callable $meanwhile = null): void
{
	session_id($id);
	session_start();
	$_SESSION['n'] = hrtime(true);
	$meanwhile && $meanwhile();
	session_write_close();
}

function in_child(callable $body): void
{
	if (pcntl_fork() === 0) {
		$body();
		exit;
	}
	pcntl_wait($status);
}

$totals = fn () => array_intersect_key(cfsession_status()['totals'], ['starts' => 0, 'writes' => 0]);

visit('s');
in_child(fn () => visit('of-the-child'));
show('before anything was added up', $totals());
visit('s', fn () => in_child(function () {
	session_abort();
	visit('of-another-child');
}));
show('while a session was open', $totals());
in_child(fn () => in_child(fn () => visit('of-a-grandchild')));
show('of a grandchild', $totals());
?>
--EXPECT--
before anything was added up: {"starts":2,"writes":2}
while a session was open: {"starts":4,"writes":4}
of a grandchild: {"starts":5,"writes":5}

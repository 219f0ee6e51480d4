--TEST--
Redis: a forked child does not read the reply to its parent's release
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';

echo request($store, <<<'PHP'
	function visit(string $id): string
	{
		session_id($id);
		$before = cfsession_status()['counters'];
		session_start();
		$_SESSION['n'] = 1;
		session_write_close();
		$after = cfsession_status()['counters'];
		return implode(' ', array_map(fn ($name) => "$name " . $after[$name] - $before[$name], ['round_trips', 'connects', 'retries', 'errors']));
	}
	visit('parent');
	visit('parent');
	echo 'parent: ', visit('parent'), "\n";
	if (($child = pcntl_fork()) === 0) {
		echo 'child: ', visit('child'), "\n";
		exit(0);
	}
	pcntl_waitpid($child, $status);
	echo 'parent: ', visit('parent'), "\n";
	PHP);
show('left behind', $store->leftovers());
?>
--EXPECT--
parent: round_trips 1 connects 0 retries 0 errors 0
child: round_trips 2 connects 1 retries 0 errors 0
parent: round_trips 1 connects 0 retries 0 errors 0
left behind: []

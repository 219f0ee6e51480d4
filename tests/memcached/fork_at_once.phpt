--TEST--
Memcached: a process may be forked right after its first session
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
/* Too many processes for valgrind. AddressSanitizer's allocator does not handle its locks at a fork: with it, a child
 * forked while a thread starts hangs forever. */
require __DIR__ . '/../support/store_memcached.inc';

echo request($store, <<<'PHP'
	for ($i = 0; $i < 60; $i++) {
		session_id('of-all');
		session_start();
		$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
		session_write_close();
		if (($child = pcntl_fork()) !== 0) {
			pcntl_waitpid($child, $status);
			exit($status === 0 ? 0 : 1);
		}
	}
	PHP);
show('of-all', $store->value('of-all'));
?>
--EXPECT--
of-all: n|i:60;

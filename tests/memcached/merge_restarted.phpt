--TEST--
Memcached: cfsession.lock=merge, a restarted server counts versions from 1, so another session may have the same one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../support/merging.inc';

configure($store->savePath(), ['cfsession.lock' => 'merge']);
foreach (['changed' => fn () => $_SESSION['m'] = 2, 'enlarged' => fn () => $_SESSION['m'] = str_repeat('x', 20)] as $label => $body) {
	$store->server->restart();
	$store->put('s', encoded(['n' => 1]));
	session_id('s');
	session_start();
	$store->server->restart();
	$store->put('s', encoded(['n' => 1, 'b' => 7]));
	$body();
	close_merging($label);
	show('  stored', $store->value('s'));
}
?>
--EXPECT--
changed: merged
  stored: n|i:1;m|i:2;b|i:7;
enlarged: merged
  stored: n|i:1;m|s:20:"xxxxxxxxxxxxxxxxxxxx";b|i:7;

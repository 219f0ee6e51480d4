--TEST--
Memcached: large writes do not wait for delayed acknowledgements
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* Without TCP_NODELAY each write takes 40 ms. */
foreach ([$text = MemcachedServer::start(), $binary = MemcachedServer::sasl(USER, PASSWORD)] as $server) {
	configure($server === $text ? $server->savePath() : login_path($server));
	in_session(ID, fn () => $_SESSION['data'] = str_repeat('x', 200000));
	$times = [];
	for ($i = 0; $i < 15; $i++) {
		in_session(ID, fn () => $_SESSION['data'][0] = chr(65 + $i));
		$began = now();
		in_session(ID, fn () => $_SESSION['data'][0] = chr(97 + $i));
		$times[] = now() - $began;
	}
	sort($times);
	/* The median, because a busy machine delays some writes. */
	echo $server === $text ? 'text: ' : 'binary: ', $times[7] < 0.03 ? 'fast' : "$times[7] s", "\n";
}
?>
--EXPECT--
text: fast
binary: fast

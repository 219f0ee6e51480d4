--TEST--
Memcached: an error handler may end the session whose write has failed
--DESCRIPTION--
Not the body of tests/handler: a lock or a session that is merely removed lets no write fail here.
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';

configure($store->savePath());
$failures = [
	'lost' => fn () => $store->put('s', 'n|i:10;'),
	'destroyed' => fn () => request($store, 'session_id("s"); session_start(); session_destroy();', ['cfsession.lock' => 0]),
];
foreach ($failures as $what => $happens) {
	$store->put('s', 'n|i:1;');
	session_id('s');
	session_start();
	$_SESSION['n'] = 2;
	$happens();
	$taken = [];
	set_error_handler(function (int $level, string $message) use (&$taken): bool {
		if (str_contains($message, 'cfsession')) {
			session_abort();
			/* A use of the session's memory after its end would change one of these. */
			for ($size = 64; $size <= 3072; $size += 8) {
				$taken[] = str_repeat('x', $size);
			}
		}
		return true;
	});
	session_write_close();
	restore_error_handler();
	$spoilt = array_filter($taken, fn ($string) => $string !== str_repeat('x', strlen($string)));
	show("$what, warned", $taken !== []);
	show('  memory in use', $spoilt ? 'overwritten' : 'intact');
	show('  stored', $store->value('s'));
}
show('locked', $store->isLocked('s'));
?>
--EXPECT--
lost, warned: true
  memory in use: intact
  stored: n|i:10;
destroyed, warned: true
  memory in use: intact
  stored: null
locked: false

--TEST--
Memcached: a destroyed session is not written back
--DESCRIPTION--
Not the body of tests/handler: what is merely removed counts as evicted here, and is stored again (evicted.phpt).
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';

/* A request without a lock, or whose lock has expired, logs a user out while another request is in flight. */
$inFlight = [
	'changed' => fn () => $_SESSION['n'] = 2,
	'emptied' => fn () => session_unset(),
	'unchanged' => fn () => null,
];
foreach (['1', '0'] as $lock) {
	configure($store->savePath(), ['cfsession.lock' => $lock]);
	show('locking', (bool) $lock);
	foreach ($inFlight as $name => $change) {
		$store->put('s', 'n|i:1;');
		session_id('s');
		session_start();
		$change();
		echo request($store, 'session_id("s"); session_start(); session_destroy();', ['cfsession.lock' => 0]);
		show_warnings("  $name", fn () => session_write_close());
		show('  stored', $store->value('s'));
		show('  left behind', $store->leftovers());
	}
}

/* The tombstone of the destroyed session does not affect the next one with the same id. */
in_session('s', fn () => $_SESSION['n'] = 1);
show('a new session of that id', $store->value('s'));
in_session('s', fn () => $_SESSION['n']++);
show('is changed', $store->value('s'));
?>
--EXPECT--
locking: true
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
locking: false
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
a new session of that id: n|i:1;
is changed: n|i:2;

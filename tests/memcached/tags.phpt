--TEST--
Memcached: tags need Redis, as the functions for them say
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';

configure($store->savePath());
foreach (['with a session' => true, 'without one' => false] as $label => $open) {
	if ($open) {
		session_id('s');
		session_start();
		$_SESSION['n'] = 1;
	}
	foreach (['cfsession_tag', 'cfsession_tagged', 'cfsession_destroy_tagged'] as $function) {
		show("$label, errors counted", counter('errors'));
		try {
			$function('alice');
			echo "no exception\n";
		} catch (RuntimeException | Error $exception) {
			echo $exception::class, ': ', $exception->getMessage(), "\n";
		}
	}
	$open && show_warnings('the session goes on', fn () => session_write_close());
}
show('stored', $store->value('s'));
?>
--EXPECT--
with a session, errors counted: 0
RuntimeException: cfsession: cannot tag the session: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
with a session, errors counted: 0
RuntimeException: cfsession: cannot list the sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
with a session, errors counted: 1
RuntimeException: cfsession: cannot destroy all sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
the session goes on: no warning
without one, errors counted: 2
Error: cfsession_tag() needs an open session of cfsession: call session_start() first
without one, errors counted: 2
RuntimeException: cfsession: cannot list the sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
without one, errors counted: 3
RuntimeException: cfsession: cannot destroy all sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
stored: n|i:1;

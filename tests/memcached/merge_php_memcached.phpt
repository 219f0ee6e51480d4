--TEST--
Memcached: cfsession.lock=merge beside php-memcached
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/php_memcached.inc';
skip_without_php_memcached();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/php_memcached.inc';

$base = php_memcached() + [
	'session.save_handler' => 'memcached',
	'memcached.sess_lock_expire' => 60,
	'memcached.sess_lock_retries' => 1000,
	'memcached.sess_lock_wait_min' => 5,
	'memcached.sess_lock_wait_max' => 5,
];
foreach (['memcached.sess_locking=1' => 1, 'memcached.sess_locking=0' => 0] as $label => $locks) {
	echo "== $label\n";
	$peer = $base + ['memcached.sess_locking' => $locks];
	require __DIR__ . '/../handler/merge_peer.inc';
}
?>
--EXPECT--
== memcached.sess_locking=1
it has the session open before and while we write
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it opens the session when we have read it
  stored: n|i:2;list|a:2:{i:0;s:5:"first";i:1;s:6:"theirs";}
it comes in between
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it destroys the session in between
Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
all count at once, each for itself
  counted: {"more":40,"ours":40}
left behind: []
== memcached.sess_locking=0
it has the session open before and while we write
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it opens the session when we have read it
  stored: n|i:2;list|a:2:{i:0;s:5:"first";i:1;s:6:"theirs";}
it comes in between
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it destroys the session in between
Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
  stored: null
all count at once, each for itself
  counted: {"more":40,"ours":40}
left behind: []

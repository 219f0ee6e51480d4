--TEST--
Redis: cfsession.lock=merge beside phpredis
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/phpredis.inc';
skip_without_phpredis();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/phpredis.inc';

$base = phpredis() + [
	'session.save_handler' => 'redis',
	'redis.session.lock_expire' => 60,
	'redis.session.lock_wait_time' => 2000,
	'redis.session.lock_retries' => 30000,
];
foreach (['redis.session.locking_enabled=1' => 1, 'redis.session.locking_enabled=0' => 0] as $label => $locks) {
	echo "== $label\n";
	$peer = $base + ['redis.session.locking_enabled' => $locks];
	require __DIR__ . '/../handler/merge_peer.inc';
}
?>
--EXPECT--
== redis.session.locking_enabled=1
it has the session open before and while we write
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it opens the session when we have read it
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it comes in between
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it destroys the session in between
Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
all count at once, each for itself
  counted: {"more":40,"ours":40,"theirs":40}
left behind: []
== redis.session.locking_enabled=0
it has the session open before and while we write
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it opens the session when we have read it
  stored: n|i:2;list|a:2:{i:0;s:5:"first";i:1;s:6:"theirs";}
it comes in between
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:6:"theirs";i:2;s:4:"ours";}
it destroys the session in between
Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
  stored: null
all count at once, each for itself
  counted: {"more":40,"ours":40}
left behind: []

--TEST--
Redis: the warning about a lock that is not released speaks of seconds, and of what to do
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

/** Somebody else has the lock for so many milliseconds; null: without end. */
function wait_for(string $label, string $wait, ?int $lifetime, string $prefix = 'PHPREDIS_SESSION:'): void
{
	global $server;

	configure($server->savePath(), ['cfsession.lock_wait' => $wait, 'cfsession.prefix' => $prefix]);
	$server->call('SET', $prefix . ID . '_LOCK', 'web-1|4711', ...($lifetime === null ? [] : ['PX', $lifetime]));
	session_id(ID);
	$message = preg_grep('/cfsession: /', warnings(session_start(...)))[0];
	/* It has been waited for, and a slow machine takes its time. */
	$message = preg_replace_callback('/(?<=frees itself in )([\d.]+) s/', fn ($found) => $found[1] > $lifetime / 1000 - 5 ? 'about ' . $lifetime / 1000 . ' s' : $found[0], $message);
	echo "$label\n  $message\n";
}

wait_for('minutes', '1.25', 90000);
wait_for('a whole second', '1', 10000);
wait_for('half of one', '0.5', 10000);
wait_for('no end', '1.05', null);
wait_for('a prefix that could not be longer', '0', null, '{' . str_repeat('p', 125) . '}');
?>
--EXPECT--
minutes
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1.25 s (cfsession.lock_wait); it frees itself in about 90 s, should that request have died. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
a whole second
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1 s (cfsession.lock_wait); it frees itself in about 10 s, should that request have died. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
half of one
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 500 ms (cfsession.lock_wait); it frees itself in about 10 s, should that request have died. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
no end
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1.05 s (cfsession.lock_wait); it has no lifetime, so that it never frees itself: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)
a prefix that could not be longer
  session_start(): cfsession: cannot read the session: another request holds the lock {ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp}Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); it has no lifetime, so that it never frees itself: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)

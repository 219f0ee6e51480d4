--TEST--
Redis: the warning about a lock that is not released gives times in seconds, and says what to do
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

/** Another program holds the lock for so many milliseconds; null: without expiry. */
function wait_for(string $label, string $wait, ?int $lifetime, string $prefix = 'PHPREDIS_SESSION:', string $value = 'web-1|4711'): void
{
	global $server;

	configure($server->savePath(), ['cfsession.lock_wait' => $wait, 'cfsession.prefix' => $prefix]);
	$server->call('SET', $prefix . ID . '_LOCK', $value, ...($lifetime === null ? [] : ['PX', $lifetime]));
	session_id(ID);
	$message = preg_grep('/cfsession: /', warnings(session_start(...)))[0];
	/* Rounds the time left, which depends on the wait and the machine. */
	$message = preg_replace_callback('/(?<=expires in )([\d.]+) s/', fn ($found) => $found[1] > $lifetime / 1000 - 5 ? 'about ' . $lifetime / 1000 . ' s' : $found[0], $message);
	echo "$label\n  ", preg_replace(['/for 1(19|2\d) s\)/', '/for 8(6399|640\d) s\)/'], ['for 120 s)', 'for 86400 s)'], $message), "\n";
}

wait_for('minutes', '1.25', 90000);
wait_for('a whole second', '1', 10000);
wait_for('half of one', '0.5', 10000);
wait_for('no end', '1.05', null);
wait_for('a prefix that could not be longer', '0', null, '{' . str_repeat('p', 125) . '}');

/* The holder, and since when, if the token tells and the time is plausible. */
$token = 'cfsession:' . str_repeat('0', 32);
foreach (['a holder' => '/web-3.example/7/' . time() - 120, 'a clock that is ahead' => '/web-3/7/' . time() + 3600, 'an older version' => '',
	'no number' => '/web-3/x/1', 'no host' => '//7/1', 'half of it' => '/web-3/7', "another one's words" => "/a\nb(c)/7/1",
	'too long' => '/' . str_repeat('h', 40) . '/7/1'] as $label => $rest) {
	wait_for($label, '0', 10000, value: $token . $rest);
}
wait_for('all of it as long as can be', '0', 10000, '{' . str_repeat('p', 125) . '}', $token . '/' . str_repeat('h', 39) . '/4194304/' . time() - 86400);
?>
--EXPECT--
minutes
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1.25 s (cfsession.lock_wait); if that request has died, the lock expires in about 90 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
a whole second
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1 s (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
half of one
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 500 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
no end
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 1.05 s (cfsession.lock_wait); it never expires: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)
a prefix that could not be longer
  session_start(): cfsession: cannot read the session: another request holds the lock {ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp}Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); it never expires: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)
a holder
  session_start(): cfsession: cannot read the session: another request (process 7 on web-3.example, for 120 s) holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
a clock that is ahead
  session_start(): cfsession: cannot read the session: another request (process 7 on web-3) holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
an older version
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
no number
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
no host
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
half of it
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
another one's words
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
too long
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
all of it as long as can be
  session_start(): cfsession: cannot read the session: another request (process 4194304 on hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh, for 86400 s) holds the lock {ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp}Gg7Q..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in about 10 s. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait

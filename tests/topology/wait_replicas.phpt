--TEST--
Redis: wait_replicas: a write succeeds once replicas have it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

$master = RedisServer::start(['repl-diskless-sync-delay' => 0]);
$replica = RedisServer::start(['replicaof' => ['127.0.0.1', $master->port]]);
wait_until(fn () => $replica->info('replication', 'master_link_status') === 'up');
$proxy = Proxy::to($master->port);
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;

/** Runs a request, and prints the commands of each round trip. */
function look(string $label, callable $body): void
{
	global $proxy;

	$proxy->reset();
	[$seconds] = attempt($label, $body);
	$stats = $proxy->stats();
	echo "  {$stats['round_trips']} round trips: ", implode(', ', array_map(fn ($commands) => implode(' ', $commands), $stats['bursts'])), "\n";
	$seconds < 1.4 or print("  which took $seconds s\n");
}

/* wait_timeout extends the time limit of an answer, so it may be longer. */
$path = fn (int $replicas) => $proxy->savePath(['wait_replicas' => $replicas, 'wait_timeout' => 600]);
foreach (['1', '0'] as $lock) {
	$master->call('FLUSHALL');
	configure($path(1), ['cfsession.lock' => $lock, 'cfsession.timeout' => '0.5']);
	attempt('first', $count);
	echo "cfsession.lock=$lock\n";
	look('one replica has it', $count);
	echo '  there: ', $replica->call('GET', KEY), "\n";
	look('unchanged', fn () => null);
	look('destroyed', fn () => session_destroy());
	echo '  there: ', json_encode($replica->call('GET', KEY)), "\n";
	ini_set('session.save_path', $path(2));
	look('two are wanted', $count);
	echo '  stored all the same: ', $master->call('GET', KEY), "\n";
	echo '  left behind: ', implode(' ', $master->keys('*_LOCK*')), "\n";
	ini_set('session.save_path', $path(1));
	$replica->freeze();
	look('the replica is silent', $count);
	look('and that for a logout', function () {
		foreach (warnings(fn () => session_destroy()) as $message) {
			echo "  $message\n";
		}
	});
	$replica->freeze(false);
	$master->call('WAIT', 1, 5000);
	look('it is back', $count);
}

echo "By cfsession.timeout, unless a time is given\n";
ini_set('session.save_path', $proxy->savePath(['wait_replicas' => 2]));
ini_set('cfsession.lock', '1');
look('two are wanted', $count);
echo "A replica cannot be asked for its replicas, and a user may not be allowed to\n";
$master->call('ACL', 'SETUSER', 'app', 'on', '>' . PASSWORD, '~*', '+@all', '-wait');
ini_set('session.save_path', $proxy->savePath(['wait_replicas' => 1, 'auth' => ['app', PASSWORD]]));
foreach (warnings(fn () => in_session(ID, $count)) as $message) {
	/* The server's words differ between versions. */
	echo preg_replace('/"(NOPERM).*"/', '"$1"', $message), "\n";
	break;
}
?>
--EXPECT--
first: started
cfsession.lock=1
one replica has it: started
  2 round trips: EVALSHA GET, EVALSHA WAIT
  there: n|i:2;
unchanged: started
  3 round trips: EVALSHA GET, EVALSHA, EVAL
destroyed: started
  3 round trips: EVALSHA GET, EVALSHA WAIT, EVAL WAIT
  there: null
two are wanted: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but only 1 of 2 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  2 round trips: EVALSHA GET, EVALSHA WAIT
  stored all the same: n|i:1;
  left behind: 
the replica is silent: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  2 round trips: EVALSHA GET, EVALSHA WAIT
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  session_destroy(): Session object destruction failed
and that for a logout: started
  2 round trips: EVALSHA GET, EVALSHA WAIT
it is back: started
  2 round trips: EVALSHA GET, EVALSHA WAIT
first: started
cfsession.lock=0
one replica has it: started
  2 round trips: GET GETEX, EVALSHA WAIT
  there: n|i:2;
unchanged: started
  1 round trips: GET GETEX
destroyed: started
  2 round trips: GET GETEX, SET DEL WAIT
  there: null
two are wanted: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but only 1 of 2 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  2 round trips: GET GETEX, EVALSHA WAIT
  stored all the same: n|i:1;
  left behind: 
the replica is silent: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  2 round trips: GET GETEX, EVALSHA WAIT
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 600 ms (wait_replicas): it is lost if that server fails first
  session_destroy(): Session object destruction failed
and that for a logout: started
  2 round trips: GET GETEX, SET DEL WAIT
it is back: started
  2 round trips: GET GETEX, EVALSHA WAIT
By cfsession.timeout, unless a time is given
two are wanted: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but only 1 of 2 replicas had it within 500 ms (wait_replicas): it is lost if that server fails first
  2 round trips: EVALSHA GET, EVALSHA WAIT
A replica cannot be asked for its replicas, and a user may not be allowed to
session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but does not say how many replicas have it (wait_replicas): "NOPERM"; allow its user +wait, or leave wait_replicas out

--TEST--
Memcached: a tombstone outlives each holder of the session, in either protocol
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/attempt.inc';

const GONE = 'memc.sess.key.gone.' . ID;

/** Runs a request in another process, which takes no lock unless $ini says so. */
function other(string $code, array $ini = []): void
{
	echo Php::run('session_id("' . ID . '"); session_start(); ' . $code, $ini + ['session.save_path' => ini_get('session.save_path'), 'cfsession.lock' => '0']);
}

const DESTROY = 'session_destroy();';
const REMAKE = 'session_destroy(); session_id("' . ID . '"); session_start(); $_SESSION["of"] = "the next one";';
const MAKE_AND_DESTROY = '$_SESSION["of"] = "the next one"; session_write_close(); session_start(); session_destroy();';

$servers = ['text' => MemcachedServer::start(), 'binary' => MemcachedServer::sasl(USER, PASSWORD)];
foreach ($servers as $protocol => $server) {
	configure($protocol === 'text' ? $server->savePath() : login_path($server), ['cfsession.lock_lease' => '3600']);
	foreach (['1', '0'] as $lock) {
		echo "$protocol, cfsession.lock=$lock\n";
		ini_set('cfsession.lock', $lock);
		$case = function (string $label, ?string $before, callable $body) use ($server) {
			$server->delete(GONE);
			$server->delete(KEY);
			$before === null or $server->set(KEY, $before, 1000);
			attempt($label, $body);
			await_unlocked($server);
			show_store($server);
		};

		/* However short the locks of the destroying request are. */
		$case('destroyed', 'n|i:1;', function () use ($server, $protocol) {
			other(DESTROY, ['cfsession.lock_ttl' => '0.1']);
			$first = $server->get(GONE);
			$protocol === 'text' && print('  for ' . $server->client()->givenLifetime(GONE) . " s\n");
			other(DESTROY);
			echo '  two are alike: ', json_encode($server->get(GONE) === $first), "\n";
			count_up();
		});
		$case('destroyed, unchanged', 'n|i:1;', fn () => other(DESTROY));
		$case('made anew', 'n|i:1;', function () {
			other(REMAKE);
			count_up();
		});
		$case('made anew, unchanged', 'n|i:1;', fn () => other(REMAKE));
		$case('new, and made and destroyed by another one', null, function () {
			other(MAKE_AND_DESTROY);
			count_up();
		});
		$case('new, and destroyed before', null, fn () => count_up());
		$case('destroyed before, and evicted', 'n|i:1;', function () use ($server) {
			$server->delete(KEY);
			count_up();
		});
		$case('written by another one', 'n|i:1;', function () {
			other('$_SESSION["n"] = 7;');
			count_up();
		});
	}
}

/* The tombstone existed when the request read the session. */
ini_set('cfsession.lock', '1');
in_session(ID, fn () => session_destroy());
in_session(ID, count_up(...));
attempt('evicted after a tombstone that is known', function () use ($server) {
	$server->delete(KEY);
	count_up();
});
show_store($server);

/* A full server still destroys sessions. */
$full = MemcachedServer::start(['-M', '-m', '2', '-o', 'no_modern']);
configure($full->savePath());
$full->set(KEY, 'n|i:1;');
session_id(ID);
session_start();
for ($i = 0, $client = $full->client(); $client->line("set filler$i 0 0 100\r\n" . str_repeat('f', 100)) === 'STORED'; $i++) {
}
echo 'full, destroyed: ', json_encode(session_destroy()), "\n";
echo '  there: ', json_encode($full->get(KEY)), "\n";

/* The last write wins, however many there are. */
$crowded = MemcachedServer::start();
$crowd = [];
for ($i = 0; $i < 4; $i++) {
	$crowd[] = Php::start('say("ready"); hear(); for ($i = 0; $i < 100; $i++) { session_id("s"); session_start(); $_SESSION["n"] = uniqid(); session_write_close(); }',
		['session.save_path' => $crowded->savePath(), 'cfsession.lock' => '0']);
}
array_map(fn ($one) => $one->readLine(), $crowd);
array_map(fn ($one) => $one->writeLine('go'), $crowd);
foreach ($crowd as $one) {
	echo 'warnings of one of a crowd: ', substr_count($one->output(), 'Warning'), "\n";
}
?>
--EXPECT--
text, cfsession.lock=1
  for 600 s
  two are alike: false
destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
destroyed, unchanged: started
  in the store: nothing
made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: of|s:12:"the next one";
made anew, unchanged: started
  in the store: of|s:12:"the next one";
new, and made and destroyed by another one: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
new, and destroyed before: started
  in the store: n|i:1;
destroyed before, and evicted: started
  in the store: n|i:2;
written by another one: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:7;
text, cfsession.lock=0
  for 600 s
  two are alike: false
destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
destroyed, unchanged: started
  in the store: nothing
made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: of|s:12:"the next one";
made anew, unchanged: started
  in the store: of|s:12:"the next one";
new, and made and destroyed by another one: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
new, and destroyed before: started
  in the store: n|i:1;
destroyed before, and evicted: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
written by another one: started
  in the store: n|i:2;
binary, cfsession.lock=1
  two are alike: false
destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
destroyed, unchanged: started
  in the store: nothing
made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: of|s:12:"the next one";
made anew, unchanged: started
  in the store: of|s:12:"the next one";
new, and made and destroyed by another one: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
new, and destroyed before: started
  in the store: n|i:1;
destroyed before, and evicted: started
  in the store: n|i:2;
written by another one: started
  session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  in the store: n|i:7;
binary, cfsession.lock=0
  two are alike: false
destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
destroyed, unchanged: started
  in the store: nothing
made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: of|s:12:"the next one";
made anew, unchanged: started
  in the store: of|s:12:"the next one";
new, and made and destroyed by another one: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
new, and destroyed before: started
  in the store: n|i:1;
destroyed before, and evicted: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
written by another one: started
  in the store: n|i:2;
evicted after a tombstone that is known: started
  in the store: n|i:2;
full, destroyed: true
  there: null
warnings of one of a crowd: 0
warnings of one of a crowd: 0
warnings of one of a crowd: 0
warnings of one of a crowd: 0

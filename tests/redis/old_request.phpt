--TEST--
Redis: a request that outlives tombstones overwrites only what it has read
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/later.inc';
Clock::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/later.inc';
require __DIR__ . '/../support/proxy.inc';

/* Opens a session, and writes it on command. */
const CODE = <<<'PHP'
	session_id('s');
	session_start();
	say('open');
	eval(hear());
	session_write_close();
	say('closed');
	PHP;
const CHANGE = '$_SESSION["n"] = 2;';
const ENLARGE = '$_SESSION["n"] = str_repeat("x", 10000);';
const TOMBSTONE = 'PHPREDIS_SESSION:s_GONE';

function other(string $code): void
{
	global $store;

	echo request($store, 'session_id("s"); session_start(); ' . $code, ['cfsession.lock' => '0']);
}

/** Ends a request of that age after $others has run. */
function end_request(string $label, int $age, string $change, ?callable $others, ?string $before = 'n|i:1;'): void
{
	global $store, $lock;

	$store->server->call('FLUSHALL');
	$before === null || $store->put('s', $before);
	$clock = new Clock();
	$request = Php::start(CODE, ['session.save_path' => $store->savePath(), 'cfsession.lock' => $lock, 'cfsession.lock_lease' => '3600'], $clock->env());
	$request->readLine();
	$others && $others();
	/* As if the tombstone had expired. */
	$age && $store->server->call('DEL', TOMBSTONE);
	$clock->advance($age);
	$request->writeLine($change);
	$output = plain($request->output());
	preg_match('/cannot write the session: (.*)/', $output, $refused);
	echo "  $label: ", $refused[1] ?? (str_ends_with($output, "closed\n") ? 'no warning' : $output), "\n";
	echo '    stored: ', json_encode(preg_replace('/x{9,}/', 'x...', $store->value('s') ?? 'nothing')), "\n";
	$store->leftovers() && show('    left behind', $store->leftovers());
}

$destroy = fn () => other('session_destroy();');
$write = fn () => other('$_SESSION["n"] = 7;');
$remake = function () use ($destroy, $write) {
	$destroy();
	$write();
};
foreach (['1', '0'] as $lock) {
	show('locking', (bool) $lock);
	end_request('young, and another one has written', 0, CHANGE, $write);
	end_request('not that old, and another one has written', 500, CHANGE, $write);
	end_request('old', 700, CHANGE, null);
	end_request('old, a large value', 700, ENLARGE, null);
	end_request('old, over a large value', 700, CHANGE, null, 'n|s:5000:"' . str_repeat('x', 5000) . '";');
	end_request('old, over an empty one', 700, CHANGE, null, '');
	end_request('old, and another one has written', 700, CHANGE, $write);
	end_request('old, and destroyed', 700, CHANGE, $destroy);
	end_request('old, destroyed and made anew', 700, CHANGE, $remake);
	end_request('old, destroyed and made anew, a large value', 700, ENLARGE, $remake);
	end_request('old, destroyed and made anew, unchanged', 700, '', $remake);
	end_request('old and new', 700, CHANGE, null, null);
	end_request('old and new, and another one has made it', 700, CHANGE, $write, null);
}

/* The reply to the write gets lost, and the stored data is what the first try has written. */
$proxy = Proxy::to($store->server->port);
foreach (['1', '0'] as $lock) {
	$store->server->call('FLUSHALL');
	$store->put('s', 'n|i:1;');
	$clock = new Clock();
	$request = Php::start(CODE, ['session.save_path' => $proxy->savePath(), 'cfsession.lock' => $lock, 'cfsession.timeout' => 10, 'cfsession.lock_lease' => '3600'], $clock->env());
	$request->readLine();
	$clock->advance(700);
	$proxy->delay(0.6);
	$request->writeLine(CHANGE);
	wait_until(fn () => $store->value('s') === 'n|i:2;');
	$proxy->cut();
	$proxy->delay(0);
	show('sent twice, with a lock', (bool) $lock);
	echo '  ', plain($request->output());
	show('  stored', $store->value('s'));
}
?>
--EXPECT--
locking: true
  young, and another one has written: no warning
    stored: "n|i:2;"
  not that old, and another one has written: no warning
    stored: "n|i:2;"
  old: no warning
    stored: "n|i:2;"
  old, a large value: no warning
    stored: "n|s:10000:\"x...\";"
  old, over a large value: no warning
    stored: "n|i:2;"
  old, over an empty one: no warning
    stored: "n|i:2;"
  old, and another one has written: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
    stored: "n|i:7;"
  old, and destroyed: it was destroyed or has expired since it was read; nothing was written
    stored: "nothing"
  old, destroyed and made anew: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
    stored: "n|i:7;"
  old, destroyed and made anew, a large value: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
    stored: "n|i:7;"
  old, destroyed and made anew, unchanged: no warning
    stored: "n|i:7;"
  old and new: no warning
    stored: "n|i:2;"
  old and new, and another one has made it: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
    stored: "n|i:7;"
locking: false
  young, and another one has written: no warning
    stored: "n|i:2;"
  not that old, and another one has written: no warning
    stored: "n|i:2;"
  old: no warning
    stored: "n|i:2;"
  old, a large value: no warning
    stored: "n|s:10000:\"x...\";"
  old, over a large value: no warning
    stored: "n|i:2;"
  old, over an empty one: no warning
    stored: "n|i:2;"
  old, and another one has written: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
    stored: "n|i:7;"
  old, and destroyed: it was destroyed or has expired since it was read; nothing was written
    stored: "nothing"
  old, destroyed and made anew: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
    stored: "n|i:7;"
  old, destroyed and made anew, a large value: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
    stored: "n|i:7;"
  old, destroyed and made anew, unchanged: no warning
    stored: "n|i:7;"
  old and new: no warning
    stored: "n|i:2;"
  old and new, and another one has made it: another request has written it, and this one cannot know whether it is still the same session: it has run for more than nine minutes, or others write all the time; nothing was written
    stored: "n|i:7;"
sent twice, with a lock: true
  closed
  stored: n|i:2;
sent twice, with a lock: false
  closed
  stored: n|i:2;
